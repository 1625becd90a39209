/**
 * A row of the audit table, read.
 */
import { auditError } from "./audit-error";
import { maximumGrain } from "./audit-table";
import type { ChangeType } from "./change-set";

/** One attribute of one grain that differs between two execution dates. */
export interface AuditChange {
  readonly table: string;
  readonly layer: string;
  readonly attribute: string;
  /** What identifies the row: its grain columns and their values. */
  readonly grain: readonly { readonly key: string; readonly value: string | null }[];
  /** Day, or first day of the month or year, as `YYYY-MM-DD`. */
  readonly period: string | null;
  readonly current: string | null;
  readonly prior: string | null;
  readonly type: ChangeType;
  /** Current minus prior, nothing counting as 0; `null` if not numeric. */
  readonly delta: number | null;
}

/** Reads a row of the audit table, by column, as a query gives it (Athena's are all text). Throws an AuditError. */
export function readAuditChange(row: Readonly<Record<string, unknown>>): AuditChange {
  const text = (column: string): string | null => {
    const value = row[column];
    return value === undefined || value === null ? null : String(value);
  };
  const required = (column: string): string => {
    const value = text(column);
    if (value === null) throw auditError(`A row of the audit table has no ${column}.`);
    return value;
  };
  const delta = text("delta");
  if (delta === "") throw auditError("A row of the audit table has an empty delta.");
  return {
    table: required("table_name"),
    layer: required("layer"),
    attribute: required("attribute"),
    grain: Array.from({ length: maximumGrain }, (_, index) => index + 1).flatMap((place) => {
      const key = text(`grain_key_${place}`);
      return key === null ? [] : [{ key, value: text(`grain_value_${place}`) }];
    }),
    period: text("period"),
    current: text("curr_value"),
    prior: text("prev_value"),
    type: changeType(required("change_type")),
    delta: delta === null ? null : Number(delta),
  };
}

function changeType(text: string): ChangeType {
  if (text === "changed" || text === "added" || text === "removed" || text === "duplicate" || text === "omitted")
    return text;
  throw auditError(`A row of the audit table has change_type ${JSON.stringify(text)}, which is none we know.`);
}
