/** Brings the rows of a table on two sides into DuckDB, in the columns and types in which they can be compared. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlString } from "../sample/duckdb";
import type { CatalogTable } from "./catalog";

/** Partition key that is the execution date. */
export const DATE = "exec_date";

/** DuckDB's types for Glue's; other types are compared as they are in the files. */
const TYPES: Readonly<Record<string, string>> = {
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  string: "VARCHAR",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

function duckDbType(glue: string): string | undefined {
  if (/^(varchar|char)\(\d+\)$/.test(glue)) return "VARCHAR";
  if (/^decimal\(\d+,\s*\d+\)$/.test(glue)) return glue.toUpperCase();
  return TYPES[glue];
}

/** A column of both sides, and the type that both are compared as; undefined: as they are. */
export interface SharedColumn {
  readonly name: string;
  readonly type: string | undefined;
}

/** Whether a column is compared as a number. */
export function isNumber({ type = "" }: SharedColumn): boolean {
  return NUMERIC.test(type);
}

/**
 * Makes the temporary tables `base_rows` and `head_rows` with all rows of a table: `d`, the execution date, and the columns that
 * both sides have, as `c0`, `c1`, … in the order of the answer.
 */
export async function loadRows(
  duckdb: DuckDBConnection,
  base: CatalogTable,
  head: CatalogTable,
): Promise<readonly SharedColumn[]> {
  const columns = sharedColumns(base, head);
  await duckdb.run(`CREATE OR REPLACE TEMP TABLE base_rows AS ${await rowsQuery(duckdb, base, columns)}`);
  await duckdb.run(`CREATE OR REPLACE TEMP TABLE head_rows AS ${await rowsQuery(duckdb, head, columns)}`);
  return columns;
}

/** Columns that both sides have. One whose type changed is compared as numbers if both are, otherwise as text. */
function sharedColumns(base: CatalogTable, head: CatalogTable): SharedColumn[] {
  const own = Object.entries({ ...head.columns, ...withoutDate(head.partitionKeys) });
  const others = { ...base.columns, ...withoutDate(base.partitionKeys) };
  return own
    .filter(([name]) => others[name] !== undefined)
    .map(([name, glue]) => {
      const [type, other] = [duckDbType(glue), duckDbType(others[name] ?? "")];
      if (glue === others[name]) return { name, type };
      if (!NUMERIC.test(type ?? "") || !NUMERIC.test(other ?? "")) return { name, type: "VARCHAR" };
      // A number loses digits as a float: that alone is no other value.
      return { name, type: type === "FLOAT" || other === "FLOAT" ? "FLOAT" : "DOUBLE" };
    });
}

function withoutDate(keys: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).filter(([name]) => name !== DATE));
}

/** A SELECT of all rows: `d`, the execution date, and the columns as `c0`, `c1`, … */
async function rowsQuery(
  duckdb: DuckDBConnection,
  { columns, rows, partitionKeys }: CatalogTable,
  wanted: readonly SharedColumn[],
): Promise<string> {
  const selects: string[] = [];
  for (const { partition, files } of rows) {
    if (files.length === 0) continue;
    const source = `read_parquet([${files.map(sqlString).join(", ")}], union_by_name = true, hive_partitioning = false)`;
    const described = await duckdb.runAndReadAll(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${source})`);
    const present = new Map(described.getRows().map(([name]) => [String(name).toLowerCase(), String(name)]));
    const items = wanted.map(({ name, type }, index) => {
      const inFile = columns[name] === undefined ? undefined : present.get(name.toLowerCase());
      const value = partitionKeys[name] === undefined ? (inFile ? quoted(inFile) : "NULL") : literal(partition[name]);
      return `${type === undefined ? value : `CAST(${value} AS ${type})`} AS c${index}`;
    });
    selects.push(`SELECT ${[`${literal(partition[DATE])} AS d`, ...items].join(", ")} FROM ${source}`);
  }
  if (selects.length > 0) return selects.join(" UNION ALL ");
  const nothing = wanted.map(({ type }, index) => `CAST(NULL AS ${type ?? "VARCHAR"}) AS c${index}`);
  return `SELECT ${["CAST(NULL AS VARCHAR) AS d", ...nothing].join(", ")} WHERE false`;
}

function quoted(name: string): string {
  return `"${name.replace(/"/g, '""')}"`;
}

/** A partition's value; Hive's name for NULL is one. */
function literal(value: string | undefined): string {
  return value === undefined || value === "__HIVE_DEFAULT_PARTITION__" ? "CAST(NULL AS VARCHAR)" : sqlString(value);
}
