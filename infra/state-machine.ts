/**
 * A pipeline's state machine, as Amazon States Language: pure. Athena is called directly, functions where there is something to
 * decide. Every state that can fail leads to the record of the failure.
 */
import type { StepRecord } from "../functions/pipeline";
import type { ByFunction } from "./pipeline-permissions";

/** One step: a model into a table. */
export interface StepPlan {
  /** Path of the model below `sql/`. */
  readonly model: string;
  readonly database: string;
  readonly table: string;
  /** `s3://…/` below which the table's runs write. */
  readonly root: string;
  readonly partitioned: boolean;
  /** Qualified names for `table(…)`. */
  readonly tables: Readonly<Record<string, string>>;
  readonly allowEmpty: boolean;
}

/** One audited table. */
export interface AuditPlan {
  readonly table: string;
  /** Key of its audit configuration in the assets bucket. */
  readonly config: string;
}

/** What the definition is made of. Functions are given by name. */
export interface StateMachinePlan {
  readonly pipeline: string;
  readonly workgroup: string;
  readonly functions: Pick<ByFunction<string>, "land" | "publish" | "render" | "auditor" | "complete">;
  /** Whether there are incoming files to land. */
  readonly lands: boolean;
  readonly steps: readonly StepPlan[];
  readonly audits: readonly AuditPlan[];
}

type State = Readonly<Record<string, unknown>>;

const machineTimeout = 30 * 60;
const taskTimeout = 15 * 60;

/** Two more attempts for SQL, one for functions, a minute apart, as the system before had. */
const retrySql = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 2, BackoffRate: 1 }];
const retryFunction = [
  // A fault is an answer about the input: asking again gives the same.
  {
    ErrorEquals: [
      "ColumnMissing",
      "ColumnTypeMismatch",
      "ConfigurationInvalid",
      "FileNotParquet",
      "ResultEmpty",
      "TemplateInvalid",
      "TemplateMissing",
    ],
    MaxAttempts: 0,
  },
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 60, MaxAttempts: 1, BackoffRate: 1 },
];

/** Identity of the run, from the execution's input. */
const runScope = `{% $run %}`;

/** The whole definition. */
export function stateMachineDefinition(plan: StateMachinePlan): object {
  const steps = plan.steps.flatMap((step, index) => stepStates(plan, step, index));
  const afterSteps = plan.audits.length > 0 ? "Audit" : "Complete";
  const states: Record<string, State> = {
    Begin: {
      Type: "Pass",
      Assign: {
        run: "{% { 'pipeline': $states.input.pipeline, 'exec_date': $states.input.exec_date, 'run': $states.input.run, 'executions': $states.input.executions, 'started': $states.input.started } %}",
        files: "{% $states.input.files %}",
        parameters: "{% $states.input.parameters %}",
        due: "{% $states.input.due %}",
        notes: "{% $states.input.notes %}",
        steps: [],
        landed: [],
      },
      Next: plan.lands ? "Land" : "Is work due",
    },
    ...(plan.lands ? landStates(plan) : {}),
    "Is work due": {
      Type: "Choice",
      Choices: [
        { Condition: "{% $due %}", Next: plan.steps.length > 0 ? `Render ${plan.steps[0].table}` : afterSteps },
      ],
      Default: "Skip",
    },
    Skip: call(plan.functions.complete, outcome("SKIPPED"), { Catch: failed, Next: "Skipped" }),
    Skipped: { Type: "Succeed" },
    ...Object.fromEntries(steps),
    ...(plan.audits.length > 0 ? { Audit: auditStates(plan) } : {}),
    Complete: call(plan.functions.complete, outcome("SUCCEEDED"), { Catch: failed, Next: "Succeeded" }),
    Succeeded: { Type: "Succeed" },
    "Record failure": call(
      plan.functions.complete,
      { ...outcome("FAILED"), error: "{% $failure %}" },
      { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }], Next: "Failed" },
    ),
    Failed: { Type: "Fail", Error: "{% $failure.Error %}", Cause: "{% $failure.Cause %}" },
  };
  return {
    Comment: `Pipeline ${plan.pipeline}: land, register, transform, audit, complete`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: machineTimeout,
    StartAt: "Begin",
    States: states,
  };
}

/** Places each incoming file, and publishes them only when all are placed. */
function landStates(plan: StateMachinePlan): Record<string, State> {
  return {
    Land: {
      Type: "Map",
      Items: "{% $files %}",
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Land file",
        States: {
          "Land file": call(plan.functions.land, { run: runScope, file: "{% $states.input %}" }, { End: true }),
        },
      },
      Assign: { landed: "{% $states.result %}" },
      Catch: failed,
      Next: "Register",
    },
    Register: {
      Type: "Map",
      Items: "{% $landed %}",
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Register partition",
        States: {
          "Register partition": call(
            plan.functions.publish,
            { run: runScope, result: "{% $states.input %}" },
            { End: true },
          ),
        },
      },
      Assign: { steps: "{% $states.result %}" },
      Catch: failed,
      Next: "Is work due",
    },
  };
}

/** Whatever fails is kept in `$failure` and leads to the record. */
const failed = [
  {
    ErrorEquals: ["States.ALL"],
    Assign: {
      failure:
        "{% { 'Error': $states.errorOutput.Error, 'Cause': $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : '' } %}",
    },
    Next: "Record failure",
  },
];

function outcome(status: "SUCCEEDED" | "SKIPPED" | "FAILED"): Record<string, unknown> {
  return { run: runScope, status, files: "{% $files %}", steps: "{% $steps %}", notes: "{% $notes %}" };
}

/** A function's task: its answer is the payload. */
function call(name: string | undefined, payload: object, transition: object): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: name, Payload: payload },
    Output: "{% $states.result.Payload %}",
    TimeoutSeconds: taskTimeout,
    Retry: retryFunction,
    ...transition,
  };
}

/** Variables of a query on its way. Those of a branch differ: Step Functions lets no branch reuse a name of its outer scope. */
interface QueryVariables {
  readonly rendered: string;
  readonly unloaded: string;
}
const stepVariables: QueryVariables = { rendered: "rendered", unloaded: "unloaded" };
const auditVariables: QueryVariables = { rendered: "auditQuery", unloaded: "auditResult" };

/**
 * Athena's UNLOAD of the rendered query. The target must be empty and a failed attempt may leave files behind, so each
 * attempt writes to a place of its own. Athena documentation, "UNLOAD", "Considerations and limitations".
 */
function unload(
  workgroup: string,
  location: string,
  { rendered, unloaded }: QueryVariables,
  transition: object,
): State {
  const target = `${location} & $string($states.context.State.RetryCount) & '/'`;
  return {
    Type: "Task",
    Resource: "arn:aws:states:::athena:startQueryExecution.sync",
    Arguments: {
      QueryString: `{% "UNLOAD (\\n" & $${rendered}.query & ") TO '" & ${target} & "' WITH (format = 'PARQUET', compression = 'SNAPPY')" %}`,
      WorkGroup: workgroup,
    },
    Assign: {
      [unloaded]: `{% { 'location': ${target}, 'queryExecutionId': $states.result.QueryExecution.QueryExecutionId, 'bytesScanned': $states.result.QueryExecution.Statistics.DataScannedInBytes } %}`,
    },
    // The result repeats the whole query text: keep what the record needs only.
    Output: {},
    TimeoutSeconds: taskTimeout,
    Retry: retrySql,
    ...transition,
  };
}

/** What a publication is told about an unloaded result, beside the table and its partition. */
function unloadedResult({ rendered, unloaded }: QueryVariables): Record<string, string> {
  return {
    location: `{% $${unloaded}.location %}`,
    bytesScanned: `{% $${unloaded}.bytesScanned %}`,
    queryExecutionId: `{% $${unloaded}.queryExecutionId %}`,
    sql: `{% $${rendered}.sql %}`,
  };
}

function stepStates(plan: StateMachinePlan, step: StepPlan, index: number): [string, State][] {
  const { table, database, root, partitioned } = step;
  const following = plan.steps[index + 1];
  const next = following ? `Render ${following.table}` : plan.audits.length > 0 ? "Audit" : "Complete";
  const folder = partitioned
    ? `'${root}exec_date=' & $run.exec_date & '/' & $run.run & '/'`
    : `'${root}' & $run.run & '/'`;
  const result = {
    kind: "model" satisfies StepRecord["kind"],
    database,
    table,
    partition: partitioned ? { exec_date: "{% $run.exec_date %}" } : {},
    allowEmpty: step.allowEmpty,
    ...unloadedResult(stepVariables),
  };
  return [
    [
      `Render ${table}`,
      call(
        plan.functions.render,
        { run: runScope, model: step.model, table, tables: step.tables, parameters: "{% $parameters %}" },
        { Assign: { rendered: "{% $states.result.Payload %}" }, Catch: failed, Next: `Query ${table}` },
      ),
    ],
    [`Query ${table}`, unload(plan.workgroup, folder, stepVariables, { Catch: failed, Next: `Publish ${table}` })],
    [
      `Publish ${table}`,
      call(
        plan.functions.publish,
        { run: runScope, result },
        { Assign: { steps: "{% $append($steps, [$states.result.Payload]) %}" }, Catch: failed, Next: next },
      ),
    ],
  ];
}

/** Audits side by side; a branch ends with its step's record, or with a note why there is nothing to compare. */
function auditStates(plan: StateMachinePlan): State {
  return {
    Type: "Parallel",
    Branches: plan.audits.map(({ table, config }) => ({
      StartAt: `Prepare audit of ${table}`,
      States: {
        [`Prepare audit of ${table}`]: call(
          plan.functions.auditor,
          { run: runScope, config },
          { Assign: { auditQuery: "{% $states.result.Payload %}" }, Next: `Has ${table} a prior date` },
        ),
        [`Has ${table} a prior date`]: {
          Type: "Choice",
          Choices: [{ Condition: "{% $exists($auditQuery.query) %}", Next: `Query audit of ${table}` }],
          Default: `No audit of ${table}`,
        },
        [`Query audit of ${table}`]: unload(plan.workgroup, "$auditQuery.location", auditVariables, {
          Next: `Publish audit of ${table}`,
        }),
        [`Publish audit of ${table}`]: call(
          plan.functions.publish,
          {
            run: runScope,
            result: {
              kind: "audit",
              database: "{% $auditQuery.database %}",
              table: "{% $auditQuery.table %}",
              partition: "{% $auditQuery.partition %}",
              allowEmpty: true,
              ...unloadedResult(auditVariables),
            },
          },
          { End: true },
        ),
        [`No audit of ${table}`]: { Type: "Pass", Output: { note: "{% $auditQuery.note %}" }, End: true },
      },
    })),
    Assign: {
      steps: "{% $append($steps, [$states.result[$exists(kind)]]) %}",
      notes: "{% $append($notes, [$states.result[$exists(note)].note]) %}",
    },
    Catch: failed,
    Next: "Complete",
  };
}
