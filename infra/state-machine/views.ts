/** Views, made anew by each run. */
import type { StateMachinePlan } from "./plan";
import { failed, taskTimeout, type State } from "./tasks";

/** Makes the views anew: a statement each, which changes nothing if the view is as it was. */
export function viewStates(plan: StateMachinePlan, next: string): State {
  return {
    Type: "Map",
    Items: plan.views,
    MaxConcurrency: 5,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: "Create view",
      States: {
        "Create view": {
          Type: "Task",
          Resource: "arn:aws:states:::athena:startQueryExecution.sync",
          Arguments: { QueryString: "{% $states.input.query %}", WorkGroup: plan.workgroup },
          Output: {},
          TimeoutSeconds: taskTimeout,
          // Two runs may make the same view at the same moment.
          Retry: [
            {
              ErrorEquals: ["States.ALL"],
              IntervalSeconds: 5,
              BackoffRate: 2,
              MaxAttempts: 3,
              JitterStrategy: "FULL",
            },
          ],
          End: true,
        },
      },
    },
    Output: {},
    Catch: failed,
    Next: next,
  };
}
