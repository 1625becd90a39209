/**
 * Announces dates: writes a pipeline's control file as soon as all its registered files are there, exactly one each, and all
 * pipelines before it are complete with their newest runs. It looks when a file or a completion marker arrives, and every hour
 * at all dates, for what an event may have missed.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { isExecDate, type ExecDate } from "../../audit/exec-date";
import { announcementOf, readAnnouncement, sameAnnouncement, type Announcement } from "../arrival/announcement";
import { dueOn } from "../arrival/cadence";
import { log } from "../invocation/log";
import { list, readText, readVersion, replaceText, type ListedObject, type VersionedText } from "../storage/objects";
import {
  completionMarkerKey,
  controlFileKey,
  incomingFolder,
  pipelineDefinition,
  type FoundFile,
  type PipelineDefinition,
} from "../runs/pipeline";
import { matchRegisteredFiles } from "../arrival/registered-files";
import type { PipelineSettings } from "../invocation/settings";
import { optional, readJson, shape, text } from "../invocation/schema";
import { readUpstreams } from "../arrival/upstreams";

/** What watching needs. */
export interface WatcherContext {
  readonly s3: S3Client;
  readonly settings: PipelineSettings;
  readonly now: () => Date;
}

/** What the watcher found, for the log and for people. */
export interface WatchResult {
  /** Control files written. */
  readonly written: readonly string[];
  /** Whether today's date should be complete by now and is not. */
  readonly late: boolean;
  /** Dates that are not complete yet, with what they wait for. */
  readonly waiting: readonly WaitingDate[];
}

/** Why a date is not announced. */
export interface WaitingDate {
  readonly date: string;
  /** Registered prefixes without a file and upstreams without a completion marker, as keys. */
  readonly missing: readonly string[];
  /** Registered prefixes with more than one file. */
  readonly duplicated: readonly string[];
  /** Upstream pipelines whose newest run is under way, or failed. */
  readonly renewed: readonly string[];
}

const arrival = shape({ detail: optional(shape({ object: shape({ key: text }) })) });

/** Handles the arrival of an object (an S3 event through EventBridge), or the hourly schedule's empty event. */
export async function watch(event: unknown, context: WatcherContext): Promise<WatchResult> {
  const { s3, settings, now } = context;
  const place = `pipelines/${settings.pipeline}/definition.json`;
  const definition = readJson(await readText(s3, settings.assets, place), pipelineDefinition, place);
  const key = arrival(event, "event").detail?.object.key;
  const dates = key === undefined ? await allDates(definition, context) : [key.split("/")[2] ?? ""].filter(isExecDate);

  const written: string[] = [];
  const waiting: WaitingDate[] = [];
  for (const date of dates) {
    const found = await announce(definition, date, context);
    if (typeof found !== "string") waiting.push(found);
    else if (found !== "") written.push(found);
  }
  const late = key === undefined && (await isLate(definition, now(), context));
  const scope = { pipeline: definition.pipeline, ...(dates.length === 1 && { exec_date: dates[0] }) };
  log(late ? "error" : "info", "Incoming files watched", scope, { written, waiting, late });
  return { written, waiting, late };
}

async function allDates(
  { source }: PipelineDefinition,
  { s3, settings }: WatcherContext,
): Promise<readonly ExecDate[]> {
  const { prefixes } = await list(s3, settings.landing, `incoming/${source}/`, "/");
  return prefixes.map((folder) => folder.split("/")[2] ?? "").filter(isExecDate);
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
  { s3, settings }: Pick<WatcherContext, "s3" | "settings">,
  counts: (control: VersionedText, wanted: Announcement) => boolean | undefined = () => undefined,
): Promise<string | WaitingDate> {
  const { landing, assets } = settings;
  const control = controlFileKey(definition.source, date, definition.pipeline);
  for (;;) {
    const { objects } = await list(s3, landing, incomingFolder(definition.source, date));
    const { found, missing, duplicated } = matchRegisteredFiles(definition, date, objects);
    const { complete, renewed } = await readUpstreams(definition, date, objects, { s3, landing, assets });
    if (missing.length > 0 || duplicated.length > 0 || renewed.length > 0) {
      return { date, missing, duplicated: duplicated.map(({ prefix }) => prefix), renewed };
    }
    const wanted = announcementOf(found, complete);
    const present = objects.some(({ key }) => key === control);
    const version = present ? await readVersion(s3, landing, control) : undefined;
    const awaited = awaitedObjects(definition, date, found, objects);
    if (version && (counts(version, wanted) ?? announces(version, wanted, awaited))) return "";
    // The token tells this control file from another one of the same set: a file may have been replaced, and replaced again.
    const body = `${JSON.stringify({ ...wanted, token: crypto.randomUUID() }, null, 2)}\n`;
    if ((await replaceText(s3, landing, control, body, version?.etag)) !== undefined) return control;
    // Another watcher was faster, perhaps with other files: look again.
  }
}

/** The files and completion markers that a control file announces. */
function awaitedObjects(
  { source, after }: PipelineDefinition,
  date: ExecDate,
  found: readonly FoundFile[],
  objects: readonly ListedObject[],
): ListedObject[] {
  const keys = [
    ...found.map(({ key }) => key),
    ...after.map((pipeline) => completionMarkerKey(source, date, pipeline)),
  ];
  return objects.filter(({ key }) => keys.includes(key));
}

/** Whether a control file announces what is to be announced. One that says nothing announces what was there before it. */
function announces(control: VersionedText, wanted: Announcement, awaited: readonly ListedObject[]): boolean {
  const announced = readAnnouncement(control.text);
  if (announced) return sameAnnouncement(announced, wanted);
  // Of the same second it is not known which came first: one run too many is better than none.
  return awaited.every(({ modified }) => modified < control.modified);
}

/** Whether today's date should be complete by now and is not. What is not due is not late. */
async function isLate(
  { lateAfterHour, timeZone, source, pipeline, cadence }: PipelineDefinition,
  now: Date,
  { s3, settings }: WatcherContext,
): Promise<boolean> {
  if (lateAfterHour === undefined) return false;
  const { date, hour } = wallClock(now, timeZone);
  if (hour < lateAfterHour || !dueOn(cadence, date).due) return false;
  const { objects } = await list(s3, settings.landing, incomingFolder(source, date));
  return !objects.some(({ key }) => key === completionMarkerKey(source, date, pipeline));
}

/** Date and hour that the clocks of a time zone show. */
export function wallClock(now: Date, timeZone: string): { date: ExecDate; hour: number } {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  }).formatToParts(now);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? "";
  return { date: `${part("year")}-${part("month")}-${part("day")}` as ExecDate, hour: Number(part("hour")) };
}
