/**
 * The column types of Glue tables that an audit can compare.
 */

/** What a column type means to an audit. */
export type ColumnKind = "integer" | "decimal" | "real" | "double" | "boolean" | "text" | "date" | "timestamp";

/** A column type, read. */
export interface ColumnType {
  readonly kind: ColumnKind;
  /** Digits behind the point; 0 for anything but decimals. */
  readonly scale: number;
  /** Whether values are filled up with spaces, which mean nothing: `char(n)`. */
  readonly padded: boolean;
}

/** Types an audit can compare, for messages. */
export const supportedTypes =
  "tinyint, smallint, int, bigint, decimal(p,s), float, double, boolean, string, char(n), varchar(n), date, timestamp";

/** Reads a type as Glue writes it, e.g. `decimal(10,2)`; `undefined` for types an audit can't compare (arrays, structs, binary). */
export function columnType(type: string): ColumnType | undefined {
  const match = /^([a-z]+)\s*(?:\(\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\))?$/.exec(type.trim().toLowerCase());
  if (!match) return undefined;
  const [, name, first, second] = match;
  const kind = kindOf(name);
  if (kind === undefined) return undefined;
  const takesLength = name === "varchar" || name === "char";
  if (first !== undefined && kind !== "decimal" && !takesLength) return undefined;
  if (second !== undefined && kind !== "decimal") return undefined;
  return { kind, scale: kind === "decimal" ? Number(second ?? 0) : 0, padded: name === "char" };
}

/** Whether the difference of two values is a number. */
export function isNumeric(kind: ColumnKind | undefined): boolean {
  return kind === "integer" || kind === "decimal" || kind === "real" || kind === "double";
}

function kindOf(name: string): ColumnKind | undefined {
  switch (name) {
    case "tinyint":
    case "smallint":
    case "int":
    case "integer":
    case "bigint":
      return "integer";
    case "decimal":
      return "decimal";
    // Glue calls a real "float".
    case "float":
    case "real":
      return "real";
    case "double":
      return "double";
    case "boolean":
      return "boolean";
    case "string":
    case "varchar":
    case "char":
      return "text";
    case "date":
      return "date";
    case "timestamp":
      return "timestamp";
    default:
      return undefined;
  }
}
