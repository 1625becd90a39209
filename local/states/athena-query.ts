/**
 * Tasks that run an Athena query and wait for its end.
 * Source: developer guide, "Run Athena queries with Step Functions" (connect-athena).
 */
import type { TaskRequest } from "./environment";
import { StateFailure, Stopped } from "./failure";
import type { CallService } from "./call-service";
import { isObject, type Json } from "./payload";
import { pollUntil } from "./polling";

/**
 * Starts a query and returns the GetQueryExecution response once it has succeeded. A query that fails or is cancelled is
 * `States.TaskFailed`, with that same response as JSON in the cause. The guide does not say so; it is what jobs of other
 * services do in recorded runs (ECS, nested executions), and what consumers of this one parse: `JSON.parse(cause)
 * .QueryExecution.Status`. Errors of the calls themselves have their own names, e.g. `Athena.InvalidRequestException`.
 * A Task that nobody waits for any more stops its query. `look` makes the calls that watch the query.
 */
export async function runAthenaQuery(call: CallService, look: CallService, request: TaskRequest): Promise<Json> {
  const started = await call("StartQueryExecution", request.arguments);
  request.submitted(started);
  return watchAthenaQuery(call, look, request, started);
}

/** Waits for the end of a query that was started, with the response to that. */
export async function watchAthenaQuery(
  call: CallService,
  look: CallService,
  request: TaskRequest,
  started: Json,
): Promise<Json> {
  const QueryExecutionId = isObject(started) ? (started.QueryExecutionId ?? null) : null;
  try {
    return await pollUntil(request.signal, async () => {
      const found = await look("GetQueryExecution", { QueryExecutionId });
      const state = stateOf(found);
      if (state === "SUCCEEDED") return found;
      if (state === "FAILED" || state === "CANCELLED")
        throw new StateFailure("States.TaskFailed", JSON.stringify(found));
      return undefined;
    });
  } catch (error) {
    // Stopping is a courtesy: a query that has just ended cannot be stopped, and the Task is over either way.
    if (error instanceof Stopped) await call("StopQueryExecution", { QueryExecutionId }).catch(() => undefined);
    throw error;
  }
}

function stateOf(response: Json): Json | undefined {
  const execution = isObject(response) ? response.QueryExecution : undefined;
  const status = isObject(execution) ? execution.Status : undefined;
  return isObject(status) ? status.State : undefined;
}
