/**
 * How much work wildcards would be to the state machines that EventBridge makes of them: the most places in them at which one
 * reader of a text can be at once. Amazon EventBridge User Guide, "Comparison operators", limits wildcards "that are too
 * complex"; the measure is that of its open-source matcher (aws/event-ruler, README: MachineComplexityEvaluator), which advises
 * a limit of ten for one rule. Recorded calls agree: `*:*:*:*:*:event-bus/*` was refused,
 * `/Users/<asterisk>/dir/dir/dir/dir/dir/doc.txt` was not.
 */
import type { Wildcard } from "../wildcard";

/** A rule that reaches this is too complex. */
const LIMIT = 10;

/** Most sets of places that are looked at before wildcards count as too complex. */
const EFFORT = 2_000;

/** Whether the wildcards of one field are too complex together. */
export function tooComplex(wildcards: readonly Wildcard[]): boolean {
  const places = wildcards.map(placesOf);
  const start = new Set(places.map((_, index) => `${index}:0`));
  const queue = [settle(start, places)];
  const seen = new Set<string>();
  for (let state = queue.pop(); state; state = queue.pop()) {
    if (state.size >= LIMIT) return true;
    const key = [...state].sort().join(" ");
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > EFFORT) return true;
    for (const character of charactersOf(state, places)) queue.push(settle(step(state, character, places), places));
  }
  return false;
}

/** The characters of a wildcard, one by one, with undefined for an asterisk. */
type Places = readonly (string | undefined)[];

function placesOf(wildcard: Wildcard): Places {
  return wildcard.flatMap((piece, index) => (index === 0 ? [...piece] : [undefined, ...piece]));
}

/** An asterisk is reached together with what stands before it. */
function settle(state: ReadonlySet<string>, places: readonly Places[]): Set<string> {
  const settled = new Set(state);
  for (const place of state) {
    const [which, at] = read(place);
    if (places[which]?.[at] === undefined && at < (places[which]?.length ?? 0)) settled.add(`${which}:${at}*`);
  }
  return settled;
}

function charactersOf(state: ReadonlySet<string>, places: readonly Places[]): Set<string> {
  const found = new Set<string>();
  for (const place of state) {
    const [which, at, star] = read(place);
    const next = places[which]?.[star ? at + 1 : at];
    if (next !== undefined) found.add(next);
  }
  return found;
}

function step(state: ReadonlySet<string>, character: string, places: readonly Places[]): Set<string> {
  const next = new Set<string>();
  for (const place of state) {
    const [which, at, star] = read(place);
    if (star) next.add(place);
    const from = star ? at + 1 : at;
    if (places[which]?.[from] === character) next.add(`${which}:${from + 1}`);
  }
  return next;
}

function read(place: string): [which: number, at: number, star: boolean] {
  const [which = "0", at = "0"] = place.replace("*", "").split(":");
  return [Number(which), Number(at), place.endsWith("*")];
}
