/**
 * Turns a control file into a run: checks its name, its date and the files it announces, then starts the state machine. The
 * run's id comes from the control file's event, so a redelivered event is the same run. What was decided at the first delivery
 * stands: a later one neither starts what was rejected nor rejects what was started.
 */
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { S3Client } from "@aws-sdk/client-s3";
import { parseExecDate, type ExecDate } from "../invocation/exec-date";
import { fault, isFault } from "../invocation/fault";
import { log } from "../invocation/log";
import { list, readText } from "../storage/objects";
import {
  executionsPrefix,
  incomingFolder,
  manifestKey,
  pipelineDefinition,
  type PipelineDefinition,
} from "../runs/pipeline";
import type { RunScope } from "../runs/pipeline";
import { readRegisteredFiles, type RegisteredFiles } from "../arrival/registered-files";
import { reject } from "../runs/rejection";
import { beginRun, inputKey, inputOf, logBegun, readRunInput, type RunInput } from "../runs/run-input";
import type { PipelineSettings } from "../invocation/settings";
import { readJson, shape, text } from "../invocation/schema";
import { readLatestUpstreams } from "../arrival/latest-upstreams";
import { readUpstreams } from "../arrival/upstreams";

/** What the trigger needs. */
export interface TriggerContext {
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly settings: PipelineSettings;
}

/** The members of an S3 "Object Created" event (EventBridge) that matter here. */
const controlFileEvent = shape({
  time: text,
  detail: shape({ object: shape({ key: text, sequencer: text, etag: text }) }),
});

/** What became of a control file. A rejection is an answer, not a crash: retrying would not mend it. */
export type TriggerResult =
  | { readonly status: "started"; readonly run: string; readonly executionArn: string }
  | { readonly status: "duplicate"; readonly run: string }
  | { readonly status: "rejected"; readonly run: string; readonly reason: string };

/** Handles the event of `<pipeline>.done`. Rejected control files leave a run record with status REJECTED. */
export async function startRun(event: unknown, context: TriggerContext): Promise<TriggerResult> {
  const { s3, sfn, settings } = context;
  const { assets, pipeline } = settings;
  const { time, detail } = controlFileEvent(event, "event");
  const { key, sequencer, etag: control } = detail.object;
  const place = `pipelines/${pipeline}/definition.json`;
  const definition = readJson(await readText(s3, assets, place), pipelineDefinition, place);
  const run = sequencer.toLowerCase();
  const folderDate = key.split("/")[2] ?? "";
  const scope: RunScope = {
    pipeline,
    exec_date: folderDate,
    run,
    executions: executionsPrefix(pipeline, folderDate, time, run),
    started: time,
  };

  let input: RunInput;
  const { objects: records } = await list(s3, assets, scope.executions);
  const has = (record: string): boolean => records.some((object) => object.key === record);
  if (has(inputKey(scope.executions))) {
    input = await readRunInput(s3, assets, scope.executions);
  } else if (has(manifestKey(scope))) {
    log("info", "Control file was rejected before: the event was delivered again", scope);
    return { status: "duplicate", run };
  } else {
    try {
      input = await inputFor({ key, control }, scope, definition, context);
    } catch (error) {
      // What AWS refused may be granted, or work, the next time: the event is delivered again.
      if (!isFault(error)) throw error;
      await reject(s3, assets, scope, error, control);
      return { status: "rejected", run, reason: error.message };
    }
  }
  const begun = await beginRun(definition.stateMachineArn, input, { s3, sfn, assets });
  logBegun(begun, input);
  return { run, ...begun };
}

async function inputFor(
  { key, control }: { readonly key: string; readonly control: string },
  scope: RunScope,
  definition: PipelineDefinition,
  { s3, settings }: TriggerContext,
): Promise<RunInput> {
  const { landing, assets } = settings;
  const date = controlFileDate(key, definition);
  const { objects } = await list(s3, landing, incomingFolder(definition.source, date));
  const files = await readRegisteredFiles(definition, date, objects, { s3, landing });
  const { latest, missing } = await readLatestUpstreams(definition, date, { s3, assets });
  requireComplete(key, definition, { ...files, missing: [...files.missing, ...missing] });
  const { complete } = await readUpstreams(definition, date, objects, { s3, landing, assets });
  return inputOf(definition, { scope, date, files: files.found, upstreams: complete, latest, control });
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

function requireComplete(key: string, definition: PipelineDefinition, files: RegisteredFiles): void {
  const { missing, duplicated, unfinished } = files;
  if (duplicated.length > 0) {
    const which = duplicated.map(({ prefix, keys }) => `'${prefix}' has ${keys.length}: ${keys.join(", ")}`).join("; ");
    throw fault(
      "IncomingFileDuplicated",
      `${key} announces exactly one object per registered prefix of ${definition.pipeline}, but ${which}.`,
    );
  }
  const [contradicted] = unfinished.filter(({ contradicts }) => contradicts);
  if (contradicted) {
    throw fault(
      "IncomingFilesMismatch",
      `${key} announces all parts of '${contradicted.prefix}' of ${definition.pipeline}; expected is ${contradicted.awaited}.`,
    );
  }
  const [open] = unfinished;
  if (open) {
    throw fault(
      "IncomingFileMissing",
      `${key} announces all parts of '${open.prefix}' of ${definition.pipeline}; awaited is ${open.awaited}.`,
    );
  }
  if (missing.length > 0) {
    throw fault(
      "IncomingFileMissing",
      `${key} announces that all files of ${definition.pipeline} are there, but nothing is at ${missing.join(", ")}.`,
    );
  }
}
