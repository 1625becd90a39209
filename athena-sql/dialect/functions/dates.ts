/**
 * Trino: "Date and time functions and operators".
 */
import { notSupported, QueryError } from "../../trino/errors";
import { BIGINT, commonType, DATE, DOUBLE, isText, TIMESTAMP, type TrinoType, VARCHAR } from "../../trino/types";
import { cast, coerce, roundTimestamp } from "../casts";
import { fieldFunctions, offsetMinutes } from "./date-fields";
import { type FunctionTable, needArguments, type SpecialCall, type SpecialFunctions, unexpected } from "./definition";
import { sameZone } from "../comparisons";
import { fail, quote, type Typed } from "../typed";
import { instantOf, localTime, zoneName } from "../zones";
import { javaFormat, mysqlFormat } from "./date-formats";

export const dateFunctions: FunctionTable = {
  "last_day_of_month(timestamp) date": "last_day($1)",
  "to_milliseconds(interval day to second) bigint": "$1",
  "human_readable_seconds(double) varchar": "trino_readable_seconds(CAST($1 AS VARCHAR))",
  "parse_duration(varchar) interval day to second": "trino_parse_duration($1)",
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

function literalOf(call: SpecialCall, index: number): string {
  const { literal } = call.compile(call.args[index]);
  if (literal === undefined) {
    throw notSupported(`${call.name} with argument ${index + 1} that is no string literal`, call.at);
  }
  return literal;
}

const DATE_UNITS = ["day", "week", "month", "quarter", "year"];
const TIME_UNITS = ["millisecond", "second", "minute", "hour"];

/** What the unit of the first argument makes of a call on values of this type; one that is computed chooses among all. */
function byUnit(call: SpecialCall, type: TrinoType, build: (unit: string) => Typed): Typed {
  const given = call.compile(call.args[0]);
  const units = type.kind === "date" ? DATE_UNITS : [...DATE_UNITS, ...TIME_UNITS];
  const wrong = `is not a valid ${type.kind === "date" ? "DATE" : "TIMESTAMP"} field`;
  const unit = given.literal?.toLowerCase();
  if (unit !== undefined) {
    if (units.includes(unit)) return build(unit);
    throw new QueryError("INVALID_FUNCTION_ARGUMENT", `'${unit}' ${wrong}`, call.at);
  }
  const written = coerce(given, VARCHAR, call.at).sql;
  const choices = units.map((each) => `WHEN '${each}' THEN ${build(each).sql}`);
  const result = build("day");
  const fault = fail("INVALID_FUNCTION_ARGUMENT", `${quote("'")} || ${written} || ${quote(`' ${wrong}`)}`, result.type);
  const sql = `(CASE WHEN ${written} IS NULL THEN NULL ELSE CASE lower(${written}) ${choices.join(" ")} ELSE ${fault} END END)`;
  return { sql, type: result.type };
}

/** A pattern in DuckDB's terms, whether it is written out or computed. */
function patternOf(call: SpecialCall, dialect: "mysql" | "java"): { sql: string; computed: boolean } {
  const given = call.compile(call.args[1]);
  const translate = dialect === "mysql" ? mysqlFormat : javaFormat;
  if (given.literal !== undefined) {
    const pattern = translate(given.literal, call.at);
    // DuckDB writes weeks with two digits only.
    return { sql: quote(pattern), computed: pattern.includes("%-V") };
  }
  return { sql: `trino_${dialect}_format(${coerce(given, VARCHAR, call.at).sql})`, computed: true };
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

function formatted(call: SpecialCall, dialect: "mysql" | "java"): Typed {
  needArguments(call, 2);
  const value = moment(call, 0);
  // Both functions go by milliseconds.
  const precise = "precision" in value.type && value.type.precision > 3 ? roundTimestamp(value.sql, 3) : value.sql;
  const local = localTime(value.type.kind === "date" ? coerce(value, TIMESTAMP).sql : precise, value.type);
  const { sql: pattern, computed } = patternOf(call, dialect);
  if (!computed && dialect === "java" && /%[zE]/.test(pattern)) {
    return { sql: withOffsets(value, local, pattern), type: VARCHAR };
  }
  const sql = computed ? `trino_strftime(epoch_us(${local}), ${pattern})` : `strftime(${local}, ${pattern})`;
  return { sql, type: VARCHAR };
}

/** A text by a quoted pattern with offsets from UTC, which DuckDB's timestamps do not have. */
function withOffsets({ sql, type }: Typed, local: string, pattern: string): string {
  const offset =
    type.kind === "timestamp with time zone" ? `trino_offset_text(${offsetMinutes(sql, type)})` : "'+00:00'";
  const parts: string[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain) parts.push(`strftime(${local}, '${plain}')`);
    plain = "";
  };
  for (const token of pattern.slice(1, -1).match(/%-?.|[^%]+/gs) ?? []) {
    if (token !== "%z" && token !== "%E") plain += token;
    else {
      flush();
      parts.push(token === "%E" ? offset : `replace(${offset}, ':', '')`);
    }
  }
  flush();
  return `(${parts.join(" || ")})`;
}

/** A value so many units later. */
function added(value: Typed, unit: string, count: string): Typed {
  if (!TIME_UNITS.includes(unit)) return onLocal(value, (local) => `(${local} + ${intervalOf(unit, count)})`);
  const sql = `(${value.sql} + ${intervalOf(unit, count)})`;
  const { type } = value;
  if (!("precision" in type) || type.kind === "time" || unit !== "millisecond" || type.precision >= 3)
    return { sql, type };
  return { sql: roundTimestamp(sql, type.precision), type };
}

function offsetText(sql: string, type: TrinoType): string {
  return type.kind === "timestamp with time zone" && type.zone === "UTC"
    ? "'Z'"
    : `trino_offset_text(${offsetMinutes(sql, type)})`;
}

/** The zone of hours and minutes that are written as the second and third argument. */
function offsetOf(call: SpecialCall): string {
  const [hours, minutes] = call.args.slice(1).map((node): number => {
    if (node.kind === "integer") return Number(node.text);
    if (node.kind === "unary" && node.operator === "-" && node.operand.kind === "integer") {
      return -Number(node.operand.text);
    }
    throw notSupported("from_unixtime with computed hours and minutes", call.at);
  });
  const offset = hours * 60 + minutes;
  const [sign, size] = offset < 0 ? ["-", -offset] : ["+", offset];
  const digits = (number: number): string => String(number).padStart(2, "0");
  return zoneName(`${sign}${digits(Math.floor(size / 60))}:${digits(size % 60)}`);
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
    return byUnit(call, value.type, (unit) => onLocal(value, (local) => `date_trunc(${quote(unit)}, ${local})`));
  },
  date_add: (call) => {
    needArguments(call, 3);
    const value = moment(call, 2);
    const count = coerce(call.compile(call.args[1]), BIGINT, call.at).sql;
    return byUnit(call, value.type, (unit) => added(value, unit, count));
  },
  date_diff: (call) => {
    needArguments(call, 3);
    const from = moment(call, 1);
    const to = moment(call, 2);
    const dates = from.type.kind === "date" && to.type.kind === "date";
    const [first, second] = sameZone(from, to);
    const common = commonType(first.type, second.type);
    if (!common) throw unexpected(call);
    const [a, b] = [first, second].map((value) => localTime(coerce(value, common).sql, common));
    return byUnit(call, dates ? DATE : TIMESTAMP, (unit) => {
      return { sql: `date_sub(${quote(unit)}, ${a}, ${b})`, type: BIGINT };
    });
  },
  from_unixtime_nanos: (call) => {
    throw notSupported("timestamps of more than 6 fractional digits", call.at);
  },
  date_format: (call) => formatted(call, "mysql"),
  format_datetime: (call) => formatted(call, "java"),
  parse_datetime: (call) => {
    needArguments(call, 2);
    const text = coerce(call.compile(call.args[0]), VARCHAR, call.at).sql;
    return { sql: `make_timestamp(trino_java_parse(${text}, ${patternOf(call, "java").sql}))`, type: zoned(3, "UTC") };
  },
  from_unixtime: (call) => {
    needArguments(call, 1, 2, 3);
    const seconds = coerce(call.compile(call.args[0]), DOUBLE, call.at).sql;
    const zone =
      call.args.length === 3 ? offsetOf(call) : call.args.length === 2 ? zoneName(literalOf(call, 1)) : "UTC";
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
