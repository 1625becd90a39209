/**
 * What the functions know of a pipeline: the definition that its component uploads to the assets bucket, the keys of its
 * files, and the shape of its runs.
 */
import { flag, list, number, optional, record, shape, text, type Shape } from "./shape";

/** One registered incoming file: exactly one object whose file name starts with `prefix` must be there. */
const incomingFile = shape({
  prefix: text,
  database: text,
  table: text,
});
export type IncomingFile = Shape<typeof incomingFile>;

/** When work is due: on which days of the year, by execution date. */
const cadence = shape({
  every: text as (value: unknown, path: string) => "run" | "month" | "year",
  /** Day of the month on which monthly and yearly work is due. */
  day: optional(number),
  /** Month (1–12) in which yearly work is due. */
  month: optional(number),
});
export type CadenceRule = Shape<typeof cadence>;

/** Reads a pipeline's definition object, `pipelines/<pipeline>/definition.json`. */
export const pipelineDefinition = shape({
  pipeline: text,
  /** Folder below `incoming/` where its files arrive. */
  source: text,
  incoming: list(incomingFile),
  /** Pipelines that must be complete for a date before this one starts. */
  after: list(text),
  cadence,
  /** Hour of the day (UTC) after which the day's own date is late. */
  lateAfterHour: optional(number),
  stage: text,
  /** Values for the models beside `exec_date`. */
  parameters: record(text),
  stateMachineArn: text,
});
export type PipelineDefinition = Shape<typeof pipelineDefinition>;

/** Reads `pipelines/<upstream>/dependents/<pipeline>.json`: who waits for a pipeline. */
export const dependentDefinition = shape({ pipeline: text, source: text, after: list(text) });
export type DependentDefinition = Shape<typeof dependentDefinition>;

/** Identity of a run, carried by every task and every log line. */
export const runScope = shape({
  pipeline: text,
  exec_date: text,
  /** Id of the run: the sequencer of its control file's event, so a rewritten control file is a newer run. */
  run: text,
  /** Prefix in the assets bucket where the run keeps its rendered SQL and its manifest; ends with `/`. */
  executions: text,
  /** When its control file was written, ISO 8601 UTC. */
  started: text,
});
export type RunScope = Shape<typeof runScope>;

/** A registered file that was found. */
export const foundFile = shape({ key: text, etag: text, size: number, database: text, table: text });
export type FoundFile = Shape<typeof foundFile>;

/** What one step of a run did, as its manifest records it. */
export const stepRecord = shape({
  kind: text as (value: unknown, path: string) => "land" | "model" | "audit",
  database: text,
  table: text,
  rows: number,
  location: text,
  /** Partition values by key; empty for an unpartitioned table. */
  partition: record(text),
  /** False if a newer run had published before and this result was left aside. */
  published: flag,
  bytesScanned: optional(number),
  queryExecutionId: optional(text),
  /** Key of the rendered SQL in the assets bucket. */
  sql: optional(text),
  /** Incoming file that a landing step took its rows from. */
  source: optional(shape({ key: text, etag: text })),
});
export type StepRecord = Shape<typeof stepRecord>;

/** The record of a run, `manifest.json` under its executions prefix. */
export interface Manifest {
  readonly pipeline: string;
  readonly exec_date: string;
  readonly run: string;
  readonly status: "SUCCEEDED" | "FAILED" | "REJECTED" | "SKIPPED";
  /** ISO 8601 UTC. */
  readonly started: string;
  readonly ended: string;
  readonly error?: { readonly name: string; readonly message: string };
  readonly inputs: readonly { readonly key: string; readonly etag: string; readonly size: number }[];
  readonly steps: readonly StepRecord[];
  /** Why nothing was done, for a skipped run or audit. */
  readonly notes: readonly string[];
}

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

/** Prefix of a run's records: `pipeline_executions/<pipeline>/<exec_date>/<start>-<run>/`. */
export function executionsPrefix(pipeline: string, date: string, started: string, run: string): string {
  return `pipeline_executions/${pipeline}/${date}/${started.replace(/[-:]|\.\d+/g, "")}-${run}/`;
}
