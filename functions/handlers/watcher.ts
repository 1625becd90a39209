/**
 * Announces dates: writes a pipeline's control file as soon as all its registered files are there, exactly one each, and all
 * pipelines before it are complete with their newest runs. It looks when a file or a completion marker arrives, and every hour
 * for what an event may have missed (hourly-sweep.ts).
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { isExecDate, type ExecDate } from "../../audit/exec-date";
import { announce, type WaitingDate } from "../arrival/announce";
import { dueOn } from "../arrival/cadence";
import { lookHourly } from "../arrival/hourly-sweep";
import { log } from "../invocation/log";
import { optional, readJson, shape, text } from "../invocation/schema";
import type { PipelineSettings } from "../invocation/settings";
import { completionMarkerKey, incomingFolder, pipelineDefinition, type PipelineDefinition } from "../runs/pipeline";
import { list, readText } from "../storage/objects";

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
  /** Control files of which no run came, written once more as they were: their events were lost. */
  readonly again: readonly string[];
  /** Whether today's date should be complete by now and is not. */
  readonly late: boolean;
  /** Dates that are not complete yet, with what they wait for. */
  readonly waiting: readonly WaitingDate[];
}

const arrival = shape({ detail: optional(shape({ object: shape({ key: text }) })) });

/** Handles the arrival of an object (an S3 event through EventBridge), or the hourly schedule's empty event. */
export async function watch(event: unknown, context: WatcherContext): Promise<WatchResult> {
  const { s3, settings } = context;
  const place = `pipelines/${settings.pipeline}/definition.json`;
  const definition = readJson(await readText(s3, settings.assets, place), pipelineDefinition, place);
  const key = arrival(event, "event").detail?.object.key;
  // Whatever date is new of a pipeline whose latest is read, others may have waited for it.
  const ofLatest = definition.latest.some((pipeline) => key?.endsWith(`/${pipeline}.completed`));
  if (key === undefined || ofLatest) return watchHourly(definition, context);
  const date = key.split("/")[2] ?? "";
  const found = isExecDate(date) ? await announce(definition, date, context) : "";
  return told(definition, isExecDate(date) ? date : undefined, {
    written: typeof found === "string" && found !== "" ? [found] : [],
    again: [],
    late: false,
    waiting: typeof found === "string" ? [] : [found],
  });
}

/** Looks at the dates for which an event may have been missed, and whether today's is late. */
async function watchHourly(definition: PipelineDefinition, context: WatcherContext): Promise<WatchResult> {
  const looks = await lookHourly(definition, context);
  const written = looks.flatMap(({ found }) => (typeof found === "string" && found !== "" ? [found] : []));
  const again = looks.flatMap((look) => look.again ?? []);
  const waiting = looks.flatMap(({ found }) => (typeof found === "string" ? [] : [found]));
  const late = await isLate(definition, context.now(), context);
  return told(definition, undefined, { written, again, late, waiting });
}

/** Dates of which a line of the log speaks: a line has 256 KB at most (CloudWatch Logs quotas, event size). */
const mostTold = 20;

function told({ pipeline }: PipelineDefinition, date: string | undefined, result: WatchResult): WatchResult {
  const { written, again, waiting, late } = result;
  const shown = { written, again, waiting: waiting.slice(-mostTold), waitingDates: waiting.length, late };
  log(late ? "error" : "info", "Incoming files watched", { pipeline, ...(date && { exec_date: date }) }, shown);
  return result;
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
