/** Audits of a run: side by side, each a query of its own. */
import type { StepRecord } from "../../functions/runs/pipeline";
import type { StateMachinePlan } from "./plan";
import { auditAttempts, auditVariables, unloadedResult, unloadStates } from "./queries";
import { call, failed, runScope, type State } from "./tasks";

/** Audits side by side; a branch ends with its step's record, or with a note why there is nothing to compare. */
export function auditStates(plan: StateMachinePlan, next: string): State {
  return {
    Type: "Parallel",
    Branches: plan.audits.map(({ table, config }) => ({
      StartAt: `Begin audit of ${table}`,
      States: auditBranch(plan, table, config),
    })),
    Assign: { notes: "{% $append($notes, [$states.result[$exists(note)].note]) %}" },
    Output: {},
    Catch: failed,
    Next: next,
  };
}

/** No statement of the audit has been run. */
const fromTheFirst = { auditPart: 0, auditScanned: 0, auditQueries: [], auditCompared: {} };

/**
 * The audit of one table: its statements, mostly one, one after the other into folders of their own below that of the attempt,
 * which is registered as a whole. Athena documentation, "Specify a table location in Amazon S3": all files below a location are
 * read. So what a failed attempt left must lie elsewhere, and the next one begins with the first statement.
 */
function auditBranch(plan: StateMachinePlan, table: string, config: string): Record<string, State> {
  const prepare = `Prepare audit of ${table}`;
  const name = `audit of ${table}`;
  const result = {
    kind: "audit" satisfies StepRecord["kind"],
    database: "{% $auditQuery.database %}",
    table: "{% $auditQuery.table %}",
    partition: "{% $auditQuery.partition %}",
    allowEmpty: true,
    name: table,
    ...unloadedResult(auditVariables),
    bytesScanned: "{% $auditScanned %}",
    queryExecutionId: "{% $join($auditQueries, ' ') %}",
  };
  return {
    [`Begin audit of ${table}`]: { Type: "Pass", Assign: { auditAttempt: 0, ...fromTheFirst }, Next: prepare },
    [prepare]: call(
      plan.functions.auditor,
      { run: runScope, config, part: "{% $auditPart %}", compared: "{% $auditCompared %}" },
      { Assign: { auditQuery: "{% $states.result.Payload %}" }, Output: {}, Next: `Has ${table} something before` },
    ),
    [`Has ${table} something before`]: {
      Type: "Choice",
      Choices: [{ Condition: "{% $exists($auditQuery.query) %}", Next: `Query ${name}` }],
      Default: `No audit of ${table}`,
    },
    ...unloadStates({
      name,
      workgroup: plan.workgroup,
      location: "$auditQuery.location",
      variables: auditVariables,
      attempts: auditAttempts,
      part: "$string($auditPart + 1)",
      again: { state: prepare, assign: fromTheFirst },
      assign: {
        auditPart: "{% $auditPart + 1 %}",
        auditScanned: "{% $auditScanned + $states.result.QueryExecution.Statistics.DataScannedInBytes %}",
        auditQueries: "{% $append($auditQueries, [$states.result.QueryExecution.QueryExecutionId]) %}",
        auditCompared: "{% $auditQuery.compared %}",
      },
      next: `Is the ${name} complete`,
    }),
    [`Is the ${name} complete`]: {
      Type: "Choice",
      Choices: [{ Condition: "{% $auditPart < $auditQuery.parts %}", Next: prepare }],
      Default: `Register ${name}`,
    },
    [`Register ${name}`]: call(plan.functions.register, { run: runScope, result }, { Output: {}, End: true }),
    [`No audit of ${table}`]: { Type: "Pass", Output: { note: "{% $auditQuery.note %}" }, End: true },
  };
}
