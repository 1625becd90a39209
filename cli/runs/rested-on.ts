/** What a run was made of. */
import type { Run } from "./run-records";

/**
 * The run of a pipeline that a run was made of, directly or through those between: pure.
 *
 * @param runs of the same date
 * @returns undefined if it was made of none of that pipeline, or if the record of one between is gone
 */
export function restedOn(run: Run, pipeline: string, runs: readonly Run[]): string | undefined {
  const own = run.upstreams[pipeline] as string | undefined;
  if (own !== undefined) return own;
  for (const [name, id] of Object.entries(run.upstreams)) {
    const between = runs.find((each) => each.pipeline === name && each.run === id);
    const found = between && restedOn(between, pipeline, runs);
    if (found !== undefined) return found;
  }
  return undefined;
}
