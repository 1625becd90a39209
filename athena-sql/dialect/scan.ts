/** The tables that a query reads, and what of them. */
import type { Name } from "../trino/syntax";

/** A reference to a table: a scan of it. */
export interface Scan {
  readonly database: Name;
  readonly table: Name;
  /** Stands in the translated SQL where the relation belongs, with its alias behind it. */
  readonly placeholder: string;
  readonly alias: string;
  /** Conditions over the partition columns (`<alias>.c<n>`) that every row that matters satisfies. */
  readonly conditions: string[];
}

/** A column of a table that a query reads: what DataScannedInBytes is counted by. */
export interface SourceColumn {
  readonly scan: Scan;
  readonly column: Name;
}

/** A partition column of a scan. */
export interface Target {
  readonly scan: Scan;
  readonly sql: string;
}
