/**
 * Time as an execution sees it: waits that can be compressed, and deadlines that cannot.
 */
import { setMaxListeners } from "node:events";
import { Stopped, throwIfStopped } from "./failure";

/** Longest delay of one timer, in milliseconds: Node fires at once beyond 2^31-1. */
const LONGEST_TIMER = 2_000_000_000;

/** Waits for `seconds`, or less when the signal fires: then it rejects with {@link Stopped}. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<void>;

/**
 * Real waiting, `pace` times shorter than asked: at pace 60 a minute takes a second. Wait states and retry intervals use
 * it; time limits do not, because the work they limit takes its real time.
 */
export function pacedWait(pace = 1): Wait {
  return (seconds, signal) => sleep((seconds * 1_000) / pace, signal);
}

/**
 * Runs `work` with a signal of its own, which fires when the outer one does or after `seconds`. If time ran out, whatever
 * the work does then, `failure` is thrown. The work must end soon after its signal fires.
 */
export async function withinSeconds<T>(
  seconds: number | undefined,
  signal: AbortSignal,
  failure: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfStopped(signal);
  const inner = new AbortController();
  // Every state that is running listens; a wide Map has many.
  setMaxListeners(0, inner.signal);
  const timer = new AbortController();
  const stop = () => inner.abort();
  signal.addEventListener("abort", stop, { once: true });
  let expired = false;
  const expire = () => {
    expired = true;
    inner.abort();
  };
  if (seconds !== undefined) sleep(seconds * 1_000, timer.signal).then(expire, () => undefined);
  try {
    return await work(inner.signal);
  } catch (error) {
    throw expired ? failure() : error;
  } finally {
    timer.abort();
    signal.removeEventListener("abort", stop);
  }
}

/** The outcome of `work`, or {@link Stopped} as soon as the signal fires: nobody waits for work that ignores it. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Stopped());
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Resolves after `milliseconds`; rejects with {@link Stopped} when the signal fires first. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  for (let left = milliseconds; ; left -= LONGEST_TIMER) {
    await timer(Math.min(left, LONGEST_TIMER), signal);
    if (left <= LONGEST_TIMER) return;
  }
}

function timer(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    if (signal.aborted) return reject(new Stopped());
    const stop = () => {
      clearTimeout(running);
      reject(new Stopped());
    };
    const running = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
