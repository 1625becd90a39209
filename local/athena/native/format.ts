/**
 * One `%…` of Trino's `format`, which is Java's Formatter.
 */

const SPEC = /^%([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z])$/;

function unknown(spec: string): Error {
  return new Error(`NOT_SUPPORTED: The local runtime does not run format with ${spec}.`);
}

/** The conversions that are written here. */
const CONVERSIONS = "sSdxXofeEbBc";

/** @param text the value: digits of a number, as exact as it is; `null` for NULL */
export function formatValue(spec: string, text: string): string {
  const [, flags = "", width = "0", precision, conversion = ""] = SPEC.exec(spec) ?? [];
  if (!CONVERSIONS.includes(conversion) || flags.includes("#")) throw unknown(spec);
  const size = Number(width);
  const pad = (value: string): string => (flags.includes("-") ? value.padEnd(size) : value.padStart(size));
  if (/[sSbBc]/.test(conversion)) {
    const plain = conversion.toLowerCase() === "b" && text !== "true" ? "false" : text;
    const cut = precision === undefined ? plain : plain.slice(0, Number(precision));
    return pad(conversion === conversion.toUpperCase() ? cut.toUpperCase() : cut);
  }
  if (text === "null" || /^-?(NaN|Infinity)$/.test(text)) return pad(text);
  const negative = text.startsWith("-");
  const digits = unsigned(text.replace(/^-/, ""), conversion, precision, spec, negative);
  const sign = negative
    ? flags.includes("(")
      ? "("
      : "-"
    : flags.includes("+")
      ? "+"
      : flags.includes(" ")
        ? " "
        : "";
  const tail = negative && flags.includes("(") ? ")" : "";
  const [whole, fraction] = digits.split(".");
  const grouped = flags.includes(",") ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  const body = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  const zeros = flags.includes("0") ? "0".repeat(Math.max(0, size - sign.length - body.length - tail.length)) : "";
  return pad(`${sign}${zeros}${body}${tail}`);
}

function unsigned(
  text: string,
  conversion: string,
  precision: string | undefined,
  spec: string,
  negative: boolean,
): string {
  if ("dxXo".includes(conversion)) {
    if (!/^\d+$/.test(text))
      throw new Error(
        `INVALID_FUNCTION_ARGUMENT: Invalid format string: ${spec} (IllegalFormatConversion: ${conversion})`,
      );
    if (conversion === "d") return text;
    // Java shows the bits of a negative number, of which the width of its type is needed.
    if (negative) throw unknown(`${spec} of a negative number`);
    const bits = BigInt(text).toString(conversion === "o" ? 8 : 16);
    return conversion === "X" ? bits.toUpperCase() : bits;
  }
  const places = Number(precision ?? 6);
  if (conversion === "f") return fixed(text, places);
  const shown = Number(text)
    .toExponential(places)
    .replace(/e([+-])(\d)$/, "e$10$2");
  return conversion === "E" ? shown.toUpperCase() : shown;
}

/** Decimal digits with so many places, rounded half up. */
function fixed(text: string, places: number): string {
  const [, whole = "0", fraction = "", exponent = "0"] = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const shift = Number(exponent);
  const all = whole + fraction;
  const point = whole.length + shift;
  const padded = point < 0 ? "0".repeat(-point) + all : all.padEnd(point, "0");
  const at = Math.max(point, 0);
  const digits =
    (padded.slice(0, at) || "0") +
    padded
      .slice(at)
      .padEnd(places + 1, "0")
      .slice(0, places + 1);
  const rounded = ((BigInt(digits) + 5n) / 10n).toString().padStart(places + 1, "0");
  return places === 0 ? rounded : `${rounded.slice(0, -places)}.${rounded.slice(-places)}`;
}

/** A timestamp as java.time prints it: `2024-01-02T03:04`, with seconds and thousands of them where there are some. */
export function javaTimestamp(text: string): string {
  const [, minutes = "", seconds = "", fraction = ""] =
    /^(.*:\d\d):(\d\d)(?:\.(\d+))?$/.exec(text.replace(" ", "T")) ?? [];
  const digits = fraction.replace(/0+$/, "");
  if (seconds === "00" && digits === "") return minutes;
  return `${minutes}:${seconds}${digits && `.${digits.padEnd(Math.ceil(digits.length / 3) * 3, "0")}`}`;
}
