/** Runs a date of a pipeline again: writes its control file once more and waits for the run that it starts. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { isNewerRun } from "../../functions/runs/run-order";
import { CommandError } from "../command-error";
import { announceAgain, awaited, hasToken, isComplete, readDateInputs, type DateInputs } from "./date-inputs";
import { executionStatus } from "../lake/executions";
import type { Lake } from "../lake/lake";
import { dataRuns, isRunning, type Run } from "./run-records";

/** Times that the control file is written when others write it at the same moment. */
const ATTEMPTS = 5;

/** Milliseconds between looks at a run, at first and later. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2000;

/**
 * Looks whether a date can run.
 *
 * @throws CommandError that says what it waits for, if it does
 */
export async function readReadyInputs(definition: PipelineDefinition, date: string, lake: Lake): Promise<DateInputs> {
  const inputs = await readDateInputs(definition, date, lake);
  if (isComplete(inputs)) return inputs;
  throw new CommandError(
    `${definition.pipeline} ${date} cannot run: it waits for ${awaited(inputs).join(" and for ")}.`,
  );
}

/**
 * Writes a date's control file with a token of this attempt.
 *
 * @throws CommandError if something is missing, or if others keep writing it
 */
export async function startDate(
  definition: PipelineDefinition,
  date: string,
  lake: Lake,
  token: string = crypto.randomUUID(),
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const inputs = await readReadyInputs(definition, date, lake);
    // The answer to the write before may have been lost on its way: once written is once run.
    if (hasToken(inputs, token) || (await announceAgain(definition, date, lake, inputs, token))) return;
  }
  throw new CommandError(`Others keep writing the control file of ${definition.pipeline} ${date}: try again later.`);
}

/** Id of the newest run of a date that was to bring data; empty if there is none. */
export async function newestRun({ s3, outputs }: Lake, pipeline: string, date: string): Promise<string> {
  const [newest] = await dataRuns(s3, outputs.assetsBucket, pipeline, date);
  return newest?.run ?? "";
}

/** Whether a run came after another one, or after none. */
export function cameAfter(run: string, before: string): boolean {
  return before === "" || isNewerRun(run, before);
}

/**
 * Waits until a run that `counts` has ended, the newest if there are several.
 *
 * @param patience milliseconds to wait for its beginning
 * @returns undefined if none has begun within that time
 * @throws CommandError if it is recorded as running but its execution is gone
 */
export async function untilRun(
  lake: Lake,
  { pipeline, date }: { readonly pipeline: string; readonly date: string },
  counts: (run: Run) => boolean,
  patience: number,
): Promise<Run | undefined> {
  const began = performance.now();
  let missed = 0;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.2, LONGEST_PAUSE)) {
    const [newest] = (await dataRuns(lake.s3, lake.outputs.assetsBucket, pipeline, date)).filter(counts);
    if (newest && !isRunning(newest)) return newest;
    if (!newest && performance.now() - began > patience) return undefined;
    // The record comes just before the execution, and what ends without a record gets it a moment later.
    missed = newest && pause === LONGEST_PAUSE && (await executionStatus(lake, newest)) !== "RUNNING" ? missed + 1 : 0;
    if (newest && missed * LONGEST_PAUSE > GONE_AFTER) {
      throw new CommandError(
        `${pipeline} ${date}: run ${newest.run} is recorded as running, but its execution is gone.`,
      );
    }
    await sleep(pause);
  }
}

/** Milliseconds after which a record without an execution is not waited for. */
const GONE_AFTER = 30_000;
