/**
 * Reads dates and times from text: date_parse, parse_datetime and ISO 8601. Results are microseconds since 1970.
 */
import { mysqlFormat } from "../../../athena-sql/dialect/functions/date-formats";

const MONTHS = "january february march april may june july august september october november december".split(" ");

function invalid(text: string, reason = "is malformed"): Error {
  return new Error(`INVALID_FUNCTION_ARGUMENT: Invalid format: "${text}" ${reason}`);
}

/** Length of the offset from UTC that stands there. A value would have to remember any but that of UTC. */
function zoneOffset(text: string, at: number): number {
  const zone = /Z|[+-]\d{2}:?\d{2}/y;
  zone.lastIndex = at;
  const found = zone.exec(text)?.[0];
  if (found === undefined) throw invalid(text, `is malformed at "${text.slice(at)}"`);
  if (/[1-9]/.test(found)) {
    throw new Error(`NOT_SUPPORTED: The local runtime does not run parse_datetime of values with the offset ${found}.`);
  }
  return found.length;
}

/** `date_parse(text, pattern)` with a pattern of MySQL. */
export function dateParse(text: string, pattern: string): bigint {
  return parse(text, mysqlFormat(pattern, { line: 1, column: 1 }));
}

/** Reads text by a strftime pattern; what the pattern leaves out is that of 1970-01-01 00:00. */
export function parse(text: string, pattern: string): bigint {
  let year = 1970;
  let month = 1;
  let day = 1;
  let [hour, minute, second, micros] = [0, 0, 0, 0];
  let afternoon: boolean | undefined;
  let dayOfYear: number | undefined;
  let offset = 0;
  const digits = (most: number): number => {
    const found = new RegExp(`\\d{1,${most}}`, "y");
    found.lastIndex = offset;
    const match = found.exec(text)?.[0];
    if (match === undefined) throw invalid(text, `is malformed at "${text.slice(offset)}"`);
    offset += match.length;
    return Number(match);
  };
  const signed = (most: number): number => {
    const sign = /[+-]/y;
    sign.lastIndex = offset;
    const found = sign.exec(text)?.[0] ?? "";
    offset += found.length;
    return (found === "-" ? -1 : 1) * digits(most);
  };
  const monthName = (): number => {
    const rest = text.slice(offset).toLowerCase();
    const index = MONTHS.findIndex((name) => rest.startsWith(name) || rest.startsWith(name.slice(0, 3)));
    if (index < 0) throw invalid(text, `is malformed at "${text.slice(offset)}"`);
    offset += rest.startsWith(MONTHS[index]) ? MONTHS[index].length : 3;
    return index + 1;
  };
  const expanded = pattern.replaceAll("%T", "%H:%M:%S");
  const parts = expanded.match(/%-?.|[^%]/gs) ?? [];
  for (const [index, part] of parts.entries()) {
    switch (part.replace("-", "")) {
      case "%Y":
        // As many digits as there are, with a sign, unless other numbers follow at once.
        year = /^%-?[mdjHIMSgf]/.test(parts[index + 1] ?? "") ? digits(4) : signed(9);
        break;
      case "%y": {
        const two = digits(2);
        year = two < 70 ? 2000 + two : 1900 + two;
        break;
      }
      case "%m":
        month = digits(2);
        break;
      case "%B":
      case "%b":
        month = monthName();
        break;
      case "%d":
        day = digits(2);
        break;
      case "%j":
        dayOfYear = digits(3);
        break;
      case "%H":
        hour = digits(2);
        break;
      case "%I":
        hour = digits(2) % 12;
        break;
      case "%M":
        minute = digits(2);
        break;
      case "%S":
        second = digits(2);
        break;
      case "%g":
      case "%f": {
        const from = offset;
        digits(9);
        micros = Number(text.slice(from, offset).padEnd(6, "0").slice(0, 6));
        break;
      }
      case "%p": {
        const half = text.slice(offset, offset + 2).toUpperCase();
        if (half !== "AM" && half !== "PM") throw invalid(text);
        afternoon = half === "PM";
        offset += 2;
        break;
      }
      case "%A":
      case "%a": {
        const name = /[A-Za-z]+/y;
        name.lastIndex = offset;
        offset += name.exec(text)?.[0].length ?? 0;
        break;
      }
      case "%z":
      case "%E":
        offset += zoneOffset(text, offset);
        break;
      case "%%":
        if (text[offset++] !== "%") throw invalid(text);
        break;
      default:
        if (part.startsWith("%")) throw new Error(`NOT_SUPPORTED: The local runtime does not read dates by ${part}.`);
        if (text[offset] !== part) throw invalid(text, `is malformed at "${text.slice(offset)}"`);
        offset += 1;
    }
  }
  if (offset < text.length) throw invalid(text, `is malformed at "${text.slice(offset)}"`);
  if (afternoon !== undefined) hour = (hour % 12) + (afternoon ? 12 : 0);
  const date = new Date(0);
  if (dayOfYear !== undefined) date.setUTCFullYear(year, 0, dayOfYear);
  else date.setUTCFullYear(year, month - 1, day);
  if (dayOfYear === undefined && (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)) throw invalid(text);
  if (hour > 23 || minute > 59 || second > 59) throw invalid(text);
  return BigInt(date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000) * 1000n + BigInt(micros);
}

/** `from_iso8601_timestamp`. Only UTC: a value would have to remember its own offset. */
export function isoTimestamp(text: string): bigint {
  if (/^\d{4}-?W\d/.test(text))
    throw new Error("NOT_SUPPORTED: The local runtime does not read ISO 8601 dates by weeks.");
  if (/^[+-]?\d{5,}/.test(text))
    throw new Error("NOT_SUPPORTED: The local runtime does not read ISO 8601 dates of far years.");
  const match =
    /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:T(\d{2}):?(\d{2})?(?::?(\d{2})(?:[.,](\d{1,6})\d*)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(
      text,
    );
  if (!match) throw invalid(text);
  const [, year, month, day = "01", hour = "00", minute = "00", second = "00", fraction = "0", zone = "Z"] = match;
  if (!/^(Z|[+-]00:?00)$/.test(zone))
    throw new Error("NOT_SUPPORTED: The local runtime reads ISO 8601 timestamps in UTC only.");
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw invalid(text);
  return BigInt(time) * 1000n + BigInt(fraction.padEnd(6, "0"));
}
