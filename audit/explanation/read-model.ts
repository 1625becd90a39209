/**
 * Reads a model's text into the syntax tree that explanations follow: the one of the room athena-sql, which checks and the local
 * Athena read as well.
 */
import { parseQueryText } from "../../athena-sql/trino/queries";
import type { Query } from "../../athena-sql/trino/syntax";
import { auditError } from "../audit-error";

/** Reads one query. Throws an AuditError with the place for text that is none, or that is beyond the parser. */
export function readModel(sql: string): Query {
  try {
    return parseQueryText(sql);
  } catch (error) {
    // What a deployed function's parser throws is no instance of Error; it has a message all the same.
    throw auditError((error as { message: string }).message);
  }
}
