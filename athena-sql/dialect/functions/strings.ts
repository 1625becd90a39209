/**
 * Trino: "String functions and operators" and "Regular expression functions".
 */
import { notSupported } from "../../trino/errors";
import { isText, VARCHAR } from "../../trino/types";
import { cast } from "../casts";
import { concatenateAll } from "./concat";
import type { FunctionTable, SpecialFunctions } from "../functions";
import { textOf } from "../text";

export const stringFunctions: FunctionTable = {
  "length(varchar) bigint": "length($1)",
  "lower(varchar) varchar": "lower($1)",
  "upper(varchar) varchar": "upper($1)",
  "trim(varchar) varchar": "trim($1, E' \\t\\n\\r\\f\\v')",
  "ltrim(varchar) varchar": "ltrim($1, E' \\t\\n\\r\\f\\v')",
  "rtrim(varchar) varchar": "rtrim($1, E' \\t\\n\\r\\f\\v')",
  "trim(varchar, varchar) varchar": "trim($1, $2)",
  "ltrim(varchar, varchar) varchar": "ltrim($1, $2)",
  "rtrim(varchar, varchar) varchar": "rtrim($1, $2)",
  "substr(varchar, bigint) varchar": "trino_substr($1, $2, 2147483647)",
  "substr(varchar, bigint, bigint) varchar": "trino_substr($1, $2, $3)",
  "substring(varchar, bigint) varchar": "trino_substr($1, $2, 2147483647)",
  "substring(varchar, bigint, bigint) varchar": "trino_substr($1, $2, $3)",
  "strpos(varchar, varchar) bigint": "instr($1, $2)",
  "strpos(varchar, varchar, bigint) bigint": "trino_strpos($1, $2, $3)",
  "replace(varchar, varchar) varchar": "replace($1, $2, '')",
  "replace(varchar, varchar, varchar) varchar": "trino_replace($1, $2, $3)",
  "reverse(varchar) varchar": "reverse($1)",
  "lpad(varchar, bigint, varchar) varchar": "lpad($1, CAST($2 AS INTEGER), $3)",
  "rpad(varchar, bigint, varchar) varchar": "rpad($1, CAST($2 AS INTEGER), $3)",
  "starts_with(varchar, varchar) boolean": "starts_with($1, $2)",
  "split(varchar, varchar) array(varchar)": "trino_split($1, $2, 2147483647)",
  "split(varchar, varchar, bigint) array(varchar)": "trino_split($1, $2, $3)",
  "split_part(varchar, varchar, bigint) varchar": "trino_split_part($1, $2, $3)",
  "chr(bigint) varchar": "chr(CAST($1 AS INTEGER))",
  "codepoint(varchar) integer": "unicode($1)",
  "translate(varchar, varchar, varchar) varchar": "translate($1, $2, $3)",
  "levenshtein_distance(varchar, varchar) bigint": "levenshtein($1, $2)",
  "hamming_distance(varchar, varchar) bigint": "CAST(hamming($1, $2) AS BIGINT)",
  "normalize(varchar) varchar": "nfc_normalize($1)",
  "concat_ws(varchar, array(varchar)) varchar":
    "(CASE WHEN $1 IS NULL THEN NULL ELSE coalesce(array_to_string($2, $1), '') END)",
  "regexp_like(varchar, varchar) boolean": "trino_regexp_like($1, $2)",
  "regexp_extract(varchar, varchar) varchar": "trino_regexp_extract($1, $2, CAST(0 AS BIGINT))",
  "regexp_extract(varchar, varchar, bigint) varchar": "trino_regexp_extract($1, $2, $3)",
  "regexp_extract_all(varchar, varchar) array(varchar)": "trino_regexp_extract_all($1, $2, CAST(0 AS BIGINT))",
  "regexp_extract_all(varchar, varchar, bigint) array(varchar)": "trino_regexp_extract_all($1, $2, $3)",
  "regexp_replace(varchar, varchar) varchar": "trino_regexp_replace($1, $2, '')",
  "regexp_replace(varchar, varchar, varchar) varchar": "trino_regexp_replace($1, $2, $3)",
  "regexp_split(varchar, varchar) array(varchar)": "trino_regexp_split($1, $2)",
  "regexp_count(varchar, varchar) bigint": "trino_regexp_count($1, $2)",
  "regexp_position(varchar, varchar) bigint": "trino_regexp_position($1, $2)",
  "url_extract_host(varchar) varchar": "trino_url_part($1, 'host')",
  "url_extract_path(varchar) varchar": "trino_url_part($1, 'path')",
  "url_extract_protocol(varchar) varchar": "trino_url_part($1, 'protocol')",
  "url_extract_query(varchar) varchar": "trino_url_part($1, 'query')",
  "uuid() uuid": "uuid()",
};

export const stringSpecials: SpecialFunctions = {
  concat: (call) => concatenateAll(call),
  concat_ws: (call) => {
    const [separator, ...values] = call.args.map((node) => call.compile(node));
    if (values.length === 1 && values[0].type.kind === "array") {
      const joined = `coalesce(array_to_string(${values[0].sql}, ${separator.sql}), '')`;
      return { sql: `(CASE WHEN ${separator.sql} IS NULL THEN NULL ELSE ${joined} END)`, type: VARCHAR };
    }
    const texts = values.map((value) => cast(value, VARCHAR, call.at).sql);
    return { sql: `concat_ws(${[separator.sql, ...texts].join(", ")})`, type: VARCHAR };
  },
  format: (call) => {
    const [pattern, ...values] = call.args.map((node) => call.compile(node));
    if (pattern.literal === undefined) throw notSupported("format with a pattern that is no literal", call.at);
    let next = 0;
    const parts = pattern.literal.split(/(%%|%n|%s|%d|%[^a-zA-Z]*[a-zA-Z])/).map((part) => {
      if (part === "%%") return "%";
      if (part === "%n") return "\n";
      if (part !== "%s" && part !== "%d") {
        if (part.startsWith("%")) throw notSupported(`format with ${part}`, call.at);
        return part;
      }
      return values[next++];
    });
    const texts = parts.map((part) => {
      if (typeof part === "string") return `'${part.replaceAll("'", "''")}'`;
      return `coalesce(${isText(part.type) ? part.sql : textOf(part.sql, part.type)}, 'null')`;
    });
    return { sql: `(${texts.join(" || ")})`, type: VARCHAR };
  },
};
