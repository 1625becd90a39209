/**
 * Trino: "JSON functions and operators". JSON values are held as text.
 */
import { notSupported, type Position, QueryError } from "../../trino/errors";
import { BIGINT, type TrinoType, typeName, VARCHAR } from "../../trino/types";
import type { FunctionTable, SpecialCall, SpecialFunctions } from "../functions";
import { quote, type Typed } from "../typed";

const JSON_TYPE: TrinoType = { kind: "json" };

export const jsonFunctions: FunctionTable = {
  "json_parse(varchar) json": "trino_json_parse($1)",
  "json_format(json) varchar": "$1",
  "is_json_scalar(json) boolean": "(json_type($1) NOT IN ('OBJECT', 'ARRAY'))",
  "json_array_length(json) bigint": "trino_json_length($1)",
  "json_array_length(varchar) bigint": "trino_json_length($1)",
};

/** The steps of a JSONPath. Trino's own paths are `$`, `.name`, `["name"]` and `[0]`. */
function pathSteps(path: string, at: Position): (string | number)[] {
  if (!path.startsWith("$")) throw new QueryError("INVALID_FUNCTION_ARGUMENT", `Invalid JSON path: '${path}'`, at);
  const steps: (string | number)[] = [];
  const step = /\.([\p{L}_][\p{L}\p{N}_\-:]*)|\.?\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\['([^']*)'\]/uy;
  for (let offset = 1; offset < path.length; offset = step.lastIndex) {
    step.lastIndex = offset;
    const match = step.exec(path);
    if (!match) throw notSupported(`the JSON path '${path}'`, at);
    steps.push(match[3] === undefined ? (match[1] ?? match[2] ?? match[4]) : Number(match[3]));
  }
  return steps;
}

function source(call: SpecialCall): { json: string; path: string } {
  const [json, path] = call.args.map((node) => call.compile(node));
  if (call.args.length !== 2 || !["json", "varchar", "unknown"].includes(json.type.kind)) {
    const types = call.args.map((node) => typeName(call.compile(node).type)).join(", ");
    throw new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function ${call.name}.`, call.at);
  }
  if (path.literal === undefined) throw notSupported(`${call.name} with a path that is no literal`, call.at);
  return { json: json.sql, path: quote(JSON.stringify(pathSteps(path.literal, call.at))) };
}

function typed(sql: string, type: TrinoType): Typed {
  return { sql, type };
}

export const jsonSpecials: SpecialFunctions = {
  json_extract: (call) => {
    const { json, path } = source(call);
    return typed(`trino_json_extract(${json}, ${path})`, JSON_TYPE);
  },
  json_extract_scalar: (call) => {
    const { json, path } = source(call);
    return typed(`trino_json_extract_scalar(${json}, ${path})`, VARCHAR);
  },
  json_size: (call) => {
    const { json, path } = source(call);
    return typed(`trino_json_size(trino_json_extract(${json}, ${path}))`, BIGINT);
  },
};
