/** Runs of a lake for its page: all of the dates as summaries, the newest and those that failed in detail. */
import { readText } from "../../functions/storage/objects";
import type { RunSummary, RunView, StepView } from "../../report/view";
import { athenaDollars } from "../cost/prices";
import { atMost } from "../../functions/invocation/concurrency";
import { REQUESTS_AT_ONCE } from "../lake/concurrency";
import { executionHistory } from "../lake/executions";
import type { Lake } from "../lake/lake";
import { historyEntries, inTime, type LogEntry } from "../run-log/entries";
import { readFunctionLines } from "../run-log/function-lines";
import { isGood, manifestKeys, readRuns, type Run } from "../runs/run-records";
import { stateSpans } from "./state-spans";

/** Runs that are told in detail, and of these those whose functions' lines are read: CloudWatch Logs allows few calls a second. */
const IN_DETAIL = 30;
const WITH_LINES = 8;
/** Characters of a statement that stand in the page. */
const SQL_LENGTH = 20_000;

/** A run and the key of its record. */
export interface RecordedRun {
  readonly run: Run;
  readonly manifest: string;
}

/** All runs of the pipelines for the dates, the newest first. */
export async function readRecordedRuns(dates: readonly string[], { s3, outputs }: Lake): Promise<RecordedRun[]> {
  const wanted = new Set(dates);
  const keys = [...(await manifestKeys(s3, outputs.assetsBucket))].filter((key) => wanted.has(key.split("/")[2] ?? ""));
  const found = await atMost(REQUESTS_AT_ONCE, keys, async (manifest): Promise<RecordedRun[]> => {
    const [run] = await readRuns(s3, outputs.assetsBucket, [manifest]);
    return run ? [{ run, manifest }] : [];
  });
  return found.flat().sort((a, b) => b.run.started.localeCompare(a.run.started) || b.run.run.localeCompare(a.run.run));
}

/** Runs in detail: the newest, and of older ones those in `also`. */
export async function readRunViews(
  recorded: readonly RecordedRun[],
  also: ReadonlySet<string>,
  lake: Lake,
  known: readonly RunView[] = [],
): Promise<RunView[]> {
  const chosen = recorded.filter(({ run }, index) => index < IN_DETAIL || also.has(run.run));
  return atMost(4, chosen, async ({ run, manifest }, index) => {
    // What has ended stays what it is.
    const same = known.find(
      (each) => each.run === run.run && each.pipeline === run.pipeline && each.date === run.exec_date,
    );
    if (same?.ended !== undefined && same.status === run.status) return same;
    const before = recorded
      .slice(recorded.findIndex((each) => each.manifest === manifest) + 1)
      .find((each) => each.run.pipeline === run.pipeline);
    return readRunView(run, manifest, before?.run, index < WITH_LINES || !isGood(run), lake);
  });
}

async function readRunView(
  run: Run,
  manifest: string,
  before: Run | undefined,
  withLines: boolean,
  lake: Lake,
): Promise<RunView> {
  const { s3, outputs } = lake;
  const history = await executionHistory(lake, run);
  const lines: LogEntry[] = withLines ? await readFunctionLines(run, lake) : [];
  const summary = runSummary(run);
  const steps = await Promise.all(
    run.steps.map(async (step, index): Promise<StepView> => {
      const view = summary.steps[index] ?? stepView(step);
      if (!step.sql) return view;
      // What explains and what audits is made by the lake, and long; its place is told.
      const text = step.kind === "model" ? await readText(s3, outputs.assetsBucket, step.sql) : "";
      return text !== "" && text.length <= SQL_LENGTH ? { ...view, sql: text } : { ...view, sqlKey: step.sql };
    }),
  );
  return {
    ...summary,
    steps,
    error: run.error ?? undefined,
    notes: run.notes,
    upstreams: run.upstreams,
    dollars: dollarsOf(run),
    states: stateSpans(history),
    log: inTime([...historyEntries(history), ...lines]).map(({ time, ...entry }) => ({
      time: time.toISOString(),
      ...entry,
    })),
    before: before && runSummary(before),
    record: `s3://${outputs.assetsBucket}/${manifest}`,
  };
}

/** What a run's record says: pure. */
function runSummary(run: Run): RunSummary {
  const { pipeline, exec_date: date, run: id, status, started, ended, inputs, checks } = run;
  return { pipeline, date, run: id, status, started, ended, inputs, checks, steps: run.steps.map(stepView) };
}

function stepView({ kind, table, rows, bytesScanned, published, partition }: Run["steps"][number]): StepView {
  const about = kind === "audit" || kind === "explanation" ? partition.table_name : undefined;
  return { kind, table, about, rows: rows ?? undefined, bytes: bytesScanned ?? undefined, published };
}

/** What Athena bills for a run: each of its queries for what it scanned, taken to be the same of those of one step. */
export function dollarsOf({ steps }: Pick<Run, "steps">): number {
  return athenaDollars(
    steps.flatMap(({ queryExecutionId, bytesScanned }) => {
      const queries = (queryExecutionId ?? "").split(" ").filter((id) => id !== "").length;
      return Array.from({ length: queries }, () => (bytesScanned ?? 0) / queries);
    }),
  );
}
