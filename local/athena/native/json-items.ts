/**
 * The items that paths of SQL/JSON lead through: parts of a JSON text, and SQL's scalars.
 */
import { javaFloatText } from "./java-numbers";
import { JsonReader, type Shape } from "./json-reader";
import { jsonString } from "./json-text";

export type JsonItem =
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, JsonItem> }
  | { readonly kind: "array"; readonly items: readonly JsonItem[] }
  | { readonly kind: "null" }
  /** What Trino reads of a text without a value. */
  | { readonly kind: "missing" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "varchar"; readonly value: string }
  | PathNumber
  /** A whole number beyond BIGINT: JSON has it, SQL does not. */
  | { readonly kind: "huge"; readonly value: bigint };

export type PathNumber =
  | { readonly kind: "integer"; readonly value: bigint; readonly bits: number }
  | { readonly kind: "real" | "double"; readonly value: number }
  | DecimalItem;

export interface DecimalItem {
  readonly kind: "decimal";
  readonly unscaled: bigint;
  readonly scale: number;
}

const SHAPE: Shape<JsonItem> = {
  string: (value) => ({ kind: "varchar", value }),
  number: (digits) => {
    if (!/^-?\d+$/.test(digits)) return { kind: "double", value: Number(digits) };
    const value = BigInt(digits);
    if (BigInt.asIntN(64, value) !== value) return { kind: "huge", value };
    return { kind: "integer", value, bits: BigInt.asIntN(32, value) === value ? 32 : 64 };
  },
  word: (word) => (word === "null" ? { kind: "null" } : { kind: "boolean", value: word === "true" }),
  array: (items) => ({ kind: "array", items }),
  // Of members of one name, the last one counts, in the place of the first.
  object: (members) => ({ kind: "object", members: new Map(members) }),
};

/**
 * The value that a text begins with; what follows it is not looked at, as in Trino.
 * @throws SyntaxError for text that begins with no JSON
 */
export function readItem(text: string): JsonItem {
  const reader = new JsonReader(text, SHAPE);
  const first = reader.next();
  if (first === "") return { kind: "missing" };
  const item = reader.value();
  if (/[-\dtfn]/.test(first)) reader.needBoundary();
  return item;
}

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

/** A scalar of SQL from its text; `json` is a text to read, and `null` JSON's null. */
export function sqlItem(type: string, text: string): JsonItem {
  switch (type) {
    case "json":
      return readItem(text);
    case "null":
      return { kind: "null" };
    case "boolean":
      return { kind: "boolean", value: text === "true" };
    case "real":
    case "double":
      return { kind: type, value: Number(text.replace("inf", "Infinity")) };
    case "decimal":
      return decimalItem(text);
    default:
      return type in BITS
        ? { kind: "integer", value: BigInt(text), bits: BITS[type] }
        : { kind: "varchar", value: text };
  }
}

function decimalItem(text: string): DecimalItem {
  const [whole, fraction = ""] = text.split(".");
  return { kind: "decimal", unscaled: BigInt(whole + fraction), scale: fraction.length };
}

/** The item as JSON text. */
export function itemJson(item: JsonItem): string {
  switch (item.kind) {
    case "object":
      return `{${[...item.members].map(([key, member]) => `${jsonString(key)}:${itemJson(member)}`).join(",")}}`;
    case "array":
      return `[${item.items.map(itemJson).join(",")}]`;
    case "null":
    case "missing":
      return "null";
    case "varchar":
      return jsonString(item.value);
    case "real":
    case "double":
      return Number.isFinite(item.value) ? scalarText(item) : `"${item.value}"`;
    default:
      return scalarText(item);
  }
}

/** A scalar as Java prints it. */
export function scalarText(item: Extract<JsonItem, { kind: "boolean" | "huge" | PathNumber["kind"] }>): string {
  if (item.kind === "decimal") return decimalText(item);
  if (item.kind !== "real" && item.kind !== "double") return String(item.value);
  const value = item.kind === "real" ? shortest(item.value) : String(item.value);
  return javaFloatText(Object.is(item.value, -0) ? "-0.0" : value);
}

// The fewest digits that give the same REAL.
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

// BigDecimal.toString: with an exponent where more than five zeros would follow the point.
function decimalText({ unscaled, scale }: DecimalItem): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const sign = unscaled < 0n ? "-" : "";
  const exponent = digits.length - 1 - scale;
  if (exponent < -6) return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}E${exponent}`;
  if (scale === 0) return sign + digits;
  const padded = digits.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
