/** Plays a schedule on a lake and tells what came of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { JournalEntry } from "../../local/journal";
import { isNewerRun, isRepeatedAudit } from "../../functions/runs/run-order";
import { check, type Findings } from "./check";
import type { ModelLake, RunRecord } from "./lake";
import { Reader, type Reading } from "./reader";
import type { Pause, Pipeline, Schedule, Step } from "./schedule";

/** What came of a schedule. */
export interface Outcome extends Findings {
  /** Faults that happened, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly runs: number;
  /** Events that were given up, and sent again by the operator. */
  readonly redriven: number;
  /** Runs that failed although nobody should have let them, as sentences. */
  readonly failed: readonly string[];
  /** Runs that failed because more went wrong than retries make good, or that were stopped; the operator made them again. */
  readonly exhausted: number;
  /** Runs that failed, and those of them of which readers saw something, as sentences. */
  readonly unsuccessful: number;
  readonly shown: readonly string[];
  readonly reading: Reading;
}

/** Milliseconds between steps. */
const pauses: Readonly<Record<Exclude<Pause, "quiet">, number>> = { none: 0, moment: 15, while: 80 };

/** Plays a schedule on an empty lake, lets everything come to rest, and checks what is there. */
export async function play(lake: ModelLake, schedule: Schedule, { reads }: { reads: boolean }): Promise<Outcome> {
  await lake.empty();
  lake.strike(schedule.seed, schedule.rates);
  const reader = reads ? new Reader(lake) : undefined;
  for (const step of schedule.steps) {
    await happen(lake, step);
    if (step.then === "quiet") await lake.runtime.whenIdle();
    else if (step.then !== "none") await sleep(pauses[step.then]);
  }
  await lake.runtime.whenIdle();
  lake.calm();
  let redriven = await lake.settle();
  const runsByThen = await lake.runs();
  const { failed, exhausted } = judgeFailures(runsByThen, lake.journal);
  const unsuccessful = runsByThen.filter(({ status }) => status === "FAILED");
  const shown = shownOf(unsuccessful, lake);
  if (exhausted.length > 0) {
    for (const { pipeline, exec_date } of exhausted) await lake.rerun(pipeline, exec_date);
    redriven += await lake.settle();
  }
  const reading = (await reader?.stop()) ?? { looks: 0, torn: [] };
  const faults: Record<string, number> = {};
  for (const entry of lake.journal) {
    if (entry.kind === "fault-injected") faults[entry.fault] = (faults[entry.fault] ?? 0) + 1;
  }
  const runs = lake.journal.filter(({ kind }) => kind === "execution-started").length;
  const findings = await check(lake, schedule);
  return {
    ...findings,
    ...{ faults, runs, redriven, failed, exhausted: exhausted.length, reading },
    ...{ unsuccessful: unsuccessful.length, shown },
  };
}

/** Everything that is wrong with an outcome. */
export function faultsOf(outcome: Outcome): string[] {
  const { wrong, lost, repeated, stale, failed, shown, reading } = outcome;
  return [...wrong, ...lost, ...repeated, ...stale, ...failed, ...shown, ...reading.torn];
}

async function happen(lake: ModelLake, step: Step): Promise<void> {
  switch (step.what) {
    case "land":
      return lake.land(step.pipeline, step.date, step.version);
    case "rerun":
      return lake.rerun(step.pipeline, step.date);
    case "redeliver":
      return lake.redeliver(step.which);
    case "stop":
      return lake.stop(step.which);
    case "sweep":
      return lake.sweep();
    case "night":
      return lake.night();
  }
}

/** Whether an execution is that of a run. */
function isOf(executionArn: string, run: string): boolean {
  return executionArn.endsWith(`-${run}`);
}

/** How often a Task is tried in all. */
const attempts = 5;

/** Failed runs of which readers see something, although they failed before the state that publishes. */
function shownOf(unsuccessful: readonly RunRecord[], lake: ModelLake): string[] {
  const publishing = lake.journal.flatMap((entry) =>
    entry.kind === "state-entered" && entry.state.startsWith("Publish") ? [entry.executionArn] : [],
  );
  const shown = lake.shownRuns();
  return unsuccessful
    .filter(({ run }) => shown.has(run) && !publishing.some((execution) => isOf(execution, run)))
    .map(({ key, error }) => `${key} failed (${error?.name}), and readers see what it wrote.`);
}

/**
 * Which failed runs had a right to fail: those of whose Tasks one was struck at each attempt, and those that were stopped. An
 * operator makes them again.
 */
function judgeFailures(
  runs: readonly RunRecord[],
  journal: readonly JournalEntry[],
): { failed: string[]; exhausted: { pipeline: Pipeline; exec_date: string }[] } {
  const failed: string[] = [];
  const exhausted = new Map<string, RunRecord>();
  const stopped = journal.flatMap((entry) =>
    entry.kind === "execution-ended" && entry.status === "ABORTED" ? [entry.executionArn] : [],
  );
  const wasStopped = ({ run }: RunRecord): boolean => stopped.some((execution) => isOf(execution, run));
  for (const run of runs.filter((each) => each.status === "FAILED" || wasStopped(each))) {
    const { pipeline, exec_date, error } = run;
    const isNewest = !runs.some(
      (other) =>
        other.pipeline === pipeline &&
        other.exec_date === exec_date &&
        !isRepeatedAudit(other.run) &&
        !["REJECTED", "SKIPPED"].includes(other.status) &&
        isNewerRun(other.run, run.run),
    );
    const attempted = new Map<string, number>();
    for (const entry of journal) {
      if (entry.kind !== "state-failed" || !isOf(entry.executionArn, run.run)) continue;
      // A query whose time is up is not asked again.
      const last = entry.error === "States.Timeout" && entry.state.startsWith("Query ");
      attempted.set(entry.state, last ? attempts : (attempted.get(entry.state) ?? 0) + 1);
    }
    const most = Math.max(0, ...attempted.values());
    if (most < attempts && !wasStopped(run)) failed.push(`${run.key} failed: ${error?.name}: ${error?.message}`);
    else if (isNewest) exhausted.set(`${pipeline} ${exec_date}`, run);
  }
  return { failed, exhausted: [...exhausted.values()] };
}
