/**
 * How contributing rows are marked: where they come from, what tells them, and the value that counts.
 */
import { canonicalText } from "../canonical-text";
import { columnType } from "../column-type";
import type { TypedColumn } from "../config";
import { quoted, type SourceTable } from "./scope";

/** Most columns that tell a row from others, as in the audit table. */
export const keyColumns = 5;

/** Source rows of one kind that a result is made of. */
export interface Origin {
  readonly table: SourceTable;
  /** Columns whose values count; empty if the rows themselves are counted. */
  readonly attributes: readonly TypedColumn[];
  /** How a row's value becomes part of the result: `sum`, `count`, `row`. */
  readonly method: string;
  /** Columns of other tables that the amount depends on as well. */
  readonly with: readonly string[];
}

/** Looks for rows. `origins` collects what they are rows of; a row's `row_origin` is an index into it. */
export interface Search {
  readonly origins: Origin[];
  /** Method of what is found, where it is a part of something else than its own sum. */
  readonly method?: string;
}

/** The columns that mark a row. */
export function markNames(): string[] {
  return ["row_origin", ...keyNames(), "row_value", "row_number"];
}

/** `row_key_1` … `row_key_5` */
export function keyNames(): string[] {
  return numbered("row_key");
}

/** `<name>_1` … `<name>_5`: one name for each column that can tell a row. */
export function numbered(name: string): string[] {
  return Array.from({ length: keyColumns }, (_, index) => `${name}_${index + 1}`);
}

/** What marks a row of a table: which origin it belongs to, what tells it, and its value. */
export function marksOf(
  table: SourceTable,
  alias: string,
  attributes: readonly TypedColumn[],
  number: number,
): string[] {
  const place = ({ column }: TypedColumn) => `${alias}.${quoted(column)}`;
  const keys = keyNames().map((name, index) => {
    const column = table.grain.at(index);
    return `${column ? textOf(place(column), column.type) : nothing} AS ${name}`;
  });
  const [single] = attributes.length === 1 ? attributes : [];
  return [`${number} AS row_origin`, ...keys, ...valueMarks(single && place(single), single?.type)];
}

const nothing = "CAST(NULL AS varchar)";

/** A row's value as `row_value`; floats as `row_number`, since their text takes longer to make than all the rest. */
export function valueMarks(value: string | undefined, type = ""): string[] {
  const float = isFloat(type);
  const text = value === undefined || float ? nothing : textOf(value, type);
  const number = value === undefined || !float ? "NULL" : value;
  return [`${text} AS row_value`, `CAST(${number} AS double) AS row_number`];
}

/** Whether values of a type come as `row_number`. */
export function isFloat(type: string): boolean {
  return ["real", "double"].includes(columnType(type)?.kind ?? "");
}

/** The text of a value, as the audit writes it. */
export function textOf(value: string, type: string): string {
  const read = columnType(type);
  return read ? canonicalText(value, read) : `CAST(${value} AS varchar)`;
}

/** The number of an origin, new or known. */
export function originNumber({ origins }: Search, wanted: Origin): number {
  const text = ({ table, attributes, method, with: others }: Origin) =>
    JSON.stringify([table.database, table.table, attributes, method, others]);
  const known = origins.findIndex((each) => text(each) === text(wanted));
  return known >= 0 ? known : origins.push(wanted) - 1;
}
