/**
 * JSON text as Trino holds it: no blanks, numbers and characters as Java writes them.
 */
import { pathSteps } from "../../../athena-sql/dialect/json-path";
import { javaFloatText } from "./java-numbers";
import { JsonReader, type Shape } from "./json-reader";

/** JSON text; members in their order, or in that of their names, the last of one name only: json_parse does that. */
function textShape(sorted: boolean): Shape<string> {
  return {
    string: jsonString,
    number: numberText,
    word: (word) => word,
    array: (items) => `[${items.join(",")}]`,
    object: (members) => {
      const entries = sorted ? [...new Map(members)].sort(([a], [b]) => (a < b ? -1 : 1)) : members;
      return `{${entries.map(([key, member]) => `${jsonString(key)}:${member}`).join(",")}}`;
    },
  };
}

const AS_WRITTEN = textShape(false);
const SORTED = textShape(true);

/** Whole numbers keep their digits; others are doubles. */
function numberText(digits: string): string {
  if (/^-?\d+$/.test(digits)) return digits === "-0" ? "0" : digits;
  const value = Number(digits);
  return Number.isFinite(value) ? javaFloatText(Object.is(value, -0) ? "-0.0" : String(value)) : `"${value}"`;
}

/** A text as JSON, characters beyond 16 bits as two escapes. */
export function jsonString(text: string): string {
  const escaped = JSON.stringify(text).replace(/\\u[0-9a-f]{4}/g, (found) => `\\u${found.slice(2).toUpperCase()}`);
  return escaped.replace(
    /[\u{10000}-\u{10ffff}]/gu,
    (found) =>
      `\\u${found.charCodeAt(0).toString(16).toUpperCase()}\\u${found.charCodeAt(1).toString(16).toUpperCase()}`,
  );
}

/** @throws SyntaxError for text that is no JSON */
export function canonicalJson(text: string): string {
  const reader = new JsonReader(text, SORTED);
  const value = reader.value();
  reader.needEnd();
  return value;
}

function find(text: string, path: string): JsonReader<string> | undefined {
  const steps = pathSteps(path);
  if (!steps) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`);
  const reader = new JsonReader(text, AS_WRITTEN);
  return steps.every((step) => reader.descend(step)) ? reader : undefined;
}

function orNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The part of a JSON text that a path leads to, NULL if there is none or the text is no JSON. */
export function extractJson(text: string, path: string): string | null {
  return orNull(() => find(text, path)?.value() ?? null);
}

/** The same for a string, number or boolean, as plain text; numbers as they are written. */
export function extractJsonScalar(text: string, path: string): string | null {
  return orNull(() => {
    const reader = find(text, path);
    if (!reader || ["{", "["].includes(reader.next())) return null;
    if (reader.next() === '"') return reader.string();
    const written = reader.scalar();
    return written === "null" ? null : written;
  });
}

/** A member of an object, whatever the case of its name's letters; NULL if there is none. */
export function jsonField(text: string, name: string): string | null {
  const members = JSON.parse(text) as unknown;
  if (typeof members !== "object" || members === null || Array.isArray(members)) return null;
  const key = Object.keys(members).find((own) => own.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : jsonMember(text, key);
}

/** The member of an object that has exactly this name. */
export function jsonMember(text: string, name: string): string | null {
  const reader = new JsonReader(text, AS_WRITTEN);
  return reader.descend(name) ? reader.value() : null;
}

/** `json_array_get`: an item from the start, or with a negative index from the end. */
export function jsonArrayItem(text: string, index: bigint): string | null {
  const items = jsonItems(text);
  const at = index < 0n ? items.length + Number(index) : Number(index);
  const item = items[at] as string | undefined;
  if (item === undefined || item === "null") return null;
  return item.startsWith('"') ? (JSON.parse(item) as string) : item;
}

/** Items of a JSON array, none for other texts. */
export function jsonItems(text: string): string[] {
  return (
    orNull(() => {
      const items: string[] = [];
      const reader = new JsonReader(text, AS_WRITTEN);
      if (!reader.take("[") || reader.take("]")) return items;
      do items.push(reader.value());
      while (reader.take(","));
      return items;
    }) ?? []
  );
}

/** Number of items or members that a path leads to, 0 for a scalar, NULL for nothing. */
export function jsonSize(text: string, path: string): bigint | null {
  const found = extractJson(text, path);
  if (found === null) return null;
  if (found.startsWith("[")) return BigInt(jsonItems(found).length);
  return BigInt(found.startsWith("{") ? new JsonReader(found, AS_WRITTEN).members().length : 0);
}

/** Number of items, NULL for what is no array. */
export function jsonArrayLength(text: string): bigint | null {
  return orNull(() => (new JsonReader(text, AS_WRITTEN).next() === "[" ? jsonSize(text, "$") : null));
}

/** Whether an array has an item that is this scalar. */
export function jsonArrayContains(text: string, item: string): boolean | null {
  if (!text.trimStart().startsWith("[")) return null;
  return jsonItems(text).includes(item);
}
