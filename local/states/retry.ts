/**
 * Retriers: whether and when a failed state is tried again.
 * Source: Amazon States Language, "Retrying after error"; developer guide, "Handling errors" (concepts-error-handling).
 */
import { covers, type StateFailure } from "./failure";

/** A retrier as it stands in a definition. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** Seconds before the first retry; default 1. */
  readonly IntervalSeconds?: number;
  /** Most retries; default 3, 0 for none. */
  readonly MaxAttempts?: number;
  /** Factor of the interval from one retry to the next; default 2. */
  readonly BackoffRate?: number;
  /** Upper limit of the interval in seconds; default none. */
  readonly MaxDelaySeconds?: number;
  /** FULL spreads each wait evenly between 0 and its interval; default NONE. */
  readonly JitterStrategy?: "FULL" | "NONE";
}

/** Counts the attempts of one visit to a state; each retrier has its own count. */
export class RetryPolicy {
  private readonly used = new Map<Retrier, number>();

  constructor(
    private readonly retriers: readonly Retrier[],
    private readonly random: () => number,
  ) {}

  /** Seconds to wait before the next attempt, or undefined if the first retrier that matches is spent or none does. */
  next(failure: StateFailure): number | undefined {
    const retrier = this.retriers.find((candidate) => covers(candidate.ErrorEquals, failure));
    if (!retrier) return undefined;
    const retries = this.used.get(retrier) ?? 0;
    if (retries >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.used.set(retrier, retries + 1);
    const interval = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** retries;
    const seconds = Math.min(interval, retrier.MaxDelaySeconds ?? Infinity);
    return retrier.JitterStrategy === "FULL" ? this.random() * seconds : seconds;
  }
}
