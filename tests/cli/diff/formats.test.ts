import { expect } from "chai";
import type { LakeDifference } from "../../../cli/diff/compare";
import { writeDifference, writeFailure } from "../../../cli/diff/formats";

const cost = { queries: 4, bytes: 1_000_000, dollars: 0.0002 };
const none: LakeDifference = {
  base: "main (1a2b3c4)",
  head: "working tree",
  compared: 6,
  only: [],
  tables: [],
  audits: { total: 0, changes: [] },
  runs: [],
  cost: { steps: [], base: cost, head: cost },
};
const sample = { described: "50,000 generated rows per state", dates: ["2024-11-08", "2024-11-09"] };
const markdown = (change: Partial<LakeDifference>): string =>
  writeDifference({ ...none, ...sample, ...change }, "markdown", { unicode: false, colour: false });

describe("a data diff", () => {
  it("without differences says so", () => {
    expect(markdown({})).to.equal(
      "### Data diff: `main (1a2b3c4)` → `working tree`\n\n**No difference.** Both ran on 50,000 generated rows per state for 2024-11-08 and 2024-11-09.\n",
    );
  });

  // What differs, and a line that the comment must have.
  const cases: [what: string, change: Partial<LakeDifference>, line: string][] = [
    [
      "rows",
      {
        tables: [
          {
            table: "p.t",
            schema: [{ column: "more", head: "int" }],
            rows: {
              key: ["id"],
              dates: [{ date: "2024-11-08", base: 1200, head: 1201, added: 1, removed: 0, changed: 2 }],
              columns: [{ column: "tons", rows: 2 }],
              largest: [{ date: "2024-11-08", row: { id: "7" }, column: "tons", base: "1.0", head: "3.5", delta: 2.5 }],
            },
          },
        ],
      },
      "| `p.t` | `2024-11-08` | 1,200 | 1,201 | 1 | 0 | 2 | `tons` |",
    ],
    [
      "an audit",
      {
        audits: {
          total: 1,
          changes: [{ date: "2024-11-09", table: "t", attribute: "a", row: ["1", "x"], head: "1 → 2" }],
        },
      },
      "| `t` | `2024-11-09` | `a` | `1 / x` | `no change` | `1 → 2` |",
    ],
    [
      "cost",
      { cost: { steps: [{ pipeline: "p", step: "model t", base: 1000, head: 1500 }], base: cost, head: cost } },
      "| `p` | `model t` | 1.0 kB | 1.5 kB | +50 % |",
    ],
    [
      "a run",
      {
        runs: [
          {
            ...{ pipeline: "p", date: "2024-11-08" },
            base: { pipeline: "p", date: "2024-11-08", status: "SUCCEEDED" },
            head: { pipeline: "p", date: "2024-11-08", status: "FAILED", reason: "CheckFailed: 3 rows" },
          },
        ],
      },
      "| `p` | `2024-11-08` | `succeeded` | `failed` |",
    ],
    ["a table of one side", { only: [{ kind: "table", name: "p.u", side: "head" }] }, "| `table` | `p.u` | `head` |"],
  ];
  for (const [what, change, line] of cases) {
    it(`shows ${what}`, () => {
      expect(markdown(change).split("\n")).to.include(line);
      expect(markdown(change)).not.to.contain("No difference");
    });
  }

  it("shows what data says as text, whatever it says", () => {
    const nasty = "a|b`c`\n| @org/team <img src=x> [x](y)";
    const text = markdown({ only: [{ kind: "table", name: nasty, side: "head" }] });
    expect(text).to.contain("| `a\\|bˋcˋ \\| @org/team <img src=x> [x](y)` |");
    const reason = `E: ${nasty}`;
    const run = { pipeline: "p", date: "d", status: "FAILED", reason };
    const note = markdown({ runs: [{ pipeline: "p", date: "d", head: run }] });
    expect(note).to.contain("a\\|b\\`c\\` \\| @\u200borg/team \\<img src=x\\> \\[x\\](y)");
  });

  it("stays within what a comment holds", () => {
    const only = Array.from(
      { length: 2000 },
      (_, n) => ({ kind: "table", name: `t${n}${"x".repeat(500)}`, side: "head" }) as const,
    );
    const text = markdown({ only });
    expect(text).to.contain("… and 1970 more.");
    expect(text.length).to.be.lessThan(10_000);
  });

  it("is JSON for programs", () => {
    const text = writeDifference({ ...none, ...sample }, "json", { unicode: false, colour: false });
    expect(JSON.parse(text)).to.deep.include({ different: false, ...sample, compared: 6 });
  });

  it("of a program that does not evaluate shows the findings, fenced", () => {
    expect(writeFailure("error: `x`\n```\n@all", "markdown")).to.contain("````text\nerror: `x`\n```\n@all\n````");
  });
});
