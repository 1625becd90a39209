/**
 * Why a query failed, in Athena's words.
 */
import { AwsError } from "../api";
import type { QueryRecord } from "./query-log";
import { ParseError, QueryError } from "../../athena-sql/trino/errors";

/** Message and classification of whatever ended a query. */
export function failureOf(error: unknown): Pick<QueryRecord, "reason" | "error"> {
  const failure = known(error);
  const user = failure.category === 2;
  return {
    reason: failure.message,
    error: {
      ErrorCategory: failure.category,
      ErrorType: user ? errorType(failure.name) : 200,
      Retryable: false,
      ErrorMessage: failure.message,
    },
  };
}

// Athena, "Athena error catalog": 1006 is a user's error in the query, 1001 one in the data.
function errorType(name: string): number {
  return name.startsWith("HIVE_") ? 1001 : 1006;
}

function known(error: unknown): { name: string; message: string; category: number } {
  if (error instanceof QueryError) return { name: error.name, message: error.message, category: error.category };
  if (error instanceof ParseError)
    return { name: "SYNTAX_ERROR", message: `SYNTAX_ERROR: ${error.message}`, category: 2 };
  if (error instanceof AwsError) return { name: error.code, message: `${error.code}: ${error.message}`, category: 2 };
  const message = error instanceof Error ? error.message : String(error);
  return duckFailure(message);
}

// What DuckDB finds while it runs. Functions of the dialect name Trino's error themselves.
const PATTERNS: readonly (readonly [RegExp, string, string])[] = [
  [/field value out of range/, "INVALID_CAST_ARGUMENT", ""],
  [/Overflow in|out of range|Out of Range/i, "NUMERIC_VALUE_OUT_OF_RANGE", ""],
  [/More than one row returned by a subquery/, "SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows"],
  [/Conversion Error|Could not convert/, "INVALID_CAST_ARGUMENT", ""],
  [/Map keys must be unique/, "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"],
  [/Map keys can not be NULL/, "INVALID_FUNCTION_ARGUMENT", "map key cannot be null"],
  [/Out of Memory/i, "EXCEEDED_LOCAL_MEMORY_LIMIT", ""],
  [/^Invalid Input Error/, "INVALID_FUNCTION_ARGUMENT", ""],
  [/^Binder Error|^Not implemented Error|^Parser Error|^Catalog Error/, "NOT_SUPPORTED", ""],
];

function duckFailure(message: string): { name: string; message: string; category: number } {
  const own = /^Invalid Input Error: (([A-Z][A-Z_]+): .*)/s.exec(message);
  if (own) return { name: own[2], message: own[1].trim(), category: 2 };
  const first = message.split("\n\nLINE ")[0].trim();
  for (const [pattern, name, text] of PATTERNS) {
    if (!pattern.test(message)) continue;
    const plain = text || first.replace(/^[A-Z][A-Za-z ]+ Error: /, "");
    const what = name === "NOT_SUPPORTED" ? `The local runtime could not run the query: ${plain}` : plain;
    return { name, message: `${name}: ${what}`, category: 2 };
  }
  return { name: "GENERIC_INTERNAL_ERROR", message: `GENERIC_INTERNAL_ERROR: ${first}`, category: 1 };
}
