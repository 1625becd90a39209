/** Runs the dates of a backfill, a few at a time, each through its pipelines in their order. */
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { atMost } from "../../functions/invocation/concurrency";
import type { Lake } from "../lake/lake";
import { newestRun } from "../runs/run-date";
import { backfillDate, isDone } from "./backfill-date";
import { readNewestRuns, whyNotStarted, type Unfollowed } from "../runs/dates-without-followers";
import type { BackfillRecord, BackfillTask } from "./backfill-record";

/** How to go about it. */
export interface BackfillRun {
  /** In the order in which they run. */
  readonly definitions: readonly PipelineDefinition[];
  /** All of the lake, for what is before those. */
  readonly all: readonly PipelineDefinition[];
  /** Dates at a time. */
  readonly parallel: number;
  /** Asked before each date: whether to begin no other. */
  readonly stopped: () => boolean;
  /** Told when a date begins; the answer is told when it ended. */
  readonly onDate: (date: string) => (failures: readonly string[]) => void;
}

/** Runs what is not done yet. */
export async function runBackfill(record: BackfillRecord, lake: Lake, run: BackfillRun): Promise<void> {
  const open = openDates(record);
  await atMost(run.parallel, open, async (date) => {
    if (run.stopped()) return;
    const ended = run.onDate(date);
    ended(await runPipelines(record, lake, run, date));
  });
  if (openDates(record).length === 0) await record.finish(new Date());
}

/** Dates of which something is not done. */
export function openDates(record: BackfillRecord): string[] {
  const { dates, pipelines } = record.value;
  return dates.filter((date) => !pipelines.every((pipeline) => isDone(record.task(date, pipeline))));
}

/** Answers a sentence for what failed. */
async function runPipelines(
  record: BackfillRecord,
  lake: Lake,
  { definitions, all }: Pick<BackfillRun, "definitions" | "all">,
  date: string,
): Promise<string[]> {
  await begin(record, lake, definitions, date);
  const ended: Record<string, BackfillTask> = {};
  for (const definition of definitions) {
    const { pipeline, after } = definition;
    const upstreams = after.filter((upstream) => upstream in ended);
    const task = record.task(date, pipeline);
    if (task && isDone(task)) {
      ended[pipeline] = task;
      continue;
    }
    if (upstreams.some((upstream) => !isDone(ended[upstream]))) {
      ended[pipeline] = await blocked(record, date, pipeline, upstreams);
      continue;
    }
    const why = await whyNothingStarts(definition, date, lake, all, ended);
    if (why !== undefined) {
      ended[pipeline] = { before: task?.before ?? "", status: why };
      await record.note(date, { [pipeline]: ended[pipeline] });
    } else {
      const runs = Object.fromEntries(upstreams.map((upstream) => [upstream, ended[upstream]?.run ?? ""]));
      ended[pipeline] = await backfillDate(definition, date, runs, record, lake);
    }
  }
  return failuresOf(date, ended);
}

/** Notes where each pipeline stands before anything of the date is started. */
async function begin(
  record: BackfillRecord,
  lake: Lake,
  definitions: readonly PipelineDefinition[],
  date: string,
): Promise<void> {
  if (record.value.tasks[date]) return;
  const tasks: Record<string, BackfillTask> = {};
  for (const { pipeline } of definitions) tasks[pipeline] = { before: await newestRun(lake, pipeline, date) };
  await record.note(date, tasks);
}

/**
 * Why a pipeline is not going to start for a date, whatever one waits for: what is before it, in the backfill or not, was not due,
 * or left its data to a newer date.
 */
async function whyNothingStarts(
  definition: PipelineDefinition,
  date: string,
  lake: Lake,
  all: readonly PipelineDefinition[],
  ended: Readonly<Record<string, BackfillTask>>,
): Promise<Unfollowed | undefined> {
  // What the backfill has just seen succeed is followed.
  const open = definition.after.filter((upstream) => ended[upstream]?.status !== "SUCCEEDED");
  if (open.length === 0) return undefined;
  const newest = await readNewestRuns({ ...definition, after: open }, date, all, lake);
  return whyNotStarted({ ...definition, after: open }, date, all, (pipeline) => {
    // A task that was skipped without a run stands for one.
    const task = ended[pipeline];
    return task?.status !== undefined && task.run === undefined ? { status: task.status } : newest(pipeline);
  });
}

async function blocked(
  record: BackfillRecord,
  date: string,
  pipeline: string,
  upstreams: readonly string[],
): Promise<BackfillTask> {
  const task: BackfillTask = {
    before: record.task(date, pipeline)?.before ?? "",
    status: "FAILED",
    error: `not started, because ${upstreams.join(" or ")} failed`,
  };
  await record.note(date, { [pipeline]: task });
  return task;
}

/** Sentences for what failed of a date: pure. */
export function failuresOf(date: string, tasks: Readonly<Record<string, BackfillTask>>): string[] {
  return Object.entries(tasks)
    .filter(([, task]) => task.status !== undefined && !isDone(task))
    .map(
      ([pipeline, { status = "", error }]) => `${pipeline} ${date} ${status.toLowerCase()}: ${error ?? "no reason"}`,
    );
}
