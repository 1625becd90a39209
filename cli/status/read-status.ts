/** Looks at a lake: what is known of each date of each pipeline, and what it waits for. */
import { isExecDate } from "../../audit/exec-date";
import { list } from "../../functions/storage/objects";
import { executionsOf, type PipelineDefinition } from "../../functions/runs/pipeline";
import { isRepeatedAudit } from "../../functions/runs/run-order";
import { atMost } from "../../functions/invocation/concurrency";
import { REQUESTS_AT_ONCE } from "../lake/concurrency";
import { awaited, isAnnounced, isComplete, readDateInputs, type DateInputs } from "../runs/date-inputs";
import { currentState, executionStatus } from "../lake/executions";
import type { Lake } from "../lake/lake";
import { isRunning, manifestKeys, newestFirst, readRuns, type Run } from "../runs/run-records";
import { isDue, readNewestRuns, whyNotStarted, type Unfollowed } from "../runs/dates-without-followers";
import type { DateStatus, RunningStatus } from "./date-status";

/** Which dates are looked at; both ends are included. */
export interface DateRange {
  readonly from?: string;
  readonly to?: string;
}

/**
 * Dates that have incoming files or runs, sorted. A folder whose name is no date is one only if a control file in it was rejected:
 * nothing else comes of it.
 */
export async function datesOf(
  definitions: readonly PipelineDefinition[],
  { from = "", to = "~" }: DateRange,
  { s3, outputs }: Pick<Lake, "s3" | "outputs">,
): Promise<string[]> {
  const sources = [...new Set(definitions.map(({ source }) => source))];
  const folders = [
    ...sources.map((source) => [outputs.landingBucket, `incoming/${source}/`] as const),
    ...definitions.map(({ pipeline }) => [outputs.assetsBucket, `pipeline_executions/${pipeline}/`] as const),
  ];
  const found = await atMost(REQUESTS_AT_ONCE, folders, async ([bucket, folder]) => {
    const { prefixes } = await list(s3, bucket, folder, "/");
    const names = prefixes.map((prefix) => prefix.slice(folder.length).replace(/\/$/, ""));
    return folder.startsWith("incoming/") ? names.filter(isExecDate) : names;
  });
  return [...new Set(found.flat())].filter((date) => date >= from && date <= to).sort();
}

/**
 * Reads the status of each date of each pipeline, dates first.
 *
 * @param all the lake's pipelines, for what is before those of interest
 */
export async function readStatus(
  definitions: readonly PipelineDefinition[],
  dates: readonly string[],
  all: readonly PipelineDefinition[],
  lake: Lake,
): Promise<DateStatus[]> {
  const cells = dates.flatMap((date) => definitions.map((definition) => ({ date, definition })));
  return atMost(REQUESTS_AT_ONCE, cells, ({ date, definition }) => readDate(definition, date, all, lake));
}

async function readDate(
  definition: PipelineDefinition,
  date: string,
  all: readonly PipelineDefinition[],
  lake: Lake,
): Promise<DateStatus> {
  const { s3, outputs } = lake;
  const { pipeline } = definition;
  const inputs = await readDateInputs(definition, date, lake);
  const keys = await manifestKeys(s3, outputs.assetsBucket, executionsOf(pipeline, date));
  const runs = newestFirst(await readRuns(s3, outputs.assetsBucket, keys));
  const running: RunningStatus[] = [];
  for (const run of runs.filter(isRunning)) running.push(await readRunning(run, lake));
  const run = runs.find((each) => !isRepeatedAudit(each.run));
  const audit = runs[0] && isRepeatedAudit(runs[0].run) ? runs[0] : undefined;
  const unexpected = await unexpectedRun(definition, date, all, lake);
  const waits = unexpected === undefined ? waitsFor(definition, inputs, run, lake) : [];
  return { pipeline, date, run, audit, running, begun: inputs.begun, unexpected, waitsFor: waits };
}

async function unexpectedRun(
  definition: PipelineDefinition,
  date: string,
  all: readonly PipelineDefinition[],
  lake: Lake,
): Promise<Unfollowed | undefined> {
  if (!isDue(definition, date)) return "SKIPPED";
  if (definition.after.length === 0) return undefined;
  return whyNotStarted(definition, date, all, await readNewestRuns(definition, date, all, lake));
}

async function readRunning(run: Run, lake: Lake): Promise<RunningStatus> {
  const execution = await executionStatus(lake, run);
  return { run, execution, state: execution === "RUNNING" ? await currentState(lake, run) : undefined };
}

function waitsFor(
  { pipeline }: PipelineDefinition,
  inputs: DateInputs,
  run: Run | undefined,
  { outputs }: Pick<Lake, "outputs">,
): string[] {
  if (!inputs.begun) return [];
  if (!isComplete(inputs)) return awaited(inputs);
  if (isAnnounced(inputs) || run !== undefined) return [];
  const announcedBy = outputs.pipelines.find(({ name }) => name === pipeline)?.announcedBy;
  const writer = announcedBy === "source" ? "its source writes" : "the watcher writes within the hour";
  return inputs.control ? ["the run that its control file starts"] : [`its control file, which ${writer}`];
}
