/**
 * Trino: human_readable_seconds and parse_duration of "Date and time functions and operators", parse_data_size of "Conversion functions".
 */

const UNITS: readonly (readonly [string, number])[] = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** `1 day, 8 hours`; the sign is left out. */
export function humanReadableSeconds(text: string): string {
  const given = Number(text);
  if (!Number.isFinite(given)) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid argument found: ${text}`);
  let left = Math.round(Math.abs(given));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? "" : "s"}`);
  }
  return parts.join(", ") || "0 seconds";
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `1.5d`. */
export function parseDuration(text: string): bigint {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new Error(`INVALID_FUNCTION_ARGUMENT: duration is not a valid data duration string: ${text}`);
  }
  if (!(unit in MILLISECONDS)) throw new Error(`INVALID_FUNCTION_ARGUMENT: Unknown time unit: ${unit}`);
  return BigInt(Math.floor(Number(amount) * MILLISECONDS[unit] + 0.5));
}

const SIZES = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/** Bytes of `2.3MB`, as digits. */
export function parseDataSize(text: string): string {
  const [, whole, fraction = "", unit = ""] = /^(\d+)(?:\.(\d+))?([a-zA-Z]+)$/.exec(text) ?? [];
  const power = SIZES.indexOf(unit);
  if (whole === undefined || power < 0) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid data size: '${text}'`);
  const bytes = (BigInt(whole + fraction) * 1024n ** BigInt(power)) / 10n ** BigInt(fraction.length);
  if (bytes >= 10n ** 38n) throw new Error(`NUMERIC_VALUE_OUT_OF_RANGE: Value out of range: '${text}' ('${bytes}B')`);
  return String(bytes);
}
