/** What AWS answered, as plain values that a later run of the same scenario can be compared with: pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Run } from "../../cli/runs/run-records";
import type { Rows } from "../../cli/presentation/table";

/** A plain value. */
export type Answer = string | number | boolean | null | readonly Answer[] | { readonly [key: string]: Answer };

/** Answers by what was asked. */
export type Answers = Readonly<Record<string, Answer>>;

/** One answer that is another one there than here. */
export interface Difference {
  readonly question: string;
  /** Absent where the other side was not asked. */
  readonly expected?: Answer;
  readonly found?: Answer;
}

/** Every answer of `found` that differs from `expected`'s, by question; of objects and lists the members that differ. */
export function differences(expected: Answers, found: Answers): Difference[] {
  const questions = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return questions.flatMap((question) => compare(question, expected[question], found[question]));
}

function compare(question: string, expected: Answer | undefined, found: Answer | undefined): Difference[] {
  if (isMembers(expected) && isMembers(found)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return names.flatMap((name) => compare(`${question} › ${name}`, expected[name], found[name]));
  }
  if (isList(expected) && isList(found) && expected.length === found.length) {
    return expected.flatMap((each, index) => compare(`${question} › ${index + 1}`, each, found[index]));
  }
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  return [{ question, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) }];
}

function isList(answer: Answer | undefined): answer is readonly Answer[] {
  return Array.isArray(answer);
}

function isMembers(answer: Answer | undefined): answer is { readonly [key: string]: Answer } {
  return typeof answer === "object" && answer !== null && !isList(answer);
}

/** Runs: how each ended and what it wrote. Sorted, as pipelines and dates run side by side. */
export function describeRuns(runs: readonly Run[]): Answer {
  return runs
    .map(({ pipeline, exec_date, status, error, steps }) => ({
      run: `${pipeline} ${exec_date}`,
      status,
      error: error?.name ?? null,
      wrote: steps.map(({ kind, table, rows }) => `${kind} ${table}: ${rows ?? 0} rows`).sort(),
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

/** How often each type of event is in an execution's history: branches run side by side, so their order is nobody's promise. */
export function describeHistory(events: readonly HistoryEvent[]): Answer {
  const counts: Record<string, number> = {};
  for (const { type = "" } of events) counts[type] = (counts[type] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
}

/** A result: columns with their types, and the text of each cell. */
export function describeRows({ columns, rows }: Rows): Answer {
  return {
    columns: columns.map(({ name, type }) => `${name} ${type}`),
    rows: rows.map((cells) => cells.map((cell) => (cell === undefined ? null : String(cell)))),
  };
}

/** An error: its name, as SDKs and state machines tell it. */
export async function nameOfError(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no error";
  } catch (error) {
    return (error as Error).name;
  }
}
