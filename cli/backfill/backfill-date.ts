/** One pipeline's date within a backfill: started unless it is done, or under way already, and waited for. */
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { isNewerRun } from "../../functions/runs/run-order";
import { CommandError } from "../command-error";
import { awaited, hasToken, isComplete, readDateInputs } from "../runs/date-inputs";
import { executionStatus } from "../lake/executions";
import type { Lake } from "../lake/lake";
import { cameAfter, startDate, untilRun } from "../runs/run-date";
import { dataRuns, isGood, isRunning, type Run } from "../runs/run-records";
import type { BackfillRecord, BackfillTask } from "./backfill-record";

/** Milliseconds within which an event must have had its effect: S3 delivers them within seconds, rarely a minute. */
const PATIENCE = 180_000;
/** Milliseconds within which a pipeline must follow the one before it, unless other things are missing. */
const FOLLOWS_WITHIN = 20_000;

/** Whether a task needs no more work. */
export function isDone(task: BackfillTask | undefined): boolean {
  return task?.status !== undefined && isGood({ status: task.status });
}

/**
 * Brings a pipeline's date to its end and notes it. Nothing is thrown for a run that fails: its status says so.
 *
 * @param upstreams runs of the pipelines before it that the same backfill made, by pipeline; none for its first pipeline
 */
export async function backfillDate(
  definition: PipelineDefinition,
  date: string,
  upstreams: Readonly<Record<string, string>>,
  record: BackfillRecord,
  lake: Lake,
): Promise<BackfillTask> {
  const { pipeline } = definition;
  const begun = record.task(date, pipeline);
  if (!begun) throw new Error(`${pipeline} ${date} was not begun.`);
  let task = begun;
  const note = async (changes: Partial<BackfillTask>): Promise<BackfillTask> => {
    task = { ...task, ...changes };
    await record.note(date, { [pipeline]: task });
    return task;
  };
  try {
    const run = await runOnce(definition, date, upstreams, begun, lake, (token) => note({ token }));
    const error = run.error ? `${run.error.name}: ${run.error.message}` : undefined;
    return await note({ run: run.run, status: run.status as BackfillTask["status"], error });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return note({ status: "FAILED", error: error.message });
  }
}

async function runOnce(
  definition: PipelineDefinition,
  date: string,
  upstreams: Readonly<Record<string, string>>,
  { before, token: written }: BackfillTask,
  lake: Lake,
  starting: (token: string) => Promise<unknown>,
): Promise<Run> {
  const place = { pipeline: definition.pipeline, date };
  const counts = (run: Run): boolean => cameAfter(run.run, before) && isFor(upstreams, run);
  const failedBefore = await endedBadly(lake, place, counts);
  const counting = (run: Run): boolean => counts(run) && !failedBefore.includes(run.run);
  const isFollower = Object.keys(upstreams).length > 0;
  const inputs = await readDateInputs(definition, date, lake);
  // Its control file was written: the run that it starts may be on its way.
  const underWay = written !== undefined && hasToken(inputs, written) && failedBefore.length === 0;
  if (underWay || isFollower) {
    const again = failedBefore.length > 0;
    const patience = again ? 0 : underWay || isComplete(inputs) ? PATIENCE : FOLLOWS_WITHIN;
    const run = await untilRun(lake, place, counting, patience);
    if (run) return run;
    // What it waits for may have come only now: then the event is on its way, and to start a run would be to start a second.
    if (patience === FOLLOWS_WITHIN && isComplete(await readDateInputs(definition, date, lake))) {
      const late = await untilRun(lake, place, counting, PATIENCE);
      if (late) return late;
    }
  } else {
    // Nothing that this backfill started, but a run after `before` all the same: a newer file, or somebody's rerun.
    const run = await untilRun(lake, place, counting, 0);
    if (run) return run;
  }
  const token = crypto.randomUUID();
  await starting(token);
  await startDate(definition, date, lake, token);
  const run = await untilRun(lake, place, counting, PATIENCE);
  if (run) return run;
  const what = awaited(await readDateInputs(definition, date, lake));
  throw new CommandError(
    `its control file started no run${what.length > 0 ? `; it waits for ${what.join(", ")}` : ""}`,
  );
}

/** Whether a run is of the runs of the pipelines before it, or of newer ones. A rejected one does not say. */
function isFor(upstreams: Readonly<Record<string, string>>, run: Run): boolean {
  if (run.status === "REJECTED") return true;
  return Object.entries(upstreams).every(([pipeline, upstream]) => {
    const made = run.upstreams[pipeline];
    return made !== undefined && !isNewerRun(upstream, made);
  });
}

/** Runs that failed, or were cut off, while an earlier process carried on the backfill: they are tried again. */
async function endedBadly(
  lake: Lake,
  { pipeline, date }: { readonly pipeline: string; readonly date: string },
  counts: (run: Run) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const run of (await dataRuns(lake.s3, lake.outputs.assetsBucket, pipeline, date)).filter(counts)) {
    const gone = isRunning(run) ? (await executionStatus(lake, run)) !== "RUNNING" : !isGood(run);
    if (gone) found.push(run.run);
  }
  return found;
}
