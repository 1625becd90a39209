/** Views, made anew by each run. */
import type { StateMachinePlan } from "./plan";
import { queryStates, viewAttempts } from "./queries";
import { failed, type State } from "./tasks";

/** Makes the views anew: a statement each, which changes nothing if the view is as it was. */
export function viewStates(plan: StateMachinePlan, next: string): State {
  return {
    Type: "Map",
    Items: plan.views,
    MaxConcurrency: 5,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: "Begin view",
      States: {
        "Begin view": {
          Type: "Pass",
          Assign: { view: "{% $states.input %}", viewAttempt: 0 },
          Output: {},
          Next: "Query view",
        },
        ...queryStates({
          name: "view",
          workgroup: plan.workgroup,
          statement: "$view.query",
          assign: {},
          attempts: viewAttempts,
          part: "$view.view",
          // Two runs may make the same view at the same moment. Glue API reference, "UpdateTable" and "CreateTable".
          mayPass: ["ConcurrentModification", "AlreadyExists"],
        }),
      },
    },
    Output: {},
    Catch: failed,
    Next: next,
  };
}
