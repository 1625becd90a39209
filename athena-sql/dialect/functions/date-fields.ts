/**
 * Trino: "Date and time functions and operators", EXTRACT and the functions of its fields.
 */
import { QueryError } from "../../trino/errors";
import { BIGINT, TIMESTAMP, type TrinoType, typeName } from "../../trino/types";
import { cast } from "../casts";
import { needArguments, type SpecialCall, type SpecialFunctions } from "./definition";
import type { Typed } from "../typed";
import { localTime } from "../zones";

/** Minutes by which the clock of a value is ahead of UTC. */
export function offsetMinutes(sql: string, type: TrinoType): string {
  return `CAST((epoch_us(${localTime(sql, type)}) - epoch_us(${sql})) // 60000000 AS BIGINT)`;
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

/** `year(x)`, `hour(x)`, … */
export const fieldFunctions: Record<string, SpecialFunctions[string]> = {};
for (const field of [...Object.keys(FIELDS), "timezone_hour", "timezone_minute"]) {
  fieldFunctions[field] = (call) => {
    needArguments(call, 1);
    return extractField(field, call.compile(call.args[0]), call.at);
  };
}
