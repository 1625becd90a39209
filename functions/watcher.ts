/** Looks for dates whose registered files are all there and whose control file is not, and writes it. */
import type { S3Client } from "@aws-sdk/client-s3";
import { setting } from "./environment";
import { log } from "./log";
import { list, readText, writeText } from "./objects";
import {
  completionMarkerKey,
  controlFileKey,
  incomingFolder,
  pipelineDefinition,
  type PipelineDefinition,
} from "./pipeline";
import { isExecDate, type ExecDate } from "../audit/exec-date";
import { dueOn } from "./cadence";
import { matchRegisteredFiles } from "./registered-files";
import { readJson } from "./shape";

/** What a sweep found, for the log and for people. */
export interface SweepResult {
  /** Control files written. */
  readonly written: readonly string[];
  /** Whether today's date should be complete by now and is not. */
  readonly late: boolean;
  /** Dates left alone, with what is missing or doubled. */
  readonly waiting: readonly {
    readonly date: string;
    readonly missing: readonly string[];
    readonly duplicated: readonly string[];
  }[];
}

/** Handles the hourly schedule. A folder whose name is no date, or whose control file is there, is left alone. */
export async function sweep(_event: unknown, { s3 }: { readonly s3: S3Client }): Promise<SweepResult> {
  const name = setting("PIPELINE");
  const landing = setting("LANDING_BUCKET");
  const place = `pipelines/${name}/definition.json`;
  const definition = readJson(await readText(s3, setting("ASSETS_BUCKET"), place), pipelineDefinition, place);
  const written: string[] = [];
  const waiting: { date: string; missing: readonly string[]; duplicated: readonly string[] }[] = [];
  const { prefixes } = await list(s3, landing, `incoming/${definition.source}/`, "/");
  for (const folder of prefixes) {
    const date = folder.split("/")[2];
    if (!isExecDate(date) || !dueOn(definition.cadence, date).due) continue;
    const { objects } = await list(s3, landing, folder);
    const control = controlFileKey(definition.source, date, name);
    if (objects.some(({ key }) => key === control)) continue;
    const { missing, duplicated } = matchRegisteredFiles(definition, date, objects);
    if (missing.length > 0 || duplicated.length > 0) {
      waiting.push({ date, missing, duplicated: duplicated.map(({ prefix }) => prefix) });
    } else if (await writeText(s3, landing, control, "", { onlyIfAbsent: true })) {
      written.push(control);
    }
  }
  const late = await isLate(s3, landing, definition, new Date());
  log(late ? "error" : "info", "Incoming files swept", { pipeline: name }, { written, waiting, late });
  return { written, waiting, late };
}

/** Whether today's date should be complete by now and is not. What is not due is not late. */
async function isLate(s3: S3Client, landing: string, definition: PipelineDefinition, now: Date): Promise<boolean> {
  const { lateAfterHour, source, pipeline, cadence } = definition;
  const today = now.toISOString().slice(0, 10) as ExecDate;
  if (lateAfterHour === undefined || now.getUTCHours() < lateAfterHour || !dueOn(cadence, today).due) return false;
  const { objects } = await list(s3, landing, incomingFolder(source, today));
  return !objects.some(({ key }) => key === completionMarkerKey(source, today, pipeline));
}
