/**
 * Prepared statements: statements with `?`, kept in a workgroup by name. Athena User Guide, "Use prepared statements".
 */
import { join } from "node:path";
import { z } from "zod";
import { AwsError } from "../api";
import { Document } from "../document";

const statement = z.object({
  workGroup: z.string(),
  name: z.string(),
  sql: z.string(),
  description: z.string().optional(),
  /** ISO 8601. */
  modified: z.string(),
});

export type PreparedStatement = Readonly<z.infer<typeof statement>>;

/** The prepared statements of an account. Names differ by more than case. */
export class PreparedStatements {
  private readonly document: Document<PreparedStatement[]>;

  constructor(
    folder: string,
    private readonly now: () => Date,
  ) {
    this.document = new Document(join(folder, "prepared-statements.json"), (all) => z.array(statement).parse(all), []);
  }

  find(workGroup: string, name: string): PreparedStatement | undefined {
    return this.document.value.find((one) => isOf(one, workGroup, name));
  }

  /** @throws AwsError ResourceNotFoundException */
  get(workGroup: string, name: string): PreparedStatement {
    const found = this.find(workGroup, name);
    if (found) return found;
    const message = `PreparedStatement ${name} was not found in workGroup ${workGroup}`;
    throw new AwsError("ResourceNotFoundException", message, 400, { ResourceName: name });
  }

  list(workGroup: string): PreparedStatement[] {
    return this.document.value.filter((one) => one.workGroup === workGroup).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Keeps a statement, or replaces the one of its name. */
  put(given: Omit<PreparedStatement, "modified">): void {
    const kept = { ...given, modified: this.now().toISOString() };
    this.document.update((all) => [...all.filter((one) => !isOf(one, given.workGroup, given.name)), kept]);
  }

  delete(workGroup: string, name: string): void {
    this.get(workGroup, name);
    this.document.update((all) => all.filter((one) => !isOf(one, workGroup, name)));
  }

  deleteAll(workGroup: string): void {
    this.document.update((all) => all.filter((one) => one.workGroup !== workGroup));
  }
}

function isOf(one: PreparedStatement, workGroup: string, name: string): boolean {
  return one.workGroup === workGroup && one.name.toLowerCase() === name.toLowerCase();
}
