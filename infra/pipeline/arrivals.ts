/** Which objects make a pipeline's watcher look: pure. */
import { objectsCreated, type EventPattern } from "../event-rules";
import { besidePrefix } from "../../functions/arrival/completeness";
import type { RegisteredFile } from "../../functions/runs/pipeline";

/** What a pipeline waits for. */
export interface Awaited {
  readonly source: string;
  readonly announcedBy: "watcher" | "source";
  readonly incoming: readonly Pick<RegisteredFile, "prefix" | "complete">[];
  /** Names of the pipelines before it. */
  readonly after: readonly string[];
}

/** A pipeline whose latest date is read. */
export interface LatestUpstream {
  readonly pipelineName: string;
  readonly source: string;
}

/**
 * Wildcard patterns of keys that a date may have waited for. Of parts with a marker it is the marker alone: of a thousand parts
 * none but the last one matters.
 */
function arrivalKeys({ source, announcedBy, incoming, after }: Awaited, latest: readonly LatestUpstream[]): string[] {
  const folder = `incoming/${source}/*/`;
  const files = announcedBy === "source" ? [] : incoming.flatMap((each) => namesOf(each));
  const markers = after.map((upstream) => `${upstream}.completed`);
  const others = latest.map(({ pipelineName, source: theirs }) => `incoming/${theirs}/*/${pipelineName}.completed`);
  return [...new Set([...files, ...markers])].map((name) => folder + name).concat(others);
}

function namesOf({ prefix, complete }: Awaited["incoming"][number]): string[] {
  const { marker, manifest } = complete ?? {};
  if (marker !== undefined) return [besidePrefix(prefix, marker)];
  const told = manifest === undefined ? [] : [besidePrefix(prefix, manifest)];
  return [`${prefix}*`, ...told.filter((name) => !name.startsWith(prefix))];
}

/** The pattern of the events of whatever a date may have waited for; undefined if there is none. */
export function arrivalPattern(
  bucket: string,
  awaited: Awaited,
  latest: readonly LatestUpstream[],
): EventPattern | undefined {
  const keys = arrivalKeys(awaited, latest);
  const own = `incoming/${awaited.source}/`;
  const folder = keys.every((key) => key.startsWith(own)) ? own : "incoming/";
  return keys.length === 0 ? undefined : objectsCreated(bucket, keys, folder);
}

/** Patterns of the keys of manifests. */
export function manifestKeys({ source, incoming }: Pick<Awaited, "source" | "incoming">): string[] {
  return incoming.flatMap(({ prefix, complete }) =>
    complete?.manifest === undefined ? [] : [`incoming/${source}/*/${besidePrefix(prefix, complete.manifest)}`],
  );
}
