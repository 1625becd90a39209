/** Column types of a lake's tables, as Glue and Athena name them. */

/**
 * A column type of the Glue catalog. Athena documentation, "Data types in Amazon Athena".
 *
 * @example "int", "decimal(20,2)", "varchar(50)", "array<string>"
 */
export type ColumnType =
  | "boolean"
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "float"
  | "double"
  | "string"
  | "date"
  | "timestamp"
  | `varchar(${number})`
  | `char(${number})`
  | `decimal(${number},${number})`
  | `array<${string}>`
  | `map<${string}>`
  | `struct<${string}>`;

/** Columns by name, in order. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** Columns as the Glue API lists them. */
export function glueColumns(columns: Columns): { name: string; type: string }[] {
  return Object.entries(columns).map(([name, type]) => ({ name, type }));
}

/** Columns that are given as a list. */
export function columnsByName(columns: readonly { readonly name: string; readonly type: ColumnType }[]): Columns {
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]));
}
