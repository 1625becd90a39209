/** Compares the rows of a table on two sides, in DuckDB, over the files that readers see. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogTable } from "./catalog";
import { DATE, isNumber, loadRows, type SharedColumn } from "./load-rows";

/** Rows of one execution date. */
export interface DateRows {
  /** Execution date; absent for a table that has none. */
  readonly date?: string;
  readonly base: number;
  readonly head: number;
  readonly added: number;
  readonly removed: number;
  /** Rows that are on both sides with other values; 0 where rows cannot be told apart. */
  readonly changed: number;
}

/** A value that differs. */
export interface ChangedValue {
  readonly date?: string;
  /** Values of the columns that name the row. */
  readonly row: Readonly<Record<string, string | null>>;
  readonly column: string;
  readonly base: string | null;
  readonly head: string | null;
  /** Head minus base, if both are numbers. */
  readonly delta?: number;
}

/** How the rows of a table differ. */
export interface RowDifference {
  /** Columns that tell rows apart; absent where rows are compared as a whole. */
  readonly key?: readonly string[];
  /** Dates that differ, in order. */
  readonly dates: readonly DateRows[];
  /** Columns with changed values, and in how many rows. */
  readonly columns: readonly { readonly column: string; readonly rows: number }[];
  /** The largest changes first, each row and column once. */
  readonly largest: readonly ChangedValue[];
}

/**
 * Compares the rows of both sides, each execution date for itself; `undefined` if they are equal. Rows are told apart by `key` if
 * that names each row once, otherwise they are compared as a whole.
 *
 * @param largest changes to list at most
 */
export async function compareRows(
  duckdb: DuckDBConnection,
  base: CatalogTable,
  head: CatalogTable,
  key: readonly string[] | undefined,
  largest: number,
): Promise<RowDifference | undefined> {
  const columns = await loadRows(duckdb, base, head);
  // The other partition keys tell rows apart as well.
  const names = key && [...new Set([...key, ...Object.keys(head.partitionKeys).filter((name) => name !== DATE)])];
  const places = names?.map((name) => columns.findIndex((column) => column.name === name));
  const usable = places !== undefined && !places.includes(-1) && (await isUnique(duckdb, places));
  const difference = usable
    ? await compareByKey(duckdb, columns, places, largest)
    : { dates: await compareAsWhole(duckdb, columns), columns: [], largest: [] };
  return difference.dates.length === 0 ? undefined : difference;
}

/** Whether these columns name each row of a date once, on both sides. */
async function isUnique(duckdb: DuckDBConnection, key: readonly number[]): Promise<boolean> {
  const names = ["d", ...key.map((place) => `c${place}`)].join(", ");
  const twice = (table: string): string => `SELECT 1 FROM ${table} GROUP BY ${names} HAVING count(*) > 1`;
  const found = await duckdb.runAndReadAll(`${twice("base_rows")} UNION ALL ${twice("head_rows")} LIMIT 1`);
  return found.getRows().length === 0;
}

async function compareByKey(
  duckdb: DuckDBConnection,
  columns: readonly SharedColumn[],
  key: readonly number[],
  largest: number,
): Promise<RowDifference> {
  const same = ["d", ...key.map((place) => `c${place}`)].map((name) => `b.${name} IS NOT DISTINCT FROM h.${name}`);
  const values = columns.map((_, place) => place).filter((place) => !key.includes(place));
  const keys = key.map((place) => `coalesce(b.c${place}, h.c${place}) AS k${place}`);
  const pairs = values.flatMap((place) => [`b.c${place} AS b${place}`, `h.c${place} AS h${place}`]);
  await duckdb.run(`CREATE OR REPLACE TEMP TABLE pairs AS
    SELECT ${["coalesce(b.d, h.d) AS d", "b.here AS in_base", "h.here AS in_head", ...keys, ...pairs].join(", ")}
    FROM (SELECT *, true AS here FROM base_rows) AS b
    FULL JOIN (SELECT *, true AS here FROM head_rows) AS h ON ${same.join(" AND ")}`);
  const differs = (place: number): string => `b${place} IS DISTINCT FROM h${place}`;
  const changed = `in_base AND in_head AND (${["false", ...values.map(differs)].join(" OR ")})`;
  const dates = await duckdb.runAndReadAll(`
    SELECT d, count(in_base), count(in_head), count(*) FILTER (in_base IS NULL), count(*) FILTER (in_head IS NULL),
      count(*) FILTER (${changed})
    FROM pairs GROUP BY d ORDER BY d`);
  const counts = await duckdb.runAndReadAll(`
    SELECT ${["0", ...values.map((place) => `count(*) FILTER (in_base AND in_head AND ${differs(place)})`)].join(", ")} FROM pairs`);
  const [, ...perColumn] = counts.getRows()[0] ?? [];
  const changedColumns = values
    .map((place, index) => ({ place, column: columns[place].name, rows: Number(perColumn[index] ?? 0) }))
    .filter(({ rows }) => rows > 0);
  const found: ChangedValue[] = [];
  if (changedColumns.length > 0) {
    const keyTexts = key.map((place) => `CAST(k${place} AS VARCHAR) AS k${place}`);
    const each = changedColumns.map(({ place }) => {
      const delta = isNumber(columns[place])
        ? `CAST(h${place} AS DOUBLE) - CAST(b${place} AS DOUBLE)`
        : "CAST(NULL AS DOUBLE)";
      return `SELECT ${["d", `${place} AS place`, `CAST(b${place} AS VARCHAR) AS b`, `CAST(h${place} AS VARCHAR) AS h`, `${delta} AS delta`, ...keyTexts].join(", ")}
        FROM pairs WHERE in_base AND in_head AND ${differs(place)}`;
    });
    const order = ["abs(delta) DESC NULLS LAST", "place", "d", ...key.map((place) => `k${place}`)].join(", ");
    // A row that changed on several dates is listed for one of them.
    const rowAndColumn = ["place", ...key.map((place) => `k${place}`)].join(", ");
    const rows = await duckdb.runAndReadAll(`
      FROM (${each.join(" UNION ALL ")})
      QUALIFY row_number() OVER (PARTITION BY ${rowAndColumn} ORDER BY abs(delta) DESC NULLS LAST, d) = 1
      ORDER BY ${order} LIMIT ${largest}`);
    for (const [date, place, before, after, delta, ...named] of rows.getRows()) {
      found.push({
        ...dated(date),
        row: Object.fromEntries(key.map((at, index) => [columns[at].name, text(named[index])])),
        column: columns[Number(place)].name,
        base: text(before),
        head: text(after),
        ...(typeof delta === "number" ? { delta } : {}),
      });
    }
  }
  return {
    key: key.map((place) => columns[place].name),
    dates: dates
      .getRows()
      .map(([date, ...numbers]): DateRows => dateRows(date, numbers))
      .filter(differ),
    columns: changedColumns.map(({ column, rows }) => ({ column, rows })),
    largest: found,
  };
}

async function compareAsWhole(duckdb: DuckDBConnection, columns: readonly SharedColumn[]): Promise<DateRows[]> {
  const names = ["d", ...columns.map((_, place) => `c${place}`)].join(", ");
  const only = (side: string, other: string, label: string): string =>
    `SELECT d, '${label}' AS what FROM (SELECT ${names} FROM ${side} EXCEPT ALL SELECT ${names} FROM ${other})`;
  const found = await duckdb.runAndReadAll(`
    SELECT d, count(*) FILTER (what = 'base'), count(*) FILTER (what = 'head'), count(*) FILTER (what = 'added'),
      count(*) FILTER (what = 'removed'), 0
    FROM (
      SELECT d, 'base' AS what FROM base_rows UNION ALL SELECT d, 'head' FROM head_rows
      UNION ALL ${only("head_rows", "base_rows", "added")} UNION ALL ${only("base_rows", "head_rows", "removed")}
    ) GROUP BY d ORDER BY d`);
  return found
    .getRows()
    .map(([date, ...numbers]) => dateRows(date, numbers))
    .filter(differ);
}

function dateRows(date: unknown, numbers: readonly unknown[]): DateRows {
  const [base = 0, head = 0, added = 0, removed = 0, changed = 0] = numbers.map(Number);
  return { ...dated(date), base, head, added, removed, changed };
}

function differ({ added, removed, changed }: DateRows): boolean {
  return added + removed + changed > 0;
}

function dated(date: unknown): { date?: string } {
  return date === null ? {} : { date: String(date) };
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
