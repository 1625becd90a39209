/**
 * A limit for what a query computes in this process, where nothing else runs meanwhile: patterns can take exponential time.
 */
import { createContext, Script } from "node:vm";

/** Milliseconds for one block of rows, of which there are 2,048 at most. */
const LIMIT = 2000;

const nothing: () => void = () => undefined;
const context = createContext({ work: nothing });
const script = new Script("work()");

/** @throws Error NOT_SUPPORTED if the work does not end in time */
export function withinTime(work: () => void, what: string): void {
  context.work = work;
  try {
    script.runInContext(context, { timeout: LIMIT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new Error(
      `NOT_SUPPORTED: The local runtime does not run ${what} on values that take longer than ${LIMIT} ms.`,
    );
  }
}
