/**
 * Time that passes only when nothing else is left to do: a timer fires as soon as all that could run before has run. So an
 * execution that waits for days is over at once, and everything in it happens in the order of its times.
 */
interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Runs `work` in virtual time that starts at `start`, in milliseconds. Not to be used twice at the same time. */
export async function inVirtualTime<T>(start: number, work: (now: () => number) => Promise<T>): Promise<T> {
  let now = start;
  let next = 1;
  const timers = new Map<number, Timer>();
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const set = (fire: (...args: unknown[]) => void, delay = 0, ...args: unknown[]): number => {
    timers.set(next, { at: now + Math.max(0, delay), fire: () => fire(...args) });
    return next++;
  };
  Object.assign(globalThis, { setTimeout: set, clearTimeout: (id: number) => timers.delete(id) });
  try {
    let settled = false;
    const result = work(() => now).finally(() => (settled = true));
    result.catch(() => undefined);
    while (!settled) {
      await quiet();
      if (settled) break;
      const due = [...timers].sort(([a, { at: x }], [b, { at: y }]) => x - y || a - b)[0];
      if (!due) throw new Error("The work waits for something that is not going to happen.");
      timers.delete(due[0]);
      now = Math.max(now, due[1].at);
      due[1].fire();
    }
    return await result;
  } finally {
    Object.assign(globalThis, real);
  }
}

/** Lets everything run that can without a timer: promises, and what they start. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
