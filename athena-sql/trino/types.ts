/**
 * Trino's types, their names, and which of them a value may silently become.
 */
import { notSupported, ParseError } from "./errors";
import { tokenize } from "./tokens";

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

type SimpleKind =
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

// An array, since a deployed function's text can't hold a Set.
const SIMPLE: readonly string[] = [
  "boolean",
  "tinyint",
  "smallint",
  "integer",
  "bigint",
  "real",
  "double",
  "varbinary",
  "date",
  "json",
  "uuid",
] satisfies SimpleKind[];

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

/**
 * Reads a type, as written in a cast or in the Glue catalog (`array<struct<a:int>>`, `string`, `float`).
 * @throws ParseError for text that is no type, QueryError NOT_SUPPORTED for types of the other engines
 */
export function parseType(text: string): TrinoType {
  return new TypeReader(text).read();
}

// In the catalog `int`, `string`, `float` are Hive's names; in Trino SQL `int` and `float` mean the same types.
const ALIASES: Readonly<Record<string, TrinoType>> = {
  int: INTEGER,
  long: BIGINT,
  float: REAL,
  string: VARCHAR,
  binary: { kind: "varbinary" },
};

class TypeReader {
  private readonly tokens;
  private next = 0;

  constructor(private readonly text: string) {
    // Hive's nested types hold `<`, `>` and `:`; `>>` is two tokens here, so they read like brackets.
    this.tokens = tokenize(text, true);
  }

  read(): TrinoType {
    const type = this.type();
    if (this.tokens[this.next].kind !== "end") throw this.fault();
    return type;
  }

  private fault(): ParseError {
    return new ParseError(`unknown type: ${this.text}`, this.tokens[this.next].at);
  }

  private take(...texts: string[]): boolean {
    const found = texts.includes(this.tokens[this.next].text.toLowerCase());
    if (found) this.next += 1;
    return found;
  }

  private need(...texts: string[]): void {
    if (!this.take(...texts)) throw this.fault();
  }

  private sizes(): number[] {
    const sizes: number[] = [];
    if (!this.take("(")) return sizes;
    do {
      const token = this.tokens[this.next++];
      if (token.kind !== "integer") throw this.fault();
      sizes.push(Number(token.text));
    } while (this.take(","));
    this.need(")");
    return sizes;
  }

  private type(): TrinoType {
    const token = this.tokens[this.next++];
    if (token.kind !== "word") throw this.fault();
    const name = token.text.toLowerCase();
    if (ALIASES[name]) return ALIASES[name];
    if (name === "double") this.take("precision");
    if (SIMPLE.includes(name)) return { kind: name } as TrinoType;
    switch (name) {
      case "varchar": {
        const [length] = this.sizes();
        return length === undefined ? VARCHAR : { kind: "varchar", length };
      }
      case "char":
        return { kind: "char", length: this.sizes()[0] ?? 1 };
      case "dec":
      case "decimal":
      case "numeric": {
        const [precision = 38, scale = 0] = this.sizes();
        if (precision < 1 || precision > 38 || scale > precision) throw this.fault();
        return { kind: "decimal", precision, scale };
      }
      case "time":
      case "timestamp":
        return this.moment(name);
      case "array": {
        this.need("(", "<");
        const element = this.type();
        this.need(")", ">");
        return { kind: "array", element };
      }
      case "map": {
        this.need("(", "<");
        const key = this.type();
        this.need(",");
        const value = this.type();
        this.need(")", ">");
        return { kind: "map", key, value };
      }
      case "row":
      case "struct":
        return this.row();
      default:
        throw this.fault();
    }
  }

  private moment(kind: "time" | "timestamp"): TrinoType {
    const [precision = 3] = this.sizes();
    if (precision > 6) throw notSupported(`${kind}(${precision}): 6 fractional digits at most`);
    if (this.take("with")) {
      this.need("time");
      this.need("zone");
      if (kind === "time") throw notSupported("time with time zone");
      return { kind: "timestamp with time zone", precision, zone: "UTC" };
    }
    if (this.take("without")) {
      this.need("time");
      this.need("zone");
    }
    return { kind, precision };
  }

  private row(): TrinoType {
    this.need("(", "<");
    const fields: RowField[] = [];
    do {
      const token = this.tokens[this.next];
      const after = this.tokens[this.next + 1];
      // `row(a integer)` names its field, `row(integer)` does not: a name is followed by the start of a type.
      if (after.text === ":" || (after.kind === "word" && !["precision", "with"].includes(after.text.toLowerCase()))) {
        this.next += after.text === ":" ? 2 : 1;
        fields.push({ name: token.kind === "quoted" ? token.text : token.text.toLowerCase(), type: this.type() });
      } else fields.push({ type: this.type() });
    } while (this.take(","));
    this.need(")", ">");
    return { kind: "row", fields };
  }
}
