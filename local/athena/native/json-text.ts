/**
 * JSON text as Trino holds it: no blanks, numbers as written.
 */

/** @throws SyntaxError for text that is no JSON */
export function canonicalJson(text: string, sorted = true): string {
  // Checked by the platform; what follows may then rely on the text.
  JSON.parse(text);
  const reader = { text, sorted, offset: 0 };
  return value(reader);
}

interface Reader {
  readonly text: string;
  /** json_parse orders the members of objects; json_extract leaves them. */
  readonly sorted: boolean;
  offset: number;
}

function next(reader: Reader): string {
  while (" \t\n\r".includes(reader.text[reader.offset])) reader.offset += 1;
  return reader.text[reader.offset];
}

function match(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.offset;
  const found = pattern.exec(reader.text)?.[0] ?? "";
  reader.offset += found.length;
  return found;
}

function string(reader: Reader): string {
  return JSON.stringify(JSON.parse(match(reader, /"(?:[^"\\]|\\.)*"/y)));
}

function value(reader: Reader): string {
  const first = next(reader);
  if (first === '"') return string(reader);
  if (first === "[") {
    const items: string[] = [];
    reader.offset += 1;
    while (next(reader) !== "]") {
      items.push(value(reader));
      if (next(reader) === ",") reader.offset += 1;
    }
    reader.offset += 1;
    return `[${items.join(",")}]`;
  }
  if (first === "{") {
    const members = new Map<string, string>();
    reader.offset += 1;
    while (next(reader) !== "}") {
      const key = string(reader);
      next(reader);
      reader.offset += 1;
      members.set(key, value(reader));
      if (next(reader) === ",") reader.offset += 1;
    }
    reader.offset += 1;
    const entries = [...members];
    if (reader.sorted) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, member]) => `${key}:${member}`).join(",")}}`;
  }
  return match(reader, /[^\s,\]}]+/y);
}

/**
 * The part of a JSON text that a path leads to, NULL if there is none or the text is no JSON.
 * @param path steps as a JSON array: names of members, indexes of items
 */
export function extractJson(text: string, path: string): string | null {
  let found: string;
  try {
    found = canonicalJson(text, false);
  } catch {
    return null;
  }
  for (const step of JSON.parse(path) as (string | number)[]) {
    const next = child(found, step);
    if (next === undefined) return null;
    found = next;
  }
  return found;
}

/** The same for a string, number or boolean, as plain text. */
export function extractJsonScalar(text: string, path: string): string | null {
  const found = extractJson(text, path);
  if (found === null || found === "null" || found.startsWith("{") || found.startsWith("[")) return null;
  return found.startsWith('"') ? (JSON.parse(found) as string) : found;
}

function child(json: string, step: string | number): string | undefined {
  const reader = { text: json, sorted: false, offset: 1 };
  const isArray = json.startsWith("[");
  if ((!isArray && !json.startsWith("{")) || isArray !== (typeof step === "number")) return undefined;
  for (let index = 0; !"]}".includes(next(reader)); index++) {
    const key = isArray ? index : (JSON.parse(string(reader)) as string);
    if (!isArray) reader.offset += 1;
    const item = value(reader);
    if (key === step) return item;
    if (next(reader) === ",") reader.offset += 1;
  }
  return undefined;
}
