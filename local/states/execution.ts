/**
 * An execution from its start to its end: what it was given, what becomes of it, and its own events.
 */
import { withinSeconds } from "./clock";
import type { ExecutionIdentity } from "./context-object";
import type { StateMachineDefinition } from "./definition";
import { type Environment, eventData } from "./environment";
import { runtimeFailure, StateFailure, Stopped } from "./failure";
import { Interpreter } from "./interpreter";
import { type Json, withinLimit } from "./payload";
import { Strand } from "./strand";

/** How an execution ended. */
export type Outcome =
  | { readonly status: "SUCCEEDED"; readonly output: Json }
  | { readonly status: "FAILED" | "ABORTED"; readonly error?: string; readonly cause?: string }
  | { readonly status: "TIMED_OUT" };

/** Why an execution was stopped: the abort reason of its signal. */
export interface StopReason {
  readonly error?: string;
  readonly cause?: string;
}

/** The machine's own TimeoutSeconds ran out. */
class MachineTimeout extends Error {}

/** Runs a machine to its end. Never rejects: whatever happens is an outcome. */
export async function interpret(
  definition: StateMachineDefinition,
  input: Json,
  execution: ExecutionIdentity,
  environment: Environment,
  signal: AbortSignal,
): Promise<Outcome> {
  const interpreter = new Interpreter(execution, environment, signal);
  let strand = new Strand(0, signal);
  try {
    const started = eventData(input);
    environment.record("ExecutionStarted", 0, {
      executionStartedEventDetails: {
        input: started.text,
        inputDetails: started.details,
        roleArn: execution.roleArn,
      },
    });
    const { TimeoutSeconds } = definition;
    // Of one that goes on, a part of its time is over.
    const passed = (environment.now().getTime() - execution.startTime.getTime()) / 1_000;
    const output = await withinSeconds(
      TimeoutSeconds === undefined ? undefined : Math.max(0, TimeoutSeconds - passed),
      signal,
      () => new MachineTimeout(),
      (inner) => {
        strand = new Strand(0, inner);
        return interpreter.runGraph(definition, withinLimit(input, execution.stateMachineName), strand);
      },
    );
    const { text, details } = eventData(output);
    environment.record("ExecutionSucceeded", strand.last, {
      executionSucceededEventDetails: { output: text, outputDetails: details },
    });
    return { status: "SUCCEEDED", output };
  } catch (error) {
    return ended(error, strand.last, environment, signal);
  }
}

function ended(error: unknown, last: number, environment: Environment, signal: AbortSignal): Outcome {
  if (error instanceof MachineTimeout) {
    environment.record("ExecutionTimedOut", last, { executionTimedOutEventDetails: { error: "States.Timeout" } });
    return { status: "TIMED_OUT" };
  }
  if (error instanceof Stopped) {
    const reason = (signal.reason ?? {}) as StopReason;
    const given = {
      ...(reason.error !== undefined && { error: reason.error }),
      ...(reason.cause !== undefined && { cause: reason.cause }),
    };
    environment.record("ExecutionAborted", 0, { executionAbortedEventDetails: given });
    return { status: "ABORTED", ...given };
  }
  // Anything else is a fault of the interpreter; the execution fails with what is known instead of hanging.
  const failure =
    error instanceof StateFailure
      ? error
      : runtimeFailure(`Internal error: ${(error as Error).stack ?? String(error)}`);
  const given = {
    ...(failure.error !== undefined && { error: failure.error }),
    ...(failure.cause !== undefined && { cause: failure.cause }),
  };
  environment.record("ExecutionFailed", last, { executionFailedEventDetails: given });
  return { status: "FAILED", ...given };
}
