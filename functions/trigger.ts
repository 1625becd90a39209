/**
 * Turns a control file into a run: checks its name, its date and the files it announces, then starts the state machine. The
 * execution's name comes from the control file's event, so a redelivered event is the same run.
 */
import { StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { S3Client } from "@aws-sdk/client-s3";
import { dueOn } from "./cadence";
import { setting } from "./environment";
import { parseExecDate, type ExecDate } from "./exec-date";
import { fault, isFault } from "./fault";
import { log } from "./log";
import { list, readText, writeJson } from "./objects";
import {
  executionsPrefix,
  incomingFolder,
  pipelineDefinition,
  type Manifest,
  type PipelineDefinition,
  type RunScope,
} from "./pipeline";
import { matchRegisteredFiles, type RegisteredFiles } from "./registered-files";
import { readJson, shape, text } from "./shape";

/** What the trigger needs of AWS. */
export interface TriggerClients {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
}

/** The members of an S3 "Object Created" event (EventBridge) that matter here. */
const controlFileEvent = shape({
  time: text,
  detail: shape({ object: shape({ key: text, etag: text, sequencer: text }) }),
});

/** What became of a control file. A rejection is an answer, not a crash: retrying would not mend it. */
export type TriggerResult =
  | { readonly status: "started"; readonly run: string; readonly executionArn: string }
  | { readonly status: "duplicate"; readonly run: string }
  | { readonly status: "rejected"; readonly run: string; readonly reason: string };

/** Handles the event of `<pipeline>.done`. Rejected control files leave a run record with status REJECTED. */
export async function startRun(event: unknown, { s3, sfn }: TriggerClients): Promise<TriggerResult> {
  const { time, detail } = controlFileEvent(event, "event");
  const { key, sequencer } = detail.object;
  const assets = setting("ASSETS_BUCKET");
  const name = setting("PIPELINE");
  const definition = readJson(
    await readText(s3, assets, `pipelines/${name}/definition.json`),
    pipelineDefinition,
    `pipelines/${name}/definition.json`,
  );
  const run = sequencer.toLowerCase();
  const folderDate = key.split("/")[2] ?? "";
  const scope: RunScope = {
    pipeline: name,
    exec_date: folderDate,
    run,
    executions: executionsPrefix(name, folderDate, time, run),
    started: time,
  };

  let date: ExecDate;
  let files: RegisteredFiles;
  try {
    date = controlFileDate(key, definition);
    const { objects } = await list(s3, setting("LANDING_BUCKET"), incomingFolder(definition.source, date));
    files = matchRegisteredFiles(definition, date, objects);
    requireComplete(key, definition, files);
  } catch (error) {
    // What AWS refused may be granted, or work, the next time: the event is delivered again.
    if (!isFault(error)) throw error;
    return reject(s3, assets, scope, error);
  }

  const { monthly, yearly, due, reason } = dueOn(definition.cadence, date);
  const input = {
    ...scope,
    date,
    start_dttm: time,
    env: definition.stage,
    frequency: definition.cadence.every,
    monthly,
    yearly,
    due,
    notes: reason ? [reason] : [],
    parameters: definition.parameters,
    files: files.found,
  };
  try {
    const { executionArn = "" } = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: definition.stateMachineArn,
        name: `${date}-${run}`,
        input: JSON.stringify(input),
      }),
    );
    log("info", "Run started", scope, { executionArn });
    return { status: "started", run, executionArn };
  } catch (error) {
    if ((error as Error).name !== "ExecutionAlreadyExists") throw error;
    log("info", "Run exists already: the event was delivered again", scope);
    return { status: "duplicate", run };
  }
}

/** Records a control file that starts nothing, so that a person finds it where all runs are found. */
export async function reject(s3: S3Client, assets: string, scope: RunScope, error: Error): Promise<TriggerResult> {
  const manifest: Manifest = {
    pipeline: scope.pipeline,
    exec_date: scope.exec_date,
    run: scope.run,
    status: "REJECTED",
    started: scope.started,
    ended: new Date().toISOString(),
    error: { name: error.name, message: error.message },
    inputs: [],
    steps: [],
    notes: [],
  };
  await writeJson(s3, assets, `${scope.executions}manifest.json`, manifest);
  log("error", "Control file rejected", scope, { error: error.name, reason: error.message });
  return { status: "rejected", run: scope.run, reason: error.message };
}

/** The rule's wildcard spans `/`, so the key is taken apart again here. */
function controlFileDate(key: string, definition: PipelineDefinition): ExecDate {
  const [incoming, source, date, file, ...rest] = key.split("/");
  const expected = `incoming/${definition.source}/<YYYY-MM-DD>/${definition.pipeline}.done`;
  if (
    incoming !== "incoming" ||
    source !== definition.source ||
    file !== `${definition.pipeline}.done` ||
    rest.length
  ) {
    throw fault("ControlFileInvalid", `${key} is not a control file of ${definition.pipeline}; expected ${expected}.`);
  }
  return parseExecDate(date, key);
}

function requireComplete(key: string, definition: PipelineDefinition, { missing, duplicated }: RegisteredFiles): void {
  if (duplicated.length > 0) {
    const which = duplicated.map(({ prefix, keys }) => `'${prefix}' has ${keys.length}: ${keys.join(", ")}`).join("; ");
    throw fault(
      "IncomingFileDuplicated",
      `${key} announces exactly one object per registered prefix of ${definition.pipeline}, but ${which}.`,
    );
  }
  if (missing.length > 0) {
    throw fault(
      "IncomingFileMissing",
      `${key} announces that all files of ${definition.pipeline} are there, but nothing is at ${missing.join(", ")}.`,
    );
  }
}
