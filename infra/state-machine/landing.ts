/** Incoming files: placed one by one, checked, and published only when all are placed. */
import { checksEntry, checkStates } from "./checks";
import type { StateMachinePlan } from "./plan";
import { runFolder } from "./places";
import { call, errorOutput, failed, outcome, runScope, type State } from "./tasks";

/** Places each incoming file, and publishes them only when all are placed. Which file is which, the run's input says. */
export function landStates(plan: StateMachinePlan, next: string): Record<string, State> {
  const forEachFile = (name: string, task: State, following: string, caught: readonly object[] = []): State => ({
    Type: "Map",
    Items: "{% [0..$files - 1] %}",
    MaxConcurrency: 10,
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: name, States: { [name]: task } },
    Output: {},
    Catch: [...caught, ...failed],
    Next: following,
  });
  const index = "{% $states.input %}";
  const end = { Output: {}, End: true };
  const keepsRuns = plan.landed.filter(({ checks }) => checks.keepsRuns).map(({ table }) => table);
  const checked = plan.landed.filter(({ checks }) => checks.config !== undefined);
  const publish = "Register";
  /** The checks of the first, second … checked table, or what comes after all of them. */
  const entry = (position: number): string =>
    position < checked.length ? checksEntry(checked[position].table) : publish;
  return {
    Land: forEachFile("Land file", call(plan.functions.land, { run: runScope, index, keepsRuns }, end), entry(0), [
      { ErrorEquals: ["IncomingFileReplaced"], Assign: { failure: errorOutput }, Next: "Record replaced file" },
    ]),
    // The run of the newer file does what this one was to do.
    "Record replaced file": call(
      plan.functions.complete,
      { ...outcome("SUPERSEDED"), error: "{% $failure %}" },
      { Catch: failed, Next: "Record lineage" },
    ),
    ...Object.assign(
      {},
      ...checked.map((landed, position) =>
        checkStates(plan, { ...landed, location: runFolder(landed), next: entry(position + 1) }),
      ),
    ),
    [publish]: forEachFile(
      "Register partition",
      call(plan.functions.publish, { run: runScope, landed: index }, end),
      next,
    ),
  };
}
