/**
 * What a page shows of a lake: plain values, read by whoever makes a report, drawn by this room. Times are ISO 8601 UTC, dates are
 * execution dates (`YYYY-MM-DD`).
 */
import type { Explanation } from "../audit/explanation/tree";

/** A whole page. */
export interface LakeView {
  /** Name of the lake, e.g. `emissions`. */
  readonly name: string;
  /** Where it is, in words, e.g. `on this machine, stack dev`. */
  readonly place: string;
  /** How commands for this lake begin, e.g. `npx tributary`; options that all of them need come behind. */
  readonly command: string;
  readonly commandOptions: string;
  /** When it was looked at. */
  readonly made: string;
  /** In the order in which they run. */
  readonly pipelines: readonly PipelineView[];
  /** Newest first. */
  readonly dates: readonly string[];
  readonly cells: readonly CellView[];
  /** Newest first. */
  readonly runs: readonly RunView[];
  readonly tables: readonly TableView[];
  readonly files: readonly FileView[];
  readonly links: readonly ColumnLink[];
  readonly changes: ChangesView;
  readonly whys: readonly WhyView[];
  readonly backfills: readonly BackfillView[];
  /** Events that could not be handled. */
  readonly deadLetters: number;
  /** What is not in the page, a sentence each. */
  readonly leftOut: readonly string[];
}

/** A pipeline. */
export interface PipelineView {
  readonly name: string;
  readonly after: readonly string[];
  /** When it runs, in words, e.g. `each month on day 2`. */
  readonly cadence: string;
}

/** Words for what became of a date: as `tributary status` prints them. */
export type CellState =
  "succeeded" | "running" | "waiting" | "failed" | "rejected" | "lost" | "skipped" | "superseded" | "not due" | "-";

/** A date of a pipeline. */
export interface CellView {
  readonly pipeline: string;
  readonly date: string;
  readonly state: CellState;
  /** Newest run that was to bring data. */
  readonly run?: string;
  readonly started?: string;
  readonly ended?: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly dollars?: number;
  /** State that it is in. */
  readonly step?: string;
  readonly waitsFor?: readonly string[];
  readonly error?: { readonly name: string; readonly message: string };
}

/** What a run read, wrote and found. */
export interface RunSummary {
  readonly pipeline: string;
  readonly date: string;
  readonly run: string;
  /** As recorded, e.g. `SUCCEEDED`. */
  readonly status: string;
  readonly started: string;
  readonly ended?: string;
  readonly inputs: readonly { readonly key: string; readonly etag: string; readonly size: number }[];
  readonly steps: readonly StepView[];
  readonly checks: readonly CheckView[];
}

/** A table that a run wrote. */
export interface StepView {
  /** `land`, `model`, `audit` or `explanation`. */
  readonly kind: string;
  readonly table: string;
  /** Of an audit or explanation, the table that it is about. */
  readonly about?: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly published: boolean;
  /** The statement, as it was executed. */
  readonly sql?: string;
  /** Where the statement is, if it is not here. */
  readonly sqlKey?: string;
}

/** What a check found. */
export interface CheckView {
  readonly table: string;
  readonly name: string;
  readonly level: "error" | "warn";
  readonly failures: number;
}

/** A run in detail. */
export interface RunView extends RunSummary {
  readonly error?: { readonly name: string; readonly message: string };
  readonly notes: readonly string[];
  /** Runs of the pipelines before it, by pipeline. */
  readonly upstreams: Readonly<Record<string, string>>;
  readonly dollars?: number;
  readonly states: readonly StateSpan[];
  readonly log: readonly LogLine[];
  /** The run before it of the same pipeline. */
  readonly before?: RunSummary;
  /** `s3://` of its record. */
  readonly record: string;
}

/** A state of a state machine that a run was in. */
export interface StateSpan {
  readonly name: string;
  readonly entered: string;
  readonly exited?: string;
  /** What failed in it: the last one is tried no more. */
  readonly failures: readonly { readonly at: string; readonly text: string }[];
}

/** A line of a run's log. */
export interface LogLine {
  readonly time: string;
  readonly from: string;
  readonly level: "info" | "error";
  readonly text: string;
}

/** A table. */
export interface TableView {
  readonly database: string;
  readonly table: string;
  readonly zone: string;
  readonly description?: string;
  readonly owner?: string;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly comment?: string;
    readonly audited?: boolean;
    /** Whether it tells partitions apart. */
    readonly partition?: boolean;
  }[];
  /** Pipeline that writes it. */
  readonly writer?: string;
  /** Its checks on each date, newest first. */
  readonly dates: readonly TableDate[];
}

/** What a table was on a date. */
export interface TableDate {
  readonly date: string;
  readonly run: string;
  readonly pipeline: string;
  readonly published: string;
  readonly rows: number;
  readonly checks: readonly CheckView[];
}

/** Files that a pipeline lands into a table. */
export interface FileView {
  readonly prefix: string;
  readonly source: string;
  readonly database: string;
  readonly table: string;
}

/** How a column counts for another. */
export type LinkKind = "value" | "condition" | "filter" | "join" | "group";

/** A column behind another; without `to.column`, behind all columns of the table: it decides which rows there are. */
export interface ColumnLink {
  readonly from: { readonly database: string; readonly table: string; readonly column: string };
  readonly to: { readonly database: string; readonly table: string; readonly column?: string };
  readonly kind: LinkKind;
}

/** An audited value that differs between two dates. */
export interface ChangeView {
  readonly date: string;
  readonly table: string;
  readonly attribute: string;
  readonly grain: readonly (string | null)[];
  readonly type: string;
  readonly current: string | null;
  readonly prior: string | null;
  readonly delta: number | null;
}

/** Changes: how many there are, and the largest of them. */
export interface ChangesView {
  readonly counts: readonly {
    readonly date: string;
    readonly table: string;
    readonly attribute: string;
    readonly changes: number;
    readonly delta: number | null;
  }[];
  readonly largest: readonly ChangeView[];
}

/** A change, explained. */
export interface WhyView {
  readonly date: string;
  readonly priorDate: string;
  /** Run compared with, if it was another one of the same date. */
  readonly priorRun?: string;
  /** Names of the columns that tell rows of the table apart. */
  readonly grain: readonly string[];
  /** What the row is about, e.g. `1996-01`. */
  readonly about: string;
  /** The explanation in a sentence. */
  readonly sentence: string;
  readonly explanation: Explanation;
  /** Values over execution dates, oldest first. */
  readonly history: readonly { readonly date: string; readonly value: number | null }[];
  /** When files arrived, by `fileId`. */
  readonly arrivals: Readonly<Record<string, string>>;
  /** Statements of models that changed, by table. */
  readonly models: readonly { readonly table: string; readonly prior: string; readonly current: string }[];
  /** The command that tells the same. */
  readonly command: string;
}

/** A backfill. */
export interface BackfillView {
  readonly id: string;
  readonly pipelines: readonly string[];
  readonly started: string;
  readonly finished?: string;
  /** What became of each date, e.g. `SUCCEEDED`; nothing for one that is not begun. */
  readonly dates: readonly {
    readonly date: string;
    readonly pipeline: string;
    readonly status?: string;
    readonly begun: boolean;
  }[];
}
