/** Ends a run: its manifest, its completion marker, and the audits that its data makes anew. */
import type { GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SFNClient } from "@aws-sdk/client-sfn";
import { announce } from "../arrival/announce";
import { announcementOf, sameAnnouncement, type WantedAnnouncement } from "../arrival/announcement";
import { parseExecDate } from "../invocation/exec-date";
import { fault } from "../invocation/fault";
import { log } from "../invocation/log";
import { bareEtag, list, readText, readVersion, replaceText, writeJson, type VersionedText } from "../storage/objects";
import {
  checkOutcome,
  completionMarkerKey,
  manifestKey,
  pipelineDefinition,
  runScope,
  type CheckOutcome,
  type Manifest,
  type PipelineDefinition,
  type RunScope,
  type RunStatus,
  type StepRecord,
} from "../runs/pipeline";
import { readStepRecords } from "../runs/own-data";
import { repeatNextAudits, repeatOwnAudits } from "../runs/repeat-audits";
import { readRunInput, type RunInput } from "../runs/run-input";
import { isNewerRun } from "../runs/run-order";
import type { PipelineSettings } from "../invocation/settings";
import { list as listOf, optional, readJson, shape, text } from "../invocation/schema";
import { readMarker } from "../arrival/upstreams";

/** What completing needs. */
export interface CompleteContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly sfn: SFNClient;
  readonly settings: PipelineSettings;
  readonly now: () => Date;
}

const completeTask = shape({
  run: runScope,
  status: text as (value: unknown, path: string) => "SUCCEEDED" | "FAILED" | "SKIPPED" | "SUPERSEDED",
  error: optional(shape({ Error: text, Cause: text })),
  notes: listOf(text),
});

/**
 * Writes the manifest and, after a run that succeeded, `<pipeline>.completed`, whose arrival the pipelines after it watch for.
 * A failed, skipped or superseded run starts nothing.
 */
export async function completeRun(event: unknown, context: CompleteContext): Promise<{ readonly status: RunStatus }> {
  const { s3, settings, now } = context;
  const { run, error, notes, ...task } = completeTask(event, "");
  const { assets } = settings;
  const place = `pipelines/${run.pipeline}/definition.json`;
  const definition = readJson(await readText(s3, assets, place), pipelineDefinition, place);
  const input = await readRunInput(s3, assets, run.executions);
  if (!input.audits_only) await lookAgain(definition, input, task.status === "SUPERSEDED", context);
  const steps = await readSteps(s3, assets, run);
  // An audit that was made again meanwhile overtakes this run's own audit, but not its data. What failed published nothing at all.
  const overtaken = ["SUCCEEDED", "SKIPPED"].includes(task.status)
    ? steps
        .filter(({ published, kind }) => !published && (kind === "land" || kind === "model" || input.audits_only))
        .map(({ table }) => table)
    : [];
  const status = task.status === "SUCCEEDED" && overtaken.length > 0 ? "SUPERSEDED" : task.status;
  const reason = error && { name: error.Error, message: causeMessage(error.Cause) };
  const newer = [
    ...(overtaken.length > 0 ? [`A newer run had published ${overtaken.join(", ")} before.`] : []),
    ...(reason && status === "SUPERSEDED" ? [reason.message] : []),
  ];
  const manifest: Manifest = {
    pipeline: run.pipeline,
    exec_date: run.exec_date,
    run: run.run,
    status,
    started: run.started,
    ended: now().toISOString(),
    error: reason && status === "FAILED" ? reason : undefined,
    inputs: input.files.map(({ key, etag, size }) => ({ key, etag, size })),
    upstreams: input.upstreams,
    latest: input.latest,
    steps,
    checks: await readChecks(s3, assets, run),
    notes: [...notes, ...newer],
  };
  await writeJson(s3, assets, manifestKey(run), manifest);
  log(status === "FAILED" ? "error" : "info", `Run ${status.toLowerCase()}`, run, { error: manifest.error });
  if (status === "SUCCEEDED" && !input.audits_only) {
    await markComplete(s3, settings.landing, definition, run);
    await repeatOwnAudits(definition, run, context);
    await repeatNextAudits(definition, run, context);
  }
  return { status };
}

/**
 * Announces what is there now, if it is something else than the run was made of and nobody else announced it: a file that was
 * replaced during the run, and then replaced by the first one again, looks to the watcher like the one that was announced.
 *
 * @param replaced whether the run ended because of that: then another one must come
 * @throws `IncomingFileMissing`, `IncomingFileReplaced` if nobody knows that one will
 */
async function lookAgain(
  definition: PipelineDefinition,
  input: RunInput,
  replaced: boolean,
  { s3, settings }: CompleteContext,
): Promise<void> {
  // Only the source knows when all of its newer files are there.
  if (definition.announcedBy === "source") {
    if (replaced)
      throw fault("IncomingFileReplaced", "A file was replaced while the run landed it: announce the date again.");
    return;
  }
  const used = announcementOf(input.files, input.upstreams);
  const counts = (control: VersionedText, present: WantedAnnouncement): boolean | undefined =>
    bareEtag(control.etag) === input.control ? !replaced && sameAnnouncement(used, present) : undefined;
  const date = parseExecDate(input.exec_date, "the run's date");
  const found = await announce(definition, date, { s3, settings }, counts);
  // For a newer run of a pipeline before it, it is announced when that one is complete.
  const awaited = typeof found === "string" ? [] : [...found.missing, ...found.duplicated, ...found.unfinished];
  if (replaced && awaited.length > 0) {
    throw fault(
      "IncomingFileMissing",
      `A file was replaced while the run landed it, and now the date waits for ${awaited.join(", ")}.`,
    );
  }
}

/** Records of the run's steps: landed files, models in the order in which they ran, audits. */
async function readSteps(s3: S3Client, assets: string, run: RunScope): Promise<StepRecord[]> {
  const steps = (await readStepRecords(s3, assets, run)).map(({ step }) => step);
  const ofKind = (kind: StepRecord["kind"]): StepRecord[] =>
    steps
      .filter((step) => step.kind === kind)
      .sort((a, b) => (kind === "model" ? a.ended.localeCompare(b.ended) : a.table.localeCompare(b.table)));
  return [...ofKind("land"), ...ofKind("model"), ...ofKind("audit"), ...ofKind("explanation")];
}

/** What checks found in the run's data. */
async function readChecks(s3: S3Client, assets: string, { executions }: RunScope): Promise<CheckOutcome[]> {
  const { objects } = await list(s3, assets, `${executions}checks/`);
  const found = await Promise.all(
    objects.map(async ({ key }) => readJson(await readText(s3, assets, key), listOf(checkOutcome), key)),
  );
  return found.flat();
}

/** A function's error reaches a state machine as JSON with its message inside. */
function causeMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : cause;
  } catch {
    return cause;
  }
}

/** Writes the completion marker, unless a newer run's is there. */
async function markComplete(
  s3: S3Client,
  landing: string,
  { source }: PipelineDefinition,
  { pipeline, exec_date, run }: RunScope,
): Promise<void> {
  const key = completionMarkerKey(source, exec_date, pipeline);
  const body = `${JSON.stringify({ pipeline, exec_date, run }, null, 2)}\n`;
  let expected: string | undefined;
  while ((await replaceText(s3, landing, key, body, expected)) === undefined) {
    const present = await readVersion(s3, landing, key);
    const marked = readMarker(present.text)?.run ?? "";
    // Already there: this is another attempt, or a newer run was faster.
    if (marked === run || isNewerRun(marked, run)) return;
    expected = present.etag;
  }
}
