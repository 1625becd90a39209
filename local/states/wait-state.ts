/**
 * When Wait states end.
 * Source: developer guide, "Wait workflow state" (state-wait).
 */
import { timestamp } from "./choice";
import type { WaitState } from "./definition";
import { runtimeFailure, StateFailure } from "./failure";
import type { StateFields } from "./state-fields";

/** The longest wait in seconds (seen in recorded runs: 24,855 days pass, 24,856 do not). */
const LONGEST = 2_147_483_647;

/** What a state says of its end: seconds from now, or the text of a time. */
export async function waitEnd(fields: StateFields): Promise<number | string> {
  return (await fields.number("Seconds")) ?? (await fields.text("Timestamp")) ?? "";
}

/** Seconds from `now` to the end. Throws a StateFailure for a text that is no time, and for a time too far away. */
export function secondsUntil(end: number | string, state: WaitState, now: Date): number {
  if (typeof end === "number") return end;
  const until = timestamp(end);
  if (until === undefined) throw noTime(end, state);
  const seconds = Math.max(0, (until - now.getTime()) / 1_000);
  if (seconds > LONGEST) throw runtimeFailure("Wait state delay is too long.");
  return seconds;
}

function noTime(text: string, state: WaitState): StateFailure {
  const wanted = "ISO-8601 extended offset date-time format string";
  if (state.QueryLanguage === "JSONata") {
    const cause = `The Timestamp field cannot be parsed as an ${wanted}: ${text}`;
    return new StateFailure("States.QueryEvaluationError", cause, { location: "Timestamp" });
  }
  const path = state.TimestampPath ?? "";
  return runtimeFailure(`The TimestampPath parameter does not reference a valid ${wanted}: ${path} == ${text}`);
}
