/**
 * What orders the events of a key. S3 documentation, "Event message structure": hexadecimal texts of different lengths; of two the
 * shorter is padded with zeros on the right, then they compare as text.
 */

/** Digits that all sequencers have. */
const digits = 16;

/** Gives out sequencers, each later than those before it. */
export class Sequencers {
  private last = 0n;

  constructor(private readonly now: () => Date) {}

  /** The next one: of 16 to 18 digits, as the documentation's examples are; neighbours differ in length. */
  next(): string {
    const clock = BigInt(this.now().getTime()) * 0x1000n;
    this.last = clock > this.last ? clock : this.last + 1n;
    const further = 2 - Number(this.last % 3n);
    // A sequencer that told its order by its length, or by its value as a number, would be taken for an older or a newer one.
    return this.last.toString(16).padStart(digits, "0").toUpperCase() + "E5".slice(0, further);
  }
}
