/**
 * Whether a history is the recorded one: the same events with the same details, in the same order and with the same links;
 * where a recording had things going on side by side, in any order that the links allow.
 */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Json, JsonObject } from "../../../local/states/payload";
import type { Agreement, Bindings } from "./agreement";
import type { RecordedEvent } from "./recordings";

/** An event with its texts of JSON read, as the recordings have them. */
interface Event {
  readonly id: number | null;
  readonly previous: number | null;
  readonly type: string;
  readonly details: JsonObject;
}

/** What differs, or undefined. */
export function historyDifference(
  recorded: readonly RecordedEvent[],
  found: readonly HistoryEvent[],
  agreement: Agreement,
): string | undefined {
  const [theirs, ours] = [recorded.map(fromRecording), found.map(fromHistory)];
  const lost = theirs.some(({ id }) => id === null) ? (theirs.at(-1)?.id ?? 0) - theirs.length : 0;
  if (theirs.length + lost !== ours.length) return typesDiffer(theirs, ours);
  let bindings: Bindings | undefined = new Map();
  for (const [index, event] of theirs.entries()) {
    const mine = ours[index];
    if (!mine || event.type !== mine.type || event.id !== mine.id || event.previous !== mine.previous) break;
    bindings = bindings && agreement.agree(event.details, mine.details, bindings);
    if (!bindings) return `event ${event.id}: ${text(event)}\n      is here ${text(mine)}`;
    if (index === theirs.length - 1) return undefined;
  }
  return (lost > 0 || sideBySide(theirs)) && matchAll(theirs, ours, agreement) ? undefined : typesDiffer(theirs, ours);
}

/** Whether several things went on at once, so that the order of events is not determined. */
function sideBySide(events: readonly Event[]): boolean {
  const open = new Map<number | null, number>();
  for (const { previous } of events) open.set(previous, (open.get(previous) ?? 0) + 1);
  return events.some(({ type, id }) => id === null || (/StateStarted$/.test(type) && (open.get(id) ?? 0) > 1));
}

/** Finds for each recorded event one of ours that is equal and follows the counterpart of its predecessor. */
function matchAll(theirs: readonly Event[], ours: readonly Event[], agreement: Agreement): boolean {
  const counterpart = new Map<number | null, number | null>([[0, 0]]);
  const taken = new Set<Event>();
  const match = (index: number, bindings: Bindings): boolean => {
    const event = theirs[index];
    if (!event) return true;
    for (const mine of ours) {
      if (taken.has(mine) || mine.type !== event.type) continue;
      // Of events that lost their ids nobody knows what they follow, nor what follows them.
      const before = event.previous === null ? undefined : counterpart.get(event.previous);
      if (before !== undefined && mine.previous !== before) continue;
      const now = agreement.agree(event.details, mine.details, bindings);
      if (!now) continue;
      taken.add(mine);
      if (event.id !== null) counterpart.set(event.id, mine.id);
      if (match(index + 1, now)) return true;
      taken.delete(mine);
      if (event.id !== null) counterpart.delete(event.id);
    }
    return false;
  };
  return match(0, new Map());
}

function typesDiffer(theirs: readonly Event[], ours: readonly Event[]): string {
  const line = (events: readonly Event[]) => events.map(({ id, previous, type }) => `${id}<${previous} ${type}`);
  const [left, right] = [line(theirs), line(ours)];
  const at = left.findIndex((entry, index) => entry !== right[index]);
  if (at < 0 && left.length === right.length) {
    const index = theirs.findIndex((event, i) => JSON.stringify(event) !== JSON.stringify(ours[i]));
    const [event, mine] = [theirs[index], ours[index]];
    return event && mine ? `near event ${event.id}: ${text(event)}\n      is here ${text(mine)}` : "events differ";
  }
  const from = at < 0 ? Math.min(left.length, right.length) : at;
  return `events: ${left.slice(from, from + 4).join(", ") || "no more"}\n      is here ${right.slice(from, from + 4).join(", ") || "no more"}`;
}

function text({ type, details }: Event): string {
  return `${type} ${JSON.stringify(details)}`;
}

function fromRecording({ id, previousEventId, type, ...rest }: RecordedEvent): Event {
  return { id, previous: previousEventId, type, details: onlyDetails(rest as JsonObject) };
}

function fromHistory({ id, previousEventId, type, timestamp: _timestamp, ...rest }: HistoryEvent): Event {
  return {
    id: id ?? null,
    previous: previousEventId ?? null,
    type: type ?? "",
    details: readTexts(onlyDetails(JSON.parse(JSON.stringify(rest)) as JsonObject)) as JsonObject,
  };
}

/** Events of nothing but a type have no details, or empty ones. */
function onlyDetails(rest: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => JSON.stringify(value) !== "{}"));
}

const TEXTS = new Set(["input", "output", "parameters"]);

/** Members that are texts of JSON, read. */
function readTexts(value: Json, name = ""): Json {
  if (typeof value === "string") return TEXTS.has(name) ? (JSON.parse(value) as Json) : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (name === "assignedVariables")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, JSON.parse(String(item)) as Json]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readTexts(item, key)]));
}
