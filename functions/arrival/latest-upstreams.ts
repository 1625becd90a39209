/** The newest dates of pipelines that a run reads without waiting for its own date: of records, as completion markers expire. */
import type { S3Client } from "@aws-sdk/client-s3";
import { isExecDate } from "../../audit/exec-date";
import { manifestSummary, type LatestRun, type PipelineDefinition } from "../runs/pipeline";
import { list } from "../storage/objects";
import { readRecord, runsOfDate } from "./date-records";

/** What a date reads of the pipelines that it does not wait for. */
export interface LatestUpstreams {
  /** Dates and runs by pipeline. */
  readonly latest: Readonly<Record<string, LatestRun>>;
  /** Pipelines without any, as ends of a sentence: `waits for …`. */
  readonly missing: readonly string[];
}

/** Reads of each the newest date not after `date` that a run completed, and that run. */
export async function readLatestUpstreams(
  { latest: pipelines }: Pick<PipelineDefinition, "latest">,
  date: string,
  place: { readonly s3: S3Client; readonly assets: string },
): Promise<LatestUpstreams> {
  const latest: Record<string, LatestRun> = {};
  const missing: string[] = [];
  for (const pipeline of pipelines) {
    const found = await newestCompleted(pipeline, date, place);
    if (found) latest[pipeline] = found;
    else missing.push(`a completed run of ${pipeline} for ${date} or a date before`);
  }
  return { latest, missing };
}

async function newestCompleted(
  pipeline: string,
  date: string,
  { s3, assets }: { readonly s3: S3Client; readonly assets: string },
): Promise<LatestRun | undefined> {
  const { prefixes } = await list(s3, assets, `pipeline_executions/${pipeline}/`, "/");
  const dates = prefixes
    .map((prefix) => prefix.split("/")[2] ?? "")
    .filter((each) => isExecDate(each) && each <= date)
    .sort()
    .reverse();
  for (const each of dates) {
    for (const executions of await runsOfDate(s3, assets, pipeline, each)) {
      const record = await readRecord(s3, assets, executions, manifestSummary);
      if (record?.status === "SUCCEEDED") return { exec_date: each, run: record.run };
    }
  }
  return undefined;
}
