/**
 * JSON text as Trino holds it: no blanks, numbers and characters as Java writes them.
 */
import { pathSteps } from "../../../athena-sql/dialect/json-path";
import { javaFloatText } from "./java-numbers";

/** Deepest nesting that Trino reads. */
const DEEPEST = 1000;

/** Reads JSON from its start; what stands behind the value that is asked for is not looked at. */
class Reader {
  private offset = 0;
  private depth = 0;

  /** @param sorted whether members come in the order of their names, the last of one name only: json_parse does that */
  constructor(
    private readonly text: string,
    private readonly sorted: boolean,
  ) {}

  /** The next character that is no blank. */
  next(): string {
    while (" \t\n\r".includes(this.text[this.offset] ?? "x")) this.offset += 1;
    return this.text[this.offset] ?? "";
  }

  take(character: string): boolean {
    if (this.next() !== character) return false;
    this.offset += 1;
    return true;
  }

  need(character: string): void {
    if (!this.take(character)) throw new SyntaxError(`${character} expected`);
  }

  needEnd(): void {
    if (this.next() !== "") throw new SyntaxError("text after the value");
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new SyntaxError("no JSON");
    this.offset += found.length;
    return found;
  }

  string(): string {
    this.next();
    return JSON.parse(this.match(/"(?:[^"\\\u0000-\u001f]|\\.)*"/y)) as string;
  }

  /** The next value, canonical. */
  value(): string {
    const first = this.next();
    if (first === '"') return jsonString(this.string());
    if (first === "[" || first === "{") {
      if ((this.depth += 1) > DEEPEST) throw new SyntaxError("nested too deep");
      const text = first === "[" ? this.array() : this.object();
      this.depth -= 1;
      return text;
    }
    if (/[tfn]/.test(first)) return this.match(/true|false|null/y);
    return numberText(this.match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y));
  }

  /** A number, boolean or null as it is written. */
  scalar(): string {
    this.next();
    return this.match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  }

  private array(): string {
    const items: string[] = [];
    this.need("[");
    if (!this.take("]")) {
      do items.push(this.value());
      while (this.take(","));
      this.need("]");
    }
    return `[${items.join(",")}]`;
  }

  private object(): string {
    const members = this.members();
    const entries = this.sorted ? [...new Map(members)].sort(([a], [b]) => (a < b ? -1 : 1)) : members;
    return `{${entries.map(([key, member]) => `${jsonString(key)}:${member}`).join(",")}}`;
  }

  /** The members of the next value, which is an object. */
  members(): [string, string][] {
    const members: [string, string][] = [];
    this.need("{");
    if (!this.take("}")) {
      do {
        const key = this.string();
        this.need(":");
        members.push([key, this.value()]);
      } while (this.take(","));
      this.need("}");
    }
    return members;
  }

  /** Moves to a member or an item. @returns whether there is one; the first of its name counts */
  descend(step: string | number): boolean {
    const isArray = this.next() === "[";
    if ((!isArray && this.next() !== "{") || isArray !== (typeof step === "number")) return false;
    this.offset += 1;
    if (this.next() === (isArray ? "]" : "}")) return false;
    for (let index = 0; ; index++) {
      const key = isArray ? index : this.string();
      if (!isArray) this.need(":");
      if (key === step) return true;
      this.value();
      if (!this.take(",")) return false;
    }
  }
}

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
  const reader = new Reader(text, true);
  const value = reader.value();
  reader.needEnd();
  return value;
}

function find(text: string, path: string): Reader | undefined {
  const steps = pathSteps(path);
  if (!steps) {
    if (!path.startsWith("$")) throw new Error(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`);
    throw new Error(`NOT_SUPPORTED: The local runtime does not run the JSON path '${path}'.`);
  }
  const reader = new Reader(text, false);
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
  return key === undefined ? null : extractJson(text, `$[${JSON.stringify(key)}]`);
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
      const reader = new Reader(text, false);
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
  return BigInt(found.startsWith("{") ? new Reader(found, false).members().length : 0);
}

/** Number of items, NULL for what is no array. */
export function jsonArrayLength(text: string): bigint | null {
  return orNull(() => (new Reader(text, false).next() === "[" ? jsonSize(text, "$") : null));
}

/** Whether an array has an item that is this scalar. */
export function jsonArrayContains(text: string, item: string): boolean | null {
  if (!text.trimStart().startsWith("[")) return null;
  return jsonItems(text).includes(item);
}
