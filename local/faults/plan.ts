/**
 * What goes wrong, by chance or by name: the plan that a test gives the runtime.
 */

/**
 * The faults there are:
 * - `duplicate-event`, `delay-event`, `reorder-event`: a rule's or schedule's event comes twice, late, or after a later one
 *   (EventBridge delivers at least once, and promises no order)
 * - `lose-event`: what S3 has to tell EventBridge of an object is never told
 * - `throttle`: a call is refused with the service's own code for too many requests
 * - `server-error`: a call fails on the service's side and has no effect
 * - `conflict`: a conditional write to S3 is refused with `ConditionalRequestConflict`, as when another one is under way
 * - `lose-response`: a call has its effect, and its connection breaks before the answer
 * - `kill-function`: a function's process ends at one of its calls, before or after the call's effect
 * - `time-out-function`: a function's time is up at one of its calls, before or after the call's effect
 * - `time-out-task`: a state machine's Task with `TimeoutSeconds` has its time up, before its work began or after it was
 *   done; a job (`.sync`) that is under way then is stopped
 * - `skew-clock`: an invocation's clock is ahead or behind
 */
export type FaultKind =
  | "duplicate-event"
  | "delay-event"
  | "reorder-event"
  | "lose-event"
  | "throttle"
  | "server-error"
  | "conflict"
  | "lose-response"
  | "kill-function"
  | "time-out-function"
  | "time-out-task"
  | "skew-clock";

/** On which side of an effect something ends. */
export type FaultMoment = "before" | "after";

/** One fault by name. What is left out fits anything; e.g. `{ kind: "kill-function", actor: "land", call: 3, when: "after" }`. */
export interface NamedFault {
  readonly kind: FaultKind;
  /** Name of the function, state machine, rule, schedule or topic it happens to. */
  readonly actor?: string;
  readonly service?: string;
  readonly operation?: string;
  /** Which call of one invocation, Task or delivery, from 1; of those that begin side by side the order may vary. */
  readonly call?: number;
  /**
   * Text that stands in what is acted on: the ARNs of a call's resources, an event, a Task's state. E.g.
   * `/steps/land.json`, or `2024-01-31`.
   */
  readonly on?: string;
  /** Text that stands in the function's event, the execution's input or the event that is delivered. */
  readonly given?: string;
  /** For kills and time limits. Default: before. */
  readonly when?: FaultMoment;
  /** How often it happens in all. Default 1, so that a retry can do better. */
  readonly times?: number;
}

/** A plan. The same seed gives the same faults to the same work, in whatever order it runs. */
export interface FaultPlan {
  readonly seed: number | string;
  /** How likely each kind is wherever it can happen, from 0 to 1. Default: 0. */
  readonly rates?: Readonly<Partial<Record<FaultKind, number>>>;
  /** Faults that happen for certain. */
  readonly named?: readonly NamedFault[];
  /**
   * Places (`where` of `fault-injected` entries in the journal) to which faults by chance are confined: to find out which of
   * the faults of a run matter, run it again with fewer and fewer of them. Default: everywhere.
   */
  readonly only?: readonly string[];
  /**
   * Seconds after EventBridge is enabled on a bucket in which S3 tells it nothing, by the runtime's clock. Default: 300, as "it
   * takes approximately five minutes for the changes to take effect" (S3 User Guide, "Enabling Amazon EventBridge").
   */
  readonly enablingSeconds?: number;
  /** Longest that an event is held back; it passes as fast as the runtime's `pace` says. Default: 90 seconds. */
  readonly longestDelaySeconds?: number;
  /** Default: 120; AWS itself refuses calls whose clock is more than five (S3: fifteen) minutes off. */
  readonly largestSkewSeconds?: number;
  /**
   * What in events and names differs from one run of a test to the next, and must not count for what is the same work. UUIDs
   * and times of day are known, as are the ids in EventBridge's envelope.
   */
  readonly volatile?: readonly RegExp[];
}

/** A fault that happens. */
export interface Fault {
  readonly kind: FaultKind;
  readonly when: FaultMoment;
  /** How much, from 0 to 1: of the longest delay, of the largest skew. */
  readonly amount: number;
  /** The place, the same in each run. */
  readonly where: string;
}
