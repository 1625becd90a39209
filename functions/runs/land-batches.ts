/**
 * How the files of a run are shared out among its landing tasks, and what they are called where they land: pure. All tasks of a run
 * come to the same answer, as all read the same input.
 */
import type { FoundFile } from "./pipeline";

/** How much one task takes, of one table: it has a quarter of an hour, and reads what it lands. */
export interface BatchLimits {
  readonly files: number;
  /** Bytes; a larger file is a batch of its own. */
  readonly bytes: number;
}

/**
 * A map in a state machine runs 40 tasks side by side, and all events of an execution are 25,000 at most (Step Functions
 * documentation, "Quotas"): of batches like these that is a hundred thousand files.
 */
export const batchLimits: BatchLimits = { files: 100, bytes: 1024 ** 3 };

/** A file with the name that it has where it lands. */
export interface LandingFile extends FoundFile {
  readonly name: string;
}

/** Files of one table that one task lands. */
export interface LandBatch {
  readonly files: readonly LandingFile[];
  /** All files of the table in the run. */
  readonly table: readonly LandingFile[];
}

/** Shares the files of a run out. The files of a table follow one another. */
export function landBatches(files: readonly FoundFile[], limits: BatchLimits = batchLimits): LandBatch[] {
  return byTable(files).flatMap((table) => {
    const batches: LandingFile[][] = [];
    let bytes = 0;
    for (const file of table) {
      const last = batches.at(-1);
      if (last && last.length < limits.files && bytes + file.size <= limits.bytes) {
        last.push(file);
        bytes += file.size;
      } else {
        batches.push([file]);
        bytes = file.size;
      }
    }
    return batches.map((batch) => ({ files: batch, table }));
  });
}

/** The files of each table. Parts of different folders may have one name: a number before it tells them apart. */
export function byTable(files: readonly FoundFile[]): LandingFile[][] {
  const tables = new Map<string, FoundFile[]>();
  for (const file of files) {
    const name = `${file.database}.${file.table}`;
    const known = tables.get(name);
    if (known) known.push(file);
    else tables.set(name, [file]);
  }
  return [...tables.values()].map((own) =>
    own.map((file, index) => {
      const name = file.key.split("/").pop() ?? "";
      return { ...file, name: own.length === 1 ? name : `${String(index + 1).padStart(5, "0")}-${name}` };
    }),
  );
}
