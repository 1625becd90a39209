/** What a pipeline's date starts from: whether all is there that it waits for, and which set was announced last. */
import {
  announcementOf,
  readAnnouncement,
  sameAnnouncement,
  type Announcement,
} from "../../functions/arrival/announcement";
import { list, readVersion, replaceText, type VersionedText } from "../../functions/storage/objects";
import { controlFileKey, incomingFolder, type PipelineDefinition } from "../../functions/runs/pipeline";
import { readRegisteredFiles, type RegisteredFiles } from "../../functions/arrival/registered-files";
import { readLatestUpstreams } from "../../functions/arrival/latest-upstreams";
import { readUpstreams } from "../../functions/arrival/upstreams";
import type { Lake } from "../lake/lake";

/** As much of a lake as is needed to read and announce dates. */
export type Reachable = Pick<Lake, "outputs" | "s3">;

/** A date of a pipeline. */
export interface DateInputs extends Omit<RegisteredFiles, "found"> {
  /** What is there and would be announced. */
  readonly present: Announcement;
  /** Newer runs of pipelines before it whose place those took by a rollback. */
  readonly replaced: Readonly<Record<string, string>>;
  /** Pipelines before it whose newest run is under way, or failed. */
  readonly renewed: readonly string[];
  /** Its control file, if there is one. */
  readonly control: VersionedText | undefined;
  /** Whether its folder of incoming files has anything. */
  readonly begun: boolean;
}

/** Looks at what is there for a date, as the watcher does. */
export async function readDateInputs(
  definition: PipelineDefinition,
  date: string,
  { s3, outputs }: Reachable,
): Promise<DateInputs> {
  const { landingBucket: landing, assetsBucket: assets } = outputs;
  const { objects } = await list(s3, landing, incomingFolder(definition.source, date));
  const files = await readRegisteredFiles(definition, date, objects, { s3, landing });
  const { complete, replaced, renewed } = await readUpstreams(definition, date, objects, { s3, landing, assets });
  const latest = await readLatestUpstreams(definition, date, { s3, assets });
  const control = controlFileKey(definition.source, date, definition.pipeline);
  return {
    present: announcementOf(files.found, complete),
    missing: [...files.missing, ...latest.missing],
    duplicated: files.duplicated,
    unfinished: files.unfinished,
    replaced,
    renewed,
    control: objects.some(({ key }) => key === control) ? await readVersion(s3, landing, control) : undefined,
    begun: objects.length > 0,
  };
}

/** Whether everything is there that a run of the date would need. */
export function isComplete({ missing, duplicated, unfinished, renewed }: DateInputs): boolean {
  return missing.length + duplicated.length + unfinished.length + renewed.length === 0;
}

/** Whether the control file announces what is there: then the watcher has nothing more to announce. */
export function isAnnounced({ control, present, replaced }: DateInputs): boolean {
  const announced = control && readAnnouncement(control.text);
  return announced !== undefined && sameAnnouncement(announced, { ...present, replaced });
}

/** What a date waits for, as sentences' ends: `waits for …`. */
export function awaited({ missing, duplicated, unfinished, renewed }: DateInputs): string[] {
  return [
    ...missing,
    ...duplicated.map(({ prefix, keys }) => `one file for ${prefix} instead of ${keys.length} (${keys.join(", ")})`),
    ...unfinished.map((each) => each.awaited),
    ...renewed.map((pipeline) => `a newer run of ${pipeline}, which is under way or failed`),
  ];
}

/**
 * Writes a date's control file again, which starts a new run of the same set. `token` makes it tell apart from others of the
 * same set; readers of announcements pass over it.
 */
export async function announceAgain(
  definition: PipelineDefinition,
  date: string,
  { s3, outputs }: Reachable,
  inputs: DateInputs,
  token: string = crypto.randomUUID(),
): Promise<boolean> {
  const key = controlFileKey(definition.source, date, definition.pipeline);
  const body = `${JSON.stringify({ ...inputs.present, token }, null, 2)}\n`;
  return (await replaceText(s3, outputs.landingBucket, key, body, inputs.control?.etag)) !== undefined;
}

/** Whether a control file was written by {@link announceAgain} with this token. */
export function hasToken({ control }: DateInputs, token: string): boolean {
  try {
    return (JSON.parse(control?.text ?? "") as { token?: unknown } | null)?.token === token;
  } catch {
    return false;
  }
}
