/** `tributary lineage`: which tables and columns come from which. */
import { evaluateModels } from "../lake/lake-models";
import { writeLineage, type LineageFormat } from "../lineage/formats";
import { lineageOf, programLineage } from "../lineage/program-lineage";
import type { Session } from "../session";

/** What to print. */
export interface LineageRequest {
  /** `table` or `table.column`. @default all tables, without their columns */
  readonly name?: string;
  readonly format: LineageFormat;
}

/** Prints lineage. Throws CommandError for a name that the program does not declare. */
export async function lineage(session: Session, { name, format }: LineageRequest): Promise<void> {
  const { project, progress, print, look } = session;
  const lakes = await progress.during("Evaluate the program", () => evaluateModels(project));
  const all = programLineage(lakes);
  const part = name === undefined ? all : lineageOf(all, name, lakes);
  print(writeLineage(part, format, name !== undefined, look));
}
