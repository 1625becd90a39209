/**
 * What json_value, json_query, json_exists, json_object and json_array compute (Trino: "JSON functions and operators").
 */
import { type JsonPath, parseJsonPath } from "../../../athena-sql/dialect/sql-json-path";
import { itemJson, type JsonItem, readItem, scalarText, sqlItem } from "./json-items";
import { followPath } from "./json-path";
import { PathError } from "./json-path-errors";

const paths = new Map<string, JsonPath>();

function pathOf(text: string): JsonPath {
  let path = paths.get(text);
  if (!path) {
    path = parseJsonPath(text);
    if (paths.size > 1000) paths.clear();
    paths.set(text, path);
  }
  return path;
}

class InputError extends Error {
  constructor() {
    super("JSON_INPUT_CONVERSION_ERROR: conversion to JSON failed: ");
  }
}

function read<T extends JsonItem>(item: () => T): T {
  try {
    return item();
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError();
    throw error;
  }
}

function texts(list: string): (string | null)[] {
  return JSON.parse(list) as (string | null)[];
}

/** Every `size` of them. */
function groups(list: readonly (string | null)[], size: number): (string | null)[][] {
  return Array.from({ length: list.length / size }, (_, index) => list.slice(index * size, (index + 1) * size));
}

/**
 * Follows a path.
 * @param variables JSON list of name, type and text of each
 * @param mode `exists`, `value`, or `query` with a wrapper and what becomes of quotes
 * @returns what was found and its text: `true`, `empty`, `error` with the message, `item` with its JSON, or a scalar's type
 */
export function jsonPath(json: string, path: string, variables: string, mode: string): string[] {
  try {
    const input = read(() => readItem(json));
    const named = groups(texts(variables), 3).map(([name, type, text]): [string, JsonItem | undefined] => {
      if (text === null) return [name ?? "", type === "json" ? undefined : { kind: "null" }];
      return [name ?? "", read(() => sqlItem(type ?? "", text))];
    });
    const found = followPath(pathOf(path), input, new Map(named));
    if (mode === "exists") return [String(found.length > 0)];
    if (found.length === 0) return ["empty"];
    return mode === "value" ? scalar(found) : query(found, mode.split(" "));
  } catch (error) {
    if (error instanceof PathError || error instanceof InputError) return ["error", error.message];
    throw error;
  }
}

function scalar(found: readonly JsonItem[]): string[] {
  const failed = "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: JSON path found";
  if (found.length > 1) return ["error", `${failed} multiple items`];
  const [item] = found;
  switch (item.kind) {
    case "null":
      return ["null"];
    case "object":
    case "array":
    case "missing":
    case "huge":
      return ["error", `${failed} an item that cannot be converted to an SQL value`];
    case "varchar":
      return ["varchar", item.value];
    case "real":
    case "double":
      return [item.kind, Object.is(item.value, -0) ? "-0" : String(item.value)];
    case "integer":
      return [item.bits > 32 ? "bigint" : "integer", String(item.value)];
    default:
      return [item.kind, scalarText(item)];
  }
}

function query(found: readonly JsonItem[], [, wrapper, quotes]: readonly string[]): string[] {
  const alone = found.length === 1 && ["array", "object"].includes(found[0].kind);
  const wrapped = wrapper === "unconditional" || (wrapper === "conditional" && !alone);
  const items: readonly JsonItem[] = wrapped ? [{ kind: "array", items: found }] : found;
  if (items.length > 1) {
    return ["error", "JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found multiple items"];
  }
  const [item] = items;
  return ["item", quotes === "omit" && item.kind === "varchar" ? item.value : itemJson(item)];
}

function valueOf(type: string | null, text: string | null): JsonItem {
  return text === null ? { kind: "null" } : read(() => sqlItem(type ?? "", text));
}

/** @param elements JSON list of type and text of each */
export function jsonArray(elements: string, nulls: string): string {
  const given = groups(texts(elements), 2).filter(([, text]) => text !== null || nulls === "null");
  return itemJson({ kind: "array", items: given.map(([type, text]) => valueOf(type, text)) });
}

/** @param members JSON list of key, type and text of each */
export function jsonObject(members: string, nulls: string, keys: string): string {
  const built = new Map<string, JsonItem>();
  for (const [key, type, text] of groups(texts(members), 3)) {
    if (key === null) {
      throw new Error("INVALID_FUNCTION_ARGUMENT: null value passed for JSON object key to JSON_OBJECT function");
    }
    if (text === null && nulls === "absent") continue;
    if (built.has(key)) {
      throw new Error(
        keys === "unique"
          ? "INVALID_FUNCTION_ARGUMENT: duplicate key passed to JSON_OBJECT function"
          : "NOT_SUPPORTED: cannot construct a JSON object with duplicate key",
      );
    }
    built.set(key, valueOf(type, text));
  }
  const ordered = inHashOrder([...built.keys()]).map((key): [string, JsonItem] => [key, built.get(key) as JsonItem]);
  return itemJson({ kind: "object", members: new Map(ordered) });
}

/** The order in which Java's HashMap, of which Trino makes the object, gives these keys that were put into it. */
function inHashOrder(keys: readonly string[]): string[] {
  let size = 16;
  while (keys.length > size * 0.75) size *= 2;
  const bucket = (key: string): number => {
    let hash = 0;
    for (let i = 0; i < key.length; i++) hash = (Math.imul(31, hash) + key.charCodeAt(i)) | 0;
    return (hash ^ (hash >>> 16)) & (size - 1);
  };
  return [...keys].sort((a, b) => bucket(a) - bucket(b));
}
