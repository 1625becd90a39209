/**
 * Translates the JSON functions of the SQL standard (Trino: "JSON functions and operators"): the paths are followed by functions
 * of local/athena/native.
 */
import { notSupported, ParseError, type Position, QueryError } from "../trino/errors";
import type { Expression, JsonBehavior, JsonInput, JsonReturning } from "../trino/syntax";
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  INTEGER,
  isNumeric,
  isText,
  REAL,
  type TrinoType,
  typeName,
  VARCHAR,
} from "../trino/types";
import { cast, coerce } from "./casts";
import { parseJsonPath, variablesOf } from "./sql-json-path";
import { textOf } from "./text";
import { duckType, freshName, nullOf, quote, type Typed } from "./typed";

type Compile = (part: Expression) => Typed;
type PathCall = Extract<Expression, { kind: "json path" }>;
type Construction = Extract<Expression, { kind: "json object" | "json array" }>;

/** @throws QueryError as Trino's analyzer does */
export function compileJsonForm(node: PathCall | Construction, compile: Compile): Typed {
  if (node.kind !== "json path") return construction(node, compile);
  switch (node.name) {
    case "json_exists":
      return jsonExists(node, compile);
    case "json_value":
      return jsonValue(node, compile);
    case "json_query":
      return jsonQuery(node, compile);
  }
}

/** What the path leads to, given to `use` as a list: what it is, and its text. */
function followed(node: PathCall, mode: string, compile: Compile, use: (found: string) => string): string {
  checkPath(node);
  const input = jsonText(node.input, compile);
  const variables = node.passing.flatMap(({ name, input: passed }) => [quote(name), ...passedParts(passed, compile)]);
  const found = freshName("e");
  const list = `trino_json_path(${input}, ${quote(node.path.text)}, ${textList(variables)}, ${quote(mode)})`;
  return `list_transform([${list}], lambda ${found}: ${use(found)})[1]`;
}

function checkPath({ path, passing }: PathCall): void {
  const { line, column } = path.at;
  let variables: string[];
  try {
    variables = variablesOf(parseJsonPath(path.text));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const at = { line, column: column + error.at.column };
    throw new QueryError("SYNTAX_ERROR", error.message.replace(/^line 1:\d+: /, ""), at);
  }
  const missing = variables.find((name) => !passing.some((passed) => passed.name === name));
  if (missing === undefined) return;
  const quoted = passing.some(({ name }) => name === missing.toUpperCase());
  const hint = quoted ? `. Try quoting "${missing}" in the PASSING clause to match case` : "";
  throw new QueryError("INVALID_PATH", `no value passed for parameter ${missing}${hint}`, path.at);
}

/** A text that is read as JSON. */
function jsonText({ value, format }: JsonInput, compile: Compile): string {
  const typed = compile(value);
  if (typed.type.kind === "unknown") return nullOf(VARCHAR);
  if (typed.type.kind === "varbinary") throw notSupported("JSON in bytes", value.at);
  if (!isText(typed.type) || format?.encoding) {
    const formatting = `JSON${format?.encoding ? ` ENCODING ${format.encoding}` : ""}`;
    const text = `Cannot read input of type ${typeName(typed.type)} as JSON using formatting ${formatting}`;
    throw new QueryError("TYPE_MISMATCH", text, value.at);
  }
  return cast(typed, VARCHAR).sql;
}

function textList(parts: readonly string[]): string {
  return parts.length === 0 ? "'[]'" : `CAST(to_json([${parts.join(", ")}]) AS VARCHAR)`;
}

/** Whether a value is a text of JSON: FORMAT JSON, or another of these functions. */
function isJson({ value, format }: JsonInput): boolean {
  if (format || value.kind === "json object" || value.kind === "json array") return true;
  return value.kind === "json path" && value.name === "json_query";
}

/** The name of a value's type and its text, as the functions of local/athena/native take them. */
function parts(typed: Typed): [type: string, text: string] | undefined {
  const { type, sql } = typed;
  if (type.kind === "unknown") return ["'null'", nullOf(VARCHAR)];
  if (isText(type)) return ["'varchar'", textOf(sql, type)];
  if (type.kind === "decimal") return ["'decimal'", textOf(sql, type)];
  if (type.kind === "boolean" || isNumeric(type)) return [quote(type.kind), `CAST(${sql} AS VARCHAR)`];
  try {
    return ["'varchar'", cast(typed, VARCHAR).sql];
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

function passedParts(input: JsonInput, compile: Compile): string[] {
  if (isJson(input)) return ["'json'", jsonText(input, compile)];
  const typed = compile(input.value);
  const { kind } = typed.type;
  const found = ["json", "date", "time", "timestamp", "timestamp with time zone"].includes(kind)
    ? undefined
    : parts(typed);
  if (!found) throw notSupported(`PASSING a value of type ${typeName(typed.type)} to a JSON path`, input.value.at);
  return found;
}

function jsonExists(node: PathCall, compile: Compile): Typed {
  const sql = followed(node, "exists", compile, (found) => {
    const otherwise = { error: `CAST(trino_fail(${found}[2]) AS BOOLEAN)`, unknown: "NULL", true: "true" };
    const { kind = "false" } = node.onError ?? {};
    const failed = kind in otherwise ? otherwise[kind as keyof typeof otherwise] : "false";
    return `CASE ${found}[1] WHEN 'true' THEN true WHEN 'false' THEN false WHEN 'error' THEN ${failed} END`;
  });
  return { sql, type: BOOLEAN };
}

/** The kinds of scalars that a path finds, and the types that they are converted from. */
const SCALARS: Readonly<Record<string, TrinoType>> = {
  varchar: VARCHAR,
  boolean: BOOLEAN,
  integer: INTEGER,
  bigint: BIGINT,
  real: REAL,
  double: DOUBLE,
};

const RETURNED = ["boolean", "date", "time", "timestamp"];

function jsonValue(node: PathCall, compile: Compile): Typed {
  const type = node.returning?.type ?? VARCHAR;
  if (type.kind === "timestamp with time zone") throw notSupported(`json_value of type ${typeName(type)}`, node.at);
  if (!isText(type) && !isNumeric(type) && !RETURNED.includes(type.kind)) {
    throw new QueryError("TYPE_MISMATCH", `Invalid return type of function JSON_VALUE: ${typeName(type)}`, node.at);
  }
  const failed = "JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON:";
  const otherwise = (behavior: JsonBehavior | undefined, which: string, message: string): string => {
    if (behavior?.kind === "error") return `CAST(trino_fail(${message}) AS ${duckType(type)})`;
    if (behavior?.kind !== "default") return nullOf(type);
    const value = compile(behavior.value);
    try {
      return coerce(value, type).sql;
    } catch (error) {
      if (!(error instanceof QueryError) || error.name !== "TYPE_MISMATCH") throw error;
      const text = `Function JSON_VALUE default ${which} result must evaluate to a ${typeName(type)} (actual: ${typeName(value.type)})`;
      throw new QueryError("TYPE_MISMATCH", text, behavior.value.at);
    }
  };
  const sql = followed(node, "value", compile, (found) => {
    const branches = Object.entries(SCALARS).map(([name, from]) => {
      const message = quote(
        `${failed} Cannot cast value of type ${name} to declared return type of function JSON_VALUE: ${typeName(type)}`,
      );
      const wrong = otherwise(node.onError, "ON ERROR", message);
      const read = from.kind === "varchar" ? `${found}[2]` : `CAST(${found}[2] AS ${duckType(from)})`;
      const value = converted({ sql: read, type: from }, type);
      if (value === undefined) return `WHEN '${name}' THEN ${wrong}`;
      // What becomes a text of any length always does.
      const exact = type.kind === "varchar" && type.length === undefined;
      return `WHEN '${name}' THEN ${exact ? value : `coalesce(TRY(${value}), ${wrong})`}`;
    });
    const empty = otherwise(node.onEmpty, "ON EMPTY", quote(`${failed} JSON path found no items`));
    const error = otherwise(node.onError, "ON ERROR", `${found}[2]`);
    return (
      `CASE ${found}[1] ${branches.join(" ")} WHEN 'decimal' THEN ${ofDecimal(found, type, node.at)} ` +
      `WHEN 'empty' THEN ${empty} WHEN 'error' THEN ${error} END`
    );
  });
  return { sql, type };
}

function converted(value: Typed, to: TrinoType): string | undefined {
  try {
    return cast(value, to).sql;
  } catch (error) {
    if (error instanceof QueryError) return undefined;
    throw error;
  }
}

// Only literals of the path and PASSING give decimals: numbers of JSON are integers or doubles.
function ofDecimal(found: string, type: TrinoType, at: Position): string {
  if (isText(type) || ["decimal", "real", "double"].includes(type.kind)) {
    return cast({ sql: `${found}[2]`, type: VARCHAR }, type, at).sql;
  }
  const message = `NOT_SUPPORTED: The local runtime does not run json_value of type ${typeName(type)} for decimals.`;
  return `CAST(trino_fail(${quote(message)}) AS ${duckType(type)})`;
}

function jsonQuery(node: PathCall, compile: Compile): Typed {
  const { wrapper, quotes } = node;
  if (wrapper && quotes) {
    const text = `${quotes.toUpperCase()} QUOTES behavior specified with WITH ${wrapper.toUpperCase()} ARRAY WRAPPER behavior`;
    throw new QueryError("INVALID_FUNCTION_ARGUMENT", text, node.at);
  }
  const otherwise = (behavior: JsonBehavior | undefined, message: string): string =>
    ({ error: `trino_fail(${message})`, "empty array": "'[]'", "empty object": "'{}'" })[
      behavior?.kind as "error" | "empty array" | "empty object"
    ] ?? "NULL";
  const sql = followed(node, `query ${wrapper ?? ""} ${quotes ?? ""}`, compile, (found) => {
    const nothing = "'JSON_OUTPUT_CONVERSION_ERROR: conversion from JSON failed: JSON path found no items'";
    const [empty, error] = [otherwise(node.onEmpty, nothing), otherwise(node.onError, `${found}[2]`)];
    return `CASE ${found}[1] WHEN 'item' THEN ${found}[2] WHEN 'empty' THEN ${empty} WHEN 'error' THEN ${error} END`;
  });
  return returned(sql, node.returning, node.at);
}

/** A text of JSON as the type that is asked for. */
function returned(sql: string, returning: JsonReturning | undefined, at: Position): Typed {
  const type = returning?.type ?? VARCHAR;
  if (type.kind === "varbinary") throw notSupported("JSON in bytes", at);
  if (!isText(type) || returning?.format?.encoding) {
    const encoding = returning?.format?.encoding ? ` ENCODING ${returning.format.encoding}` : "";
    const text = `Cannot output JSON value as ${typeName(type)} using formatting JSON${encoding}`;
    throw new QueryError("TYPE_MISMATCH", text, at);
  }
  return cast({ sql, type: VARCHAR }, type);
}

function construction(node: Construction, compile: Compile): Typed {
  const name = node.kind === "json object" ? "JSON_OBJECT" : "JSON_ARRAY";
  const valueParts = (input: JsonInput): string[] => {
    if (isJson(input)) return ["'json'", jsonText(input, compile)];
    const typed = compile(input.value);
    if (["json", "varbinary"].includes(typed.type.kind)) {
      throw notSupported(`${name} of a value of type ${typed.type.kind}`, input.value.at);
    }
    const found = parts(typed);
    if (found) return found;
    const text = `Unsupported type of value passed to ${name} function: ${typeName(typed.type)}`;
    throw new QueryError("NOT_SUPPORTED", text, node.at);
  };
  const nulls = quote(node.absentOnNull ? "absent" : "null");
  if (node.kind === "json array") {
    return returned(
      `trino_json_array(${textList(node.elements.flatMap(valueParts))}, ${nulls})`,
      node.returning,
      node.at,
    );
  }
  if (node.unique && node.members.some(({ input }) => isJson(input))) {
    const text = "WITH UNIQUE KEYS behavior is not supported for JSON_OBJECT function when input expression has FORMAT";
    throw new QueryError("NOT_SUPPORTED", text, node.at);
  }
  const members = node.members.flatMap(({ key, input }) => {
    const typed = compile(key);
    if (!isText(typed.type)) {
      const text = `Invalid type of JSON object key: ${typeName(typed.type)}`;
      throw new QueryError("INVALID_FUNCTION_ARGUMENT", text, key.at);
    }
    return [cast(typed, VARCHAR).sql, ...valueParts(input)];
  });
  const keys = quote(node.unique ? "unique" : "");
  return returned(`trino_json_object(${textList(members)}, ${nulls}, ${keys})`, node.returning, node.at);
}
