/**
 * Whoever makes calls that faults may strike: one invocation of a function, one attempt of a Task, one attempt of a delivery.
 * The account's owner is none: tests and the command line are never struck.
 */

/** How the runtime ends an invocation. */
export type Ending = "killed" | "timed out";

/** What is known of an actor. */
export interface ActorDescription {
  readonly kind: "function" | "task" | "delivery";
  /** The function's, state machine's or rule's name. */
  readonly name: string;
  /** Tells this occasion from all others of a run, and is the same in each run: e.g. `land#1f0c…@2`. */
  readonly occasion: string;
  /** What it was given: its event or input, without ids and times. */
  readonly given: string;
  /** Ends the work at once; only functions can be ended. */
  readonly end?: (how: Ending) => void;
}

/** An actor and the calls it has made. */
export class Actor {
  private calls = 0;
  private readonly same = new Map<string, number>();
  private over = false;

  constructor(readonly description: ActorDescription) {}

  /** Whether it was ended: what it still asks for is nobody's wish any more. */
  get ended(): boolean {
    return this.over;
  }

  /**
   * Counts a call: its ordinal among all of this actor, and among those that are the same. Calls that run side by side come in
   * any order, but each of them is the first of its kind in whatever order.
   */
  count(call: string): { ordinal: number; repetition: number } {
    const repetition = (this.same.get(call) ?? 0) + 1;
    this.same.set(call, repetition);
    return { ordinal: ++this.calls, repetition };
  }

  /** Ends the work at once. */
  end(how: Ending): void {
    this.over = true;
    this.description.end?.(how);
  }
}
