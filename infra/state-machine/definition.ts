/**
 * A pipeline's state machine, as Amazon States Language: pure. Athena is called directly, functions where there is something to
 * decide. Every state that can fail leads to the record of the failure.
 */
import { auditStates } from "./audits";
import { explainedAudits, explanationStates } from "./explanations";
import { landStates } from "./landing";
import type { StateMachinePlan } from "./plan";
import { stepEntry, stepStates } from "./steps";
import { call, failed, outcome, runScope, type State } from "./tasks";
import { viewStates } from "./views";

const machineTimeout = 30 * 60;

/** The whole definition. */
export function stateMachineDefinition(plan: StateMachinePlan): object {
  const { functions, landed, steps, views, audits } = plan;
  const publish = functions.publish === undefined ? "Complete" : "Publish";
  const explain = explainedAudits(plan).length > 0 ? "Explain" : publish;
  const audit = audits.length > 0 ? "Audit" : explain;
  const afterSteps = views.length > 0 ? "Create views" : audit;
  /** The first, second … step, or what comes after all of them. */
  const step = (position: number): string => (position < steps.length ? stepEntry(steps[position].table) : afterSteps);
  const states: Record<string, State> = {
    Begin: {
      Type: "Pass",
      Assign: {
        run: "{% { 'pipeline': $states.input.pipeline, 'exec_date': $states.input.exec_date, 'run': $states.input.run, 'executions': $states.input.executions, 'started': $states.input.started } %}",
        batches: "{% $states.input.batches %}",
        parameters: "{% $states.input.parameters %}",
        ...(plan.readsLatest && { latest: "{% $states.input.latest %}" }),
        due: "{% $states.input.due %}",
        auditsOnly: "{% $states.input.audits_only %}",
        notes: "{% $states.input.notes %}",
      },
      Next: "What is to be done",
    },
    "What is to be done": {
      Type: "Choice",
      Choices: [{ Condition: "{% $auditsOnly %}", Next: audit }],
      Default: landed.length > 0 ? "Land" : "Is work due",
    },
    ...(landed.length > 0 ? landStates(plan, "Is work due") : {}),
    "Is work due": {
      Type: "Choice",
      Choices: [{ Condition: "{% $due %}", Next: step(0) }],
      Default: landed.length > 0 ? "Publish landed" : "Skip",
    },
    ...(landed.length > 0 ? { "Publish landed": publishState(plan, "Skip") } : {}),
    Skip: call(functions.complete, outcome("SKIPPED"), { Catch: failed, Next: "Skipped" }),
    Skipped: { Type: "Succeed" },
    ...Object.assign({}, ...steps.map((each, position) => stepStates(plan, each, step(position + 1)))),
    ...(views.length > 0 ? { "Create views": viewStates(plan, audit) } : {}),
    ...(audits.length > 0 ? { Audit: auditStates(plan, explain) } : {}),
    ...(explain === "Explain" ? { Explain: explanationStates(plan, publish) } : {}),
    // What may fail has been done: now readers see the run.
    ...(publish === "Publish" ? { Publish: publishState(plan, "Complete") } : {}),
    Complete: call(functions.complete, outcome("SUCCEEDED"), { Catch: failed, Next: "Record lineage" }),
    "Record lineage": recordLineage(functions.lineage, "Succeeded"),
    Succeeded: { Type: "Succeed" },
    "Record failure": call(
      functions.complete,
      { ...outcome("FAILED"), error: "{% $failure %}" },
      { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }], Next: "Record lineage of failure" },
    ),
    "Record lineage of failure": recordLineage(functions.lineage, "Failed"),
    Failed: { Type: "Fail", Error: "{% $failure.Error %}", Cause: "{% $failure.Cause %}" },
  };
  return {
    Comment: `Pipeline ${plan.pipeline}: land, transform, audit, explain, publish, complete`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: machineTimeout,
    StartAt: "Begin",
    States: states,
  };
}

/** Publishes all that the run has registered. */
function publishState({ functions }: StateMachinePlan, next: string): State {
  return call(functions.publish, { run: runScope }, { Output: {}, Catch: failed, Next: next });
}

/** Lineage is a by-product: if it cannot be recorded, the run ends as it would have. */
function recordLineage(name: string, next: string): State {
  return call(
    name,
    { run: runScope },
    { Catch: [{ ErrorEquals: ["States.ALL"], Output: {}, Next: next }], Output: {}, Next: next },
  );
}
