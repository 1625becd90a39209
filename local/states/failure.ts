/**
 * What goes wrong in a state, by name, and which retriers and catchers a name matches.
 * Source: Step Functions developer guide, "Handling errors in Step Functions workflows" (concepts-error-handling).
 */

/** An error as catchers see it. */
export type ErrorOutput = { Error: string | null; Cause: string | null };

/** What is known of a failure besides its name and cause. */
interface FailureDetails {
  /** A second name that ErrorEquals may use: a missed heartbeat is reported as `States.Timeout` and has its own name. */
  readonly alias?: string;
  /** The state where it happened. */
  readonly state?: string;
  /** The field whose evaluation failed, e.g. `Output/result`. */
  readonly location?: string;
  /** Whether it came with a token, by SendTaskFailure. */
  readonly sent?: boolean;
}

/** Longest cause, in characters; the rest is cut off. Step Functions API reference, "TaskFailedEventDetails": cause. */
const longestCause = 32_768;

/** An error of a state: the `Error` and `Cause` that a Catch sees. A Fail state may leave out either. */
export class StateFailure extends Error {
  override readonly cause: string | undefined;
  readonly alias?: string;
  readonly state?: string;
  readonly location?: string;

  constructor(
    readonly error: string | undefined,
    cause: string | undefined,
    private readonly details: FailureDetails = {},
  ) {
    super(`${error ?? "(no error name)"}: ${cause ?? ""}`);
    this.name = "StateFailure";
    this.cause = cause?.slice(0, longestCause);
    this.alias = details.alias;
    this.state = details.state;
    this.location = details.location;
  }

  /** The error as a catcher sees it. What SendTaskFailure left out is null, what others did is empty (seen in recorded runs). */
  output(): ErrorOutput {
    const none = this.details.sent ? null : "";
    return { Error: this.error ?? none, Cause: this.cause ?? none };
  }

  /** This failure with its place, which the service writes into the cause of errors that the interpreter itself found. */
  at(state: string, enteredEventId: number): StateFailure {
    const own = this.error === "States.Runtime" || this.error === "States.QueryEvaluationError";
    const place = `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). `;
    return new StateFailure(this.error, own ? `${place}${this.cause ?? ""}` : this.cause, { ...this.details, state });
  }
}

/** Thrown through running states when the execution, or the branch they belong to, is being stopped. Never caught by ASL. */
export class Stopped extends Error {
  constructor() {
    super("The execution or one of its branches was stopped.");
    this.name = "Stopped";
  }
}

/** Throws {@link Stopped} if the signal has fired. */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new Stopped();
}

/** A failure of the interpreter's own making, which no Retry or Catch can handle. */
export function runtimeFailure(cause: string): StateFailure {
  return new StateFailure("States.Runtime", cause);
}

/**
 * Whether an `ErrorEquals` list covers a failure.
 *
 * `States.Runtime` "will always cause the execution to fail", so nothing matches it. `States.ALL` matches whatever else there
 * is: `States.DataLimitExceeded` too, which the guide excepts, but recorded runs of the service have caught.
 * `States.TaskFailed` matches everything but `States.Timeout`.
 */
export function covers(errorEquals: readonly string[], failure: StateFailure): boolean {
  if (failure.error === "States.Runtime") return false;
  return errorEquals.some((name) => {
    if (name === "States.ALL") return true;
    if (name === "States.TaskFailed") return failure.error !== "States.Timeout";
    return name === failure.error || (failure.alias !== undefined && name === failure.alias);
  });
}
