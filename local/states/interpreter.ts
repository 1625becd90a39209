/**
 * Runs a state machine: from state to state, with retriers and catchers around the states that can fail.
 * Sources: Amazon States Language; Step Functions developer guide. The order and links of history events follow recorded
 * runs of the service.
 */
import type { HistoryEventType } from "@aws-sdk/client-sfn";
import { contextObject, type ExecutionIdentity, type MapItem, type StateMoment } from "./context-object";
import type { MapState, ParallelState, State, StateGraph, TaskState } from "./definition";
import { type Environment, eventData } from "./environment";
import { covers, runtimeFailure, StateFailure, Stopped, throwIfStopped } from "./failure";
import type { GraphRunner } from "./graph-runner";
import { runMap } from "./map-state";
import { runParallel, stoppedBy } from "./parallel-state";
import { type Json, withinLimit } from "./payload";
import { RetryPolicy } from "./retry";
import type { Finished, StateFields } from "./state-fields";
import { stateFields } from "./query-language";
import type { Strand } from "./strand";
import { runTask } from "./task-state";
import { secondsUntil, waitEnd } from "./wait-state";

/** One visit to a state. */
interface Visit {
  readonly moment: StateMoment;
  /** Id of the event with which it was entered. */
  readonly entered: number;
  /** Id of the event that came before: a state whose first evaluation fails has not begun, and its entry is not linked to. */
  before: number;
}

/** Where a state leaves the flow: its output, and the next state's name unless it was the last. */
interface Step extends Finished {
  readonly next?: string;
}

/** States that retriers and catchers can stand around. */
type FallibleState = TaskState | ParallelState | MapState;

/** Runs graphs of states; Parallel and Map states call back into it for their branches and iterations. */
export class Interpreter implements GraphRunner {
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
    const before = strand.last;
    const entered = environment.record(`${state.Type}StateEntered`, before, {
      stateEnteredEventDetails: { name, input: text, inputDetails: details },
    });
    strand.last = entered;
    const moment: StateMoment = { name, enteredTime, ...(strand.mapItem && { mapItem: strand.mapItem }) };
    const visit: Visit = { moment, entered, before };
    let step: Step;
    try {
      step = await this.perform(state, input, visit, strand);
      withinLimit(step.output, name);
      if (step.assigned) strand.variables.assign(step.assigned, name);
    } catch (error) {
      if (error instanceof Stopped) this.stopped(state, strand);
      if (!(error instanceof StateFailure)) throw error;
      const failure = this.located(error, visit, strand);
      // A Task that fails a branch counts among what is stopped with it.
      if (strand.inner && state.Type === "Task") this.environment.record("TaskStateAborted", strand.last, {});
      throw failure;
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
    return this.asRecorded(step, strand, name);
  }

  /** What a state left behind as it was recorded, if it was: evaluated again, chance and time would have it otherwise. */
  private asRecorded(step: Step, strand: Strand, name: string): Step {
    const exited = this.environment.recorded?.(strand.last)?.stateExitedEventDetails;
    if (exited?.output === undefined) return step;
    const variables = Object.entries(exited.assignedVariables ?? {});
    const assigned = Object.fromEntries(variables.map(([key, value]) => [key, JSON.parse(value) as Json]));
    if (variables.length > 0) strand.variables.assign(assigned, name);
    return { ...step, output: JSON.parse(exited.output) as Json };
  }

  /**
   * A state that stops because a branch beside it failed leaves an event, linked to that failure; one that stops with the
   * execution doesn't.
   */
  private stopped(state: State, strand: Strand): void {
    if (this.stop.aborted) return;
    if (state.Type === "Task" || state.Type === "Wait" || state.Type === "Parallel" || state.Type === "Map") {
      this.environment.record(`${state.Type}StateAborted`, stoppedBy(strand.signal) ?? strand.last, {});
    }
  }

  /** The failure with its place. A failure is located, and told of, in the innermost state only. */
  private located(error: StateFailure, { moment: { name }, entered, before }: Visit, strand: Strand): StateFailure {
    if (error.state !== undefined) return error;
    const failure = error.at(name, entered);
    if (failure.error === "States.QueryEvaluationError") {
      const { cause, location } = failure;
      const link = strand.last === entered ? before : strand.last;
      strand.last = this.environment.record("EvaluationFailed", link, {
        evaluationFailedEventDetails: {
          state: name,
          error: failure.error,
          cause,
          ...(location !== undefined && { location }),
        },
      });
    }
    this.environment.failed(name, failure);
    return failure;
  }

  private async perform(state: State, input: Json, visit: Visit, strand: Strand): Promise<Step> {
    const { moment } = visit;
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
      case "Wait": {
        const end = await waitEnd(fields);
        visit.before = visit.entered;
        await this.environment.wait(secondsUntil(end, state, this.environment.now()), strand.signal, visit.entered);
        return { ...(await fields.finish(state)), next: state.Next };
      }
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
        return this.attempt(state, input, visit, strand);
    }
  }

  /** Tries a state until it succeeds, or its retriers give up; then hands the error to its catchers. */
  private async attempt(state: FallibleState, input: Json, visit: Visit, strand: Strand): Promise<Step> {
    const { moment } = visit;
    const policy = new RetryPolicy(state.Retry ?? [], () => this.environment.random());
    for (let retryCount = 0; ; retryCount++) {
      const now: StateMoment = { ...moment, retryCount };
      try {
        const { fields, result } = await this.work(state, input, now, strand);
        const finished = await fields.finish(state, result);
        return { ...finished, output: withinLimit(finished.output, moment.name), next: state.Next };
      } catch (error) {
        if (!(error instanceof StateFailure)) throw error;
        const failure = this.located(error, visit, strand);
        const seconds = policy.next(failure);
        if (seconds !== undefined) {
          await this.environment.wait(seconds, strand.signal, strand.last);
          continue;
        }
        if (state.Type !== "Task" && failure.error !== "States.Runtime")
          strand.last = this.environment.record(`${state.Type}StateFailed`, strand.last, {});
        const catcher = state.Catch?.find((candidate) => covers(candidate.ErrorEquals, failure));
        if (!catcher) throw failure;
        const fields = this.fieldsOf(state, input, now, strand);
        const caught = await fields.recover(catcher, failure.output());
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
}
