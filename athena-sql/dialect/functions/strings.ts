/**
 * Trino: "String functions and operators" and "Regular expression functions".
 */
import { BIGINT, VARCHAR } from "../../trino/types";
import { coerce } from "../casts";
import { concatenateAll } from "./concat";
import { format } from "./format";
import type { FunctionTable, SpecialFunctions } from "./definition";
import { joined } from "../text";
import { quote } from "../typed";

// What Java calls whitespace.
const BLANKS = quote(
  [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x1680, 0x2028, 0x2029, 0x205f, 0x3000]
    .concat([0, 1, 2, 3, 4, 5, 6, 8, 9, 10].map((n) => 0x2000 + n))
    .map((code) => String.fromCodePoint(code))
    .join(""),
);

// DuckDB counts graphemes and bytes where Trino counts characters, so only plain text is left to it.
const characterwise = (plain: string, other: string, ...args: number[]): string => {
  const test = args.map((n) => `strlen($${n}) = length($${n})`).join(" AND ");
  return `(CASE WHEN ${args.map((n) => `$${n} IS NULL`).join(" OR ")} THEN NULL WHEN ${test} THEN ${plain} ELSE ${other} END)`;
};

// Longer texts than this would fill the memory of the machine before anything could stop them.
const LONGEST = 100_000_000;
const padded = (name: string): string =>
  `(CASE WHEN $2 < 0 THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]') ` +
  `WHEN $3 = '' THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Padding string must not be empty') ` +
  `WHEN $2 > ${LONGEST} THEN trino_fail('NOT_SUPPORTED: The local runtime does not run ${name} to more than ${LONGEST} characters.') ` +
  `ELSE ${name}($1, CAST($2 AS INTEGER), $3) END)`;

export const stringFunctions: FunctionTable = {
  "length(varchar) bigint": "length($1)",
  "lower(varchar(x)) varchar(x)": "lower($1)",
  "lower(char(x)) char(x)": "lower($1)",
  "upper(varchar(x)) varchar(x)": "trino_upper($1)",
  "upper(char(x)) char(x)": "trino_upper($1)",
  "trim(varchar(x)) varchar(x)": `trim($1, ${BLANKS})`,
  "ltrim(varchar(x)) varchar(x)": `ltrim($1, ${BLANKS})`,
  "rtrim(varchar(x)) varchar(x)": `rtrim($1, ${BLANKS})`,
  "trim(char(x)) varchar(x)": `trim($1, ${BLANKS})`,
  "ltrim(char(x)) varchar(x)": `ltrim($1, ${BLANKS})`,
  "rtrim(char(x)) varchar(x)": `rtrim($1, ${BLANKS})`,
  "trim(varchar(x), varchar) varchar(x)": "trim($1, $2)",
  "ltrim(varchar(x), varchar) varchar(x)": "ltrim($1, $2)",
  "rtrim(varchar(x), varchar) varchar(x)": "rtrim($1, $2)",
  "substr(varchar(x), bigint) varchar(x)": "trino_substr($1, $2, 2147483647)",
  "substr(varchar(x), bigint, bigint) varchar(x)": "trino_substr($1, $2, $3)",
  "substring(varchar(x), bigint) varchar(x)": "trino_substr($1, $2, 2147483647)",
  "substring(varchar(x), bigint, bigint) varchar(x)": "trino_substr($1, $2, $3)",
  "strpos(varchar, varchar) bigint": "instr($1, $2)",
  "strpos(varchar, varchar, bigint) bigint": "trino_strpos($1, $2, $3)",
  "replace(varchar(x), varchar) varchar(x)": "replace($1, $2, '')",
  "replace(varchar, varchar, varchar) varchar": "trino_replace($1, $2, $3)",
  "reverse(varchar(x)) varchar(x)": characterwise("reverse($1)", "trino_reverse($1)", 1),
  "lpad(varchar, bigint, varchar) varchar": padded("lpad"),
  "rpad(varchar, bigint, varchar) varchar": padded("rpad"),
  "starts_with(varchar, varchar) boolean": "starts_with($1, $2)",
  "split(varchar(x), varchar) array(varchar(x))": "trino_split($1, $2)",
  "split(varchar(x), varchar, bigint) array(varchar(x))": "trino_split_some($1, $2, $3)",
  "split_part(varchar(x), varchar, bigint) varchar(x)": "trino_split_part($1, $2, $3)",
  "chr(bigint) varchar(1)":
    "(CASE WHEN $1 BETWEEN 1 AND 1114111 AND $1 NOT BETWEEN 55296 AND 57343 THEN chr(CAST($1 AS INTEGER)) ELSE trino_fail('INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: ' || $1) END)",
  "codepoint(varchar) integer":
    "(CASE WHEN length($1) <> 1 THEN CAST(trino_fail('INVALID_FUNCTION_ARGUMENT: Input string must be a single character string') AS INTEGER) ELSE unicode($1) END)",
  "translate(varchar, varchar, varchar) varchar": "translate($1, $2, $3)",
  "levenshtein_distance(varchar, varchar) bigint": characterwise(
    "CAST(levenshtein($1, $2) AS BIGINT)",
    "trino_levenshtein($1, $2)",
    1,
    2,
  ),
  "hamming_distance(varchar, varchar) bigint": "trino_hamming($1, $2)",
  "normalize(varchar, varchar) varchar": "trino_normalize($1, $2)",
  "soundex(varchar) varchar": "trino_soundex($1)",
  "regexp_like(varchar, varchar) boolean": "trino_regexp_like($1, $2)",
  "regexp_extract(varchar(x), varchar) varchar(x)": "trino_regexp_extract($1, $2, CAST(0 AS BIGINT))",
  "regexp_extract(varchar(x), varchar, bigint) varchar(x)": "trino_regexp_extract($1, $2, $3)",
  "regexp_extract_all(varchar(x), varchar) array(varchar(x))": "trino_regexp_extract_all($1, $2, CAST(0 AS BIGINT))",
  "regexp_extract_all(varchar(x), varchar, bigint) array(varchar(x))": "trino_regexp_extract_all($1, $2, $3)",
  "regexp_replace(varchar(x), varchar) varchar(x)": "trino_regexp_replace($1, $2, '')",
  "regexp_replace(varchar, varchar, varchar) varchar": "trino_regexp_replace($1, $2, $3)",
  "regexp_split(varchar(x), varchar) array(varchar(x))": "trino_regexp_split($1, $2)",
  "regexp_count(varchar, varchar) bigint": "trino_regexp_count($1, $2)",
  "regexp_position(varchar, varchar) integer": "CAST(trino_regexp_position($1, $2, 1, 1) AS INTEGER)",
  "regexp_position(varchar, varchar, integer) integer": "CAST(trino_regexp_position($1, $2, $3, 1) AS INTEGER)",
  "regexp_position(varchar, varchar, integer, integer) integer":
    "CAST(trino_regexp_position($1, $2, $3, $4) AS INTEGER)",
  "url_extract_host(varchar) varchar": "trino_url_part($1, 'host')",
  "url_extract_path(varchar) varchar": "trino_url_part($1, 'path')",
  "url_extract_protocol(varchar) varchar": "trino_url_part($1, 'protocol')",
  "url_extract_query(varchar) varchar": "trino_url_part($1, 'query')",
  "url_extract_fragment(varchar) varchar": "trino_url_part($1, 'fragment')",
  "url_extract_port(varchar) bigint": "CAST(trino_url_part($1, 'port') AS BIGINT)",
  "url_extract_parameter(varchar, varchar) varchar": "trino_url_parameter($1, $2)",
  "url_encode(varchar) varchar": "trino_url_encode($1)",
  "url_decode(varchar) varchar": "trino_url_decode($1)",
  "uuid() uuid": "uuid()",
};

export const stringSpecials: SpecialFunctions = {
  concat: (call) => concatenateAll(call),
  format,
  length: (call) => {
    const [value] = call.args.map((node) => call.compile(node));
    if (call.args.length !== 1 || value.type.kind !== "char") return undefined;
    // With its blanks, a char always has its length.
    return { sql: `(CASE WHEN ${value.sql} IS NOT NULL THEN CAST(${value.type.length} AS BIGINT) END)`, type: BIGINT };
  },
  concat_ws: (call) => {
    const [separator, ...values] = call.args.map((node) => call.compile(node));
    if (values.length === 0) return undefined;
    const list =
      values.length === 1 && values[0].type.kind === "array"
        ? coerce(values[0], { kind: "array", element: VARCHAR }, call.at).sql
        : `[${values.map((value) => coerce(value, VARCHAR, call.at).sql).join(", ")}]`;
    const by = coerce(separator, VARCHAR, call.at).sql;
    return {
      sql: `(CASE WHEN ${by} IS NULL OR ${list} IS NULL THEN NULL ELSE ${joined(list, by)} END)`,
      type: VARCHAR,
    };
  },
};
