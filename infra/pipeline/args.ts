/** What a pipeline is told of its files, steps and audits. */
import type { AuditedTable } from "../audited-table";

/** A registered incoming file. */
export interface IncomingFile {
  /** Start of the file's name: exactly one object per date must have it. */
  readonly prefix: string;
  /** Table that takes the file as its partition of the date. */
  readonly table: AuditedTable;
}

/** A model into a table. */
export interface Step {
  /** Path below the lake's folder of models, e.g. `usghgemission/utility_emissions_daily.sql`. */
  readonly model: string;
  readonly into: AuditedTable;
  /** Whether no rows are an expected result. @default false */
  readonly allowEmpty?: boolean;
}

/** Tables audited at the end of each run. */
export interface Audits {
  /** Value of the audit table's partition key `pipeline`, e.g. `usghgemission_monthly`. */
  readonly label: string;
  /** Value of its partition key `time_grain`, e.g. `monthly`. */
  readonly timeGrain: string;
  /** Table whose latest execution date before this one is the prior date. */
  readonly priorDateFrom: AuditedTable;
  readonly tables: readonly AuditedTable[];
}
