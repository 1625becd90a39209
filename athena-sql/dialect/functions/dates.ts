/**
 * Trino: "Date and time functions and operators".
 */
import { notSupported, QueryError } from "../../trino/errors";
import {
  BIGINT,
  commonType,
  DATE,
  DOUBLE,
  isText,
  TIMESTAMP,
  type TrinoType,
  typeName,
  VARCHAR,
} from "../../trino/types";
import { cast, coerce, roundTimestamp } from "../casts";
import type { FunctionTable, SpecialCall, SpecialFunctions } from "./definition";
import { sameZone } from "../comparisons";
import { quote, type Typed } from "../typed";
import { instantOf, localTime, zoneName } from "../zones";
import { javaFormat, mysqlFormat } from "./date-formats";

export const dateFunctions: FunctionTable = {
  "last_day_of_month(timestamp) date": "last_day($1)",
  "to_milliseconds(interval day to second) bigint": "$1",
  "from_iso8601_date(varchar) date": "CAST(make_timestamp(trino_iso_timestamp($1)) AS DATE)",
  "date_parse(varchar, varchar) timestamp(3)": "make_timestamp(trino_date_parse($1, $2))",
};

function moment(call: SpecialCall, index: number): Typed {
  const value = call.compile(call.args[index]);
  if (value.type.kind === "unknown") return cast(value, TIMESTAMP);
  if (value.type.kind === "time") throw notSupported(`${call.name} of a time`, call.at);
  if (!["date", "timestamp", "timestamp with time zone"].includes(value.type.kind)) throw unexpected(call);
  return value;
}

function unexpected(call: SpecialCall): QueryError {
  const types = call.args.map((node) => typeName(call.compile(node).type)).join(", ");
  return new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function ${call.name}.`, call.at);
}

function needArguments(call: SpecialCall, ...counts: number[]): void {
  if (!counts.includes(call.args.length)) throw unexpected(call);
}

function literalOf(call: SpecialCall, index: number): string {
  const { literal } = call.compile(call.args[index]);
  if (literal === undefined) {
    throw notSupported(`${call.name} with argument ${index + 1} that is no string literal`, call.at);
  }
  return literal;
}

const DATE_UNITS = ["day", "week", "month", "quarter", "year"];
const TIME_UNITS = ["millisecond", "second", "minute", "hour"];

function unitOf(call: SpecialCall, type: TrinoType): string {
  const unit = literalOf(call, 0).toLowerCase();
  if (DATE_UNITS.includes(unit) || (type.kind !== "date" && TIME_UNITS.includes(unit))) return unit;
  const what = type.kind === "date" ? "DATE" : "TIMESTAMP";
  throw new QueryError("INVALID_FUNCTION_ARGUMENT", `'${unit}' is not a valid ${what} field`, call.at);
}

/** The same change of the clock time of a value, whatever its type. */
function onLocal(value: Typed, change: (local: string) => string): Typed {
  const { type } = value;
  if (type.kind === "date") return { sql: `CAST(${change(value.sql)} AS DATE)`, type };
  const changed = change(localTime(value.sql, type));
  return { sql: type.kind === "timestamp with time zone" ? instantOf(changed, type.zone) : changed, type };
}

function intervalOf(unit: string, count: string): string {
  if (unit === "quarter") return `to_months(CAST(3 * ${count} AS INTEGER))`;
  if (["millisecond", "hour", "minute"].includes(unit)) return `to_${unit}s(${count})`;
  return unit === "second" ? `to_seconds(${count})` : `to_${unit}s(CAST(${count} AS INTEGER))`;
}

// Field → DuckDB expression over a clock time.
const FIELDS: Readonly<Record<string, (local: string) => string>> = {
  year: (x) => `year(${x})`,
  quarter: (x) => `quarter(${x})`,
  month: (x) => `month(${x})`,
  week: (x) => `week(${x})`,
  week_of_year: (x) => `week(${x})`,
  day: (x) => `day(${x})`,
  day_of_month: (x) => `day(${x})`,
  day_of_week: (x) => `isodow(${x})`,
  dow: (x) => `isodow(${x})`,
  day_of_year: (x) => `dayofyear(${x})`,
  doy: (x) => `dayofyear(${x})`,
  year_of_week: (x) => `isoyear(${x})`,
  yow: (x) => `isoyear(${x})`,
  hour: (x) => `hour(${x})`,
  minute: (x) => `minute(${x})`,
  second: (x) => `second(${x})`,
  millisecond: (x) => `(millisecond(${x}) % 1000)`,
};

/** EXTRACT(field FROM value), and the functions of the same names. */
export function extractField(field: string, value: Typed, at: SpecialCall["at"]): Typed {
  const time = ["hour", "minute", "second", "millisecond"].includes(field);
  const { kind } = value.type;
  if (kind === "timestamp with time zone" && field.startsWith("timezone_")) {
    const minutes = offsetMinutes(value.sql, value.type);
    return { sql: field === "timezone_hour" ? `trunc(${minutes} / 60)::BIGINT` : `(${minutes} % 60)`, type: BIGINT };
  }
  if (kind === "interval day to second" && (time || field === "day")) {
    const units: Record<string, [number, number]> = {
      day: [86_400_000, 0],
      hour: [3_600_000, 24],
      minute: [60_000, 60],
      second: [1000, 60],
      millisecond: [1, 1000],
    };
    const [size, wrap] = units[field];
    return { sql: wrap ? `((${value.sql} // ${size}) % ${wrap})` : `(${value.sql} // ${size})`, type: BIGINT };
  }
  if (kind === "interval year to month" && (field === "year" || field === "month")) {
    return { sql: `CAST(${value.sql} ${field === "year" ? "//" : "%"} 12 AS BIGINT)`, type: BIGINT };
  }
  const fits =
    kind === "date" ? !time : kind.startsWith("timestamp") || (kind === "time" && time) || kind === "unknown";
  if (!(field in FIELDS) || !fits) {
    throw new QueryError("TYPE_MISMATCH", `Cannot extract ${field.toUpperCase()} from ${typeName(value.type)}`, at);
  }
  const settled = kind === "unknown" ? cast(value, TIMESTAMP) : value;
  return { sql: `CAST(${FIELDS[field](localTime(settled.sql, settled.type))} AS BIGINT)`, type: BIGINT };
}

const fieldFunctions: Record<string, SpecialFunctions[string]> = {};
for (const field of [...Object.keys(FIELDS), "timezone_hour", "timezone_minute"]) {
  fieldFunctions[field] = (call) => {
    needArguments(call, 1);
    return extractField(field, call.compile(call.args[0]), call.at);
  };
}

function formatted(call: SpecialCall, translate: (pattern: string, at: SpecialCall["at"]) => string): Typed {
  needArguments(call, 2);
  const value = moment(call, 0);
  // Both functions go by milliseconds.
  const precise = "precision" in value.type && value.type.precision > 3 ? roundTimestamp(value.sql, 3) : value.sql;
  const local = localTime(value.type.kind === "date" ? coerce(value, TIMESTAMP).sql : precise, value.type);
  return { sql: `strftime(${local}, ${quote(translate(literalOf(call, 1), call.at))})`, type: VARCHAR };
}

/** Minutes by which the clock of a value is ahead of UTC. */
function offsetMinutes(sql: string, type: TrinoType): string {
  return `CAST((epoch_us(${localTime(sql, type)}) - epoch_us(${sql})) // 60000000 AS BIGINT)`;
}

function offsetText(sql: string, type: TrinoType): string {
  return type.kind === "timestamp with time zone" && type.zone === "UTC"
    ? "'Z'"
    : `trino_offset_text(${offsetMinutes(sql, type)})`;
}

function zoned(precision: number, zone: string): TrinoType {
  return { kind: "timestamp with time zone", precision, zone };
}

export const dateSpecials: SpecialFunctions = {
  ...fieldFunctions,
  date: (call) => {
    needArguments(call, 1);
    return cast(call.compile(call.args[0]), DATE, call.at);
  },
  now: (call) => {
    needArguments(call, 0);
    const text = call.scope.session.now.toISOString().replace("T", " ").replace("Z", "");
    return { sql: `TIMESTAMP '${text}'`, type: zoned(3, "UTC") };
  },
  current_timezone: () => ({ sql: "'UTC'", type: VARCHAR }),
  date_trunc: (call) => {
    needArguments(call, 2);
    const value = moment(call, 1);
    const unit = unitOf(call, value.type);
    return onLocal(value, (local) => `date_trunc(${quote(unit)}, ${local})`);
  },
  date_add: (call) => {
    needArguments(call, 3);
    const value = moment(call, 2);
    const unit = unitOf(call, value.type);
    const count = coerce(call.compile(call.args[1]), BIGINT, call.at).sql;
    if (TIME_UNITS.includes(unit)) {
      const sql = `(${value.sql} + ${intervalOf(unit, count)})`;
      const { type } = value;
      if (!("precision" in type) || type.kind === "time" || unit !== "millisecond" || type.precision >= 3)
        return { sql, type };
      return { sql: roundTimestamp(sql, type.precision), type };
    }
    return onLocal(value, (local) => `(${local} + ${intervalOf(unit, count)})`);
  },
  date_diff: (call) => {
    needArguments(call, 3);
    const from = moment(call, 1);
    const to = moment(call, 2);
    const dates = from.type.kind === "date" && to.type.kind === "date";
    const unit = unitOf(call, dates ? DATE : TIMESTAMP);
    const [first, second] = sameZone(from, to);
    const common = commonType(first.type, second.type);
    if (!common) throw unexpected(call);
    const [a, b] = [first, second].map((value) => localTime(coerce(value, common).sql, common));
    return { sql: `date_sub(${quote(unit)}, ${a}, ${b})`, type: BIGINT };
  },
  from_unixtime_nanos: (call) => {
    throw notSupported("timestamps of more than 6 fractional digits", call.at);
  },
  date_format: (call) => formatted(call, mysqlFormat),
  format_datetime: (call) => formatted(call, javaFormat),
  parse_datetime: (call) => {
    needArguments(call, 2);
    const text = coerce(call.compile(call.args[0]), VARCHAR, call.at).sql;
    const pattern = quote(javaFormat(literalOf(call, 1), call.at));
    return { sql: `make_timestamp(trino_java_parse(${text}, ${pattern}))`, type: zoned(3, "UTC") };
  },
  from_unixtime: (call) => {
    needArguments(call, 1, 2, 3);
    const seconds = coerce(call.compile(call.args[0]), DOUBLE, call.at).sql;
    if (call.args.length === 3) throw notSupported("from_unixtime with hours and minutes", call.at);
    const zone = call.args.length === 2 ? zoneName(literalOf(call, 1)) : "UTC";
    return { sql: `make_timestamp(CAST(round(${seconds} * 1000) AS BIGINT) * 1000)`, type: zoned(3, zone) };
  },
  to_unixtime: (call) => {
    needArguments(call, 1);
    const value = moment(call, 0);
    const instant = value.type.kind === "date" ? cast(value, TIMESTAMP) : value;
    return { sql: `(epoch_us(${instant.sql}) / 1e6)`, type: DOUBLE };
  },
  to_iso8601: (call) => {
    needArguments(call, 1);
    const value = moment(call, 0);
    if (value.type.kind === "date") return { sql: `CAST(${value.sql} AS VARCHAR)`, type: VARCHAR };
    const plain = cast(
      {
        sql: localTime(value.sql, value.type),
        type: { kind: "timestamp", precision: "precision" in value.type ? value.type.precision : 3 },
      },
      VARCHAR,
    ).sql;
    const offset = value.type.kind === "timestamp with time zone" ? ` || ${offsetText(value.sql, value.type)}` : "";
    return { sql: `(replace(${plain}, ' ', 'T')${offset})`, type: VARCHAR };
  },
  from_iso8601_timestamp: (call) => {
    needArguments(call, 1);
    const text = coerce(call.compile(call.args[0]), VARCHAR, call.at);
    return { sql: `make_timestamp(trino_iso_timestamp(${text.sql}))`, type: zoned(3, "UTC") };
  },
  at_timezone: (call) => {
    needArguments(call, 2);
    return atTimeZone(moment(call, 0), literalOf(call, 1));
  },
  with_timezone: (call) => {
    needArguments(call, 2);
    const value = moment(call, 0);
    const zone = zoneName(literalOf(call, 1));
    const precision = "precision" in value.type ? value.type.precision : 3;
    return { sql: instantOf(coerce(value, { kind: "timestamp", precision }).sql, zone), type: zoned(precision, zone) };
  },
};

/** `value AT TIME ZONE zone`: the same instant, shown elsewhere. */
export function atTimeZone(value: Typed, zone: string): Typed {
  if (isText(value.type))
    throw new QueryError("TYPE_MISMATCH", `Type of value must be a time or timestamp with or without time zone`);
  const precision = "precision" in value.type ? value.type.precision : 3;
  const instant = coerce(
    value,
    zoned(precision, value.type.kind === "timestamp with time zone" ? value.type.zone : "UTC"),
  );
  return { sql: instant.sql, type: zoned(precision, zoneName(zone)) };
}
