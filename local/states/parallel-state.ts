/**
 * Parallel states and what they share with Map states: work side by side, all of it stopped when one part fails.
 * Source: Amazon States Language, "Parallel State".
 */
import { setMaxListeners } from "node:events";
import type { ParallelState } from "./definition";
import { Stopped, throwIfStopped } from "./failure";
import type { GraphRunner } from "./graph-runner";
import type { Json } from "./payload";
import type { Strand } from "./strand";

/** Runs all branches with the same input and returns their outputs in the order of the branches. */
export async function runParallel(
  state: ParallelState,
  input: Json,
  strand: Strand,
  interpreter: GraphRunner,
): Promise<Json> {
  const { environment } = interpreter;
  const started = environment.record("ParallelStateStarted", strand.last, {});
  strand.last = started;
  const outputs = await together(strand, state.Branches.length, state.Branches, async (branch, _index, signal) => {
    const inner = strand.branch(started, signal);
    try {
      return await interpreter.runGraph(branch, input, inner);
    } finally {
      strand.last = inner.last;
    }
  });
  environment.record("ParallelStateSucceeded", strand.last, {});
  return outputs;
}

/**
 * Works on all parts, at most `width` at a time and in order. When one fails the others are stopped, and its failure is
 * thrown once all of them have ended: nothing goes on behind the back of a catcher. `work` leaves the id of its latest event
 * in the strand; that of the failure is the reason with which the others are stopped, and the strand's last event.
 */
export async function together<Part, Result>(
  strand: Strand,
  width: number,
  parts: readonly Part[],
  work: (part: Part, index: number, signal: AbortSignal, slot: number) => Promise<Result>,
): Promise<Result[]> {
  const group = new AbortController();
  setMaxListeners(0, group.signal);
  const stop = () => group.abort(strand.signal.reason);
  strand.signal.addEventListener("abort", stop, { once: true });
  if (strand.signal.aborted) stop();
  const results = new Map<number, Result>();
  const failures: unknown[] = [];
  let failedAt: number | undefined;
  const queue = [...parts.entries()];
  const slot = async (number: number): Promise<void> => {
    for (let next = queue.shift(); next && !group.signal.aborted; next = queue.shift()) {
      const [index, part] = next;
      try {
        results.set(index, await work(part, index, group.signal, number));
      } catch (error) {
        failures.push(error);
        failedAt ??= strand.last;
        group.abort(failedAt);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(width, parts.length) }, (_, number) => slot(number)));
  } finally {
    strand.signal.removeEventListener("abort", stop);
  }
  strand.last = failedAt ?? strand.last;
  throwFirst(failures);
  throwIfStopped(strand.signal);
  return parts.map((_, index) => results.get(index) as Result);
}

/** The failure that came first is the one that stopped the others, whatever those made of it. */
function throwFirst(failures: readonly unknown[]): void {
  const failure = failures.find((error) => !(error instanceof Stopped)) ?? failures[0];
  if (failure !== undefined) throw failure;
}

/** The event of the failure for which a part is being stopped, if there is one. */
export function stoppedBy(signal: AbortSignal): number | undefined {
  const reason: unknown = signal.reason;
  return typeof reason === "number" ? reason : undefined;
}
