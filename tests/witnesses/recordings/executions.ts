/** Verdicts on recorded executions: their outcome, and the types, links and details of their events. */
import type { Json } from "../../../local/states/payload";
import { Agreement } from "./agreement";
import { historyDifference } from "./history-agreement";
import type { Verdict } from "./matrix";
import { type Played, playExecution } from "./play-execution";
import type { RecordedExecution } from "./recordings";
import { reasonOf } from "./refusals";

export async function executionVerdict(recording: RecordedExecution): Promise<Verdict> {
  const { id } = recording;
  if (recording.type === "EXPRESS") return { id, kind: "refused", why: "EXPRESS state machines" };
  const agreement = new Agreement(recording.placeholders);
  const played = await playExecution(recording, agreement);
  const reason = played.refusal === undefined ? undefined : reasonOf(played.refusal);
  if (played.refusal !== undefined && reason === undefined)
    return { id, kind: "different", why: `AWS takes this definition. Here: ${played.refusal}` };
  // A machine whose service is missing here must do the same with the answers that the service gave.
  const difference = played.outcome || recording.unfinished ? differenceOf(recording, played, agreement) : undefined;
  if (difference !== undefined) return { id, kind: "different", why: difference };
  return reason === undefined ? { id, kind: "equal" } : { id, kind: "refused", why: reason };
}

function differenceOf(recording: RecordedExecution, { outcome, events }: Played, agreement: Agreement) {
  const { recorded } = recording;
  if (outcome) {
    const found: Json = JSON.parse(JSON.stringify(outcome)) as Json;
    const { status, output, error, cause } = recorded;
    const wanted = JSON.parse(
      JSON.stringify({ status, ...(status === "SUCCEEDED" ? { output } : { error: error ?? undefined, cause }) }),
    ) as Json;
    if (status !== undefined && !agreement.agree(wanted, found))
      return `outcome: ${JSON.stringify(wanted)}\n      is here ${JSON.stringify(found)}`;
  }
  if (!recorded.events) return undefined;
  const history = recording.reversed ? [...recorded.events].reverse() : recorded.events;
  return historyDifference(history, events, agreement);
}
