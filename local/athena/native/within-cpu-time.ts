/**
 * A limit for what a query computes in this process, where nothing else runs meanwhile: patterns that look back at what they
 * found can take exponential time. It counts what the process computed, not how long that took: on a busy machine a statement
 * takes longer and ends as on an idle one.
 */
import { createContext, Script } from "node:vm";

/** Milliseconds of the processors' time for one row; those that end take microseconds. */
const LIMIT = 1000;

/** Milliseconds after which it is looked how far the work is. */
const LOOK = 500;

const nothing: () => void = () => undefined;
const context = createContext({ work: nothing });
const script = new Script("work()");

/**
 * Works off rows, one after the other.
 *
 * @param work does one row; what is interrupted is done again, from the row's beginning
 * @param what in the error, e.g. the function's name
 * @throws Error NOT_SUPPORTED if a row takes more than the limit
 */
export function withinCpuTime(rows: number, work: (row: number) => void, what: string): void {
  let row = 0;
  context.work = () => {
    for (; row < rows; row++) work(row);
  };
  let wait = LOOK;
  for (;;) {
    const begun = row;
    const before = process.cpuUsage();
    try {
      script.runInContext(context, { timeout: wait });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    }
    const { user, system } = process.cpuUsage(before);
    if (row > begun) {
      wait = LOOK;
      continue;
    }
    if ((user + system) / 1000 >= LIMIT) {
      throw new Error(
        `NOT_SUPPORTED: The local runtime does not run ${what} on a value that takes more than ${LIMIT} ms of computing.`,
      );
    }
    wait *= 2;
  }
}
