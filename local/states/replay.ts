/**
 * What an execution did before its process ended, for the interpreter that continues it: the interpreter runs the definition
 * again from its start and finds what it records recorded already, each event by its type, its predecessor and its name. What
 * was waited for is over in the order in which it was over before; what was not over yet goes on once all is told.
 */
import { isDeepStrictEqual } from "node:util";
import type { HistoryEvent, HistoryEventType } from "@aws-sdk/client-sfn";
import type { EventDetails } from "./environment";

/** The events that tell what became of a Task. */
const TASK_RESULTS = /^(Task|LambdaFunction)(Submitted|Succeeded|Failed|TimedOut)$/;

/** Turns of the event loop without progress after which a history cannot be what the definition does. */
const PATIENCE = 50;

export class Replay {
  private readonly left: Map<number, HistoryEvent>;
  private readonly told = new Map<number, HistoryEvent>();
  private readonly waiting = new Set<{ readonly before: number; readonly go: () => void }>();
  private readonly last: number;

  constructor(history: readonly HistoryEvent[]) {
    this.left = new Map(history.map((event) => [event.id ?? 0, event]));
    this.last = history.at(-1)?.id ?? 0;
  }

  /** The id of the recorded event that this one is; undefined if it is new. */
  take(type: HistoryEventType, previousEventId: number, details: EventDetails): number | undefined {
    const same = [...this.left.values()].filter(
      (event) => event.type === type && event.previousEventId === previousEventId,
    );
    const found = same.find((event) => isDeepStrictEqual(nameIn(event), nameIn(details)));
    if (found?.id === undefined) return undefined;
    this.left.delete(found.id);
    this.told.set(found.id, found);
    const next = this.next();
    for (const waiter of this.waiting) if (waiter.before <= next) waiter.go();
    return found.id;
  }

  /** A recorded event that was taken. */
  event(id: number): HistoryEvent | undefined {
    return this.told.get(id);
  }

  /** Whether all that was recorded has been taken. */
  get isOver(): boolean {
    return this.left.size === 0;
  }

  /** What follows an event in its strand, if that was recorded. */
  follower(id: number): HistoryEvent | undefined {
    return [...this.left.values()].find((event) => event.previousEventId === id && !/Aborted$/.test(event.type ?? ""));
  }

  /** What was recorded of a Task's outcome after an event of its. */
  taskResult(id: number): HistoryEvent | undefined {
    const found = this.follower(id);
    return found && TASK_RESULTS.test(found.type ?? "") ? found : undefined;
  }

  /** Resolves when everything recorded before an event has been taken; without one, when everything has. */
  async until(event?: HistoryEvent): Promise<void> {
    const before = event?.id ?? this.last + 1;
    if (this.next() >= before) return;
    await new Promise<void>((resolve) => {
      const waiter = {
        before,
        go: () => {
          this.waiting.delete(waiter);
          resolve();
        },
      };
      this.waiting.add(waiter);
    });
  }

  /** Resolves to whether all that was recorded was taken in the end: if not, the definition does something else today. */
  async succeeds(): Promise<boolean> {
    for (let turns = 0, left = this.left.size; !this.isOver; turns++) {
      if (this.left.size < left) [turns, left] = [0, this.left.size];
      if (turns > PATIENCE) return false;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }

  /** The first id that was not taken. */
  private next(): number {
    let next = this.last + 1;
    for (const id of this.left.keys()) next = Math.min(next, id);
    return next;
  }
}

/** What tells events of one type and predecessor apart: the state's name, or the item's index. */
function nameIn(details: EventDetails): unknown[] {
  const { stateEnteredEventDetails: entered, mapIterationStartedEventDetails: iteration } = details;
  const { mapIterationSucceededEventDetails: succeeded, mapIterationFailedEventDetails: failed } = details;
  const about = iteration ?? succeeded ?? failed ?? details.mapIterationAbortedEventDetails;
  return [entered?.name, about?.index];
}
