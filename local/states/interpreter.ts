/**
 * Runs a state machine: from state to state, with retriers and catchers around the states that can fail.
 * Sources: Amazon States Language; Step Functions developer guide. The order and links of history events follow recorded
 * runs of the service.
 */
import type { HistoryEventType } from "@aws-sdk/client-sfn";
import { timestamp } from "./choice";
import { withinSeconds } from "./clock";
import { contextObject, type ExecutionIdentity, type MapItem, type StateMoment } from "./context-object";
import type {
  MapState,
  ParallelState,
  State,
  StateGraph,
  StateMachineDefinition,
  TaskState,
  WaitState,
} from "./definition";
import { type Environment, eventData } from "./environment";
import { covers, runtimeFailure, StateFailure, Stopped, throwIfStopped } from "./failure";
import { runMap } from "./map-state";
import { runParallel } from "./parallel-state";
import { type Json, withinLimit } from "./payload";
import { RetryPolicy } from "./retry";
import { type Finished, stateFields, type StateFields } from "./state-fields";
import { Strand } from "./strand";
import { runTask } from "./task-state";

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
  const { text, details } = eventData(input);
  environment.record("ExecutionStarted", 0, {
    executionStartedEventDetails: { input: text, inputDetails: details, roleArn: execution.roleArn },
  });
  const interpreter = new Interpreter(execution, environment, signal);
  let strand = new Strand(0, signal);
  try {
    const output = await withinSeconds(
      definition.TimeoutSeconds,
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
    environment.record("ExecutionAborted", last, { executionAbortedEventDetails: given });
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

/** Where a state leaves the flow: its output, and the next state's name unless it was the last. */
interface Step extends Finished {
  readonly next?: string;
}

/** States that retriers and catchers can stand around. */
type FallibleState = TaskState | ParallelState | MapState;

/** Runs graphs of states; Parallel and Map states call back into it for their branches and iterations. */
export class Interpreter {
  constructor(
    private readonly execution: ExecutionIdentity,
    readonly environment: Environment,
    /** Fires when the whole execution is stopped. */
    private readonly stop: AbortSignal,
  ) {}

  /** Runs a graph from its first state to its last and returns the output. */
  async runGraph(graph: StateGraph, input: Json, strand: Strand): Promise<Json> {
    let name: string | undefined = graph.StartAt;
    let value = input;
    while (name !== undefined) {
      throwIfStopped(strand.signal);
      const state: State | undefined = graph.States[name];
      if (!state) throw runtimeFailure(`There is no state '${name}'.`);
      const step: Step = await this.visit(name, state, value, strand);
      value = step.output;
      name = step.next;
    }
    return value;
  }

  private async visit(name: string, state: State, input: Json, strand: Strand): Promise<Step> {
    const { environment } = this;
    const enteredTime = environment.now();
    const { text, details } = eventData(input);
    const entered = environment.record(`${state.Type}StateEntered`, strand.last, {
      stateEnteredEventDetails: { name, input: text, inputDetails: details },
    });
    strand.last = entered;
    const moment: StateMoment = { name, enteredTime, ...(strand.mapItem && { mapItem: strand.mapItem }) };
    let step: Step;
    try {
      step = await this.perform(state, input, moment, strand, entered);
      withinLimit(step.output, name);
      if (step.assigned) strand.variables.assign(step.assigned, name);
    } catch (error) {
      if (error instanceof Stopped) this.stopped(state, strand);
      throw error instanceof StateFailure ? this.located(error, name, entered, strand) : error;
    }
    const left = eventData(step.output);
    strand.last = environment.record(`${state.Type}StateExited` as HistoryEventType, strand.last, {
      stateExitedEventDetails: {
        name,
        output: left.text,
        outputDetails: left.details,
        ...(step.assigned && {
          assignedVariables: Object.fromEntries(
            Object.entries(step.assigned).map(([variable, value]) => [variable, JSON.stringify(value)]),
          ),
          assignedVariablesDetails: { truncated: false },
        }),
      },
    });
    return step;
  }

  /** A state that stops because a branch beside it failed leaves an event; one that stops with the execution doesn't. */
  private stopped(state: State, strand: Strand): void {
    if (this.stop.aborted) return;
    if (state.Type === "Task" || state.Type === "Wait" || state.Type === "Parallel" || state.Type === "Map") {
      strand.last = this.environment.record(`${state.Type}StateAborted`, strand.last, {});
    }
  }

  /** The failure with its place. A failure is located, and told of, in the innermost state only. */
  private located(error: StateFailure, name: string, entered: number, strand: Strand): StateFailure {
    if (error.state !== undefined) return error;
    const failure = error.at(name, entered);
    if (failure.error === "States.QueryEvaluationError") {
      strand.last = this.environment.record("EvaluationFailed", strand.last, {
        evaluationFailedEventDetails: { state: name, error: failure.error, cause: failure.cause },
      });
    }
    this.environment.failed(name, failure);
    return failure;
  }

  private async perform(
    state: State,
    input: Json,
    moment: StateMoment,
    strand: Strand,
    entered: number,
  ): Promise<Step> {
    const fields = this.fieldsOf(state, input, moment, strand);
    switch (state.Type) {
      case "Pass": {
        if (state.QueryLanguage === "JSONata") return { ...(await fields.finish(state)), next: state.Next };
        const result = state.Result === undefined ? await fields.effectiveInput() : state.Result;
        return { ...(await fields.finish(state, result)), next: state.Next };
      }
      case "Succeed":
        return fields.finish(state);
      case "Fail":
        throw new StateFailure(await fields.text("Error"), await fields.text("Cause"));
      case "Wait":
        await this.environment.wait(await this.secondsToWait(state, fields), strand.signal);
        return { ...(await fields.finish(state)), next: state.Next };
      case "Choice": {
        const rule = await fields.choose(state);
        const next = rule?.Next ?? state.Default;
        if (next === undefined) {
          // The guide: States.NoChoiceMatched is "reserved for future use"; the service reports States.Runtime.
          throw runtimeFailure(
            `Failed to transition out of the state '${moment.name}'. The state does not point to a next state.`,
          );
        }
        return { ...(await fields.finish(rule ?? state)), next };
      }
      default:
        return this.attempt(state, input, moment, strand, entered);
    }
  }

  /** Tries a state until it succeeds, or its retriers give up; then hands the error to its catchers. */
  private async attempt(
    state: FallibleState,
    input: Json,
    moment: StateMoment,
    strand: Strand,
    entered: number,
  ): Promise<Step> {
    const policy = new RetryPolicy(state.Retry ?? [], () => this.environment.random());
    for (let retryCount = 0; ; retryCount++) {
      const now: StateMoment = { ...moment, retryCount };
      try {
        const { fields, result } = await this.work(state, input, now, strand);
        const finished = await fields.finish(state, result);
        return { ...finished, output: withinLimit(finished.output, moment.name), next: state.Next };
      } catch (error) {
        if (!(error instanceof StateFailure)) throw error;
        const failure = this.located(error, moment.name, entered, strand);
        const seconds = policy.next(failure);
        if (seconds !== undefined) {
          await this.environment.wait(seconds, strand.signal);
          continue;
        }
        if (state.Type !== "Task" && failure.error !== "States.Runtime")
          strand.last = this.environment.record(`${state.Type}StateFailed`, strand.last, {});
        const catcher = state.Catch?.find((candidate) => covers(candidate.ErrorEquals, failure));
        if (!catcher) throw failure;
        const fields = this.fieldsOf(state, input, now, strand);
        const caught = await fields.recover(catcher, { Error: failure.error ?? "", Cause: failure.cause ?? "" });
        return { ...caught, next: catcher.Next };
      }
    }
  }

  private async work(
    state: FallibleState,
    input: Json,
    moment: StateMoment,
    strand: Strand,
  ): Promise<{ fields: StateFields; result: Json }> {
    if (state.Type === "Task") {
      return runTask(
        state,
        moment,
        strand,
        this.environment,
        this.execution.executionArn.split(":")[3] ?? "",
        (taskToken) => this.fieldsOf(state, input, taskToken === undefined ? moment : { ...moment, taskToken }, strand),
      );
    }
    const fields = this.fieldsOf(state, input, moment, strand);
    if (state.Type === "Parallel") {
      const branchInput = withinLimit(await fields.effectiveInput(), moment.name);
      return { fields, result: await runParallel(state, branchInput, strand, this) };
    }
    const contextWith = (mapItem: MapItem) => contextObject(this.execution, { ...moment, mapItem });
    return { fields, result: await runMap(state, moment.name, fields, contextWith, strand, this) };
  }

  private fieldsOf(state: State, input: Json, moment: StateMoment, strand: Strand): StateFields {
    return stateFields(state, {
      input,
      context: contextObject(this.execution, moment),
      variables: strand.variables.visible(),
      now: this.environment.now(),
      random: () => this.environment.random(),
    });
  }

  private async secondsToWait(state: WaitState, fields: StateFields): Promise<number> {
    const seconds = await fields.number("Seconds");
    if (seconds !== undefined) return seconds;
    const text = (await fields.text("Timestamp")) ?? "";
    const until = timestamp(text);
    if (until !== undefined) return Math.max(0, (until - this.environment.now().getTime()) / 1_000);
    throw state.QueryLanguage === "JSONata"
      ? new StateFailure(
          "States.QueryEvaluationError",
          `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
        )
      : runtimeFailure(
          `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${state.TimestampPath ?? ""} == ${text}`,
        );
  }
}
