/**
 * Dates and times as texts that are cast, as Trino reads them: `2024-1-2 3:04:05.678`, with a sign and more digits for far years.
 */

const DATE = /^([+-]?\d{4,})-(\d{1,2})-(\d{1,2})/;
const TIME = /^(?: (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,12}))?)?)?/;

function invalid(text: string, type: string): Error {
  return new Error(`INVALID_CAST_ARGUMENT: Value cannot be cast to ${type}: ${text}`);
}

/** Days since 1970, or undefined where the calendar has no such day. */
function daysOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? Math.floor(date.getTime() / 86_400_000) : undefined;
}

/** `CAST(text AS date)`, in days since 1970. */
export function dateOf(text: string): bigint {
  const found = /^\s*([+-]?\d{1,})-(\d{1,2})-(\d{1,2})\s*$/.exec(text);
  const days = found ? daysOf(Number(found[1]), Number(found[2]), Number(found[3])) : undefined;
  if (days === undefined) throw invalid(text, "date");
  return BigInt(days);
}

interface Moment {
  readonly micros: bigint;
  /** What stands behind the time: a zone. */
  readonly rest: string;
}

function read(text: string, type: string): Moment {
  const trimmed = text.trim();
  const date = DATE.exec(trimmed);
  const days = date ? daysOf(Number(date[1]), Number(date[2]), Number(date[3])) : undefined;
  if (!date || days === undefined) throw invalid(text, type);
  const after = trimmed.slice(date[0].length);
  const [time, hour = "0", minute = "0", second = "0", fraction = ""] = TIME.exec(after) ?? [""];
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw invalid(text, type);
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  // Six digits are held; the seventh says how they are rounded.
  const digits = fraction.padEnd(7, "0");
  const micros = BigInt(digits.slice(0, 6)) + (digits[6] >= "5" ? 1n : 0n);
  return {
    micros: (BigInt(days) * 86_400n + BigInt(seconds)) * 1_000_000n + micros,
    rest: after.slice(time.length).trim(),
  };
}

const ZONE = /^([+-]\d{1,2}(:?\d{2})?|[A-Za-z][\w/+-]*)$/;

/** `CAST(text AS timestamp)`: a zone may stand there, and says nothing. */
export function timestampOf(text: string): bigint {
  const { micros, rest } = read(text, "timestamp");
  if (rest !== "" && !ZONE.test(rest)) throw invalid(text, "timestamp");
  return micros;
}

/** `CAST(text AS timestamp with time zone)` of a text that is no literal: only in UTC, since a type has one zone here. */
export function instantOf(text: string): bigint {
  const { micros, rest } = read(text, "timestamp with time zone");
  if (rest === "" || /^(utc|z|gmt|[+-]00:?00)$/i.test(rest)) return micros;
  if (!ZONE.test(rest)) throw invalid(text, "timestamp with time zone");
  throw new Error(
    `NOT_SUPPORTED: The local runtime does not run casts of texts with the time zone ${rest}, unless they are literals.`,
  );
}
