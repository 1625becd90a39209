/** Which upstream pipelines are complete for a date, with their newest runs. */
import type { S3Client } from "@aws-sdk/client-s3";
import { readText } from "../storage/objects";
import {
  completionMarker,
  type CompletionMarker,
  completionMarkerKey,
  manifestSummary,
  runOfPrefix,
  type PipelineDefinition,
} from "../runs/pipeline";
import { isNewerRun } from "../runs/run-order";
import { readRecord, runsOfDate } from "./date-records";

/** The upstreams of a pipeline for one date. */
export interface Upstreams {
  /** Runs that are complete, by pipeline; the run of a marker that a person wrote is empty. */
  readonly complete: Readonly<Record<string, string>>;
  /** Newer runs than these, by pipeline, whose place they took by a rollback. */
  readonly replaced: Readonly<Record<string, string>>;
  /** Pipelines with a newer run that is under way or failed: what is complete is not their last word. */
  readonly renewed: readonly string[];
}

/**
 * Reads the completion markers that are there, and whether newer runs than theirs exist.
 *
 * @param present keys of the date's incoming folder
 */
export async function readUpstreams(
  { source, after }: Pick<PipelineDefinition, "source" | "after">,
  date: string,
  present: readonly { readonly key: string }[],
  { s3, landing, assets }: { readonly s3: S3Client; readonly landing: string; readonly assets: string },
): Promise<Upstreams> {
  const complete: Record<string, string> = {};
  const replaced: Record<string, string> = {};
  const renewed: string[] = [];
  for (const pipeline of after) {
    const key = completionMarkerKey(source, date, pipeline);
    if (!present.some((object) => object.key === key)) continue;
    const marked = readMarker(await readText(s3, landing, key));
    const run = marked?.run ?? "";
    complete[pipeline] = run;
    if (run === "") continue;
    const last = marked?.replaced ?? run;
    if (last !== run) replaced[pipeline] = last;
    const newest = await newestDataRun(s3, assets, pipeline, date);
    if (newest !== undefined && isNewerRun(newest, last)) renewed.push(pipeline);
  }
  return { complete, replaced, renewed };
}

/** What a completion marker says; undefined for one that a person wrote. */
export function readMarker(body: string): CompletionMarker | undefined {
  try {
    return completionMarker(JSON.parse(body), "completion marker");
  } catch {
    return undefined;
  }
}

/** The newest run that brought, brings or was to bring data: neither rejected nor skipped nor superseded. */
async function newestDataRun(
  s3: S3Client,
  assets: string,
  pipeline: string,
  date: string,
): Promise<string | undefined> {
  for (const executions of await runsOfDate(s3, assets, pipeline, date)) {
    const record = await readRecord(s3, assets, executions, manifestSummary);
    // Begun, but not recorded yet: it is about to run.
    if (!record || !["REJECTED", "SKIPPED", "SUPERSEDED"].includes(record.status)) return runOfPrefix(executions);
  }
  return undefined;
}
