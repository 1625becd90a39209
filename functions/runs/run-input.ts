/**
 * What a run starts from, `input.json` under its executions prefix. The state machine carries only what it decides by; the
 * files, of which there may be more than its payloads take (256 KiB; Step Functions documentation, "Quotas"), stay here.
 */
import { StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { S3Client } from "@aws-sdk/client-s3";
import { dueOn } from "../arrival/cadence";
import type { ExecDate } from "../invocation/exec-date";
import { log } from "../invocation/log";
import { readText, writeJson } from "../storage/objects";
import {
  executionName,
  foundFile,
  latestRun,
  manifestKey,
  runScope,
  type FoundFile,
  type LatestRun,
  type Manifest,
  type PipelineDefinition,
  type RunScope,
} from "./pipeline";
import { landBatches } from "./land-batches";
import { flag, list, optional, readJson, record, shape, text, type Shape } from "../invocation/schema";

const runInput = shape({
  pipeline: text,
  exec_date: text,
  run: text,
  executions: text,
  started: text,
  date: text,
  pipeline_type: text,
  start_dttm: text,
  env: text,
  frequency: text,
  monthly: flag,
  yearly: flag,
  due: flag,
  /** Whether nothing is done but the audits, again. */
  audits_only: flag,
  notes: list(text),
  parameters: record(text),
  files: list(foundFile),
  upstreams: record(text),
  /** Newest dates of other pipelines that the run reads, by pipeline. */
  latest: optional(record(latestRun)),
  /** ETag of the control file that started the run, if one did. */
  control: optional(text),
});
export type RunInput = Shape<typeof runInput>;

/** What makes one run's input differ from another's. */
export interface RunStart {
  readonly scope: RunScope;
  readonly date: ExecDate;
  readonly files: readonly FoundFile[];
  /** Runs of the pipelines before it, by pipeline. */
  readonly upstreams: Readonly<Record<string, string>>;
  /** Newest dates of pipelines that it reads without waiting for its own. @default none */
  readonly latest?: Readonly<Record<string, LatestRun>>;
  /** ETag of its control file, if one started it. */
  readonly control?: string;
  /** Why only the audits are made again, if so. */
  readonly auditsOnly?: string;
}

/** Puts a run's input together. */
export function inputOf(definition: PipelineDefinition, start: RunStart): RunInput {
  const { scope, date, files, upstreams, latest, control, auditsOnly } = start;
  const { monthly, yearly, due, reason } = dueOn(definition.cadence, date);
  return {
    ...scope,
    date,
    pipeline_type: definition.pipeline,
    start_dttm: scope.started,
    env: definition.stage,
    frequency: definition.cadence.every,
    monthly,
    yearly,
    due: due || auditsOnly !== undefined,
    audits_only: auditsOnly !== undefined,
    notes: (auditsOnly ?? reason) ? [auditsOnly ?? reason ?? ""] : [],
    parameters: definition.parameters,
    files: [...files],
    upstreams: { ...upstreams },
    latest: latest && { ...latest },
    control,
  };
}

/** Reads a run's input. */
export async function readRunInput(s3: S3Client, assets: string, executions: string): Promise<RunInput> {
  const key = inputKey(executions);
  return readJson(await readText(s3, assets, key), runInput, key);
}

/** What came of beginning a run. */
export type Begun = { readonly status: "started"; readonly executionArn: string } | { readonly status: "duplicate" };

/**
 * Starts a run, or does nothing if it was started before: the input that was kept first stands, and Step Functions takes each
 * name once. A crash between any two calls is made good by the next delivery of the same event.
 */
export async function beginRun(
  stateMachineArn: string,
  wanted: RunInput,
  { s3, sfn, assets }: { readonly s3: S3Client; readonly sfn: SFNClient; readonly assets: string },
): Promise<Begun> {
  const scope = runScope(wanted, "");
  const kept = await writeJson(s3, assets, inputKey(scope.executions), wanted, { onlyIfAbsent: true });
  const input = kept ? wanted : await readRunInput(s3, assets, scope.executions);
  const running: Manifest = {
    pipeline: scope.pipeline,
    exec_date: scope.exec_date,
    run: scope.run,
    status: "RUNNING",
    started: scope.started,
    inputs: input.files.map(({ key, etag, size }) => ({ key, etag, size })),
    upstreams: input.upstreams,
    latest: input.latest,
    steps: [],
    checks: [],
    notes: input.notes,
  };
  await writeJson(s3, assets, manifestKey(scope), running, { onlyIfAbsent: true });
  const { files, upstreams, latest = {}, ...carried } = input;
  const dates = Object.fromEntries(Object.entries(latest).map(([pipeline, { exec_date }]) => [pipeline, exec_date]));
  try {
    const { executionArn = "" } = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn,
        name: executionName(scope),
        input: JSON.stringify({ ...carried, latest: dates, batches: landBatches(files).length }),
      }),
    );
    return { status: "started", executionArn };
  } catch (error) {
    // Step Functions API reference, "StartExecution": with another input, or after the end, a name is taken.
    if ((error as Error).name !== "ExecutionAlreadyExists") throw error;
    return { status: "duplicate" };
  }
}

/** Writes into a function's log what came of beginning a run. */
export function logBegun(begun: Begun, input: RunInput): void {
  const scope = runScope(input, "");
  if (begun.status === "duplicate") log("info", "Run exists already: the event was delivered again", scope);
  else {
    const { files, upstreams, latest } = input;
    log("info", "Run started", scope, { executionArn: begun.executionArn, files: files.length, upstreams, latest });
  }
}

/** Key of a run's input. */
export function inputKey(executions: string): string {
  return `${executions}input.json`;
}
