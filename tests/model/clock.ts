/** A clock that can be told to let time pass: everything in a model lake goes by it. */

/** The time, ahead of the machine's by what has passed. */
export class Clock {
  private ahead = 0;

  readonly now = (): Date => new Date(Date.now() + this.ahead);

  /** Lets time pass at once. */
  pass(seconds: number): void {
    this.ahead += seconds * 1000;
  }
}
