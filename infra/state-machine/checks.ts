/** Checks of data that is written and not yet published. */
import type { LandedPlan, StateMachinePlan } from "./plan";
import { runPartition } from "./places";
import { endOfRun, queryStates, stepAttempts } from "./queries";
import { call, failed, retryAthena, runScope, taskTimeout, type State } from "./tasks";

export function checksEntry(table: string): string {
  return `Prepare checks of ${table}`;
}

/** Checks data that the run has registered: a violation of level `error` ends the run. */
export function checkStates(
  plan: StateMachinePlan,
  candidate: Omit<LandedPlan, "parts">,
  next: string,
): Record<string, State> {
  const { table, partitioned, checks } = candidate;
  const name = `checks of ${table}`;
  const config = checks.config;
  return {
    [checksEntry(table)]: call(
      plan.functions.checker,
      { run: runScope, config, partition: runPartition(partitioned) },
      {
        Assign: { checkQuery: "{% $states.result.Payload %}", attempt: 0 },
        Output: {},
        Catch: failed,
        Next: `Query ${name}`,
      },
    ),
    ...queryStates({
      name,
      workgroup: plan.workgroup,
      statement: "$checkQuery.query",
      assign: { checkQueryId: "{% $states.result.QueryExecution.QueryExecutionId %}" },
      attempts: stepAttempts,
      next: `Read ${name}`,
      failed: endOfRun,
    }),
    [`Read ${name}`]: {
      Type: "Task",
      Resource: "arn:aws:states:::athena:getQueryResults",
      Arguments: { QueryExecutionId: "{% $checkQueryId %}" },
      Assign: { checkRows: "{% $states.result.ResultSet.Rows %}" },
      Output: {},
      TimeoutSeconds: taskTimeout,
      Retry: retryAthena,
      Catch: failed,
      Next: `Judge ${table}`,
    },
    [`Judge ${table}`]: call(
      plan.functions.checker,
      { run: runScope, config, rows: "{% $checkRows %}" },
      { Output: {}, Catch: failed, Next: next },
    ),
  };
}
