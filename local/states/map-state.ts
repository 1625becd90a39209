/**
 * Inline Map states: one run of the item processor for each item.
 * Source: developer guide, "Using Map state in Inline mode" (state-map-inline).
 */
import type { MapItem } from "./context-object";
import type { MapState } from "./definition";
import { Stopped } from "./failure";
import type { GraphRunner } from "./graph-runner";
import { stoppedBy, together } from "./parallel-state";
import { type Json, type JsonObject, withinLimit } from "./payload";
import type { StateFields } from "./state-fields";
import type { Strand } from "./strand";

/** The guide: an inline Map runs up to 40 iterations at a time. */
const WIDEST = 40;

/** Runs all iterations and returns their outputs in the order of the items. */
export async function runMap(
  state: MapState,
  name: string,
  fields: StateFields,
  contextWith: (item: MapItem) => JsonObject,
  strand: Strand,
  interpreter: GraphRunner,
): Promise<Json> {
  const { environment } = interpreter;
  const items = await fields.items(state);
  const width = Math.min((await fields.number("MaxConcurrency")) || WIDEST, WIDEST);
  const started = environment.record("MapStateStarted", strand.last, {
    mapStateStartedEventDetails: { length: items.length },
  });
  strand.last = started;
  // Iterations that follow one another in a slot are linked in the history, and the Map's end to the latest end of theirs.
  const slots = new Map<number, number>();
  let succeeded = started;
  const outputs = await together(strand, width, items, async (Value, index, signal, slot) => {
    const item: MapItem = { Index: index, Value };
    const about = { name, index };
    const begun = environment.record("MapIterationStarted", slots.get(slot) ?? started, {
      mapIterationStartedEventDetails: about,
    });
    const inner = strand.branch(begun, signal, item);
    try {
      const input = withinLimit(await fields.itemInput(state, Value, contextWith(item)), name);
      const output = await interpreter.runGraph(state.ItemProcessor, input, inner);
      const details = { mapIterationSucceededEventDetails: about };
      succeeded = environment.record("MapIterationSucceeded", inner.last, details);
      return output;
    } catch (error) {
      if (error instanceof Stopped)
        environment.record("MapIterationAborted", stoppedBy(signal) ?? inner.last, {
          mapIterationAbortedEventDetails: about,
        });
      else environment.record("MapIterationFailed", inner.last, { mapIterationFailedEventDetails: about });
      throw error;
    } finally {
      slots.set(slot, inner.last);
      strand.last = inner.last;
    }
  });
  strand.last = succeeded;
  environment.record("MapStateSucceeded", strand.last, {});
  return outputs;
}
