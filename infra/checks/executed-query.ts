/** A model's query as its run has Athena run it, for a sample date and run. */
import { columnType } from "../../audit/column-type";
import { queryOfRun } from "../../audit/own-run";
import type { DeclaredTable } from "./declared";
import { sampleDate } from "./queries";

/** As long as the sequencers are that S3 gives control files. */
const sampleRun = "0055aed6dcd90281e5";

/**
 * The text that Athena gets: longer than the model's, as it reads what the run itself wrote from the table of all runs. A text that is
 * no query stays as it is.
 *
 * @param written tables that the run has written before
 */
export function executedQuery(sql: string, written: readonly DeclaredTable[]): string {
  const own = written.map(({ database, tableName, columns, partitionKeys }) => ({
    database,
    table: tableName,
    columns: Object.keys(columns),
    partition: Object.entries(partitionKeys).map(([key, type]) => {
      const dated = ["date", "timestamp", "text"].includes(columnType(type)?.kind ?? "text");
      return { key, type, value: dated ? sampleDate : "0" };
    }),
  }));
  try {
    return queryOfRun(sql, own, sampleRun);
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return sql;
  }
}
