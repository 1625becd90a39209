import { expect } from "chai";
import { fileId } from "../../../audit/explanation/explained";
import type { Cause, Explanation } from "../../../audit/explanation/tree";
import type { ExplainedTable } from "../../../cli/explain/explain-audit";
import { renderExplanations } from "../../../cli/explain/formats";

const now = { key: "incoming/2024-11-09/a.csv", etag: "aa" };
const before = { key: "incoming/2024-11-08/a.csv", etag: "bb" };

const value = (table: string, grain: (string | null)[], more: Partial<Explanation>): Explanation => ({
  ...{ table, grain, attribute: "tons", current: null, prior: null, change: null, became: "changed", causes: [] },
  ...{ further: { rows: 0, contribution: 0 }, model: null, together: 0, unexplained: 0, notFollowed: null, files: {} },
  ...more,
});
const cause = (source: Explanation, contribution: number, share: number, more: Partial<Cause> = {}): Cause => ({
  ...{ source, contribution, share, method: "sum", note: null },
  ...more,
});
const files = { current: now, prior: before };
const explained = (...explanations: Explanation[]): ExplainedTable => ({
  ...{ table: "months", date: "2024-11-09", priorDate: "2024-11-08", grain: ["month"], explanations, further: 1 },
  arrivals: {},
});
const told = (of: ExplainedTable): string[] => renderExplanations(of, "tree").trimEnd().split("\n");

describe("an explanation as a person reads it", () => {
  it("shows NULL as NULL, what came and went by name, one row as one, and each file once below", () => {
    const hours = (hour: string | null, more: Partial<Explanation>) => value("hours", ["1", hour], { files, ...more });
    const month = value("months", [null], {
      ...{ current: "0", prior: "12", change: -12 },
      causes: [
        cause(hours(null, { prior: "20", became: "removed" }), -20, 20 / 12),
        cause(hours("5", { current: "5", became: "added" }), 5, -5 / 12),
        cause(hours("6", { current: null, prior: "1" }), -1, 1 / 12),
        cause(value("events", ["7"], { attribute: "*", became: "added", files }), 0, 0),
      ],
      further: { rows: 1, contribution: 4 },
    });
    expect(told(explained(month))).to.deep.equal([
      "months 2024-11-09 against 2024-11-08",
      "",
      "NULL tons −12: 0 ← 12",
      "├─ hours 1 / NULL tons −20 (167 %): did not reach this result ← 20 [1] [2]",
      "├─ hours 1 / 5 tons +5 (−42 %): 5 ← did not reach this result [1] [2]",
      "├─ hours 1 / 6 tons −1 (8 %): NULL ← 1 [1] [2]",
      "├─ events 7 +0 (0 %): a row that came [1] [2]",
      "└─ 1 more row +4 (−33 %)",
      "",
      "1 smaller change is not shown (--changes).",
      "",
      "[1] 2024-11-09 incoming/2024-11-09/a.csv, ETag aa",
      "[2] 2024-11-08 incoming/2024-11-08/a.csv, ETag bb",
    ]);
  });

  it("tells two files of one key apart, and when which of them arrived", () => {
    const corrected = { key: before.key, etag: "cc" };
    const landed = value("hours", ["1"], {
      current: "1",
      prior: "2",
      change: -1,
      files: { current: corrected, prior: before },
    });
    const compared = { ...explained(landed), date: "2024-11-08", priorRun: "0a", further: 0 };
    const arrivals = { [fileId(corrected)]: "2024-11-10T00:00:00.000Z" };
    expect(told({ ...compared, arrivals })).to.deep.equal([
      "months 2024-11-08 against run 0a of the same date",
      "",
      "1 tons −1: 1 ← 2 [1] [2]",
      "",
      "[1] 2024-11-08 incoming/2024-11-08/a.csv, ETag cc, arrived 2024-11-10T00:00:00.000Z",
      "[2] 2024-11-08 incoming/2024-11-08/a.csv, ETag bb",
    ]);
  });
});
