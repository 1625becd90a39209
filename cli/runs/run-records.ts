/** The records that runs leave: `pipeline_executions/<pipeline>/<exec_date>/<start>-<run>/manifest.json`. */
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { executionsOf } from "../../functions/runs/pipeline";
import { isNewerRun, isRepeatedAudit } from "../../functions/runs/run-order";
import { CommandError } from "../command-error";
import { formatCount, formatDuration } from "../../report/amounts";
import type { Column, Format, Rows } from "../presentation/table";

const PREFIX = "pipeline_executions/";

/** One table (or partition of it) that a run wrote. */
const step = z.object({
  kind: z.string(),
  database: z.string().default(""),
  table: z.string(),
  rows: z.number().nullish(),
  bytesScanned: z.number().nullish(),
  /** Id of its query, or of each of an audit's, separated by blanks. */
  queryExecutionId: z.string().nullish(),
  /** `s3://…/` of its files. */
  location: z.string().default(""),
  partition: z.record(z.string(), z.string()).default({}),
  /** Key of the rendered SQL. */
  sql: z.string().nullish(),
  /** Whether readers saw it when the run ended: not if the run failed, or a newer one had published before. */
  published: z.boolean().default(true),
  /** When it was written. */
  ended: z.string().optional(),
});

/** What a command shows of a run; a manifest says more. */
const manifest = z.object({
  pipeline: z.string(),
  exec_date: z.string(),
  run: z.string(),
  status: z.string(),
  started: z.string(),
  /** Absent while it runs. */
  ended: z.string().optional(),
  error: z.object({ name: z.string(), message: z.string() }).nullish(),
  /** Runs of the pipelines before it that it was started for, by pipeline. */
  upstreams: z.record(z.string(), z.string()).default({}),
  /** Newest dates of other pipelines that it read. */
  latest: z.record(z.string(), z.object({ exec_date: z.string(), run: z.string() })).nullish(),
  /** Incoming files that it read. */
  inputs: z.array(z.object({ key: z.string(), etag: z.string(), size: z.number() })).default([]),
  steps: z.array(step).default([]),
  /** What checks found: rows that violate each. */
  checks: z
    .array(z.object({ table: z.string(), name: z.string(), level: z.enum(["error", "warn"]), failures: z.number() }))
    .default([]),
  notes: z.array(z.string()).default([]),
});
export type Run = z.infer<typeof manifest>;

/** The keys of all manifests in the assets bucket, or of those below a prefix; compare two listings to see what is new. */
export async function manifestKeys(s3: S3Client, bucket: string, prefix = PREFIX): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key } of page.Contents ?? []) if (Key?.endsWith("/manifest.json")) keys.add(Key);
  }
  return keys;
}

/** All runs of a pipeline for a date that were to bring data, the newest first: audits made again are left out. */
export async function dataRuns(s3: S3Client, bucket: string, pipeline: string, date: string): Promise<Run[]> {
  const runs = await readRuns(s3, bucket, await manifestKeys(s3, bucket, executionsOf(pipeline, date)));
  return newestFirst(runs.filter(({ run }) => !isRepeatedAudit(run)));
}

/** Runs of one pipeline and date, the newest first. */
export function newestFirst(runs: readonly Run[]): Run[] {
  return [...runs].sort((a, b) => (isNewerRun(a.run, b.run) ? -1 : 1));
}

/** Reads manifests, in the order in which the runs started. Throws {@link CommandError} for one that is not readable. */
export async function readRuns(s3: S3Client, bucket: string, keys: Iterable<string>): Promise<Run[]> {
  const runs = await Promise.all(
    [...keys].map(async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const read = manifest.safeParse(parseJson((await Body?.transformToString()) ?? ""));
      if (!read.success) {
        throw new CommandError(`s3://${bucket}/${key} is no run record: ${z.prettifyError(read.error)}`);
      }
      return read.data;
    }),
  );
  return runs.sort((a, b) => a.started.localeCompare(b.started) || (a.ended ?? "").localeCompare(b.ended ?? ""));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Whether a run ended as its pipeline wanted. One that was not due is skipped and one that a newer run overtook is superseded:
 * neither is a failure.
 */
export function isGood({ status }: Pick<Run, "status">): boolean {
  return ["SUCCEEDED", "SKIPPED", "SUPERSEDED"].includes(status);
}

/** Whether a run is under way, as far as its record knows. */
export function isRunning({ status }: Pick<Run, "status">): boolean {
  return status === "RUNNING";
}

/** Rows that a run wrote, all its tables together. */
export function rowsOf(run: Run): number {
  return run.steps.reduce((sum, { rows }) => sum + (rows ?? 0), 0);
}

/** Runs as rows: for people with units, for programs as plain numbers and with the error. */
export function runTable(runs: readonly Run[], format: Format): Rows {
  const text = (name: string): Column => ({ name, type: "varchar" });
  if (format === "table") {
    return {
      columns: [text("pipeline"), text("date"), text("status"), number("duration"), number("rows"), text("tables")],
      rows: runs.map((run) => [
        ...[run.pipeline, run.exec_date, run.status.toLowerCase()],
        ...[formatDuration(milliseconds(run)), formatCount(rowsOf(run))],
        isRepeatedAudit(run.run) ? `${tablesOf(run)} (again)` : tablesOf(run),
      ]),
    };
  }
  return {
    columns: [
      ...[text("pipeline"), text("exec_date"), text("run"), text("status"), number("seconds"), number("rows")],
      ...[text("tables"), text("error"), text("message")],
    ],
    rows: runs.map((run) => [
      ...[run.pipeline, run.exec_date, run.run, run.status, String(milliseconds(run) / 1000), String(rowsOf(run))],
      ...[tablesOf(run), run.error?.name, run.error?.message],
    ]),
  };
}

function number(name: string): Column {
  return { name, type: "double" };
}

/** Of a run that is under way: until now. */
function milliseconds({ started, ended }: Run): number {
  return Math.max(0, (ended === undefined ? Date.now() : Date.parse(ended)) - Date.parse(started));
}

function tablesOf({ steps }: Run): string {
  return [...new Set(steps.map(({ table }) => table))].join(", ");
}

/** A sentence for each run that failed or was rejected, naming what was at fault. */
export function failureLines(runs: readonly Run[]): string[] {
  return runs
    .filter((run) => !isGood(run) && !isRunning(run))
    .map(({ pipeline, exec_date, status, error }) => {
      const why = error ? `${error.name}: ${error.message}` : "no reason recorded";
      return `${pipeline} ${exec_date} ${status.toLowerCase()}: ${why}`;
    });
}
