/**
 * How `.sync` Tasks wait for a job: the one place that knows.
 */
import { sleep } from "./clock";

/** The service polls at an undocumented interval; jobs here are short, so the first look comes soon, in milliseconds. */
const FIRST = 20;
const LONGEST = 500;

/** Looks until there is something to see, less and less often. Rejects with `Stopped` when the signal fires. */
export async function pollUntil<T>(signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T> {
  for (let pause = FIRST; ; pause = Math.min(pause * 1.5, LONGEST)) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(pause, signal);
  }
}
