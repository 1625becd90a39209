/**
 * What changed rows are rows of, and how they are told apart on the way through a query.
 */
import { quotedName, quotedText } from "../../athena-sql/trino/print";
import { canonicalText } from "../canonical-text";
import { columnType } from "../column-type";
import type { ComparedDates } from "../comparison";
import type { TypedColumn } from "../config";
import type { SourceTable } from "./scope";

/** Most columns that tell a row from others, as in the audit table. */
export const keyColumns = 5;

/** Source rows of one kind that a result is made of. */
export interface Origin {
  readonly table: SourceTable;
  /** Columns whose values count; empty if the rows themselves are counted. */
  readonly attributes: readonly TypedColumn[];
  /** All columns that the result depends on: values, join keys, filters, groupings. */
  readonly used: readonly TypedColumn[];
  /** All columns that stand in the row's text: `used` and what the model uses of the table elsewhere. */
  readonly packed: readonly TypedColumn[];
  /** How a row's value becomes part of the result: `sum`, `count`, `row`. */
  readonly method: string;
  /** Columns of other tables that the amount depends on as well. */
  readonly with: readonly string[];
  /** Whether the column that counts is told for itself, since the row's others have lines of their own. */
  readonly apart: boolean;
}

/** A search for the rows behind results. */
export interface Search {
  readonly dates: ComparedDates;
  /** What has been found so far; a row's text begins with an index into it. */
  readonly origins: Origin[];
  /** Method of what is found, where it is a part of something else than its own sum. */
  readonly method?: string;
  /** Whether each column of a row is followed for itself. */
  readonly apart?: boolean;
  /** Columns of each table that the model uses anywhere: what tells its changed rows from others, wherever they are found. */
  readonly uses?: ReadonlyMap<SourceTable, readonly string[]>;
  /** Whether rows are looked for at the top of the model, where HAVING lets results in and out as a whole. */
  readonly top?: boolean;
}

/** The number of an origin, new or known. */
export function originNumber({ origins }: Search, wanted: Origin): number {
  const names = (columns: readonly TypedColumn[]) => columns.map(({ column }) => column);
  const text = ({ table, attributes, used, packed, method, with: others, apart }: Origin) =>
    JSON.stringify([table.database, table.table, ...[attributes, used, packed].map(names), method, others, apart]);
  const known = origins.findIndex((each) => text(each) === text(wanted));
  return known >= 0 ? known : origins.push(wanted) - 1;
}

/** `<name>_1` … `<name>_5`: one name for each column that can tell a row. */
export function numbered(name: string): string[] {
  return Array.from({ length: keyColumns }, (_, index) => `${name}_${index + 1}`);
}

/** The text of a value, as the audit writes it. */
export function textOf(value: string, type: string): string {
  const read = columnType(type);
  return read ? canonicalText(value, read) : quotedText("…");
}

/** Between the parts of a changed row's text: origin and source, keys, values before, values now. */
const parts = "chr(31)";
/** Between the values of a part. */
const values = "chr(30)";
/** In place of a value that is NULL. */
const missing = "chr(29)";
/** In place of the values of a row that is not there. */
const absent = "chr(28)";

/** Characters of an origin's number, at the beginning of a changed row's text. */
const originWidth = 3;

/**
 * SQL for the text of a changed row: its origin, the source that it is a row of, what tells it, and its packed values on both
 * sides. `side` gives SQL for the packed values of a side, NULL if the row is not there.
 */
export function changedRowText(
  origin: number,
  source: number,
  { table, packed }: Origin,
  side: (packed: string) => [string, string],
): string {
  const text = ({ column, type }: TypedColumn) => `coalesce(${textOf(quotedName(column), type)}, ${missing})`;
  const pack = (columns: readonly TypedColumn[]) =>
    columns.length === 0 ? "''" : columns.map(text).join(` || ${values} || `);
  const [prior, current] = side(pack(packed));
  const number = quotedText(String(origin).padStart(originWidth, "0"));
  const told = [pack(table.grain), `coalesce(${prior}, ${absent})`, `coalesce(${current}, ${absent})`];
  return [`${number} || '${source}'`, ...told].join(` || ${parts} || `);
}

/** SQL of the text that stands for the model itself, as that of a changed row does. */
export const modelRow = `'-03model' || ${parts} || ${parts} || 'before' || ${parts} || 'now'`;

/** SQL of what is the same for a source row wherever it was found. */
export function sourceRow(row: string): string {
  return `substr(${row}, ${originWidth + 1})`;
}

/** SQL of the parts of a changed row's text. */
export function rowParts(row: string): {
  readonly origin: string;
  readonly key: string;
  readonly prior: string;
  readonly current: string;
} {
  const part = (index: number) => `split_part(${row}, ${parts}, ${index})`;
  const there = (side: string) => `nullif(${side}, ${absent})`;
  const origin = `CAST(substr(${row}, 1, ${originWidth}) AS integer)`;
  return { origin, key: part(2), prior: there(part(3)), current: there(part(4)) };
}

/** SQL of a value in a part of a changed row's text, from 0; NULL if it is NULL, or there is none. */
export function valueIn(part: string, index: number): string {
  return `nullif(split_part(${part}, ${values}, ${index + 1}), ${missing})`;
}
