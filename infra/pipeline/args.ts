/** What a pipeline is told of its files, steps and audits. */
import type { FileFormat } from "../../functions/formats/file-format";
import type { AuditedTable } from "../audited-table";

/** Registered incoming files of a table. */
export interface IncomingFile {
  /**
   * Start of the files' names below the date's folder. Of one file it names the file itself; of many it may have folders, and
   * whatever is below them belongs to the table.
   * @example "orders-"
   * @example "orders/" // a folder of parts, as Spark writes it
   */
  readonly prefix: string;
  /** Table that takes the files as its partition of the date. */
  readonly table: AuditedTable;
  /**
   * Whether exactly one object per date has the prefix, or all that have it are parts of the table. Objects whose name, or one of
   * whose folders, begins with `_` or `.` are never data: Athena passes over them.
   * @default "one"
   */
  readonly files?: "one" | "many";
  /** How one knows that all parts of a date are there. Of many files only; needed unless `announcedBy` is `"source"`. */
  readonly complete?: Completeness;
  /**
   * How the file is written, if it is no Parquet file: each run then converts it, in Athena, and keeps rows that cannot be read in
   * `<table>__rejected`.
   * @default Parquet
   * @example { csv: { delimiter: ";" } }
   */
  readonly format?: FileFormat;
}

/**
 * How one knows that all parts of a date are there:
 * - `marker`: name of an object that the writer puts beside the parts when it is done, e.g. `_SUCCESS`; a part that is newer waits
 *   for it to be written again
 * - `count`: exactly so many parts
 * - `manifest`: name of a JSON object beside the parts that lists their names and sizes: `{ "files": [{ "name", "size" }] }`, or
 *   as Redshift's UNLOAD writes it
 */
export type Completeness = { readonly marker: string } | { readonly count: number } | { readonly manifest: string };

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
