/**
 * The hourly sweep for what events may have missed: S3 sends none for some minutes after EventBridge was enabled (S3 documentation,
 * "Enabling Amazon EventBridge"), and a delivery may fail for good. It costs the same however many dates there are: the recent
 * dates and those that are not settled each hour, the others in turn, as many as one listing holds; and of each date only what
 * has changed since it was settled.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { isExecDate, type ExecDate } from "../../audit/exec-date";
import type { PipelineSettings } from "../invocation/settings";
import { controlFileKey, type PipelineDefinition } from "../runs/pipeline";
import { readVersion, replaceText, type ListedObject } from "../storage/objects";
import { announce, waitingFor, type WaitingDate } from "./announce";
import { readFolder, readFolders, type DateFolders } from "./date-folders";
import { readRegisteredFiles } from "./registered-files";
import { wasHeardOf } from "./run-records";
import { fingerprint, keepWatched, readWatched, type Watched } from "./watcher-checkpoint";

/** What looking needs. */
export interface LookContext {
  readonly s3: S3Client;
  readonly settings: PipelineSettings;
  readonly now: () => Date;
}

/** What was found for a date that is not settled, or was not before. */
export interface Look {
  readonly date: ExecDate;
  /** Key of the control file that was written, nothing if there was none to write, or what is awaited. */
  readonly found: string | WaitingDate;
  /** Key of the control file that was written once more, if it was. */
  readonly again?: string;
  /** Whether nothing is to be done until something in its folder changes. */
  readonly settled: boolean;
  /** Whether that may be so without a change in its folder: a run is awaited, or an event. */
  readonly pending: boolean;
}

const day = 24 * 3600 * 1000;

/** Days before today whose dates are looked at each hour. */
const recentDays = 7;

/** Most other dates that are looked at each hour. */
const mostUnsettled = 50;

/** Minutes within which the event of a control file may still come. */
const eventMinutes = 15;

/** Looks at the dates whose turn it is, and remembers those that are settled. */
export async function lookHourly(definition: PipelineDefinition, context: LookContext): Promise<Look[]> {
  const { s3, settings } = context;
  const before = await readWatched(s3, settings.assets, definition.pipeline);
  const { folders, after, passed } = await foldersInTurn(definition, before, context);
  const settled = new Map(
    Object.entries(before.settled).filter(([date]) => !passed(date) || folders.has(date as ExecDate)),
  );
  const looks: Look[] = [];
  for (const [date, objects] of folders) {
    const seen = fingerprint(definition, date, objects);
    if (settled.get(date) === seen) continue;
    const look = await lookAt(definition, date, objects, context);
    looks.push(look);
    if (look.settled) settled.set(date, seen);
    else settled.delete(date);
  }
  const unsettled = looks.filter(({ pending }) => pending).map(({ date }) => date);
  await keepWatched(s3, settings.assets, definition.pipeline, before, {
    after,
    settled: Object.fromEntries(settled),
    unsettled: unsettled.slice(-mostUnsettled),
  });
  return looks;
}

/** The folders to look at, the date to go on after the next time, and which dates are all among them. */
async function foldersInTurn(
  { source }: PipelineDefinition,
  { after, unsettled }: Watched,
  { s3, settings, now }: LookContext,
): Promise<{ folders: DateFolders; after: string | undefined; passed: (date: string) => boolean }> {
  const { landing } = settings;
  const turn = await readFolders(s3, landing, source, after);
  const passed = (date: string): boolean => (after ?? "") < date && (turn.next === undefined || date <= turn.next);
  if (after === undefined && turn.next === undefined) return { folders: turn.folders, after: undefined, passed };
  const recently = new Date(now().getTime() - (recentDays + 1) * day).toISOString().slice(0, 10);
  const recent = await readFolders(s3, landing, source, recently);
  const folders = new Map([...turn.folders, ...recent.folders]);
  for (const date of unsettled.filter(isExecDate).filter((each) => !folders.has(each) && !passed(each))) {
    for (const [each, objects] of await readFolder(s3, landing, source, date)) folders.set(each, objects);
  }
  return { folders: new Map([...folders].sort(([a], [b]) => (a < b ? -1 : 1))), after: turn.next, passed };
}

async function lookAt(
  definition: PipelineDefinition,
  date: ExecDate,
  objects: readonly ListedObject[],
  context: LookContext,
): Promise<Look> {
  const { s3, settings, now } = context;
  const key = controlFileKey(definition.source, date, definition.pipeline);
  const listed = objects.find((object) => object.key === key);
  if (!listed) {
    const place = { s3, landing: settings.landing };
    const waiting = waitingFor(await readRegisteredFiles(definition, date, objects, place));
    if (waiting) return { date, found: { date, ...waiting, renewed: [] }, settled: false, pending: false };
  }
  const found = await announce(definition, date, context);
  const isWritten = typeof found === "string" && found !== "";
  if (isWritten || !listed) return { date, found, settled: found === "", pending: found !== "" };
  if (await wasHeardOf(listed, definition, date, { s3, assets: settings.assets })) {
    const settled = found === "";
    const { renewed = [], forLatest = false } = typeof found === "string" ? {} : found;
    return { date, found, settled, pending: renewed.length > 0 || forLatest };
  }
  const isYoung = now().getTime() - listed.modified.getTime() < eventMinutes * 60_000;
  const again = isYoung ? undefined : await writeAgain(s3, settings.landing, key);
  return { date, found, again, settled: false, pending: true };
}

/** Writes a control file as it is, for the event that it causes; not if another one has taken its place. */
async function writeAgain(s3: S3Client, landing: string, key: string): Promise<string | undefined> {
  const { text, etag } = await readVersion(s3, landing, key);
  return (await replaceText(s3, landing, key, text, etag)) === undefined ? undefined : key;
}
