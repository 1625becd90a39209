/** What a table says of its own audit. */
import type { AttributePattern } from "../audit/attribute-pattern";
import type { AuditFilter, AuditSpecification } from "../audit/specification";
import type { Tolerance } from "../audit/tolerance";

/** What is compared between two execution dates of a table: its own share of an audit specification. */
export type TableAudit<Column extends string = string> = Omit<
  AuditSpecification,
  "grain" | "attributes" | "period" | "filter" | "tolerances" | "pipeline" | "timeGrain" | "reference"
> & {
  /** One to five columns that together identify a row. */
  readonly grain: readonly Column[];
  /** Columns whose changes are recorded, by name or pattern. @example ["co2_mass_tons", "nox_*"] */
  readonly attributes: readonly (Column | AttributePattern)[];
  /** Column that tells the time a row is about, and how. */
  readonly period: AuditSpecification["period"] & { readonly column: Column };
  /** Restricts the audit to some rows, and names what is then audited. @default all rows, under the columns' names */
  readonly filter?: AuditFilter & { readonly labels?: Readonly<Partial<Record<Column, string>>> };
  /** Tolerances of some numeric attributes, in place of `tolerance`. @example { so2_mass_lbs: { absolute: 10 } } */
  readonly tolerances?: Readonly<Partial<Record<Column, Tolerance>>>;
};
