/**
 * One attempt of a Task: its arguments, its time limit and its events.
 * Source: developer guide, "Task workflow state" (state-task).
 */
import { unlessStopped, withinSeconds } from "./clock";
import type { StateMoment } from "./context-object";
import type { TaskState } from "./definition";
import { type Environment, type EventDetails, eventData } from "./environment";
import { runtimeFailure, StateFailure } from "./failure";
import { type Json, withinLimit } from "./payload";
import type { StateFields } from "./state-fields";
import type { Strand } from "./strand";
import { parseResource, type TaskResource } from "./task-resource";

/** Does the work of a Task once, at that moment. `fieldsWith` gives its fields, with the token that its context object then
 * shows; `region` stands in its events. */
export async function runTask(
  state: TaskState,
  moment: StateMoment,
  strand: Strand,
  environment: Environment,
  region: string,
  fieldsWith: (token: string | undefined) => StateFields,
): Promise<{ fields: StateFields; result: Json }> {
  const resource = parseResource(state.Resource);
  if (!resource) throw runtimeFailure(`The resource ${state.Resource} is not supported.`);
  const token =
    resource.kind === "integration" && resource.pattern === "token" ? environment.newToken(strand.last) : undefined;
  const fields = fieldsWith(token);
  const label = resource.kind === "function" ? resource.arn : resource.resourceType;
  const input = withinLimit(await fields.effectiveInput(), label);
  const timeout = await fields.number("TimeoutSeconds");
  const heartbeat = await fields.number("HeartbeatSeconds");
  const events = eventsOf(resource, region);
  const record = (type: Parameters<Environment["record"]>[0], details: EventDetails) => {
    strand.last = environment.record(type, strand.last, details);
  };
  record(...events.scheduled(input, state.Resource, timeout, heartbeat));
  record(...events.started());
  const started = strand.last;
  try {
    const result = await withinSeconds(timeout, strand.signal, timedOut, (signal) =>
      unlessStopped(
        signal,
        environment.task({
          resource,
          state: moment.name,
          attempt: moment.retryCount ?? 0,
          ...(moment.mapItem && { item: moment.mapItem.Index }),
          limited: timeout !== undefined,
          started,
          arguments: input,
          signal,
          ...(heartbeat !== undefined && { heartbeatSeconds: heartbeat }),
          ...(token !== undefined && { token }),
          submitted: (response) => {
            if (!signal.aborted) record(...events.submitted(response));
          },
        }),
      ),
    );
    withinLimit(result, label);
    record(...events.succeeded(result));
    return { fields, result };
  } catch (error) {
    if (error instanceof StateFailure)
      record(...(error.error === "States.Timeout" ? events.timedOut(error) : events.failed(error)));
    throw error;
  }
}

function timedOut(): StateFailure {
  return new StateFailure("States.Timeout", undefined);
}

type Event = [Parameters<Environment["record"]>[0], EventDetails];

/** The events of a Task, which are others for a plain function than for service integrations. */
interface TaskEvents {
  scheduled(input: Json, resource: string, timeout: number | undefined, heartbeat: number | undefined): Event;
  started(): Event;
  submitted(response: Json): Event;
  succeeded(result: Json): Event;
  failed(failure: StateFailure): Event;
  timedOut(failure: StateFailure): Event;
}

function eventsOf(resource: TaskResource, region: string): TaskEvents {
  const error = (failure: StateFailure) => ({
    ...(failure.error !== undefined && { error: failure.error }),
    ...(failure.cause !== undefined && { cause: failure.cause }),
  });
  if (resource.kind === "function") {
    return {
      scheduled: (input, arn, timeout) => {
        const { text, details } = eventData(input);
        const limits = timeout === undefined ? {} : { timeoutInSeconds: timeout };
        return [
          "LambdaFunctionScheduled",
          { lambdaFunctionScheduledEventDetails: { resource: arn, input: text, inputDetails: details, ...limits } },
        ];
      },
      started: () => ["LambdaFunctionStarted", {}],
      submitted: () => ["TaskSubmitted", {}],
      succeeded: (result) => {
        const { text, details } = eventData(result);
        return [
          "LambdaFunctionSucceeded",
          { lambdaFunctionSucceededEventDetails: { output: text, outputDetails: details } },
        ];
      },
      failed: (failure) => ["LambdaFunctionFailed", { lambdaFunctionFailedEventDetails: error(failure) }],
      timedOut: (failure) => ["LambdaFunctionTimedOut", { lambdaFunctionTimedOutEventDetails: error(failure) }],
    };
  }
  const about = { resourceType: resource.resourceType, resource: resource.resource };
  return {
    scheduled: (input, _arn, timeout, heartbeat) => [
      "TaskScheduled",
      {
        taskScheduledEventDetails: {
          ...about,
          region,
          parameters: JSON.stringify(input),
          ...(timeout !== undefined && { timeoutInSeconds: timeout }),
          ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
        },
      },
    ],
    started: () => ["TaskStarted", { taskStartedEventDetails: about }],
    submitted: (response) => {
      const { text, details } = eventData(response);
      return ["TaskSubmitted", { taskSubmittedEventDetails: { ...about, output: text, outputDetails: details } }];
    },
    succeeded: (result) => {
      const { text, details } = eventData(result);
      return ["TaskSucceeded", { taskSucceededEventDetails: { ...about, output: text, outputDetails: details } }];
    },
    failed: (failure) => ["TaskFailed", { taskFailedEventDetails: { ...about, ...error(failure) } }],
    timedOut: (failure) => ["TaskTimedOut", { taskTimedOutEventDetails: { ...about, ...error(failure) } }],
  };
}
