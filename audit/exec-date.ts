/**
 * Execution dates, validated once and typed ever after.
 */
import { auditError } from "./audit-error";

/** An execution date: a day of the calendar as `YYYY-MM-DD`. Only {@link execDate} makes one. */
export type ExecDate = string & { readonly execDate: true };

/** Whether `text` is a day of the calendar written `YYYY-MM-DD`. */
export function isExecDate(text: unknown): text is ExecDate {
  if (typeof text !== "string" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // JavaScript rolls 2024-02-30 over into March, so compare what came out.
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

/** Reads an execution date; throws an AuditError for anything but a day of the calendar as `YYYY-MM-DD`. */
export function execDate(text: unknown): ExecDate {
  if (!isExecDate(text)) {
    throw auditError(
      `${JSON.stringify(text)} is no execution date: write a day of the calendar as YYYY-MM-DD, e.g. 2024-11-08.`,
    );
  }
  return text;
}

/**
 * The date that a run is compared with: the latest of `dates` before `current`, whatever their order; `undefined` for the
 * first run. `dates` are the exec_date values of the reference table's partitions; a value that is no date (Hive's default
 * partition, for one) is passed over.
 */
export function priorDate(dates: readonly string[], current: ExecDate): ExecDate | undefined {
  // ISO dates sort as text.
  return dates
    .filter(isExecDate)
    .filter((date) => date < current)
    .sort()
    .pop();
}
