/**
 * Trino: "JSON functions and operators". JSON values are held as text.
 */
import { QueryError } from "../../trino/errors";
import { BIGINT, type TrinoType, typeName, VARCHAR } from "../../trino/types";
import { cast, coerce } from "../casts";
import type { FunctionTable, SpecialCall, SpecialFunctions } from "./definition";
import type { Typed } from "../typed";

const JSON_TYPE: TrinoType = { kind: "json" };

export const jsonFunctions: FunctionTable = {
  "json_parse(varchar) json": "trino_json_parse($1)",
  "json_format(json) varchar": "$1",
  "is_json_scalar(json) boolean": "(json_type($1) NOT IN ('OBJECT', 'ARRAY'))",
  "json_array_get(varchar, bigint) json": "trino_json_item($1, $2)",
  "json_array_get(json, bigint) json": "trino_json_item($1, $2)",
  "json_array_contains(varchar, bigint) boolean": "trino_json_contains($1, CAST($2 AS VARCHAR))",
  "json_array_contains(json, bigint) boolean": "trino_json_contains($1, CAST($2 AS VARCHAR))",
  "json_array_contains(varchar, boolean) boolean": "trino_json_contains($1, CAST($2 AS VARCHAR))",
  "json_array_contains(json, boolean) boolean": "trino_json_contains($1, CAST($2 AS VARCHAR))",
  "json_array_contains(varchar, varchar) boolean": "trino_json_contains($1, trino_json_text($2))",
  "json_array_contains(json, varchar) boolean": "trino_json_contains($1, trino_json_text($2))",
  "is_json_scalar(varchar) boolean": "(json_type(trino_json_extract($1, '$')) NOT IN ('OBJECT', 'ARRAY'))",
  "json_array_length(json) bigint": "trino_json_length($1)",
  "json_array_length(varchar) bigint": "trino_json_length($1)",
};

function source(call: SpecialCall): { json: string; path: string } {
  const [json, path] = call.args.map((node) => call.compile(node));
  if (call.args.length !== 2 || !["json", "varchar", "unknown"].includes(json.type.kind)) {
    const types = call.args.map((node) => typeName(call.compile(node).type)).join(", ");
    throw new QueryError("FUNCTION_NOT_FOUND", `Unexpected parameters (${types}) for function ${call.name}.`, call.at);
  }
  return {
    json: cast(json, json.type.kind === "unknown" ? VARCHAR : json.type).sql,
    path: coerce(path, VARCHAR, call.at).sql,
  };
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
    return typed(`trino_json_size(${json}, ${path})`, BIGINT);
  },
};
