/**
 * Queries whose rows are marked with the changed source rows in them, one after the other.
 */
import { quotedName } from "../../athena-sql/trino/print";
import { marks } from "./base-table";
import { isNotFollowed, type NotFollowed } from "./linear-form";

/** A query that gives a relation's columns, and {@link marks} for so many tables. */
export interface MarkedRows {
  readonly sql: string;
  /** The relation's columns among what it gives. */
  readonly columns: readonly string[];
  readonly positions: number;
}

/** Rows one after the other, the marks at the same places; the first that can't be followed ends it. */
export function unionOf(
  parts: readonly (MarkedRows | NotFollowed)[],
  last: string = marks.amount,
): MarkedRows | NotFollowed {
  const rows: MarkedRows[] = [];
  for (const part of parts) {
    if (isNotFollowed(part)) return part;
    rows.push(part);
  }
  return rows.length === 0 ? { notFollowed: "a value that no row decides" } : paddedUnion(rows, last);
}

/** Rows one after the other, at least one, with the marks at the same places. */
export function paddedUnion(rows: readonly MarkedRows[], last: string = marks.amount): MarkedRows {
  if (rows.length === 1) return rows[0];
  const positions = Math.max(...rows.map((each) => each.positions));
  const { columns } = rows[0];
  return { sql: rows.map((each) => padded(each, positions, last)).join(" UNION ALL "), columns, positions };
}

/** Rows with marks for as many changed rows as others have. */
export function padded({ sql, columns, positions: own }: MarkedRows, positions: number, last: string): string {
  const all = Array.from({ length: positions }, (_, index) => {
    const [row, state] = [marks.row(index + 1), marks.state(index + 1)];
    return index < own ? [row, state] : [`CAST(NULL AS varchar) AS ${row}`, `CAST(NULL AS integer) AS ${state}`];
  });
  return `SELECT ${[...columns.map(quotedName), ...all.flat(), last].join(", ")} FROM (${sql}) AS part`;
}
