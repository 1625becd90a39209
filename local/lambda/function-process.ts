/**
 * What runs a function's invocations: a process of its own, or whatever else a test puts in its place.
 */

/** What a process is asked to do. */
export interface Invocation {
  readonly requestId: string;
  /** The event, JSON text. */
  readonly payload: string;
  readonly functionArn: string;
  readonly clientContext?: unknown;
  /** Milliseconds that the function's clock is ahead, or, if negative, behind. Default: none. */
  readonly clockSkew?: number;
}

/** How an invocation ended. */
export interface Outcome {
  /** JSON text: the handler's result, or `{ errorType, errorMessage, trace? }`. */
  readonly payload: string;
  /** Set when the function failed, for whatever reason. */
  readonly failure?: { readonly errorType: string; readonly errorMessage: string };
  /** Milliseconds in the handler. */
  readonly duration: number;
  /** Milliseconds to start the process, for its first invocation. */
  readonly initDuration?: number;
  /** Bytes of memory in use at the end, if the process lived to tell. */
  readonly memory?: number;
}

/** What Lambda calls an execution environment. It serves one invocation at a time, and any number of them. */
export interface FunctionProcess {
  /** Whether it can serve another invocation. */
  readonly alive: boolean;
  /** Runs one invocation to its end; never rejects. `onOutput` is given what the function writes, as it writes it. */
  invoke(invocation: Invocation, onOutput: (text: string) => void): Promise<Outcome>;
  /** Ends it at once; an invocation that it serves ends as `Runtime.ExitError`. */
  kill(): void;
  /** Ends it at once as if its time were up; an invocation that it serves ends as `Sandbox.Timedout`. */
  expire(): void;
}

/** A function for which a process is to be started. */
export interface ProcessTarget {
  readonly name: string;
  /** All that the process would see, its credentials among it: they end with the process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly codeFolder: string;
  /** MB. */
  readonly memorySize: number;
  /** Seconds an invocation may take. */
  readonly timeout: number;
}

/** Starts what runs a function; undefined for the usual process with the function's archive. */
export type StartProcess = (target: ProcessTarget) => FunctionProcess | undefined;

/** What a failed invocation answers. */
export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The outcome of a failed invocation. */
export function failedOutcome(failure: Failure, times: Pick<Outcome, "duration" | "initDuration">): Outcome {
  const { errorType, errorMessage } = failure;
  return { payload: JSON.stringify(failure), failure: { errorType, errorMessage }, ...times };
}

/** What Lambda says of an invocation whose time was up, and writes to its log. */
export function timedOut({ requestId }: Invocation, timeout: number): { failure: Failure; log: string } {
  const errorMessage = `Task timed out after ${timeout.toFixed(2)} seconds`;
  return {
    failure: { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: ${errorMessage}` },
    log: `${new Date().toISOString()} ${requestId} ${errorMessage}\n\n`,
  };
}

/** What Lambda says of an invocation whose process ended, and writes to its log. */
export function exited({ requestId }: Invocation, reason: string): { failure: Failure; log: string } {
  return {
    failure: { errorType: "Runtime.ExitError", errorMessage: `RequestId: ${requestId} Error: ${reason}` },
    log: `RequestId: ${requestId} Error: ${reason}\nRuntime.ExitError\n`,
  };
}
