/** What the runs of a date have recorded, as whoever asks what is there reads it. */
import type { S3Client } from "@aws-sdk/client-s3";
import { readJson, type Reader } from "../invocation/schema";
import { executionsOf, manifestKey, runOfPrefix } from "../runs/pipeline";
import { isNewerRun, isRepeatedAudit } from "../runs/run-order";
import { list, readText } from "../storage/objects";

/** Prefixes of the runs of a date, the newest first; not of those that only audited again. */
export async function runsOfDate(s3: S3Client, assets: string, pipeline: string, date: string): Promise<string[]> {
  const { prefixes } = await list(s3, assets, executionsOf(pipeline, date), "/");
  return prefixes
    .filter((prefix) => !isRepeatedAudit(runOfPrefix(prefix)))
    .sort((a, b) => (isNewerRun(runOfPrefix(a), runOfPrefix(b)) ? -1 : 1));
}

/** The record of a run; undefined if it has begun and recorded nothing yet. */
export async function readRecord<T>(
  s3: S3Client,
  assets: string,
  executions: string,
  reader: Reader<T>,
): Promise<T | undefined> {
  const key = manifestKey({ executions });
  if ((await list(s3, assets, key)).objects.length === 0) return undefined;
  return readJson(await readText(s3, assets, key), reader, key);
}
