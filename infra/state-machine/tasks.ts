/** What all tasks of a run share: retries, time limits, and where a failure leads. */

/** One state, as Amazon States Language writes it. */
export type State = Readonly<Record<string, unknown>>;

/** Seconds that a task may take. */
export const taskTimeout = 15 * 60;

/**
 * Errors that are an answer about the input or the deployment: asking again gives the same. The first are the functions' own
 * faults, the others AWS's and JavaScript's. All other errors are tried again: every task can be repeated.
 */
const finalErrors = [
  ...["ColumnMissing", "ColumnTypeMismatch", "ConfigurationInvalid", "FileNotParquet", "ResultEmpty", "CheckFailed"],
  ...["FileNotAsDeclared", "HeaderDiffers", "RowsRejected"],
  ...[
    "IncomingFileMissing",
    "IncomingFileReplaced",
    "IncomingFileDuplicated",
    "TemplateInvalid",
    "TemplateMissing",
    "ExecDateInvalid",
    "QueryTooLong",
  ],
  ...["EntityNotFoundException", "InvalidInputException", "NoSuchBucket", "PreconditionFailed", "ValidationException"],
  ...["ReferenceError", "SyntaxError", "TypeError"],
  // What the definition itself gets wrong. Step Functions documentation, "Handling errors": Error names.
  ...["States.QueryEvaluationError", "States.DataLimitExceeded"],
];

const retryFunction = [
  { ErrorEquals: finalErrors, MaxAttempts: 0 },
  // A role that was just deployed: IAM documentation, "Changes that I make are not always immediately visible".
  {
    ErrorEquals: ["AccessDenied", "AccessDeniedException", "Lambda.AWSLambdaException"],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxAttempts: 4,
  },
  // Another run publishes the same partition: it is done in a moment, or dead within two minutes.
  {
    ErrorEquals: ["LeaseTaken", "ConcurrentModificationException"],
    IntervalSeconds: 1,
    BackoffRate: 2,
    MaxDelaySeconds: 20,
    MaxAttempts: 30,
    JitterStrategy: "FULL",
  },
  {
    ErrorEquals: ["States.ALL"],
    IntervalSeconds: 5,
    BackoffRate: 3,
    MaxDelaySeconds: 60,
    MaxAttempts: 4,
    JitterStrategy: "FULL",
  },
];

/**
 * Errors of calls to Athena. Those that its model lists carry their own name, all others the service's: ThrottlingException and
 * AccessDeniedException of a role that was just deployed among them. Athena API reference, "StartQueryExecution" and "Common
 * Errors"; Step Functions documentation, "Handling errors".
 */
export const retryAthena = [
  {
    ErrorEquals: [
      "Athena.TooManyRequestsException",
      "Athena.InternalServerException",
      "Athena.AmazonAthenaException",
      "Athena.ThrottlingException",
      "Athena.SdkClientException",
    ],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    MaxAttempts: 6,
    JitterStrategy: "FULL",
  },
];

/** How often a query is tried that failed for a reason which may pass. */
export const queryAttempts = 3;

/** Identity of the run, from the execution's input. */
export const runScope = `{% $run %}`;

/** What failed, for the record and for decisions. */
export const errorOutput =
  "{% { 'Error': $states.errorOutput.Error, 'Cause': $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : '' } %}";

/** Whatever fails is kept in `$failure` and leads to the record. */
export const failed = [{ ErrorEquals: ["States.ALL"], Assign: { failure: errorOutput }, Next: "Record failure" }];

export function outcome(status: "SUCCEEDED" | "SKIPPED" | "SUPERSEDED" | "FAILED"): Record<string, unknown> {
  return { run: runScope, status, notes: "{% $notes %}" };
}

/** A function's task: its answer is the payload. */
export function call(name: string | undefined, payload: object, transition: object): State {
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
