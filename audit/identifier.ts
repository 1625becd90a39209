/**
 * Names of databases, tables and columns in SQL.
 */
import { auditError } from "./audit-error";

/** Whether Glue and Athena take `name` as it stands: lower-case letters, digits and underscores, 1 to 255 of them. */
export function isIdentifier(name: unknown): name is string {
  return typeof name === "string" && /^[a-z0-9_]{1,255}$/.test(name);
}

/** `name` as it stands in SQL, quoted; throws an AuditError if it is no name of a database, table or column. */
export function identifier(name: string): string {
  if (!isIdentifier(name)) {
    throw auditError(
      `${JSON.stringify(name)} is no name of a database, table or column: use 1 to 255 lower-case letters, digits and underscores.`,
    );
  }
  return `"${name}"`;
}
