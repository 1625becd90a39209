/**
 * Time zones: of values with one, and how a clock in a zone and an instant go together.
 */
import { QueryError } from "../trino/errors";
import type { TrinoType } from "../trino/types";
import { quote } from "./typed";

const OFFSET = /^([+-])(\d{1,2}):?(\d{2})?$/;

/** A time zone as Trino prints it: `UTC` for all its names, `+05:30` for offsets. @throws QueryError for what is none */
export function zoneName(text: string): string {
  if (/^(utc|gmt|ut|z|zulu)?([+-]00:?00)?$/i.test(text)) return "UTC";
  const offset = OFFSET.exec(text.replace(/^(utc|gmt|ut)/i, ""));
  if (offset && Number(offset[2]) <= 14) return `${offset[1]}${offset[2].padStart(2, "0")}:${offset[3] ?? "00"}`;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }) && text;
  } catch {
    throw new QueryError("INVALID_FUNCTION_ARGUMENT", `'${text}' is not a valid time zone`);
  }
}

// DuckDB knows zones by name only.
function minutesOf(zone: string): number | undefined {
  const offset = OFFSET.exec(zone);
  if (!offset) return undefined;
  return (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0));
}

/** The clock time of an instant in its zone. */
export function localTime(sql: string, type: TrinoType): string {
  if (type.kind !== "timestamp with time zone" || type.zone === "UTC") return sql;
  const minutes = minutesOf(type.zone);
  if (minutes !== undefined) return `(${sql} + to_minutes(${minutes}))`;
  return `timezone(${quote(type.zone)}, timezone('UTC', ${sql}))`;
}

/** The instant at which a clock in `zone` shows this time; the earlier one where it shows it twice. */
export function instantOf(sql: string, zone: string): string {
  if (zone === "UTC") return sql;
  const minutes = minutesOf(zone);
  return minutes === undefined ? `trino_instant(${quote(zone)}, ${sql})` : `(${sql} - to_minutes(${minutes}))`;
}
