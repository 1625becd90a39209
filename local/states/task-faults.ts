/**
 * Tasks whose time is up although it is not: a fault of the runtime's plan.
 */
import type { TaskFaults } from "../faults/faults";
import type { TaskRequest } from "./environment";
import { StateFailure } from "./failure";
import type { Json } from "./payload";

/**
 * Does the work of a Task as its faults have it. A Task whose time is up before has done nothing; after, its work is done and
 * nobody hears of it, except that a job is stopped once it is under way.
 */
export async function performUnderFaults(
  request: TaskRequest,
  faults: TaskFaults | undefined,
  perform: (request: TaskRequest) => Promise<Json>,
): Promise<Json> {
  const when = request.limited ? faults?.timeUp() : undefined;
  if (when === undefined) return perform(request);
  if (when === "after") {
    const { resource } = request;
    const stop = new AbortController();
    const isJob = resource.kind === "integration" && resource.pattern !== "response";
    const submitted = (response: Json) => {
      request.submitted(response);
      if (isJob) stop.abort();
    };
    const signal = AbortSignal.any([request.signal, stop.signal]);
    // However it ends, the Task's time was up before.
    await perform({ ...request, signal, submitted }).catch(() => undefined);
  }
  throw new StateFailure("States.Timeout", undefined);
}
