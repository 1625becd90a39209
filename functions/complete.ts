/** Ends a run: its manifest, its completion marker, and the control files of the pipelines that waited for it. */
import type { S3Client } from "@aws-sdk/client-s3";
import { setting } from "./environment";
import { log } from "./log";
import { list, readText, writeJson, writeText } from "./objects";
import {
  completionMarkerKey,
  controlFileKey,
  dependentDefinition,
  foundFile,
  incomingFolder,
  runScope,
  stepRecord,
  type DependentDefinition,
  type Manifest,
} from "./pipeline";
import { list as listOf, optional, readJson, shape, text } from "./shape";

const completeTask = shape({
  run: runScope,
  status: text as (value: unknown, path: string) => "SUCCEEDED" | "FAILED" | "SKIPPED",
  error: optional(shape({ Error: text, Cause: text })),
  files: listOf(foundFile),
  steps: listOf(stepRecord),
  notes: listOf(text),
});

/** Control files written for dependents. */
export interface CompletedRun {
  readonly started: readonly string[];
}

/**
 * Writes the manifest and, after a run that succeeded, `<pipeline>.completed` and the `.done` of each dependent whose
 * upstreams are all complete for the date. A failed or skipped run starts nothing.
 */
export async function completeRun(event: unknown, { s3 }: { readonly s3: S3Client }): Promise<CompletedRun> {
  const { run, status, error, files, steps, notes } = completeTask(event, "");
  const assets = setting("ASSETS_BUCKET");
  const manifest: Manifest = {
    pipeline: run.pipeline,
    exec_date: run.exec_date,
    run: run.run,
    status,
    started: run.started,
    ended: new Date().toISOString(),
    error: error && { name: error.Error, message: causeMessage(error.Cause) },
    inputs: files.map(({ key, etag, size }) => ({ key, etag, size })),
    steps,
    notes,
  };
  await writeJson(s3, assets, `${run.executions}manifest.json`, manifest);
  log(status === "FAILED" ? "error" : "info", `Run ${status.toLowerCase()}`, run, { error: manifest.error });
  return { started: status === "SUCCEEDED" ? await startDependents(s3, run.pipeline, run.exec_date) : [] };
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

async function startDependents(s3: S3Client, pipeline: string, date: string): Promise<string[]> {
  const landing = setting("LANDING_BUCKET");
  const assets = setting("ASSETS_BUCKET");
  const source = setting("SOURCE");
  await writeText(s3, landing, completionMarkerKey(source, date, pipeline), "");
  const dependents: DependentDefinition[] = [];
  for (const { key } of (await list(s3, assets, `pipelines/${pipeline}/dependents/`)).objects) {
    dependents.push(readJson(await readText(s3, assets, key), dependentDefinition, key));
  }
  const started: string[] = [];
  for (const dependent of dependents) {
    const { objects } = await list(s3, landing, incomingFolder(dependent.source, date));
    const waitsFor = dependent.after.filter(
      (upstream) => !objects.some(({ key }) => key === completionMarkerKey(dependent.source, date, upstream)),
    );
    if (waitsFor.length > 0) continue;
    const control = controlFileKey(dependent.source, date, dependent.pipeline);
    await writeText(s3, landing, control, "");
    started.push(control);
  }
  return started;
}
