/** What a pipeline can be told. */
import type * as aws from "@pulumi/aws";
import type { AuditedTable } from "./audited-table";
import type { ClosureTransforms } from "./closures";
import type { DataLake } from "./data-lake";
import type { DataPipeline } from "./data-pipeline";
import type { Transform } from "./transform";
import type { ViewBatch } from "./views";

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

/** When a pipeline's work is due, by execution date. */
export type Cadence =
  /** With every control file. */
  | { readonly every: "run" }
  /** On one day of each month. */
  | { readonly every: "month"; readonly day: number }
  /** On one day of the year; `month` is 1–12. */
  | { readonly every: "year"; readonly month: number; readonly day: number };

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

/** Arguments of {@link DataPipeline}. */
export interface DataPipelineArgs {
  readonly lake: DataLake;
  /**
   * Folder below `incoming/` where the files and the control file arrive.
   * @default that of the first pipeline in `after`
   */
  readonly source?: string;
  /** Files that must be there, exactly one per prefix. */
  readonly incoming?: readonly IncomingFile[];
  /** Pipelines that must be complete for a date before this one starts for it; they share its source. */
  readonly after?: readonly DataPipeline[];
  /** @default { every: "run" } */
  readonly cadence?: Cadence;
  /**
   * Hour of the day (0–23) after which an alarm is raised if the day's own date has no completed run.
   * @default no such alarm
   */
  readonly lateAfterHour?: number;
  /**
   * Time zone of `lateAfterHour` and of what is done at night, as an IANA name. Execution dates are names of days: they have
   * none.
   * @default "UTC"
   */
  readonly timeZone?: string;
  /**
   * Who writes the control file of a date: the watcher, as soon as all registered files have arrived, or their source, after
   * its last file. The watcher writes it all the same, within the hour, if the source forgot.
   * @default "watcher"
   */
  readonly announcedBy?: "watcher" | "source";
  /** Models in the order they run. */
  readonly steps?: readonly Step[];
  readonly audits?: Audits;
  /** Views that each run makes anew after its steps, e.g. for validation. */
  readonly views?: readonly ViewBatch[];
  /** Values that models see as string literals under `parameters`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * SSM parameter that publishes the state machine's name: below `/pipeline/<lake>-<stage>/`, where a reader finds the names of
   * all (`GetParametersByPath`), or, with a leading `/`, anywhere. Caution: such a name is one in its account, and a second lake
   * or stage that wants it fails to deploy.
   * @default the pipeline's name
   * @example "sm-usghg-emission-factor-daily" // /pipeline/emissions-dev/sm-usghg-emission-factor-daily
   */
  readonly parameterName?: string;
  /** Changes to child resources. */
  readonly transform?: ClosureTransforms & { readonly stateMachine?: Transform<aws.sfn.StateMachineArgs> };
}
