/**
 * Teaches a DuckDB instance what translated queries call.
 */
import {
  BIGINT,
  BOOLEAN,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";
import { dateParse, isoTimestamp, parse } from "./date-parsing";
import { javaFloatText } from "./java-numbers";
import { canonicalJson, extractJson, extractJsonScalar } from "./json-text";
import { MACROS } from "./macros";
import * as regex from "./regex";

type Kind = "text" | "number" | "boolean" | "texts";

const TYPES: Readonly<Record<Kind, DuckDBType>> = {
  text: VARCHAR,
  number: BIGINT,
  boolean: BOOLEAN,
  texts: LIST(VARCHAR),
};

interface Values {
  text: string;
  number: bigint;
  boolean: boolean;
  texts: (string | null)[];
}

/** A function of values that are not NULL; it throws Errors whose message is `ERROR_NAME: what is wrong`. */
function define<const Kinds extends readonly ("text" | "number")[], Result extends Kind>(
  name: string,
  parameters: Kinds,
  returns: Result,
  run: (...args: { [K in keyof Kinds]: Values[Kinds[K]] }) => Values[Result] | null,
): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    returnType: TYPES[returns],
    parameterTypes: parameters.map((kind) => TYPES[kind]),
    mainFunction: (info, input, output) => {
      const vectors = parameters.map((_, index) => input.getColumnVector(index));
      try {
        for (let row = 0; row < input.rowCount; row++) {
          const args = vectors.map((vector) => vector.getItem(row));
          // DuckDB passes what the parameter types say.
          const value = args.includes(null)
            ? null
            : run(...(args as unknown as { [K in keyof Kinds]: Values[Kinds[K]] }));
          output.setItem(row, Array.isArray(value) ? listValue(value) : (value as DuckDBValue));
        }
        output.flush();
      } catch (error) {
        info.setError((error as Error).message);
      }
    },
  });
}

const FUNCTIONS: readonly (() => DuckDBScalarFunction)[] = [
  () =>
    define("trino_fail", ["text"], "text", (message) => {
      throw new Error(message);
    }),
  () => define("trino_float_text", ["text"], "text", javaFloatText),
  () =>
    define("trino_json_parse", ["text"], "text", (text) => {
      try {
        return canonicalJson(text);
      } catch {
        throw new Error(`INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '${text}'`);
      }
    }),
  () => define("trino_json_extract", ["text", "text"], "text", extractJson),
  () => define("trino_json_extract_scalar", ["text", "text"], "text", extractJsonScalar),
  () => define("trino_regexp_like", ["text", "text"], "boolean", regex.regexpLike),
  () => define("trino_regexp_extract", ["text", "text", "number"], "text", regex.regexpExtract),
  () => define("trino_regexp_extract_all", ["text", "text", "number"], "texts", regex.regexpExtractAll),
  () => define("trino_regexp_replace", ["text", "text", "text"], "text", regex.regexpReplace),
  () => define("trino_regexp_split", ["text", "text"], "texts", regex.regexpSplit),
  () => define("trino_regexp_count", ["text", "text"], "number", regex.regexpCount),
  () => define("trino_regexp_position", ["text", "text"], "number", regex.regexpPosition),
  () =>
    define(
      "trino_date_parse",
      ["text", "text"],
      "number",
      (text, pattern) => (dateParse(text, pattern) / 1000n) * 1000n,
    ),
  () => define("trino_java_parse", ["text", "text"], "number", parse),
  () => define("trino_iso_timestamp", ["text"], "number", isoTimestamp),
  () => define("trino_url_part", ["text", "text"], "text", urlPart),
  () => define("trino_from_base", ["text", "number"], "number", fromBase),
  () => define("trino_strpos", ["text", "text", "number"], "number", strpos),
];

function urlPart(text: string, part: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (part === "host") return url.hostname;
  if (part === "path") return url.pathname;
  return part === "protocol" ? url.protocol.slice(0, -1) : url.search.slice(1);
}

function fromBase(text: string, base: bigint): bigint {
  const radix = Number(base);
  const digits = /^-/.test(text) ? text.slice(1) : text;
  let value = 0n;
  for (const character of digits.toLowerCase()) {
    const digit = parseInt(character, 36);
    if (!(digit < radix)) throw new Error(`INVALID_FUNCTION_ARGUMENT: Not a valid base-${radix} number: ${text}`);
    value = value * base + BigInt(digit);
  }
  return digits === text ? value : -value;
}

/** Position of the n-th occurrence, from the end if n is negative; 0 if there is none. */
function strpos(text: string, part: string, n: bigint): bigint {
  if (n === 0n) throw new Error("INVALID_FUNCTION_ARGUMENT: 'instance' must be a positive or negative number.");
  const forward = n > 0n;
  let index = forward ? -1 : text.length + 1;
  for (let i = 0n; i < (forward ? n : -n); i++) {
    index = forward ? text.indexOf(part, index + 1) : index === 0 ? -1 : text.lastIndexOf(part, index - 1);
    if (index < 0) return 0n;
  }
  return BigInt([...text.slice(0, index)].length + 1);
}

/** Registers the functions and creates the macros; once for an instance. */
export async function installDialect(connection: DuckDBConnection): Promise<void> {
  for (const create of FUNCTIONS) connection.registerScalarFunction(create());
  for (const [head, body] of Object.entries(MACROS))
    await connection.run(`CREATE OR REPLACE MACRO ${head} AS (${body})`);
}
