/**
 * Teaches a DuckDB instance what translated queries call.
 */
import type { DuckDBConnection, DuckDBScalarFunction } from "@duckdb/node-api";
import { javaFormat, mysqlFormat } from "../../../athena-sql/dialect/functions/date-formats";
import * as bytes from "./bytes";
import * as collections from "./collections";
import { dateParse, isoTimestamp, parse } from "./date-parsing";
import { castMacros, FLOAT_TEXT, type FloatText } from "./float-text";
import { javaFloatText, scientificText } from "./java-numbers";
import { jsonArray, jsonObject, jsonPath } from "./json-forms";
import * as json from "./json-text";
import { MACROS } from "./macros";
import { define } from "./define";
import { formatValue, javaTimestamp } from "./format";
import * as datetimeText from "./datetime-text";
import * as durations from "./durations";
import * as regex from "./regex";
import { strftime } from "./strftime";
import * as strings from "./strings";
import * as urls from "./urls";

const FUNCTIONS: readonly (() => DuckDBScalarFunction)[] = [
  () =>
    define("trino_fail", ["text"], "text", (message) => {
      throw new Error(message);
    }),
  () => define("trino_float_text", ["text"], "text", javaFloatText),
  () => define("trino_scientific_text", ["text"], "text", scientificText),
  () =>
    define("trino_json_parse", ["text"], "text", (text) => {
      try {
        return json.canonicalJson(text);
      } catch {
        throw new Error(`INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '${text}'`);
      }
    }),
  () => define("trino_json_escape", ["text"], "text", json.jsonString),
  () => define("trino_json_extract", ["text", "text"], "text", json.extractJson),
  () => define("trino_json_extract_scalar", ["text", "text"], "text", json.extractJsonScalar),
  () => define("trino_json_member", ["text", "text"], "text", json.jsonMember),
  () => define("trino_json_field", ["text", "text"], "text", json.jsonField),
  () => define("trino_json_item", ["text", "number"], "text", json.jsonArrayItem),
  () => define("trino_json_items", ["text"], "texts", json.jsonItems),
  () => define("trino_json_size", ["text", "text"], "number", json.jsonSize),
  () => define("trino_json_length", ["text"], "number", json.jsonArrayLength),
  () => define("trino_json_contains", ["text", "text"], "boolean", json.jsonArrayContains),
  () => define("trino_json_path", ["text", "text", "text", "text"], "texts", jsonPath),
  () => define("trino_json_array", ["text", "text"], "text", jsonArray),
  () => define("trino_json_object", ["text", "text", "text"], "text", jsonObject),
  () => define("trino_regexp_like", ["text", "text"], "boolean", regex.regexpLike),
  () => define("trino_regexp_extract", ["text", "text", "number"], "text", regex.regexpExtract),
  () => define("trino_regexp_extract_all", ["text", "text", "number"], "texts", regex.regexpExtractAll),
  () => define("trino_regexp_replace", ["text", "text", "text"], "text", regex.regexpReplace),
  () => define("trino_regexp_pieces", ["text", "text"], "texts", regex.regexpPieces),
  () => define("trino_regexp_split", ["text", "text"], "texts", regex.regexpSplit),
  () => define("trino_regexp_count", ["text", "text"], "number", regex.regexpCount),
  () => define("trino_regexp_position", ["text", "text", "number", "number"], "number", regex.regexpPosition),
  () =>
    define(
      "trino_date_parse",
      ["text", "text"],
      "number",
      (text, pattern) => (dateParse(text, pattern) / 1000n) * 1000n,
    ),
  () => define("trino_java_parse", ["text", "text"], "number", parse),
  () => define("trino_mysql_format", ["text"], "text", (pattern) => mysqlFormat(pattern)),
  () => define("trino_java_format", ["text"], "text", (pattern) => javaFormat(pattern)),
  () => define("trino_strftime", ["number", "text"], "text", strftime),
  () => define("trino_date_of", ["text"], "number", datetimeText.dateOf),
  () => define("trino_timestamp_of", ["text"], "number", datetimeText.timestampOf),
  () => define("trino_instant_of", ["text"], "number", datetimeText.instantOf),
  () => define("trino_iso_timestamp", ["text"], "number", isoTimestamp),
  () => define("trino_url_part", ["text", "text"], "text", urls.urlPart),
  () => define("trino_url_parameter", ["text", "text"], "text", urls.urlParameter),
  () => define("trino_url_encode", ["text"], "text", urls.urlEncode),
  () => define("trino_url_decode", ["text"], "text", urls.urlDecode),
  () => define("trino_from_base", ["text", "number"], "number", strings.fromBase),
  () => define("trino_strpos", ["text", "text", "number"], "number", strings.strpos),
  () => define("trino_ascii_digits", ["text"], "text", strings.asciiDigits),
  () => define("trino_normalize", ["text", "text"], "text", (text, form) => text.normalize(form)),
  () => define("trino_reverse", ["text"], "text", strings.reverse),
  () => define("trino_levenshtein", ["text", "text"], "number", strings.levenshteinDistance),
  () => define("trino_hamming", ["text", "text"], "number", strings.hammingDistance),
  () => define("trino_split_some", ["text", "text", "number"], "texts", strings.split),
  () => define("trino_soundex", ["text"], "text", strings.soundex),
  () => define("trino_format_value", ["text", "text"], "text", formatValue),
  () => define("trino_java_timestamp", ["text"], "text", javaTimestamp),
  () => define("trino_sort_order", ["text"], "texts", collections.sortOrder),
  () => define("trino_combinations", ["number", "number"], "texts", collections.combinations),
  () => define("trino_split_entries", ["text", "text", "text", "text"], "texts", collections.splitEntries),
  () => define("trino_readable_seconds", ["text"], "text", durations.humanReadableSeconds),
  () => define("trino_parse_duration", ["text"], "number", durations.parseDuration),
  () => define("trino_parse_data_size", ["text"], "text", durations.parseDataSize),
  () => define("trino_to_ieee754", ["text", "number"], "bytes", bytes.toIeee754),
  () => define("trino_from_ieee754", ["bytes", "number"], "text", bytes.fromIeee754),
  () => define("trino_from_big_endian", ["bytes", "number"], "number", bytes.fromBigEndian),
  () => define("trino_sha512", ["bytes"], "bytes", bytes.sha512),
  () => define("trino_hmac", ["bytes", "bytes", "text"], "bytes", bytes.hmac),
  () => define("trino_crc32", ["bytes"], "number", bytes.checksum),
  () => define("trino_xxhash64", ["bytes"], "bytes", bytes.xxhash64),
  () => define("trino_from_utf8", ["bytes"], "text", bytes.fromUtf8),
  () => define("trino_from_base64", ["text", "text"], "bytes", bytes.fromBase64),
  () => define("trino_to_base64url", ["bytes"], "text", bytes.toBase64Url),
  () => define("trino_to_base32", ["bytes"], "text", bytes.toBase32),
  () => define("trino_from_base32", ["text"], "bytes", bytes.fromBase32),
];

/** Registers the functions and creates the macros; once for an instance. */
export async function installDialect(connection: DuckDBConnection, floatText: FloatText = FLOAT_TEXT): Promise<void> {
  for (const create of FUNCTIONS) connection.registerScalarFunction(create());
  for (const [head, body] of Object.entries({ ...MACROS, ...castMacros(floatText) }))
    await connection.run(`CREATE OR REPLACE MACRO ${head} AS (${body})`);
}
