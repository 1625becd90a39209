/**
 * Named queries: texts that a workgroup keeps. Athena User Guide, "Use saved queries".
 */
import { join } from "node:path";
import { z } from "zod";
import { Document } from "../document";
import { invalid } from "./invalid-request";

// API reference, CreateNamedQuery.
export const namedQueryContent = {
  Name: z.string().min(1).max(128),
  Description: z.string().min(1).max(1024).optional(),
  QueryString: z.string().min(1).max(262_144),
};
const query = z.object({
  ...namedQueryContent,
  NamedQueryId: z.string(),
  Database: z.string(),
  WorkGroup: z.string(),
  token: z.string().optional(),
});

export type NamedQuery = Readonly<z.infer<typeof query>>;

/** The named queries of an account. */
export class NamedQueries {
  private readonly document: Document<NamedQuery[]>;

  constructor(folder: string) {
    this.document = new Document(join(folder, "named-queries.json"), (all) => z.array(query).parse(all), []);
  }

  find(id: string): NamedQuery | undefined {
    return this.document.value.find(({ NamedQueryId }) => NamedQueryId === id);
  }

  /** @throws AwsError InvalidRequestException */
  get(id: string): NamedQuery {
    const found = this.find(id);
    if (!found) throw invalid(`NamedQuery ${id} was not found`);
    return found;
  }

  list(workGroup: string): NamedQuery[] {
    return this.document.value.filter(({ WorkGroup }) => WorkGroup === workGroup);
  }

  put(given: NamedQuery): void {
    const { NamedQueryId: id } = given;
    this.document.update((all) => [...all.filter(({ NamedQueryId }) => NamedQueryId !== id), given]);
  }

  delete(id: string): void {
    this.get(id);
    this.document.update((all) => all.filter(({ NamedQueryId }) => NamedQueryId !== id));
  }

  deleteAll(workGroup: string): void {
    this.document.update((all) => all.filter(({ WorkGroup }) => WorkGroup !== workGroup));
  }
}
