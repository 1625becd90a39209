/**
 * What the functions know of a pipeline: the definition that its component uploads to the assets bucket, the keys of its
 * files, and the shape of its runs.
 */
import { fault } from "../invocation/fault";
import { flag, list, number, optional, record, shape, text, type Reader, type Shape } from "../invocation/schema";

/** How one knows that all parts of a table and date are there: by one of these. */
const completeness = shape({
  /** Name of an object that is written last. */
  marker: optional(text),
  /** How many parts there are. */
  count: optional(number),
  /** Name of an object that lists them. */
  manifest: optional(text),
});
export type CompletenessRule = Shape<typeof completeness>;

/** Registered incoming files of a table: exactly one object whose name starts with `prefix` must be there, or all that do. */
const incomingFile = shape({
  prefix: text,
  database: text,
  table: text,
  /** @default "one" */
  files: optional(text as (value: unknown, path: string) => "one" | "many"),
  /** Of many; without it their source announces dates. */
  complete: optional(completeness),
});
export type RegisteredFile = Shape<typeof incomingFile>;

/** When work is due: on which days of the year, by execution date. */
const cadence = shape({
  every: text as (value: unknown, path: string) => "run" | "month" | "year",
  /** Day of the month on which monthly and yearly work is due. */
  day: optional(number),
  /** Month (1–12) in which yearly work is due. */
  month: optional(number),
});
export type CadenceRule = Shape<typeof cadence>;

/** A table of the catalog. */
const tableName = shape({ database: text, table: text });

/** Reads a pipeline's definition object, `pipelines/<pipeline>/definition.json`. */
export const pipelineDefinition = shape({
  pipeline: text,
  /** Folder below `incoming/` where its files arrive. */
  source: text,
  incoming: list(incomingFile),
  /** Who writes control files as soon as a date is there: the watcher, or else their source. */
  announcedBy: text as (value: unknown, path: string) => "watcher" | "source",
  /** Pipelines that must be complete for a date before this one starts. */
  after: list(text),
  /** Pipelines whose newest complete date not after the run's is read. */
  latest: list(text),
  cadence,
  /** Hour of the day, in the pipeline's time zone, after which the day's own date is late. */
  lateAfterHour: optional(number),
  /** IANA name. */
  timeZone: text,
  stage: text,
  /** Values for the models beside `exec_date`. */
  parameters: record(text),
  stateMachineArn: text,
  /**
   * Tables that its runs publish; of a table that other pipelines publish too, the values of partition keys that its own partitions
   * have.
   */
  tables: list(
    shape({
      database: text,
      table: text,
      own: optional(record(text)),
      /** Whether its files arrive as text. */
      converted: optional(flag),
    }),
  ),
  /** Which superseded runs of these tables stay. */
  superseded: shape({
    /** How many of each partition at least. */
    keep: number,
    /** Days that all of them stay. */
    days: number,
  }),
  /** Table that tells the prior date of its audits, if it audits. */
  priorDateFrom: optional(tableName),
});
export type PipelineDefinition = Shape<typeof pipelineDefinition>;

/** A run's id: it stands in keys and in SQL, and anyone who may start an execution says what it is. */
const runId: Reader<string> = (value, path) => {
  const id = text(value, path);
  if (id.length <= 80 && /^[0-9A-Fa-f]+(\.[0-9A-Fa-f]+)*$/.test(id)) return id;
  throw fault(
    "ConfigurationInvalid",
    `${path}: expected a run's id, e.g. 0055aed6, found ${JSON.stringify(id).slice(0, 80)}.`,
  );
};

/** Identity of a run, carried by every task and every log line. */
export const runScope = shape({
  pipeline: text,
  exec_date: text,
  /** Id of the run, see run-order.ts: a rewritten control file is a newer run. */
  run: runId,
  /** Prefix in the assets bucket where the run keeps its records; ends with `/`. */
  executions: text,
  /** When its control file was written, ISO 8601 UTC. */
  started: text,
});
export type RunScope = Shape<typeof runScope>;

/** A date of another pipeline that a run reads, and the run that completed it. */
export const latestRun = shape({ exec_date: text, run: text });
export type LatestRun = Shape<typeof latestRun>;

/** A registered file that was found. */
export const foundFile = shape({ key: text, etag: text, size: number, database: text, table: text });
export type FoundFile = Shape<typeof foundFile>;

/** What one step of a run did, as its manifest records it. */
export const stepRecord = shape({
  kind: text as (value: unknown, path: string) => "land" | "model" | "audit" | "explanation",
  database: text,
  table: text,
  rows: number,
  location: text,
  /** Partition values by key; empty for an unpartitioned table. */
  partition: record(text),
  /** Whether readers saw it when the run ended: not if the run failed, or a newer one had published before. */
  published: flag,
  /** When it was written, ISO 8601 UTC. */
  ended: text,
  bytesScanned: optional(number),
  /** Id of the query, or of each of an audit's, separated by blanks. */
  queryExecutionId: optional(text),
  /** Key of the rendered SQL in the assets bucket; of an audit's statements, of the first. */
  sql: optional(text),
  /** Incoming files that a landing step took its rows from, each with the name that it has at `location`. */
  sources: optional(list(shape({ key: text, etag: text, name: text }))),
});
export type StepRecord = Shape<typeof stepRecord>;

/** What a check of a table found. */
export const checkOutcome = shape({
  table: text,
  name: text,
  level: text as (value: unknown, path: string) => "error" | "warn",
  /** Rows, or groups of rows, that violate it. */
  failures: number,
});
export type CheckOutcome = Shape<typeof checkOutcome>;

/** What became of a run. */
export type RunStatus = "RUNNING" | "SUCCEEDED" | "SUPERSEDED" | "SKIPPED" | "REJECTED" | "FAILED";

/** The record of a run, `manifest.json` under its executions prefix. */
export interface Manifest {
  readonly pipeline: string;
  readonly exec_date: string;
  readonly run: string;
  readonly status: RunStatus;
  /** ISO 8601 UTC. */
  readonly started: string;
  /** Absent while it runs. */
  readonly ended?: string;
  readonly error?: { readonly name: string; readonly message: string };
  readonly inputs: readonly { readonly key: string; readonly etag: string; readonly size: number }[];
  /** Runs of the pipelines before it that its tables were read from, by pipeline. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** Newest dates of other pipelines that it read, fixed when it started, by pipeline. */
  readonly latest?: Readonly<Record<string, LatestRun>>;
  readonly steps: readonly StepRecord[];
  readonly checks: readonly CheckOutcome[];
  /** Why nothing was done, for a skipped run or audit. */
  readonly notes: readonly string[];
  /** ETag of the control file, of one that was rejected. */
  readonly control?: string;
}

/** Reads what others need of a manifest. */
export const manifestSummary = shape({ run: text, status: text as (value: unknown, path: string) => RunStatus });

/** What a completion marker says, see {@link completionMarkerKey}; one that a person wrote may be empty. */
export const completionMarker = shape({
  pipeline: text,
  exec_date: text,
  run: text,
  /** The newer run whose place this one took by a rollback. */
  replaced: optional(text),
});
export type CompletionMarker = Shape<typeof completionMarker>;

/** Folder of a source's files for one date: `incoming/<source>/<date>/`. */
export function incomingFolder(source: string, date: string): string {
  return `incoming/${source}/${date}/`;
}

/** Key of the control file that starts a pipeline. */
export function controlFileKey(source: string, date: string, pipeline: string): string {
  return `${incomingFolder(source, date)}${pipeline}.done`;
}

/** Key of the marker that says a pipeline is complete. */
export function completionMarkerKey(source: string, date: string, pipeline: string): string {
  return `${incomingFolder(source, date)}${pipeline}.completed`;
}

/** Prefix of the records of a pipeline's runs for one date. */
export function executionsOf(pipeline: string, date: string): string {
  return `pipeline_executions/${pipeline}/${date}/`;
}

/** Prefix of a run's records: `pipeline_executions/<pipeline>/<exec_date>/<start>-<run>/`. */
export function executionsPrefix(pipeline: string, date: string, started: string, run: string): string {
  return `${executionsOf(pipeline, date)}${started.replace(/[-:]|\.\d+/g, "")}-${run}/`;
}

/** The run that a prefix of {@link executionsPrefix} belongs to. */
export function runOfPrefix(prefix: string): string {
  const folder = prefix.split("/")[3] ?? "";
  return folder.slice(folder.indexOf("-") + 1);
}

/** Name of a run's execution: unique per run, so that starting it twice is starting it once. */
export function executionName({ exec_date, run }: Pick<RunScope, "exec_date" | "run">): string {
  return `${exec_date}-${run}`;
}

/** Key of a run's manifest. */
export function manifestKey({ executions }: Pick<RunScope, "executions">): string {
  return `${executions}manifest.json`;
}

/** Key of the record of one step of a run. */
export function stepKey({ executions }: Pick<RunScope, "executions">, kind: StepRecord["kind"], table: string): string {
  return `${executions}steps/${kind}-${table}.json`;
}

/** Key of what one of several landing tasks of a table landed. */
export function landedKey({ executions }: Pick<RunScope, "executions">, table: string, batch: number): string {
  return `${executions}landed/${table}-${batch}.json`;
}

/** Key of what the checks of a table found in a run. */
export function checksKey({ executions }: Pick<RunScope, "executions">, table: string): string {
  return `${executions}checks/${table}.json`;
}
