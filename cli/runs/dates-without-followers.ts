/** Dates of a pipeline that start nothing after them: a run that is skipped or superseded completes nothing. */
import { isExecDate } from "../../audit/exec-date";
import { dueOn } from "../../functions/arrival/cadence";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import type { Lake } from "../lake/lake";
import { dataRuns, type Run } from "./run-records";

/** Why nothing follows a date: its work is not due, or another date or run holds the data. */
export type Unfollowed = "SKIPPED" | "SUPERSEDED";

/** As much of a definition as the question needs. */
type Dated = Pick<PipelineDefinition, "pipeline" | "after" | "cadence">;

/** Whether a pipeline's own work is due on a date. A folder that is no date has no cadence. */
export function isDue({ cadence }: Pick<Dated, "cadence">, date: string): boolean {
  return !isExecDate(date) || dueOn(cadence, date).due;
}

/**
 * Why nothing follows a pipeline's date, decided by its newest run, or, if there is none, by its cadence and the pipelines before
 * it; `undefined` if something does or may yet: pure.
 *
 * @param newestRun the newest run that was to bring data of each pipeline, for the date
 */
export function unfollowed(
  pipeline: string,
  date: string,
  definitions: readonly Dated[],
  newestRun: (pipeline: string) => Pick<Run, "status"> | undefined,
): Unfollowed | undefined {
  const status = newestRun(pipeline)?.status;
  if (status === "SKIPPED" || status === "SUPERSEDED") return status;
  const definition = definitions.find((each) => each.pipeline === pipeline);
  if (status !== undefined || !definition) return undefined;
  if (!isDue(definition, date)) return "SKIPPED";
  return whyNotStarted(definition, date, definitions, newestRun);
}

/** Why a pipeline will not start for a date: what nothing follows is before it; `undefined` if it may: pure. */
export function whyNotStarted(
  { after }: Dated,
  date: string,
  definitions: readonly Dated[],
  newestRun: (pipeline: string) => Pick<Run, "status"> | undefined,
): Unfollowed | undefined {
  return after.map((upstream) => unfollowed(upstream, date, definitions, newestRun)).find((why) => why !== undefined);
}

/** The newest runs of a date that were to bring data, of the pipelines before one, however far. */
export async function readNewestRuns(
  { after }: Dated,
  date: string,
  definitions: readonly Dated[],
  lake: Pick<Lake, "s3" | "outputs">,
): Promise<(pipeline: string) => Run | undefined> {
  const found = new Map<string, Run | undefined>();
  const names = [...after];
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (found.has(name)) continue;
    const [newest] = await dataRuns(lake.s3, lake.outputs.assetsBucket, name, date);
    found.set(name, newest);
    names.push(...(definitions.find(({ pipeline }) => pipeline === name)?.after ?? []));
  }
  return (name) => found.get(name);
}
