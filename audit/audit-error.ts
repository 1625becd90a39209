/**
 * The one error of this room. A function instead of a class: a captured class would no longer be an Error at run time.
 */

/** What the caller gave us cannot be audited; `name` is `AuditError`, so a state machine can catch it by name. */
export function auditError(message: string): Error {
  return Object.assign(new Error(message), { name: "AuditError" });
}
