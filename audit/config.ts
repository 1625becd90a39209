/**
 * The audit configuration of one table: everything the audit of a run needs to know, as JSON. The program builds it, the
 * audit handler persists and reads it.
 */
import type { CompareWith } from "./comparison";
import type { Period } from "./period";
import type { TableName } from "./table-name";
import type { CompleteTolerance } from "./tolerance";

/** A column and its Glue type. */
export interface TypedColumn {
  readonly column: string;
  readonly type: string;
}

/** An audited column and its name in the audit table. */
export interface AuditedAttribute extends TypedColumn {
  readonly label: string;
  /** How small a change is left out; `null` for none, and for what is no number. */
  readonly tolerance: CompleteTolerance | null;
}

/** The audit of one table, complete. */
export interface AuditConfig {
  /** Version of this shape. */
  readonly version: 1;
  readonly database: string;
  readonly table: string;
  /** Zone of the table, e.g. `landing`. */
  readonly layer: string;
  readonly grain: readonly TypedColumn[];
  readonly attributes: readonly AuditedAttribute[];
  readonly period: Period & TypedColumn;
  /** SQL condition on the rows to audit; `null` for all rows. */
  readonly conditions: string | null;
  /** Most changes kept of each attribute; `null` for all. */
  readonly keepLargest: number | null;
  readonly compareWith: CompareWith;
  readonly pipeline: string;
  readonly timeGrain: string;
  /** Table whose execution dates tell which date came before. */
  readonly reference: TableName;
  /** The audit table. */
  readonly audit: TableName;
}
