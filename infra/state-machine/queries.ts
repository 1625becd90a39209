/** Queries of a run: started once per attempt, tried again if that may help. */
import { errorOutput, failed, queryAttempts, retryAthena, taskTimeout, type State } from "./tasks";

/** Variables that count a query's attempts. Those of a branch differ: Step Functions lets no branch reuse an outer name. */
export interface AttemptVariables {
  readonly attempt: string;
  readonly problem: string;
}
export const stepAttempts: AttemptVariables = { attempt: "attempt", problem: "failure" };
export const auditAttempts: AttemptVariables = { attempt: "auditAttempt", problem: "auditFailure" };
export const explainAttempts: AttemptVariables = { attempt: "explainAttempt", problem: "explainFailure" };
export const viewAttempts: AttemptVariables = { attempt: "viewAttempt", problem: "viewFailure" };

/** Where a failure leads: by the catchers of a task, and by a choice. */
export interface FailurePath {
  readonly catch: object[];
  readonly state: string;
}
/** A failure that ends the run. */
export const endOfRun: FailurePath = { catch: failed, state: "Record failure" };

/** A query, and what follows. */
interface QueryPlan {
  /** What its states are named after. */
  readonly name: string;
  readonly workgroup: string;
  /** JSONata of its text. */
  readonly statement: string;
  /** Variables to keep of its result. */
  readonly assign: Readonly<Record<string, string>>;
  readonly attempts: AttemptVariables;
  /** Where the next attempt begins, and variables to be set for it. @default this query alone is tried again */
  readonly again?: { readonly state: string; readonly assign: Readonly<Record<string, unknown>> };
  /** JSONata of what tells this query from others of the same name in one attempt. @default there are no others */
  readonly part?: string;
  /** Regular expressions of further reasons of a failure that may pass. @default none */
  readonly mayPass?: readonly string[];
  /** State after the query. @default the query is the last state */
  readonly next?: string;
  /** Where a failure leads from here; undefined within a branch, whose failure is the whole state's. */
  readonly failed?: FailurePath;
}

/**
 * An Athena query, tried again while Athena says that the reason of a failure may pass. The token makes starting one attempt
 * twice the same query (Athena API reference, "StartQueryExecution"): so a failed one is found again by starting it once more, and
 * Athena is asked about it. The cause of a failed task does not say it reliably: it repeats the query's text and is cut after 32,768
 * characters (Step Functions API reference, "TaskFailedEventDetails").
 */
export function queryStates({
  name,
  workgroup,
  statement,
  assign,
  attempts,
  again,
  part,
  mayPass,
  next,
  failed: path,
}: QueryPlan): Record<string, State> {
  const { attempt, problem } = attempts;
  const query = `Query ${name}`;
  const sort = `How ${name} failed`;
  const find = `Find ${name}`;
  const ask = `Ask about ${name}`;
  const decide = `May ${name} pass`;
  const wait = `Wait for ${name}`;
  const giveUp = path?.state ?? `Fail ${name}`;
  const start = {
    QueryString: `{% ${statement} %}`,
    WorkGroup: workgroup,
    ClientRequestToken: `{% $hash($states.context.Execution.Id & '/${name}/' & $string($${attempt})${part === undefined ? "" : ` & '/' & ${part}`}, 'SHA-256') %}`,
  };
  // What cannot be found out leaves the failure as it is.
  const asking = {
    TimeoutSeconds: taskTimeout,
    Retry: retryAthena,
    Catch: [{ ErrorEquals: ["States.ALL"], Next: giveUp }],
  };
  return {
    [query]: {
      Type: "Task",
      Resource: "arn:aws:states:::athena:startQueryExecution.sync",
      Arguments: start,
      Assign: assign,
      // The result repeats the whole query text: keep what is needed only.
      Output: {},
      TimeoutSeconds: taskTimeout,
      Retry: retryAthena,
      Catch: [
        { ErrorEquals: ["States.TaskFailed"], Assign: { [problem]: errorOutput }, Next: sort },
        ...(path?.catch ?? []),
      ],
      ...(next === undefined ? { End: true } : { Next: next }),
    },
    // Errors of the calls have names of their own: then there is no query to ask about.
    [sort]: {
      Type: "Choice",
      Choices: [{ Condition: `{% $${problem}.Error = 'States.TaskFailed' %}`, Next: find }],
      Default: giveUp,
    },
    [find]: {
      Type: "Task",
      Resource: "arn:aws:states:::athena:startQueryExecution",
      Arguments: start,
      ...asking,
      Next: ask,
    },
    [ask]: {
      Type: "Task",
      Resource: "arn:aws:states:::athena:getQueryExecution",
      Arguments: { QueryExecutionId: "{% $states.input.QueryExecutionId %}" },
      Assign: {
        [problem]: `{% { 'Error': 'QueryFailed', 'Cause': ${reasonOf("$states.result.QueryExecution.Status")} } %}`,
        [attempt]: `{% $${attempt} + 1 %}`,
      },
      Output: `{% { 'mayPass': ${passing(mayPass)} } %}`,
      ...asking,
      Next: decide,
    },
    [decide]: {
      Type: "Choice",
      Choices: [
        {
          Condition: `{% $${attempt} < ${queryAttempts} and $states.input.mayPass %}`,
          ...(again && { Assign: again.assign }),
          Next: wait,
        },
      ],
      Default: giveUp,
    },
    [wait]: {
      Type: "Wait",
      Seconds: `{% $ceil(10 * $power(2, $${attempt}) * (0.5 + $random() / 2)) %}`,
      Next: again?.state ?? query,
    },
    ...(path ? {} : { [giveUp]: { Type: "Fail", Error: `{% $${problem}.Error %}`, Cause: `{% $${problem}.Cause %}` } }),
  };
}

/** JSONata of why a query failed, from its status. Athena API reference, "QueryExecutionStatus". */
function reasonOf(status: string): string {
  return `$exists(${status}.StateChangeReason) ? ${status}.StateChangeReason : ${status}.State`;
}

/**
 * JSONata of whether a failed query may succeed if it is run again. Athena API reference, "AthenaError": Retryable. What is not
 * allowed may be so in a moment: IAM documentation, "Changes that I make are not always immediately visible".
 */
function passing(further: readonly string[] = []): string {
  const status = "$states.result.QueryExecution.Status";
  const reasons = [...["not authorized", "access ?denied", "insufficient permissions"], ...further].join("|");
  return `${status}.AthenaError.Retryable = true or $contains($string(${status}.StateChangeReason), /${reasons}/i)`;
}

/** A result to be written: where, and the variables that carry it. */
interface UnloadPlan extends Omit<QueryPlan, "statement" | "assign"> {
  /** JSONata of the location; ends with `/`. */
  readonly location: string;
  readonly variables: UnloadVariables;
  /** Further variables to keep. */
  readonly assign?: Readonly<Record<string, string>>;
}

/** Names of the rendered query and of its result. */
export interface UnloadVariables {
  readonly rendered: string;
  readonly unloaded: string;
}
export const stepVariables: UnloadVariables = { rendered: "rendered", unloaded: "unloaded" };
export const auditVariables: UnloadVariables = { rendered: "auditQuery", unloaded: "auditResult" };
export const explainVariables: UnloadVariables = { rendered: "explainQuery", unloaded: "explainResult" };

/**
 * Athena's UNLOAD of a rendered query. The target must be empty and a failed attempt may leave files behind, so each attempt
 * writes to a place of its own. Athena documentation, "UNLOAD".
 */
export function unloadStates({ location, variables, assign, ...query }: UnloadPlan): Record<string, State> {
  const { rendered, unloaded } = variables;
  const result = `${location} & $string($${query.attempts.attempt}) & '/'`;
  const target = query.part === undefined ? result : `${result} & 'part-' & ${query.part} & '/'`;
  return queryStates({
    ...query,
    statement: `"UNLOAD (\\n" & $${rendered}.query & ") TO '" & ${target} & "' WITH (format = 'PARQUET', compression = 'SNAPPY')"`,
    assign: {
      [unloaded]: `{% { 'location': ${result}, 'queryExecutionId': $states.result.QueryExecution.QueryExecutionId, 'bytesScanned': $states.result.QueryExecution.Statistics.DataScannedInBytes } %}`,
      ...assign,
    },
  });
}

/** What a publication is told about an unloaded result, beside the table and its partition. */
export function unloadedResult({ rendered, unloaded }: UnloadVariables): Record<string, string> {
  return {
    location: `{% $${unloaded}.location %}`,
    bytesScanned: `{% $${unloaded}.bytesScanned %}`,
    queryExecutionId: `{% $${unloaded}.queryExecutionId %}`,
    sql: `{% $${rendered}.sql %}`,
  };
}
