/**
 * Fires what is due, when it is due.
 */

/** What a timer does with its keys. */
export interface KeyedTimerOptions {
  /** When `key` is due next after that moment; undefined for never. */
  next(key: string, after: Date): Date | undefined;
  fire(key: string, due: Date): void;
  readonly now: () => Date;
}

/** The longest that one timer runs: after that the clock is looked at again, as it may have been changed. */
const longestTimer = 3_600_000;

/**
 * One timer for any number of keys. It does not keep the process alive. Times that pass while no timer is running are
 * not made up for.
 */
export class KeyedTimer {
  private readonly due = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: KeyedTimerOptions) {}

  /** Adds a key, or computes its next time anew after a change. */
  set(key: string): void {
    this.plan(key, this.options.now());
    this.arm();
  }

  /** Removes a key. */
  delete(key: string): void {
    this.due.delete(key);
    this.arm();
  }

  /** When a key is due next; undefined for never. */
  dueOf(key: string): Date | undefined {
    return this.due.get(key);
  }

  /** Fires each key that is due at `now` once, however often its time has passed; returns them, the earliest first. */
  fireDue(now: Date): string[] {
    const ready = [...this.due].filter(([, due]) => due <= now).sort(([, a], [, b]) => a.getTime() - b.getTime());
    for (const [key, due] of ready) {
      this.plan(key, now);
      this.options.fire(key, due);
    }
    this.arm();
    return ready.map(([key]) => key);
  }

  /** Stops the timer for good. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private plan(key: string, after: Date): void {
    const due = this.options.next(key, after);
    if (due) this.due.set(key, due);
    else this.due.delete(key);
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (this.closed || this.due.size === 0) return;
    const first = Math.min(...[...this.due.values()].map((due) => due.getTime()));
    const delay = Math.min(Math.max(first - this.options.now().getTime(), 0), longestTimer);
    this.timer = setTimeout(() => this.fireDue(this.options.now()), delay);
    this.timer.unref();
  }
}
