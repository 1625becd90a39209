/**
 * Trino's types, their names, and which of them a value may silently become.
 */
import { notSupported } from "./errors";

/** A type as Trino's analyzer knows it. */
export type TrinoType =
  | { readonly kind: SimpleKind }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  /** Without a length: unbounded. */
  | { readonly kind: "varchar"; readonly length?: number }
  | { readonly kind: "char"; readonly length: number }
  | { readonly kind: "time"; readonly precision: number }
  | { readonly kind: "timestamp"; readonly precision: number }
  /** The zone is that of the value. Trino keeps one per value; here it has to be known from the query's text. */
  | { readonly kind: "timestamp with time zone"; readonly precision: number; readonly zone: string }
  | { readonly kind: "array"; readonly element: TrinoType }
  | { readonly kind: "map"; readonly key: TrinoType; readonly value: TrinoType }
  | { readonly kind: "row"; readonly fields: readonly RowField[] };

/** Kinds of types that have no parameters. */
export type SimpleKind =
  | "unknown"
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "real"
  | "double"
  | "varbinary"
  | "date"
  | "json"
  | "uuid"
  | "interval day to second"
  | "interval year to month";

/** One field of a row; fields of `ROW(1, 2)` have no names. */
export interface RowField {
  readonly name?: string;
  readonly type: TrinoType;
}

export const UNKNOWN: TrinoType = { kind: "unknown" };
export const BOOLEAN: TrinoType = { kind: "boolean" };
export const INTEGER: TrinoType = { kind: "integer" };
export const BIGINT: TrinoType = { kind: "bigint" };
export const REAL: TrinoType = { kind: "real" };
export const DOUBLE: TrinoType = { kind: "double" };
export const VARCHAR: TrinoType = { kind: "varchar" };
export const DATE: TrinoType = { kind: "date" };
export const TIMESTAMP: TrinoType = { kind: "timestamp", precision: 3 };
export const DAY_TO_SECOND: TrinoType = { kind: "interval day to second" };
export const YEAR_TO_MONTH: TrinoType = { kind: "interval year to month" };

/** The type as Trino prints it in messages and `typeof`: `varchar(3)`, `row(a integer, b double)`. */
export function typeName(type: TrinoType): string {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "varchar":
      return type.length === undefined ? "varchar" : `varchar(${type.length})`;
    case "char":
      return `char(${type.length})`;
    case "time":
    case "timestamp":
      return `${type.kind}(${type.precision})`;
    case "timestamp with time zone":
      return `timestamp(${type.precision}) with time zone`;
    case "array":
      return `array(${typeName(type.element)})`;
    case "map":
      return `map(${typeName(type.key)}, ${typeName(type.value)})`;
    case "row":
      return `row(${type.fields.map((f) => (f.name ? `${quoteIfNeeded(f.name)} ` : "") + typeName(f.type)).join(", ")})`;
    default:
      return type.kind;
  }
}

function quoteIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`;
}

/** Whether two types are the same, names of row fields aside. */
export function sameType(left: TrinoType, right: TrinoType): boolean {
  if (left.kind === "row" && right.kind === "row") {
    return (
      left.fields.length === right.fields.length && left.fields.every((f, i) => sameType(f.type, right.fields[i].type))
    );
  }
  if (left.kind === "array" && right.kind === "array") return sameType(left.element, right.element);
  if (left.kind === "map" && right.kind === "map") {
    return sameType(left.key, right.key) && sameType(left.value, right.value);
  }
  if (left.kind === "timestamp with time zone" && right.kind === left.kind) {
    return left.zone === right.zone && left.precision === right.precision;
  }
  return typeName(left) === typeName(right);
}

export function isInteger(type: TrinoType): boolean {
  return ["tinyint", "smallint", "integer", "bigint"].includes(type.kind);
}

export function isNumeric(type: TrinoType): boolean {
  return isInteger(type) || ["decimal", "real", "double"].includes(type.kind);
}

export function isText(type: TrinoType): boolean {
  return type.kind === "varchar" || type.kind === "char";
}

export function isStructure(type: TrinoType): boolean {
  return ["array", "map", "row"].includes(type.kind);
}

/** The value of a type that a text stands for, in Trino's SQL: structures are written as JSON. @param sql of the text */
export function castOfText(sql: string, type: TrinoType): string {
  return `CAST(${isStructure(type) ? `json_parse(${sql})` : sql} AS ${typeName(type)})`;
}

const DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** The decimal that holds every value of an integer type. */
export function decimalOf(type: TrinoType): { kind: "decimal"; precision: number; scale: number } | undefined {
  if (type.kind === "decimal") return type;
  const precision = DIGITS[type.kind];
  return precision === undefined ? undefined : { kind: "decimal", precision, scale: 0 };
}

/** Most characters of a char. */
const LONGEST_CHAR = 65_536;

const NUMERIC_ORDER = ["tinyint", "smallint", "integer", "bigint", "decimal", "real", "double"];

/** The type both convert to without being asked (Trino's common super type), or undefined. */
export function commonType(left: TrinoType, right: TrinoType): TrinoType | undefined {
  if (sameType(left, right)) return left;
  if (left.kind === "unknown") return right;
  if (right.kind === "unknown") return left;
  if (isNumeric(left) && isNumeric(right)) {
    if (left.kind === "decimal" || right.kind === "decimal") {
      const a = decimalOf(left);
      const b = decimalOf(right);
      if (a && b) {
        const scale = Math.max(a.scale, b.scale);
        const precision = Math.min(38, Math.max(a.precision - a.scale, b.precision - b.scale) + scale);
        return { kind: "decimal", precision, scale };
      }
    }
    return NUMERIC_ORDER.indexOf(left.kind) > NUMERIC_ORDER.indexOf(right.kind) ? left : right;
  }
  if (left.kind === "varchar" && right.kind === "varchar") {
    return left.length === undefined || right.length === undefined
      ? VARCHAR
      : { kind: "varchar", length: Math.max(left.length, right.length) };
  }
  if (left.kind === "char" && right.kind === "char") return left.length > right.length ? left : right;
  if (left.kind === "char" && right.kind === "varchar")
    return { kind: "char", length: Math.max(left.length, right.length ?? LONGEST_CHAR) };
  if (left.kind === "varchar" && right.kind === "char") return commonType(right, left);
  return commonTemporal(left, right) ?? commonStructure(left, right);
}

function commonTemporal(left: TrinoType, right: TrinoType): TrinoType | undefined {
  const rank = (type: TrinoType): number => ["date", "timestamp", "timestamp with time zone"].indexOf(type.kind);
  if (left.kind === "time" && right.kind === "time") return left.precision > right.precision ? left : right;
  if (rank(left) < 0 || rank(right) < 0) return undefined;
  const [low, high] = rank(left) <= rank(right) ? [left, right] : [right, left];
  const precision = Math.max("precision" in low ? low.precision : 0, "precision" in high ? high.precision : 0);
  if (high.kind === "timestamp") return { kind: "timestamp", precision };
  if (high.kind !== "timestamp with time zone") return undefined;
  if (low.kind === high.kind && low.zone !== high.zone) {
    throw notSupported(`values of different time zones (${low.zone}, ${high.zone}) in one column`);
  }
  return { kind: "timestamp with time zone", precision, zone: high.zone };
}

function commonStructure(left: TrinoType, right: TrinoType): TrinoType | undefined {
  if (left.kind === "array" && right.kind === "array") {
    const element = commonType(left.element, right.element);
    return element && { kind: "array", element };
  }
  if (left.kind === "map" && right.kind === "map") {
    const key = commonType(left.key, right.key);
    const value = commonType(left.value, right.value);
    return key && value && { kind: "map", key, value };
  }
  if (left.kind === "row" && right.kind === "row" && left.fields.length === right.fields.length) {
    const fields: RowField[] = [];
    for (const [index, field] of left.fields.entries()) {
      const other = right.fields[index];
      const type = commonType(field.type, other.type);
      if (!type) return undefined;
      fields.push({ name: field.name === other.name ? field.name : undefined, type });
    }
    return { kind: "row", fields };
  }
  return undefined;
}

/** Whether a value of type `from` becomes `to` without a cast. */
export function coercible(from: TrinoType, to: TrinoType): boolean {
  const common = commonType(from, to);
  return common !== undefined && sameType(common, to);
}
