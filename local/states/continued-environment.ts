/**
 * The environment of an execution that goes on after its process ended.
 */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { unlessStopped } from "./clock";
import type { Environment, TaskRequest } from "./environment";
import { StateFailure } from "./failure";
import type { Json } from "./payload";
import type { Replay } from "./replay";

/** `live`, in which what `replay` knows is not done again. */
export function continuedEnvironment(live: Environment, replay: Replay): Environment {
  /** The result of a Task, or what goes on of it. `submitted` is the response with which a job was handed over. */
  const outcome = async (request: TaskRequest, after: number, submitted?: Json): Promise<Json> => {
    const result = replay.taskResult(after);
    await unlessStopped(request.signal, replay.until(result));
    if (result?.id === undefined) return live.task({ ...request, resumed: { submitted } });
    const { output, error, cause } = resultDetails(result);
    switch (result.type) {
      case "TaskSubmitted": {
        const response = read(output);
        request.submitted(response);
        return outcome(request, result.id, response);
      }
      case "TaskSucceeded":
      case "LambdaFunctionSucceeded":
        return read(output);
      default:
        throw new StateFailure(error, cause);
    }
  };
  return {
    ...live,
    task: async (request) => {
      if (replay.event(request.started)) return outcome(request, request.started);
      // Nothing new has an effect before all that was recorded is told.
      await unlessStopped(request.signal, replay.until());
      return live.task(request);
    },
    wait: async (seconds, signal, since) => {
      const event = replay.event(since);
      const follower = event && replay.follower(since);
      await unlessStopped(signal, replay.until(follower));
      if (follower) return;
      if (!event) return live.wait(seconds, signal, since);
      const passed = (live.now().getTime() - (event.timestamp?.getTime() ?? 0)) / 1_000;
      await live.wait(Math.max(0, seconds - passed), signal, since);
    },
    record: (type, previousEventId, details) =>
      replay.take(type, previousEventId, details) ?? live.record(type, previousEventId, details),
    recorded: (id) => replay.event(id),
    failed: (state, failure) => {
      if (replay.isOver) live.failed(state, failure);
    },
  };
}

function resultDetails(event: HistoryEvent): { output?: string; error?: string; cause?: string } {
  return (
    event.taskSubmittedEventDetails ??
    event.taskSucceededEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionSucceededEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    {}
  );
}

function read(text: string | undefined): Json {
  return text === undefined ? null : (JSON.parse(text) as Json);
}
