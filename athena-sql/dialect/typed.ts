/**
 * Expressions of DuckDB that carry Trino's type, and how Trino's types are held in DuckDB.
 */
import { notSupported } from "../trino/errors";
import type { TrinoType } from "../trino/types";
import type { Target } from "./scan";

/** A DuckDB expression and the type that Trino gives it. `sql` may stand anywhere an operand may. */
export interface Typed {
  readonly sql: string;
  readonly type: TrinoType;
  /** The text of a string literal, for functions that need it while the query is translated. */
  readonly literal?: string;
  /** The partition columns that the value is, unchanged: conditions on it may choose the partitions to read. */
  readonly targets?: readonly Target[];
}

/**
 * How values of a type are held in DuckDB:
 * - row fields are named `f1`, `f2`, … (Trino's names may be missing or doubled; they stay in the type),
 * - `char(n)` without its trailing blanks, `json` as text,
 * - timestamps with time zone as the instant in UTC (the zone stays in the type),
 * - intervals as BIGINT milliseconds and INTEGER months, so that date arithmetic is Trino's.
 */
export function duckType(type: TrinoType): string {
  switch (type.kind) {
    case "unknown":
      return "INTEGER";
    case "varchar":
    case "char":
    case "json":
      return "VARCHAR";
    case "real":
      return "FLOAT";
    case "varbinary":
      return "BLOB";
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "time":
      return "TIME";
    case "timestamp":
    case "timestamp with time zone":
      return "TIMESTAMP";
    case "interval day to second":
      return "BIGINT";
    case "interval year to month":
      return "INTEGER";
    case "array":
      return `${duckType(type.element)}[]`;
    case "map":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case "row":
      return `STRUCT(${type.fields.map((field, index) => `f${index + 1} ${duckType(field.type)}`).join(", ")})`;
    default:
      return type.kind.toUpperCase();
  }
}

/** A string as a DuckDB literal. */
export function quote(text: string): string {
  if (text.includes("\0")) throw notSupported("texts with a zero character");
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as DuckDB reads it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** NULL of a type. */
export function nullOf(type: TrinoType): string {
  return `CAST(NULL AS ${duckType(type)})`;
}

/**
 * An expression that fails the query when it is evaluated, as Trino would: `name: message`.
 * @param message DuckDB expression of the message's text
 */
export function fail(name: string, message: string, type: TrinoType): string {
  return `CAST(trino_fail(${quote(`${name}: `)} || ${message}) AS ${duckType(type)})`;
}

/** An expression over a value that is computed once, however often the expression names it. */
export function bound(sql: string, use: (name: string) => string | undefined): string | undefined {
  if (/^\w+(\.\w+)?$/.test(sql)) return use(sql);
  const name = freshName("e");
  const body = use(name);
  return body && `list_transform([${sql}], lambda ${name}: ${body})[1]`;
}

let names = 0;

/** A name that no other part of a query has, for relations and lambda parameters. */
export function freshName(prefix: string): string {
  names = (names + 1) % 1_000_000_000;
  return `${prefix}${names}`;
}

const ALWAYS = "random() < 2";

/**
 * The value, or NULL where it cannot be computed. DuckDB computes what stands twice in an expression once, and before: the
 * condition, which is always true, keeps that inside. A TRY may hold nothing random, so those in it are left to its condition.
 */
export function attempted(sql: string): string {
  const inner = sql.replace(/'(?:[^']|'')*'|random\(\) < 2\b/g, (found) => (found === ALWAYS ? "true" : found));
  return `(CASE WHEN ${ALWAYS} THEN TRY(${inner}) END)`;
}
