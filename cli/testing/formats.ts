/** A test's outcome in words: what is wrong with it, or a table of what differs. */
import { renderTable, type Cell, type Look } from "../presentation/table";
import type { CellText, Difference } from "./compare";
import type { PlacedTest, TestFault } from "./model-test";
import type { TestOutcome } from "./run-test";

/** How outcomes are printed. */
export const TEST_FORMATS = ["text", "json"] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

/** A test that was run. */
export interface Ran {
  readonly test: PlacedTest;
  readonly outcome: TestOutcome;
  readonly milliseconds: number;
  /** Whether its expected rows were written anew. */
  readonly updated: boolean;
}

/** Differences that are shown; the rest is counted. */
const MOST = 20;

const plain: Look = { unicode: false, colour: false };

/** Says what came out of a test, with a line break at the end; nothing of one that passed. */
export function describeOutcome(test: PlacedTest, outcome: TestOutcome, look: Look = plain): string {
  switch (outcome.kind) {
    case "passed":
      return "";
    case "faulty":
      return outcome.faults.map(({ place, message }) => `${place}: ${message}\n`).join("");
    case "failed":
      return `${test.place}: ${test.model} failed: ${outcome.message}\n`;
    case "different": {
      const { differences, compared } = outcome;
      const lines = differences.map((difference) => line(difference, outcome, test));
      const names = ["row", "column", "expected", "actual"].map((name) => ({ name, type: "varchar" }));
      const table = renderTable({ columns: names, rows: lines.slice(0, MOST) }, look);
      const rest = lines.length - MOST;
      const { missing, file = "" } = test.expect;
      const begin = missing
        ? `${test.expect.place}: there is no file ${file} yet; --update writes it with these rows.\n`
        : `${test.place}: ${test.model} makes other rows (columns compared: ${compared.join(", ")}).\n`;
      return begin + (lines.length > 0 ? table : "No rows.\n") + (rest > 0 ? `… and ${rest} more.\n` : "");
    }
  }
}

type Different = Extract<TestOutcome, { kind: "different" }>;

function line(difference: Difference, outcome: Different, test: PlacedTest): Cell[] {
  const { kind, column = "(whole row)", row } = difference;
  const whole = (side: Difference["expected"]): string => describeRow(outcome.compared, side as readonly CellText[]);
  if (kind === "surplus") return ["not expected", column, "no such row", whole(difference.actual)];
  const label = rowLabel(row, outcome, test);
  if (kind === "missing") return [label, column, whole(difference.expected), "no such row"];
  return [label, column, difference.expected as CellText, difference.actual as CellText];
}

/** Which row: by its key if the table has one, and by its line. */
function rowLabel(row: number, { key, compared, expected }: Different, { expect }: PlacedTest): string {
  const named = key.map((name) => `${name}=${expected[row - 1][compared.indexOf(name)] ?? "NULL"}`).join(" ");
  const [, line] = /:(\d+):\d+$/.exec(expect.rows[row - 1]?.place ?? "") ?? [];
  return [`${row}`, line ? `(line ${line})` : "", named].filter(Boolean).join(" ");
}

function describeRow(names: readonly string[], cells: readonly CellText[]): string {
  return names.map((name, index) => `${name}=${cells[index] ?? "NULL"}`).join(" ");
}

/** All outcomes for machines. */
export function outcomesAsJson(ran: readonly Ran[], faults: readonly TestFault[]): string {
  const tests = ran.map(({ test: { name, model, place }, outcome, milliseconds, updated }) => ({
    ...{ name, model, place, outcome: updated ? "updated" : outcome.kind, milliseconds: Math.round(milliseconds) },
    ...details(outcome),
  }));
  return `${JSON.stringify({ faults, tests }, null, 2)}\n`;
}

function details(outcome: TestOutcome): object {
  switch (outcome.kind) {
    case "passed":
      return {};
    case "faulty":
      return { faults: outcome.faults };
    case "failed":
      return { message: outcome.message };
    case "different":
      return { columns: outcome.compared, differences: outcome.differences };
  }
}
