/** Compares what the audits of two sides found. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { auditColumns } from "../../audit/audit-table";
import { explanationColumns } from "../../audit/explanation/edge-table";
import type { CatalogTable } from "./catalog";
import { loadRows } from "./load-rows";

/** An audited change that one side has and the other has not, or has otherwise. */
export interface AuditChange {
  readonly date: string;
  readonly table: string;
  readonly attribute: string;
  /** Grain values of the row, in order. */
  readonly row: readonly string[];
  /** `previous → current` on each side; absent where the audit found nothing. */
  readonly base?: string;
  readonly head?: string;
}

/** Audit rows that differ: how many, and as many of them as are listed. */
export interface AuditDifference {
  readonly total: number;
  /** The largest first. */
  readonly changes: readonly AuditChange[];
}

const GRAIN_VALUES = auditColumns.map(({ name }) => name).filter((name) => name.startsWith("grain_value_"));

/** Whether a table is the one that audits write to. */
export function isAuditTable({ columns }: CatalogTable): boolean {
  return auditColumns.every(({ name }) => columns[name] !== undefined);
}

/** Columns that tell the rows of the table of explanations apart; undefined for other tables. */
export function explanationKey({ columns }: CatalogTable): readonly string[] | undefined {
  if (!explanationColumns.every(({ name }) => columns[name] !== undefined)) return undefined;
  return explanationColumns
    .map(({ name }) => name)
    .filter((name) => /^(result|source)_(table|attribute|grain_value_\d)$|^(method|place)$/.test(name));
}

/** Lists the rows of the audit table that differ, `most` of them. */
export async function compareAudits(
  duckdb: DuckDBConnection,
  base: CatalogTable,
  head: CatalogTable,
  most: number,
): Promise<AuditDifference> {
  const columns = await loadRows(duckdb, base, head);
  const at = (name: string): string => `c${columns.findIndex((column) => column.name === name)}`;
  const about = ["d", ...["table_name", "attribute", ...GRAIN_VALUES].map(at)];
  const says = `coalesce(${at("prev_value")}, 'nothing') || ' → ' || coalesce(${at("curr_value")}, 'nothing')`;
  const only = (side: string, other: string): string =>
    `SELECT *, '${side}' AS side FROM (FROM ${side} EXCEPT ALL FROM ${other})`;
  // Several rows about one thing: duplicates, or another pipeline's audit of the same table.
  const sideSays = (side: string): string =>
    `string_agg(${says}, '; ' ORDER BY ${says}) FILTER (side = '${side}') AS ${side}`;
  const found = await duckdb.runAndReadAll(`
    SELECT ${about.join(", ")}, ${sideSays("base_rows")}, ${sideSays("head_rows")}, count(*) OVER ()
    FROM (${only("base_rows", "head_rows")} UNION ALL ${only("head_rows", "base_rows")})
    GROUP BY ${about.join(", ")}
    ORDER BY max(abs(${at("delta")})) DESC NULLS LAST, ${about.join(", ")}
    LIMIT ${most}`);
  const rows = found.getRows();
  return {
    total: Number(rows[0]?.[rows[0].length - 1] ?? 0),
    changes: rows.map((row) => {
      const [date, table, attribute, ...rest] = row.map((value) => (value === null ? undefined : String(value)));
      const [before, after] = rest.slice(GRAIN_VALUES.length);
      return {
        date: date ?? "",
        table: table ?? "",
        attribute: attribute ?? "",
        row: rest.slice(0, GRAIN_VALUES.length).filter((value) => value !== undefined),
        ...(before === undefined ? {} : { base: before }),
        ...(after === undefined ? {} : { head: after }),
      };
    }),
  };
}
