/**
 * What a pipeline's watcher remembers between its hours, in one object: which dates are settled as they are, so that it reads
 * again only what has changed, and where to go on in more dates than one listing holds.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import type { ExecDate } from "../../audit/exec-date";
import { list as listOf, optional, readJson, record, shape, text, type Shape } from "../invocation/schema";
import { controlFileKey, type PipelineDefinition } from "../runs/pipeline";
import { list, readText, writeJson, type ListedObject } from "../storage/objects";
import { awaitedKeys } from "./registered-files";

const watched = shape({
  /** Date to go on after; from the first, without it. */
  after: optional(text),
  /** Settled dates: of each the {@link fingerprint} of what stood in its folder. */
  settled: record(text),
  /** Other dates that are looked at each hour, the newest last. */
  unsettled: listOf(text),
});
export type Watched = Shape<typeof watched>;

/** Key of the object in the assets bucket. */
export function watchedKey(pipeline: string): string {
  return `watched/${pipeline}.json`;
}

/** Reads what was remembered; nothing, the first time. */
export async function readWatched(s3: S3Client, assets: string, pipeline: string): Promise<Watched> {
  const key = watchedKey(pipeline);
  // Asked for by a listing: whether a key that is not there is "not found" or "access denied" depends on other rights.
  const { objects } = await list(s3, assets, key);
  if (objects.length === 0) return { after: undefined, settled: {}, unsettled: [] };
  return readJson(await readText(s3, assets, key), watched, key);
}

/** Remembers, unless nothing is new. */
export async function keepWatched(
  s3: S3Client,
  assets: string,
  pipeline: string,
  before: Watched,
  after: Watched,
): Promise<void> {
  if (JSON.stringify(inOrder(before)) === JSON.stringify(inOrder(after))) return;
  await writeJson(s3, assets, watchedKey(pipeline), inOrder(after));
}

function inOrder({ after, settled, unsettled }: Watched): Watched {
  const entries = Object.entries(settled).sort(([a], [b]) => (a < b ? -1 : 1));
  return { after, settled: Object.fromEntries(entries), unsettled: [...unsettled].sort() };
}

/** Tells what a pipeline sees in a date's folder from anything else that it might see there. */
export function fingerprint(
  definition: Pick<PipelineDefinition, "pipeline" | "source" | "incoming" | "after">,
  date: ExecDate,
  objects: readonly ListedObject[],
): string {
  const { pipeline, source } = definition;
  const keys = new Set([...awaitedKeys(definition, date, objects), controlFileKey(source, date, pipeline)]);
  const seen = objects
    .filter(({ key }) => keys.has(key))
    .map(({ key, etag, modified }) => [key, etag, modified.getTime()])
    .sort();
  return createHash("sha256").update(JSON.stringify(seen)).digest("hex").slice(0, 16);
}
