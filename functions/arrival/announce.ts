/** Writes the control file of a date for which everything is there. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { ExecDate } from "../../audit/exec-date";
import type { LakeSettings } from "../invocation/settings";
import { controlFileKey, incomingFolder, type PipelineDefinition } from "../runs/pipeline";
import { list, readVersion, replaceText, type ListedObject, type VersionedText } from "../storage/objects";
import { announcementOf, readAnnouncement, sameAnnouncement, type WantedAnnouncement } from "./announcement";
import { awaitedKeys, readRegisteredFiles, type RegisteredFiles } from "./registered-files";
import { readLatestUpstreams } from "./latest-upstreams";
import { wasRun } from "./run-records";
import { readUpstreams } from "./upstreams";

/** What announcing needs. */
export interface AnnouncementPlace {
  readonly s3: S3Client;
  readonly settings: LakeSettings;
}

/** Why a date is not announced. */
export interface WaitingDate {
  readonly date: string;
  /** Registered prefixes without a file and upstreams without a completion marker, as keys. */
  readonly missing: readonly string[];
  /** Registered prefixes with more than one file. */
  readonly duplicated: readonly string[];
  /** What is awaited of prefixes with many files. */
  readonly unfinished: readonly string[];
  /** Upstream pipelines whose newest run is under way, or failed. */
  readonly renewed: readonly string[];
  /** Whether a date of another pipeline, of whatever folder, is awaited. */
  readonly forLatest?: true;
}

/**
 * Writes a date's control file, unless it announces already what is there.
 *
 * @param counts whether a control file counts for what is there, of which more is known than it says; undefined: as it says
 * @returns its key, nothing if it was announced before, or what is awaited
 */
export async function announce(
  definition: PipelineDefinition,
  date: ExecDate,
  { s3, settings }: AnnouncementPlace,
  counts: (control: VersionedText, wanted: WantedAnnouncement) => boolean | undefined = () => undefined,
): Promise<string | WaitingDate> {
  const { landing, assets } = settings;
  const control = controlFileKey(definition.source, date, definition.pipeline);
  for (;;) {
    const { objects } = await list(s3, landing, incomingFolder(definition.source, date));
    const files = await readRegisteredFiles(definition, date, objects, { s3, landing });
    const { complete, replaced, renewed } = await readUpstreams(definition, date, objects, { s3, landing, assets });
    const { missing } = await readLatestUpstreams(definition, date, { s3, assets });
    const waiting = waitingFor({ ...files, missing: [...files.missing, ...missing] });
    if (waiting !== undefined || renewed.length > 0) {
      return { date, ...none, ...waiting, renewed, ...(missing.length > 0 && { forLatest: true as const }) };
    }
    const present = announcementOf(files.found, complete);
    const wanted = { ...present, replaced };
    const isThere = objects.some(({ key }) => key === control);
    const version = isThere ? await readVersion(s3, landing, control) : undefined;
    const keys = new Set(awaitedKeys(definition, date, objects));
    const awaited = objects.filter(({ key }) => keys.has(key));
    if (version) {
      if (counts(version, wanted) ?? announces(version, wanted, awaited)) return "";
    } else if (await wasRun(wanted, definition, date, { s3, assets })) return "";
    // The token tells this control file from another one of the same set: a file may have been replaced, and replaced again.
    const body = `${JSON.stringify({ ...present, token: crypto.randomUUID() }, null, 2)}\n`;
    if ((await replaceText(s3, landing, control, body, version?.etag)) !== undefined) return control;
    // Another watcher was faster, perhaps with other files: look again.
  }
}

const none = { missing: [], duplicated: [], unfinished: [] };

/** What registered files are awaited; undefined if all are there. */
export function waitingFor(files: RegisteredFiles): Omit<WaitingDate, "date" | "renewed" | "forLatest"> | undefined {
  const { missing } = files;
  const duplicated = files.duplicated.map(({ prefix }) => prefix);
  const unfinished = files.unfinished.map(({ awaited }) => awaited);
  return missing.length + duplicated.length + unfinished.length === 0 ? undefined : { missing, duplicated, unfinished };
}

/** Whether a control file announces what is to be announced. One that says nothing announces what was there before it. */
function announces(control: VersionedText, wanted: WantedAnnouncement, awaited: readonly ListedObject[]): boolean {
  const announced = readAnnouncement(control.text);
  if (announced) return sameAnnouncement(announced, wanted);
  // Of the same second it is not known which came first: one run too many is better than none.
  return awaited.every(({ modified }) => modified < control.modified);
}
