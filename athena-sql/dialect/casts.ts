/**
 * Conversions between Trino's types: the silent ones, and CAST.
 */
import { type Position, QueryError } from "../trino/errors";
import { coercible, decimalOf, isNumeric, isText, sameType, type TrinoType, typeName, VARCHAR } from "../trino/types";
import { fromJson, toJson } from "./json-casts";
import { textOf } from "./text";
import { bound, duckType, fail, freshName, nullOf, quote, type Typed } from "./typed";
import { instantOf, localTime, zoneName } from "./zones";

/** The value as `to`, which it converts to without being asked. @throws QueryError TYPE_MISMATCH */
export function coerce(value: Typed, to: TrinoType, at?: Position): Typed {
  if (sameType(value.type, to)) return { ...value, type: to };
  if (!coercible(value.type, to)) {
    throw new QueryError("TYPE_MISMATCH", `Cannot convert ${typeName(value.type)} to ${typeName(to)}`, at);
  }
  return cast(value, to, at);
}

/**
 * CAST(value AS to).
 * @throws QueryError TYPE_MISMATCH for a pair of types that Trino has no cast for
 */
export function cast(value: Typed, to: TrinoType, at?: Position): Typed {
  // A value keeps its zone; CAST names none.
  if (to.kind === "timestamp with time zone" && value.type.kind === to.kind) to = { ...to, zone: value.type.zone };
  if (to.kind === "timestamp with time zone" && value.literal !== undefined) {
    const zone = zoneIn(value.literal);
    if (zone !== undefined) return zonedLiteral(value.literal, zone, to.precision, at);
  }
  const sql = convert(value.sql, value.type, to);
  if (sql === undefined) {
    throw new QueryError("TYPE_MISMATCH", `Cannot cast ${typeName(value.type)} to ${typeName(to)}`, at);
  }
  return { sql, type: to, literal: isText(to) && isText(value.type) && !("length" in to) ? value.literal : undefined };
}

/** `2024-01-01 00:00:00 Europe/Berlin`, read while the query is translated, since the zone belongs to the type here. */
function zonedLiteral(text: string, zone: string, precision: number, at?: Position): Typed {
  const type: TrinoType = { kind: "timestamp with time zone", precision, zone: zoneName(zone) };
  const local = cast(
    { sql: quote(text.trim().slice(0, -zone.length).trim()), type: VARCHAR },
    { kind: "timestamp", precision },
    at,
  );
  return { sql: instantOf(local.sql, type.zone), type };
}

function zoneIn(text: string): string | undefined {
  return /\d ?([+-]\d{1,2}:\d{2}|[A-Za-z][\w/+-]*)\s*$/.exec(text)?.[1];
}

function convert(sql: string, from: TrinoType, to: TrinoType): string | undefined {
  if (from.kind === "unknown") return nullOf(to);
  if (sameType(from, to)) return sql;
  if (to.kind === "json") return toJson(sql, from);
  if (from.kind === "json") return bound(sql, (json) => fromJson(json, to));
  switch (to.kind) {
    case "varchar":
    case "char":
      return toText(sql, from, to.kind === "char" ? to.length : to.length, to);
    case "boolean":
      return toBoolean(sql, from);
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return toInteger(sql, from, to);
    case "real":
    case "double":
      return toFloat(sql, from, to);
    case "decimal":
      return toDecimal(sql, from, to);
    case "date":
      return toDate(sql, from);
    case "timestamp":
      return toTimestamp(sql, from, to.precision);
    case "timestamp with time zone":
      return toInstant(sql, from, to);
    case "time":
      if (from.kind === "timestamp") return `CAST(${sql} AS TIME)`;
      if (from.kind === "time") return sql;
      return isText(from) ? parsed(sql, from, to, String.raw`\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?`) : undefined;
    case "varbinary":
      return isText(from) ? `encode(${sql})` : undefined;
    case "uuid":
      return isText(from) ? `CAST(${sql} AS UUID)` : undefined;
    case "array":
    case "map":
    case "row":
      return toStructure(sql, from, to);
    default:
      return undefined;
  }
}

function invalid(sql: string, to: TrinoType): string {
  const name = to.kind === "integer" ? "INT" : typeName(to).toUpperCase();
  return fail("INVALID_CAST_ARGUMENT", `'Cannot cast ''' || ${sql} || ''' to ${name}'`, to);
}

// DuckDB reads more than Trino does (`1_000`, `1.5` as integer, `2020/01/01`): what Trino refuses has to fail here too.
function parsed(sql: string, from: TrinoType, to: TrinoType, pattern: string): string {
  const text = from.kind === "char" ? textOf(sql, from) : sql;
  const target = duckType(to);
  const read = (name: string): string =>
    `(CASE WHEN ${name} IS NULL THEN NULL WHEN regexp_full_match(${name}, ${quote(pattern)}) ` +
    `THEN CAST(${name} AS ${target}) ELSE ${invalid(name, to)} END)`;
  // A literal costs nothing to repeat, and tells a fault while the query is planned.
  return text.startsWith("'") ? read(text) : (bound(text, read) ?? read(text));
}

function toText(sql: string, from: TrinoType, length: number | undefined, to: TrinoType): string | undefined {
  if (["array", "map", "row", "varbinary"].includes(from.kind)) return undefined;
  const text = textOf(sql, from);
  if (to.kind === "char" && !isText(from)) return undefined;
  if (to.kind === "char") return `rtrim(substr(${text}, 1, ${to.length}), ' ')`;
  if (length === undefined) return text;
  if (isText(from)) {
    const fits = "length" in from && from.length !== undefined && from.length <= length;
    return fits ? text : `substr(${text}, 1, ${length})`;
  }
  const tooLong = fail(
    "INVALID_CAST_ARGUMENT",
    `'Value ' || ${text} || ' cannot be represented as varchar(${length})'`,
    to,
  );
  return `(CASE WHEN length(${text}) > ${length} THEN ${tooLong} ELSE ${text} END)`;
}

function toBoolean(sql: string, from: TrinoType): string | undefined {
  if (isNumeric(from)) return `(${sql} <> 0)`;
  if (!isText(from)) return undefined;
  return (
    `(CASE WHEN lower(${sql}) IN ('t', 'true', '1') THEN true WHEN lower(${sql}) IN ('f', 'false', '0') THEN false ` +
    `WHEN ${sql} IS NULL THEN NULL ELSE ${invalid(sql, { kind: "boolean" })} END)`
  );
}

function toInteger(sql: string, from: TrinoType, to: TrinoType): string | undefined {
  if (from.kind === "real" || from.kind === "double") return `CAST(round(${sql}) AS ${duckType(to)})`;
  if (isNumeric(from) || from.kind === "boolean") return `CAST(${sql} AS ${duckType(to)})`;
  return isText(from) ? parsed(plainDigits(sql), from, to, "[+-]?[0-9]+") : undefined;
}

const DIGITS = String.raw`(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`;

function toFloat(sql: string, from: TrinoType, to: TrinoType): string | undefined {
  // Beyond the largest real there is infinity.
  if (from.kind === "double" && to.kind === "real") {
    return `(CASE WHEN abs(${sql}) > 3.4028235677973366e38 AND isfinite(${sql}) THEN CAST(sign(${sql}) * CAST('infinity' AS DOUBLE) AS FLOAT) ELSE CAST(${sql} AS FLOAT) END)`;
  }
  if (isNumeric(from) || from.kind === "boolean") return `CAST(${sql} AS ${duckType(to)})`;
  return isText(from) ? parsed(sql, from, to, String.raw`\s*[+-]?(NaN|Infinity|${DIGITS})\s*`) : undefined;
}

function toDecimal(sql: string, from: TrinoType, to: TrinoType & { kind: "decimal" }): string | undefined {
  const target = duckType(to);
  if (decimalOf(from) || from.kind === "boolean") return `CAST(${sql} AS ${target})`;
  // Trino rounds the shortest decimal text of a float, not its binary value: 1.005 becomes 1.01.
  if (from.kind === "real") return `CAST(trino_real_digits(${sql}) AS ${target})`;
  if (from.kind === "double") {
    // What is too small for the places is zero, which DuckDB rounds up.
    return `(CASE WHEN abs(${sql}) < ${(0.5 * 10 ** -to.scale).toExponential()} THEN CAST(0 AS ${target}) ELSE CAST(CAST(${sql} AS VARCHAR) AS ${target}) END)`;
  }
  return isText(from) ? parsed(plainDigits(sql), from, to, `[+-]?${DIGITS}`) : undefined;
}

// Java reads the digits of other scripts, too.
function plainDigits(sql: string): string {
  return /^'[\x20-\x7e]*'$/.test(sql) ? sql : `trino_plain_digits(${sql})`;
}

function toDate(sql: string, from: TrinoType): string | undefined {
  if (from.kind === "timestamp") return `CAST(${sql} AS DATE)`;
  if (from.kind === "timestamp with time zone") return `CAST(${localTime(sql, from)} AS DATE)`;
  return isText(from) ? `CAST(to_days(CAST(trino_date_of(${sql}) AS INTEGER)) + DATE '1970-01-01' AS DATE)` : undefined;
}

function toTimestamp(sql: string, from: TrinoType, precision: number): string | undefined {
  if (from.kind === "date") return `CAST(${sql} AS TIMESTAMP)`;
  if (from.kind === "timestamp") return from.precision <= precision ? sql : roundTimestamp(sql, precision);
  if (from.kind === "timestamp with time zone") {
    const local = localTime(sql, from);
    return from.precision <= precision ? local : roundTimestamp(local, precision);
  }
  if (from.kind === "time") return `(current_date + ${sql})`;
  if (!isText(from)) return undefined;
  const read = `make_timestamp(trino_timestamp_of(${sql}))`;
  return precision >= 6 ? read : roundTimestamp(read, precision);
}

/** A timestamp with fewer digits, rounded half up. */
export function roundTimestamp(sql: string, precision: number): string {
  return `trino_round_timestamp(${sql}, ${10 ** (6 - precision)})`;
}

function toInstant(
  sql: string,
  from: TrinoType,
  to: TrinoType & { kind: "timestamp with time zone" },
): string | undefined {
  if (from.kind === "timestamp with time zone")
    return from.precision <= to.precision ? sql : roundTimestamp(sql, to.precision);
  if (isText(from)) {
    const read = `make_timestamp(trino_instant_of(${sql}))`;
    return to.precision >= 6 ? read : roundTimestamp(read, to.precision);
  }
  // A session's time zone is UTC in Athena.
  const local = toTimestamp(sql, from, to.precision);
  return local === undefined ? undefined : instantOf(local, to.zone);
}

function toStructure(sql: string, from: TrinoType, to: TrinoType): string | undefined {
  if (from.kind === "array" && to.kind === "array") {
    const item = freshName("e");
    const body = convert(item, from.element, to.element);
    return body && (body === item ? sql : `list_transform(${sql}, lambda ${item}: ${body})`);
  }
  if (from.kind === "map" && to.kind === "map") {
    const entry = freshName("e");
    const key = convert(`${entry}.key`, from.key, to.key);
    const value = convert(`${entry}.value`, from.value, to.value);
    if (key === undefined || value === undefined) return undefined;
    return `map_from_entries(list_transform(map_entries(${sql}), lambda ${entry}: struct_pack(key := ${key}, value := ${value})))`;
  }
  if (from.kind === "row" && to.kind === "row" && from.fields.length === to.fields.length) {
    const parts = from.fields.map((field, i) => convert(`(${sql}).f${i + 1}`, field.type, to.fields[i].type));
    if (parts.some((part) => part === undefined)) return undefined;
    return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE ${packRow(parts as string[])} END)`;
  }
  return undefined;
}

/** A row of these field values. */
export function packRow(values: readonly string[]): string {
  return `struct_pack(${values.map((value, index) => `f${index + 1} := ${value}`).join(", ")})`;
}
