/**
 * One line of control: the machine itself, a Parallel branch or a Map iteration.
 */
import type { MapItem } from "./context-object";
import { Variables } from "./variables";

export class Strand {
  /** Id of the latest history event of this strand, to which the next one links. */
  last: number;

  constructor(
    last: number,
    /** Fires when this strand has to stop. */
    readonly signal: AbortSignal,
    readonly variables: Variables = new Variables(),
    readonly mapItem?: MapItem,
    /** Whether it is a branch or an iteration. */
    readonly inner = false,
  ) {
    this.last = last;
  }

  /** A strand that starts where this one is, with a scope of variables of its own. */
  branch(last: number, signal: AbortSignal, mapItem: MapItem | undefined = this.mapItem): Strand {
    return new Strand(last, signal, this.variables.inner(), mapItem, true);
  }
}
