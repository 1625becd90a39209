/**
 * Parses the JSON functions of the SQL standard, each with a syntax of its own (Trino: "JSON functions and operators").
 */
import type { Cursor } from "./cursor";
import { parseExpression } from "./expressions";
import type {
  Expression,
  JsonBehavior,
  JsonFormat,
  JsonInput,
  JsonMember,
  JsonPathCall,
  JsonReturning,
} from "./syntax";
import { spannedType } from "./type-text";

type Place = Expression["at"];

/** `json_exists`, `json_value`, `json_query`, `json_object` or `json_array`, whose name comes next. */
export function jsonForm(cursor: Cursor): Expression {
  const { at } = cursor;
  const name = cursor.advance().text.toLowerCase();
  cursor.need("(");
  const form =
    name === "json_object"
      ? jsonObject(cursor, at)
      : name === "json_array"
        ? jsonArray(cursor, at)
        : pathCall(cursor, name as JsonPathCall["name"], at);
  cursor.need(")");
  return form;
}

/** Words that start such a form where `(` follows. */
export const JSON_FORMS: readonly string[] = ["json_exists", "json_value", "json_query", "json_object", "json_array"];

function pathCall(cursor: Cursor, name: JsonPathCall["name"], at: Place): Expression {
  const input = jsonInput(cursor);
  cursor.need(",");
  const path = { at: cursor.at, text: cursor.string() };
  const passing: { name: string; input: JsonInput }[] = [];
  if (cursor.take("passing")) {
    do {
      const passed = jsonInput(cursor);
      cursor.need("as");
      passing.push({ name: variable(cursor), input: passed });
    } while (cursor.take(","));
  }
  const returned = name === "json_exists" ? undefined : returning(cursor, name === "json_query");
  const wrapper = name === "json_query" ? arrayWrapper(cursor) : undefined;
  const quotes = name === "json_query" ? scalarQuotes(cursor) : undefined;
  let onEmpty: JsonBehavior | undefined;
  let onError = behavior(cursor, name);
  if (onError && name !== "json_exists" && cursor.take("on", "empty")) {
    onEmpty = onError;
    onError = behavior(cursor, name);
  }
  if (onError) cursor.need("on", "error");
  return { kind: "json path", name, input, path, passing, returning: returned, wrapper, quotes, onEmpty, onError, at };
}

function jsonInput(cursor: Cursor): JsonInput {
  const value = parseExpression(cursor);
  return { value, format: format(cursor) };
}

function format(cursor: Cursor): JsonFormat | undefined {
  if (!cursor.take("format")) return undefined;
  cursor.need("json");
  if (!cursor.take("encoding")) return {};
  if (!cursor.seesAny("utf8", "utf16", "utf32")) throw cursor.fault("'UTF16', 'UTF32', 'UTF8'");
  return { encoding: cursor.advance().text.toUpperCase() };
}

// JSON paths tell cases apart: a name that is not quoted is in upper case, as the standard has it.
function variable(cursor: Cursor): string {
  const { kind, text } = cursor.current;
  cursor.name();
  return kind === "quoted" ? text : text.toUpperCase();
}

const BEHAVIORS = ["error", "null", "empty", "default"];

function returning(cursor: Cursor, formatted: boolean): JsonReturning | undefined {
  if (!cursor.take("returning")) return undefined;
  const type = spannedType(
    cursor,
    () => cursor.seesAny("format", "with", "without", "keep", "omit", ...BEHAVIORS) && cursor.peek(1).text !== "time",
  );
  return { type, format: formatted ? format(cursor) : undefined };
}

function arrayWrapper(cursor: Cursor): JsonPathCall["wrapper"] {
  if (cursor.take("without")) {
    cursor.take("array");
    cursor.need("wrapper");
    return undefined;
  }
  if (!cursor.take("with")) return undefined;
  const conditional = cursor.take("conditional") || (cursor.take("unconditional"), false);
  cursor.take("array");
  cursor.need("wrapper");
  return conditional ? "conditional" : "unconditional";
}

function scalarQuotes(cursor: Cursor): JsonPathCall["quotes"] {
  if (!cursor.seesAny("keep", "omit")) return undefined;
  const omitted = cursor.advance().text.toLowerCase() === "omit";
  cursor.need("quotes");
  if (cursor.take("on", "scalar")) cursor.need("string");
  return omitted ? "omit" : "keep";
}

function behavior(cursor: Cursor, name: JsonPathCall["name"]): JsonBehavior | undefined {
  if (cursor.take("error")) return { kind: "error" };
  if (name === "json_exists") {
    for (const kind of ["true", "false", "unknown"] as const) if (cursor.take(kind)) return { kind };
    return undefined;
  }
  if (cursor.take("null")) return { kind: "null" };
  if (name === "json_value") {
    return cursor.take("default") ? { kind: "default", value: parseExpression(cursor) } : undefined;
  }
  if (!cursor.take("empty")) return undefined;
  if (cursor.take("object")) return { kind: "empty object" };
  cursor.need("array");
  return { kind: "empty array" };
}

function jsonObject(cursor: Cursor, at: Place): Expression {
  const members: JsonMember[] = [];
  if (!cursor.seesAny(")", "returning")) {
    do members.push(member(cursor));
    while (cursor.take(","));
  }
  const absentOnNull = members.length > 0 && nullTreatment(cursor) === "absent";
  let unique = false;
  if (members.length > 0 && cursor.seesAny("with", "without")) {
    unique = cursor.advance().text.toLowerCase() === "with";
    cursor.need("unique");
    cursor.take("keys");
  }
  return { kind: "json object", members, absentOnNull, unique, returning: returning(cursor, true), at };
}

function member(cursor: Cursor): JsonMember {
  // KEY is a name as well: `json_object(key : 1)` has a column of that name as its key.
  const keyword = cursor.sees("key") && !cursor.sees("key", ":") && !cursor.sees("key", "value");
  if (keyword) cursor.advance();
  const key = parseExpression(cursor);
  if (!keyword && cursor.take(":")) return { key, input: jsonInput(cursor) };
  cursor.need("value");
  return { key, input: jsonInput(cursor) };
}

function jsonArray(cursor: Cursor, at: Place): Expression {
  const elements: JsonInput[] = [];
  if (!cursor.seesAny(")", "returning")) {
    do elements.push(jsonInput(cursor));
    while (cursor.take(","));
  }
  const absentOnNull = elements.length === 0 || nullTreatment(cursor) !== "null";
  return { kind: "json array", elements, absentOnNull, returning: returning(cursor, true), at };
}

function nullTreatment(cursor: Cursor): "null" | "absent" | undefined {
  if (cursor.take("null", "on", "null")) return "null";
  return cursor.take("absent", "on", "null") ? "absent" : undefined;
}
