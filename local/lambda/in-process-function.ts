/**
 * A function that runs in the runtime's own process, for tests that run thousands of invocations: no process to start, no
 * serialized archive, the same clients, permissions and faults.
 */
import { performance } from "node:perf_hooks";
import {
  exited,
  failedOutcome,
  timedOut,
  type Failure,
  type FunctionProcess,
  type Invocation,
  type Outcome,
} from "./function-process";

/** What a handler is told of its invocation. */
export interface InvocationContext {
  readonly functionName: string;
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  readonly logGroupName: string;
  getRemainingTimeInMillis(): number;
  /** The time by the function's clock, which a fault may have moved. `Date` itself is the whole process's. */
  now(): Date;
  /** Adds lines to the function's log. */
  log(text: string): void;
}

/** A handler. */
export type Handler = (event: unknown, context: InvocationContext) => unknown;

/**
 * Runs a handler. Who is killed, or whose time is up, goes on as code, but without effect: its calls are refused.
 *
 * ```ts
 * await Runtime.open({ folder, functionProcess: (target) => new InProcessFunction(target, handlerOf(target)) });
 * ```
 */
export class InProcessFunction implements FunctionProcess {
  private dead: "killed" | "timed out" | undefined;
  private end: (() => void) | undefined;

  constructor(
    private readonly target: { readonly name: string; readonly timeout: number },
    private readonly handler: Handler,
  ) {}

  get alive(): boolean {
    return this.dead === undefined;
  }

  async invoke(invocation: Invocation, onOutput: (text: string) => void): Promise<Outcome> {
    const begin = performance.now();
    const limit = this.target.timeout * 1000;
    const timer = setTimeout(() => this.expire(), limit);
    const ended = new Promise<void>((resolve) => (this.end = resolve));
    const answer = await Promise.race([this.answer(invocation, begin + limit, onOutput), ended]);
    clearTimeout(timer);
    const times = { duration: performance.now() - begin };
    if (this.dead !== undefined || answer === undefined) {
      const { failure, log } =
        this.dead === "timed out"
          ? timedOut(invocation, this.target.timeout)
          : exited(invocation, "Runtime exited with error: signal: killed");
      onOutput(log);
      return failedOutcome(failure, times);
    }
    return "failure" in answer ? failedOutcome(answer.failure, times) : { payload: answer.result, ...times };
  }

  kill(): void {
    this.stop("killed");
  }

  expire(): void {
    this.stop("timed out");
  }

  private stop(how: "killed" | "timed out"): void {
    this.dead ??= how;
    this.end?.();
  }

  private async answer(
    { requestId, payload, functionArn, clockSkew = 0 }: Invocation,
    deadline: number,
    onOutput: (text: string) => void,
  ): Promise<{ result: string } | { failure: Failure }> {
    const context: InvocationContext = {
      functionName: this.target.name,
      awsRequestId: requestId,
      invokedFunctionArn: functionArn,
      logGroupName: `/aws/lambda/${this.target.name}`,
      getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
      now: () => new Date(Date.now() + clockSkew),
      log: (text) => {
        if (this.alive) onOutput(text);
      },
    };
    try {
      return { result: JSON.stringify((await this.handler(JSON.parse(payload), context)) ?? null) };
    } catch (error) {
      const failure = describe(error);
      context.log(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify(failure)}\n`);
      return { failure };
    }
  }
}

/** An error as Lambda's Node.js runtime reports it. */
function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
