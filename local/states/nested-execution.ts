/**
 * Tasks that run another state machine and wait for its end.
 * Source: developer guide, "Start a new state machine from a running execution" (connect-stepfunctions).
 */
import type { TaskRequest } from "./environment";
import { StateFailure, Stopped } from "./failure";
import type { CallService } from "./call-service";
import { isObject, type Json, type JsonObject } from "./payload";
import { pollUntil } from "./polling";

/**
 * Starts an execution and returns its description once it has succeeded; with `sync:2` its input and output are JSON
 * rather than text. One that ends otherwise is `States.TaskFailed`, with the description in the cause.
 */
export async function runNestedExecution(
  call: CallService,
  look: CallService,
  request: TaskRequest,
  pattern: "sync" | "sync:2" | "token",
): Promise<Json> {
  const started = await call("StartExecution", request.arguments);
  request.submitted(started);
  return watchNestedExecution(call, look, request, pattern, started);
}

/** Waits for the end of an execution that was started, with the response to that. */
export async function watchNestedExecution(
  call: CallService,
  look: CallService,
  request: TaskRequest,
  pattern: "sync" | "sync:2" | "token",
  started: Json,
): Promise<Json> {
  const ExecutionArn = isObject(started) ? (started.ExecutionArn ?? null) : null;
  try {
    const ended = await pollUntil(request.signal, async () => {
      const description = (await look("DescribeExecution", { ExecutionArn })) as JsonObject;
      return description.Status === "RUNNING" ? undefined : description;
    });
    if (ended.Status !== "SUCCEEDED") throw new StateFailure("States.TaskFailed", JSON.stringify(ended));
    return pattern === "sync:2" ? { ...ended, Input: parsed(ended.Input), Output: parsed(ended.Output) } : ended;
  } catch (error) {
    if (error instanceof Stopped) await call("StopExecution", { ExecutionArn }).catch(() => undefined);
    throw error;
  }
}

function parsed(text: Json | undefined): Json {
  return typeof text === "string" ? (JSON.parse(text) as Json) : null;
}
