/** A step: a model is rendered, queried into the run's own place, checked and published. */
import type { StepRecord } from "../../functions/runs/pipeline";
import { checksEntry, checkStates } from "./checks";
import { runFolder, runPartition } from "./places";
import type { StateMachinePlan, StepPlan } from "./plan";
import { endOfRun, stepAttempts, stepVariables, unloadedResult, unloadStates } from "./queries";
import { call, failed, runScope, type State } from "./tasks";

/** The states of one step; `next` follows the publication. */
export function stepStates(plan: StateMachinePlan, step: StepPlan, next: string): Record<string, State> {
  const { table, database, partitioned, checks } = step;
  const publish = `Publish ${table}`;
  const result = {
    kind: "model" satisfies StepRecord["kind"],
    database,
    table,
    partition: runPartition(partitioned),
    allowEmpty: step.allowEmpty,
    keepsRuns: checks.keepsRuns,
    ...unloadedResult(stepVariables),
  };
  return {
    [stepEntry(table)]: call(
      plan.functions.render,
      { run: runScope, model: step.model, table, tables: step.tables, parameters: "{% $parameters %}" },
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
      next: checks.config === undefined ? publish : checksEntry(table),
      failed: endOfRun,
    }),
    ...(checks.config === undefined
      ? {}
      : checkStates(plan, { ...step, location: "$unloaded.location", next: publish })),
    [publish]: call(plan.functions.publish, { run: runScope, result }, { Output: {}, Catch: failed, Next: next }),
  };
}

/** The first state of a table's step. */
export function stepEntry(table: string): string {
  return `Render ${table}`;
}
