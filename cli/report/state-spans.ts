/** The states of an execution as spans of time, from its history: pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { StateSpan } from "../../report/view";
import { historyEntries } from "../run-log/entries";

/** A span that grows while the history is read. */
interface Growing extends StateSpan {
  exited?: string;
  failures: { at: string; text: string }[];
}

/**
 * Spans in the order in which states were entered. Branches run beside each other, so an exit belongs to the state of its name that
 * was entered first and is not left yet, and a failure to the state that its chain of events began in (Step Functions API
 * reference, "HistoryEvent", `previousEventId`).
 */
export function stateSpans(events: readonly HistoryEvent[]): StateSpan[] {
  const spans: Growing[] = [];
  const byEvent = new Map<number, Growing>();
  for (const event of events) {
    const {
      id = 0,
      previousEventId = 0,
      timestamp,
      stateEnteredEventDetails: entered,
      stateExitedEventDetails: left,
    } = event;
    const at = (timestamp ?? new Date(0)).toISOString();
    if (entered) {
      const span: Growing = { name: entered.name ?? "", entered: at, failures: [] };
      spans.push(span);
      byEvent.set(id, span);
      continue;
    }
    if (left) {
      const span = spans.find(({ name, exited }) => name === left.name && exited === undefined);
      if (span) span.exited = at;
      continue;
    }
    const within = byEvent.get(previousEventId);
    if (!within) continue;
    byEvent.set(id, within);
    if (!/^(Task|Lambda|Activity|Map|Parallel|State).*(Failed|TimedOut|Aborted)$/.test(event.type ?? "")) continue;
    const [entry] = historyEntries([event]);
    if (entry) within.failures.push({ at, text: entry.text });
  }
  return spans;
}
