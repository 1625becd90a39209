/**
 * Waits until a lake that another process serves has nothing left to do for some dates. It asks S3 and Step Functions only,
 * so it does the same on AWS.
 */
import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { setTimeout as sleep } from "node:timers/promises";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import { isNewerRun, isRepeatedAudit } from "../../functions/runs/run-order";
import { CommandError } from "../command-error";
import { isComplete, readDateInputs } from "./date-inputs";
import type { Lake } from "../lake/lake";
import { isRunning, manifestKeys, readRuns, type Run } from "./run-records";

/** Milliseconds between two looks, and without anything running or new before it is given up. */
const PAUSE = 500;
const PATIENCE = 120_000;

/** A date of a pipeline that a run is expected of. */
export interface Expected {
  readonly pipeline: string;
  readonly date: string;
}

/**
 * Resolves when each expected date has a new run, so has each dependent that these runs make start, and nothing runs.
 *
 * @param known manifests that were there before
 * @throws CommandError if nothing comes of a date for two minutes
 */
export async function untilSettled(
  lake: Pick<Lake, "outputs" | "s3" | "sfn" | "place">,
  definitions: readonly PipelineDefinition[],
  expected: readonly Expected[],
  known: ReadonlySet<string>,
): Promise<void> {
  const { assetsBucket } = lake.outputs;
  let changed = performance.now();
  let seen = -1;
  for (;;) {
    // In this order: what an execution starts is recorded before it ends.
    const busy = await isBusy(lake);
    const fresh = [...(await manifestKeys(lake.s3, assetsBucket))].filter((key) => !known.has(key));
    const runs = await readRuns(lake.s3, assetsBucket, fresh);
    const dependents = busy ? [] : await expectedAfter(runs, definitions, lake);
    const open = [
      ...unanswered(expected, runs),
      ...dependents,
      ...runs.filter(isRunning).map(({ pipeline, exec_date }) => ({ pipeline, date: exec_date })),
    ];
    if (!busy && open.length === 0) return;
    if (busy || fresh.length !== seen) changed = performance.now();
    seen = fresh.length;
    if (performance.now() - changed > PATIENCE) {
      const names = [...new Set(open.map(({ pipeline, date }) => `${pipeline} ${date}`))].join(", ");
      throw new CommandError(
        `Nothing has come of ${names} for ${PATIENCE / 1000} seconds; \`tributary status\` says why.`,
      );
    }
    await sleep(PAUSE);
  }
}

/** Expected dates that have no run: pure. */
export function unanswered(expected: readonly Expected[], runs: readonly Run[]): Expected[] {
  return expected.filter(
    ({ pipeline, date }) => !runs.some((run) => run.pipeline === pipeline && run.exec_date === date && isDataRun(run)),
  );
}

/** Dates of the pipelines after `runs` that are to follow, and have not. */
async function expectedAfter(
  runs: readonly Run[],
  definitions: readonly PipelineDefinition[],
  lake: Pick<Lake, "outputs" | "s3">,
): Promise<Expected[]> {
  const found: Expected[] = [];
  for (const run of runs.filter((each) => each.status === "SUCCEEDED" && isDataRun(each) && isNewest(each, runs))) {
    for (const definition of definitions.filter(({ after }) => after.includes(run.pipeline))) {
      if (runs.some((other) => follows(other, definition.pipeline, run))) continue;
      if (!isComplete(await readDateInputs(definition, run.exec_date, lake))) continue;
      found.push({ pipeline: definition.pipeline, date: run.exec_date });
    }
  }
  return found;
}

/** Whether `run` is one of `pipeline` that was started for `upstream`; one that was rejected does not say for what. */
function follows(run: Run, pipeline: string, upstream: Run): boolean {
  if (run.pipeline !== pipeline || run.exec_date !== upstream.exec_date) return false;
  return run.status === "REJECTED" || run.upstreams[upstream.pipeline] === upstream.run;
}

function isNewest(run: Run, runs: readonly Run[]): boolean {
  return !runs.some(
    (other) =>
      other.pipeline === run.pipeline &&
      other.exec_date === run.exec_date &&
      isDataRun(other) &&
      isNewerRun(other.run, run.run),
  );
}

function isDataRun({ run }: Run): boolean {
  return !isRepeatedAudit(run);
}

async function isBusy({ sfn, outputs, place }: Pick<Lake, "sfn" | "outputs" | "place">): Promise<boolean> {
  for (const { stateMachine } of outputs.pipelines) {
    const stateMachineArn = `arn:aws:states:${place.region}:${place.account}:stateMachine:${stateMachine}`;
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING", maxResults: 1 }),
    );
    if (executions.length > 0) return true;
  }
  return false;
}
