/** A step: a model is rendered, queried into the run's own place, registered and checked. */
import type { StepRecord } from "../../functions/runs/pipeline";
import { checksEntry, checkStates } from "./checks";
import { runFolder, runPartition } from "./places";
import type { StateMachinePlan, StepPlan } from "./plan";
import { endOfRun, stepAttempts, stepVariables, unloadedResult, unloadStates } from "./queries";
import { call, failed, runScope, type State } from "./tasks";

/** The states of one step, and what follows. */
export function stepStates(plan: StateMachinePlan, step: StepPlan, next: string): Record<string, State> {
  const { table, database, partitioned, checks } = step;
  const register = `Register ${table}`;
  const result = {
    kind: "model" satisfies StepRecord["kind"],
    database,
    table,
    partition: runPartition(partitioned),
    allowEmpty: step.allowEmpty,
    ...unloadedResult(stepVariables),
  };
  return {
    [stepEntry(table)]: call(
      plan.functions.render,
      {
        ...{ run: runScope, model: step.model, table, tables: step.tables, parameters: "{% $parameters %}" },
        ...(plan.readsLatest && { latest: "{% $latest %}" }),
      },
      {
        Assign: { rendered: "{% $states.result.Payload %}", attempt: 0 },
        Output: {},
        Catch: failed,
        Next: `Query ${table}`,
      },
    ),
    ...unloadStates({
      name: table,
      workgroup: plan.workgroup,
      location: runFolder(step),
      variables: stepVariables,
      attempts: stepAttempts,
      next: register,
      failed: endOfRun,
    }),
    [register]: call(
      plan.functions.register,
      { run: runScope, result },
      { Output: {}, Catch: failed, Next: checks.config === undefined ? next : checksEntry(table) },
    ),
    ...(checks.config === undefined ? {} : checkStates(plan, step, next)),
  };
}

/** The first state of a table's step. */
export function stepEntry(table: string): string {
  return `Render ${table}`;
}
