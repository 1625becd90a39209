/** Checks of seeds: tables whose rows stand in a file of the program. */
import { readSeed, seedView } from "../seed-rows";
import type { DeclaredTable } from "./declared";
import { findingAt, type Finding, type ReadSource } from "./finding";

/** Glue web API reference, "TableInput", ViewOriginalText: at most 409,600 bytes. */
const longestView = 409_600;

/** Faults of a table's rows, each at its line and column of the file. */
export function seedFindings(
  { seed: file, columns, database, tableName, site }: DeclaredTable,
  read: ReadSource,
): Finding[] {
  if (file === undefined) return [];
  const found: Finding[] = [];
  const { rows } = readSeed({ file, columns }, read, (message, at) => {
    found.push(
      findingAt(at ? { file, line: at.line, column: at.column } : site.at("file"), read, { code: "seed", message }),
    );
  });
  const bytes = Buffer.byteLength(seedView(columns, rows, database));
  if (bytes > longestView) {
    const message = `the rows of ${tableName} take ${bytes} bytes in the catalog, which holds ${longestView} of a view`;
    const help = "let a file of this size arrive, and land it.";
    found.push(findingAt(site.at("file"), read, { code: "too-large", message, help }));
  }
  return found;
}
