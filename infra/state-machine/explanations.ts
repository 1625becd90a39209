/** Explanations of what the audits found: side by side. What cannot be explained is noted; it fails no run. */
import type { StepRecord } from "../../functions/runs/pipeline";
import type { AuditPlan, StateMachinePlan } from "./plan";
import { explainAttempts, explainVariables, unloadedResult, unloadStates } from "./queries";
import { call, runScope, type State } from "./tasks";

/** The audits whose changes are explained. */
export function explainedAudits({ audits }: StateMachinePlan): AuditPlan[] {
  return audits.filter(({ explanation }) => explanation !== undefined);
}

/** Explanations side by side; a branch ends with nothing, or with a note why there is no explanation. */
export function explanationStates(plan: StateMachinePlan, next: string): State {
  return {
    Type: "Parallel",
    Branches: explainedAudits(plan).map((audit) => ({
      StartAt: `Prepare explanation of ${audit.table}`,
      States: explanationBranch(plan, audit),
    })),
    Assign: { notes: "{% $append($notes, [$states.result[$exists(note)].note]) %}" },
    Output: {},
    Next: next,
  };
}

function explanationBranch(plan: StateMachinePlan, { table, config, explanation }: AuditPlan): Record<string, State> {
  const name = `explanation of ${table}`;
  const none = `No ${name}`;
  const message = `'${table} is not explained: ' & $states.errorOutput.Error`;
  const noted = [
    { ErrorEquals: ["States.ALL"], Assign: { explainQuery: { note: `{% ${message} %}` } }, Output: {}, Next: none },
  ];
  const result = {
    kind: "explanation" satisfies StepRecord["kind"],
    database: "{% $explainQuery.database %}",
    table: "{% $explainQuery.table %}",
    partition: "{% $explainQuery.partition %}",
    allowEmpty: true,
    name: table,
    ...unloadedResult(explainVariables),
  };
  return {
    [`Prepare ${name}`]: call(
      plan.functions.explainer,
      { run: runScope, config, explanation },
      {
        Assign: { explainQuery: "{% $states.result.Payload %}", explainAttempt: 0 },
        Output: {},
        Catch: noted,
        Next: `Is there an ${name}`,
      },
    ),
    [`Is there an ${name}`]: {
      Type: "Choice",
      Choices: [{ Condition: "{% $exists($explainQuery.query) %}", Next: `Query ${name}` }],
      Default: none,
    },
    ...unloadStates({
      name,
      workgroup: plan.workgroup,
      location: "$explainQuery.location",
      variables: explainVariables,
      attempts: explainAttempts,
      next: `Register ${name}`,
      failed: { catch: noted, state: `Give up ${name}` },
    }),
    [`Give up ${name}`]: {
      Type: "Pass",
      Assign: { explainQuery: { note: `{% '${table} is not explained: ' & $explainFailure.Error %}` } },
      Next: none,
    },
    [`Register ${name}`]: call(
      plan.functions.register,
      { run: runScope, result },
      { Output: {}, Catch: noted, End: true },
    ),
    [none]: {
      Type: "Pass",
      Output: "{% $exists($explainQuery.note) ? { 'note': $explainQuery.note } : {} %}",
      End: true,
    },
  };
}
