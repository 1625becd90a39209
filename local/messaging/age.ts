/**
 * How old work is that was accepted: what it waited for counts as long as it would on AWS, though waits pass faster here; what it
 * took to be done counts as it is. So a slow machine ages nothing that a fast one would not.
 */

/** Of accepted work. */
export interface Accepted {
  readonly receivedAt: string;
  /** Milliseconds that it has waited so far, at AWS's pace. */
  readonly waited: number;
}

/** Seconds. `pace`: how many times faster than on AWS waits pass. */
export function ageOf({ receivedAt, waited }: Accepted, pace: number, now = Date.now()): number {
  return (now - Date.parse(receivedAt) - waited / pace + waited) / 1000;
}
