/**
 * Values in SQL. Athena takes no parameters where an audit needs them, so every value is written by these functions.
 */
import { auditError } from "./audit-error";
import { execDate } from "./exec-date";

/** `text` as an SQL string. Throws an AuditError for control characters, which no name, label or date has. */
export function literal(text: string): string {
  // Looked at by code: a pattern of control characters is easy to misread.
  if ([...text].some((character) => character < " " || character === "\u007f")) {
    throw auditError(`${JSON.stringify(text)} has a control character, which does not belong in a value of an audit.`);
  }
  return `'${text.replace(/'/g, "''")}'`;
}

/** `date` as an SQL date; throws an AuditError if it is none. */
export function dateLiteral(date: string): string {
  return `DATE ${literal(execDate(date))}`;
}
