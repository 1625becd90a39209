/** Checks of what a table's data is checked for: columns that exist, values that can be compared, queries that Athena can run. */
import { checkFaults, type DataCheck } from "../../audit/data-check";
import { dataCheckQuery, runKey, runsTableName } from "../../audit/data-check-query";
import { tablesNamed } from "../../audit/own-run";
import type { DeclaredTable } from "./declared";
import { findingAt, type Finding, type ReadSource } from "./finding";
import { checkQuery } from "./queries";

/** Faults of a table's data checks, of `tables` in all. */
export function dataCheckFindings(
  table: DeclaredTable,
  checks: readonly DataCheck[],
  tables: readonly DeclaredTable[],
  read: ReadSource,
): Finding[] {
  const about = (path: string, message: string, more: Pick<Finding, "help" | "severity"> = {}): Finding =>
    findingAt(table.site.at(path), read, {
      code: "data-check",
      message: `check of ${table.tableName}: ${message}`,
      ...more,
    });
  const faults = checkFaults(checks, table.columns);
  if (faults.length > 0) {
    return faults.map(({ path, found, problem, suggestion }) => {
      const what = typeof found === "string" ? `'${found}'` : path;
      return about(
        path,
        `${what} ${problem}`,
        suggestion === undefined ? {} : { help: `did you mean '${suggestion}'?` },
      );
    });
  }
  const runs = {
    ...table,
    tableName: runsTableName(table.tableName),
    partitionKeys: { ...table.partitionKeys, [runKey]: "string" as const },
  };
  return checks.flatMap((check, index) => {
    if (!("sql" in check)) return [];
    const sql = dataCheckQuery([check], {
      database: table.database,
      runsTable: runs.tableName,
      columns: table.columns,
      partition: [{ key: runKey, type: "string", value: "sample" }],
    });
    return checkQuery(sql, [...tables, runs]).faults.map(({ message, help, severity }) =>
      about(`checks[${index}].sql`, message, { help, severity }),
    );
  });
}

/** Names of the tables that a check's own query reads, beside the data that is checked; none if it can't be read. */
export function tablesOfCheck(check: DataCheck): string[] {
  if (!("sql" in check)) return [];
  try {
    return tablesNamed(check.sql).map((name) => name.slice(name.indexOf(".") + 1));
  } catch (error) {
    if ((error as Error).name !== "AuditError") throw error;
    return [];
  }
}
