/**
 * What happens in the runtime, as it happens: the command line shows it as progress, tests wait on it.
 */
import { EventEmitter } from "node:events";
import type { FaultKind, FaultMoment } from "./faults/plan";

/** One thing that happened. Times are ISO 8601 UTC. */
export type JournalEntry = { readonly time: string } & (
  | { kind: "execution-started"; executionArn: string; stateMachineArn: string; input: unknown }
  | {
      kind: "execution-ended";
      executionArn: string;
      stateMachineArn: string;
      status: string;
      error?: string;
      cause?: string;
    }
  | { kind: "state-entered" | "state-exited"; executionArn: string; state: string }
  | { kind: "state-failed"; executionArn: string; state: string; error: string; cause: string }
  | { kind: "function-failed"; functionName: string; requestId: string; error: string; message: string; event: unknown }
  | { kind: "event-delivered"; rule: string; target: string }
  | { kind: "event-dropped"; rule: string; target: string; reason: string }
  | {
      kind: "fault-injected";
      fault: FaultKind;
      /** Of kills and time limits: on which side of the call's or Task's effect. */
      when: FaultMoment;
      /** The place, the same in each run with the same seed. */
      where: string;
    }
  /** A call from a VPC that has no way to the service. */
  | { kind: "unreachable"; caller: string; service: string; reason: string }
  | { kind: "alarm-changed"; alarm: string; from: string; to: string; reason: string }
  | { kind: "alarm-action-failed"; alarm: string; target: string; reason: string }
  | { kind: "query-ended"; queryExecutionId: string; state: string; milliseconds: number; bytesScanned: number }
);

type Unstamped<T> = T extends unknown ? Omit<T, "time"> : never;

/** Records entries and counts what is still under way, so that a caller can wait until all is quiet. */
export class Journal {
  private readonly emitter = new EventEmitter();
  private active = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly now: () => Date = () => new Date()) {
    this.emitter.setMaxListeners(0);
  }

  /** Adds an entry, stamped with the time. */
  record(entry: Unstamped<JournalEntry>): void {
    this.emitter.emit("entry", { time: this.now().toISOString(), ...entry });
  }

  /** Calls `listener` for each entry from now on; returns what stops it. */
  listen(listener: (entry: JournalEntry) => void): () => void {
    this.emitter.on("entry", listener);
    return () => this.emitter.off("entry", listener);
  }

  /**
   * Keeps the runtime from counting as idle until `work` settles. Wrap every piece of asynchronous work that nobody awaits:
   * a running execution, an event on its way, an asynchronous invocation. Rejections pass through to the caller.
   */
  async track<T>(work: Promise<T>): Promise<T> {
    this.active += 1;
    try {
      return await work;
    } finally {
      this.active -= 1;
      if (this.active === 0) {
        // Work that ended may just have caused more; look again once its continuations have run.
        setImmediate(() => {
          if (this.active === 0) this.waiting.splice(0).forEach((resume) => resume());
        });
      }
    }
  }

  /** Resolves when nothing is under way. Schedules that are merely due later do not count. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(() => (this.active === 0 ? resolve() : void this.waiting.push(resolve)));
    });
  }
}
