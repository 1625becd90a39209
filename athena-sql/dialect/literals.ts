/**
 * Literals of Trino SQL as typed DuckDB expressions.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { Expression, IntervalUnit } from "../trino/syntax";
import { BOOLEAN, DATE, DAY_TO_SECOND, DOUBLE, type TrinoType, UNKNOWN, VARCHAR, YEAR_TO_MONTH } from "../trino/types";
import { typeNamed } from "../trino/type-text";
import { cast } from "./casts";
import { duckType, nullOf, quote, type Typed } from "./typed";
import { instantOf, zoneName } from "./zones";

/** The value of a literal, or undefined for other expressions. @throws QueryError INVALID_LITERAL */
export function literal(node: Expression): Typed | undefined {
  switch (node.kind) {
    case "null":
      return { sql: "NULL", type: UNKNOWN };
    case "boolean":
      return { sql: String(node.value), type: BOOLEAN };
    case "integer":
      return integer(node.text, node.at);
    case "decimal":
      return decimal(node.text);
    case "double":
      return { sql: `CAST(${node.text} AS DOUBLE)`, type: DOUBLE };
    case "string":
      return { sql: quote(node.text), type: { kind: "varchar", length: [...node.text].length }, literal: node.text };
    case "bytes":
      return { sql: `unhex(${quote(node.text.replace(/\s/g, ""))})`, type: { kind: "varbinary" } };
    case "typed":
      return typed(node.type, node.text, node.at);
    case "interval":
      return interval(node.sign, node.text, node.from, node.to, node.at);
    default:
      return undefined;
  }
}

function integer(text: string, at: Position): Typed {
  const value = BigInt(text);
  if (value > 9223372036854775807n)
    throw new QueryError("NUMERIC_VALUE_OUT_OF_RANGE", `Invalid numeric literal: ${text}`, at);
  const type: TrinoType = { kind: value > 2147483647n ? "bigint" : "integer" };
  return { sql: `CAST(${text} AS ${duckType(type)})`, type };
}

function decimal(text: string): Typed {
  const [whole, fraction = ""] = text.split(".");
  const digits = whole.replace(/^0+/, "");
  const type: TrinoType = {
    kind: "decimal",
    precision: Math.max(digits.length + fraction.length, 1),
    scale: fraction.length,
  };
  return { sql: `CAST(${quote(text)} AS ${duckType(type)})`, type };
}

const DATE_TEXT = /^\s*[+-]?\d{1,9}-\d{1,2}-\d{1,2}\s*$/;
const TIMESTAMP_TEXT =
  /^\s*(\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.(\d+))?)?)?)(?:\s*([+-]\d{1,2}:\d{2}|[A-Za-z][\w/+-]*))?\s*$/;

/** Whether the calendar has such a day. */
function isDay(text: string): boolean {
  const [, year, month, day] = (/^([+-]?\d+)-(\d+)-(\d+)$/.exec(text) ?? []).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function typed(type: string, text: string, at: Position): Typed {
  const invalid = new QueryError("INVALID_LITERAL", `'${text}' is not a valid ${type.toUpperCase()} literal`, at);
  if (type === "date") {
    if (!DATE_TEXT.test(text) || !isDay(text.trim())) throw invalid;
    if (!/^\d{4}-/.test(text.trim())) return cast({ sql: quote(text), type: VARCHAR }, DATE, at);
    return { sql: `DATE ${quote(text.trim())}`, type: DATE };
  }
  if (type === "timestamp") {
    const parts = TIMESTAMP_TEXT.exec(text);
    if (!parts || !isDay(parts[1].split(" ")[0])) throw invalid;
    const precision = parts[2]?.length ?? 0;
    if (precision > 6) throw notSupported("timestamps of more than 6 fractional digits", at);
    const exact = /^(\S+) (\d+):(\d+)(?::(\d+)(\.\d+)?)?$/.exec(parts[1]);
    if (exact && (Number(exact[2]) > 23 || Number(exact[3]) > 59 || Number(exact[4] ?? 0) > 59)) throw invalid;
    const time = exact
      ? ` ${[exact[2], exact[3], exact[4] ?? "0"].map((part) => part.padStart(2, "0")).join(":")}${exact[5] ?? ""}`
      : "";
    const local = `TIMESTAMP ${quote(parts[1].split(" ")[0] + time)}`;
    if (!parts[3]) return { sql: local, type: { kind: "timestamp", precision } };
    const zone = zoneName(parts[3]);
    return { sql: instantOf(local, zone), type: { kind: "timestamp with time zone", precision, zone } };
  }
  if (type === "decimal") {
    const sign = text.startsWith("-") ? "-" : "";
    const value = decimal(text.replace(/^[+-]/, ""));
    return sign ? { sql: `(-${value.sql})`, type: value.type } : value;
  }
  if (type === "json") return { sql: `trino_json_parse(${quote(text)})`, type: { kind: "json" } };
  if (type === "x") throw invalid;
  if (type === "time") {
    const parts = /^\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?\s*(\S.*)?$/.exec(text);
    if (!parts || Number(parts[1]) > 23 || Number(parts[2]) > 59 || Number(parts[3] ?? 0) > 59) throw invalid;
    if (parts[5]) throw notSupported("time with time zone", at);
    if ((parts[4] ?? "").length > 6) throw notSupported("times of more than 6 fractional digits", at);
    const clock = [parts[1], parts[2], parts[3] ?? "0"].map((part) => part.padStart(2, "0")).join(":");
    return {
      sql: `TIME ${quote(parts[4] ? `${clock}.${parts[4]}` : clock)}`,
      type: { kind: "time", precision: parts[4]?.length ?? 0 },
    };
  }
  return cast({ sql: quote(text), type: VARCHAR, literal: text }, typeNamed(type, at), at);
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
};

function interval(sign: 1 | -1, text: string, from: IntervalUnit, to: IntervalUnit | undefined, at: Position): Typed {
  const invalid = new QueryError("INVALID_LITERAL", `'${text}' is not a valid INTERVAL literal`, at);
  const months = from === "year" || from === "month";
  const type = months ? YEAR_TO_MONTH : DAY_TO_SECOND;
  const own = /^\s*-/.test(text) ? -1 : 1;
  const digits = text.trim().replace(/^[+-]/, "");
  let amount: number;
  if (to) {
    if (from === "year" && to === "month") {
      const parts = /^(\d+)-(\d+)$/.exec(digits);
      if (!parts) throw invalid;
      amount = Number(parts[1]) * 12 + Number(parts[2]);
    } else {
      const units = ["day", "hour", "minute", "second"];
      const wanted = units.slice(units.indexOf(from), units.indexOf(to) + 1);
      const parts = /^(\d+(?:[ :]\d+)*)(\.\d{1,3})?$/.exec(digits);
      const numbers = parts?.[1].split(from === "day" ? /[ :]/ : ":") ?? [];
      if (wanted.length < 2 || numbers.length !== wanted.length || (parts?.[2] && to !== "second")) throw invalid;
      amount = wanted.reduce(
        (sum, unit, i) => sum + Number(numbers[i]) * MILLISECONDS[unit],
        Number(parts?.[2] ?? 0) * 1000,
      );
    }
  } else {
    if (!(from === "second" ? /^\d+(\.\d{1,3})?$/ : /^\d+$/).test(digits)) throw invalid;
    amount = Number(digits) * (months ? (from === "year" ? 12 : 1) : MILLISECONDS[from]);
  }
  return { sql: `CAST(${Math.round(amount) * sign * own} AS ${duckType(type)})`, type };
}

/** NULL of an unknown type, where DuckDB needs one. */
export function settled(value: Typed): string {
  return value.type.kind === "unknown" ? nullOf(value.type) : value.sql;
}
