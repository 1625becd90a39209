import { expect } from "chai";
import { unfollowed, whyNotStarted } from "../../../cli/runs/dates-without-followers";

const monthly = { every: "month", day: 2 } as const;
const yearly = { every: "year", day: 2, month: 1 } as const;
const each = { every: "run" } as const;
const shape = { day: undefined, month: undefined };
const daily = { pipeline: "daily", after: [], cadence: { ...shape, ...each } };
const month = { pipeline: "month", after: ["daily"], cadence: { ...shape, ...monthly } };
const year = { pipeline: "year", after: ["month"], cadence: { ...shape, ...yearly } };
const report = { pipeline: "report", after: ["year"], cadence: { ...shape, ...each } };
const all = [daily, month, year, report];

/** Date, newest runs by pipeline → whether anything follows `pipeline`. */
const cases: [name: string, pipeline: string, date: string, runs: Record<string, string>, why: string | undefined][] = [
  ["one that succeeded is followed", "daily", "2024-05-02", { daily: "SUCCEEDED" }, undefined],
  ["one under way may be", "daily", "2024-05-02", { daily: "RUNNING" }, undefined],
  ["one that failed may be, once it is run again", "daily", "2024-05-02", { daily: "FAILED" }, undefined],
  ["one whose data a newer date holds is not", "daily", "2024-05-02", { daily: "SUPERSEDED" }, "SUPERSEDED"],
  ["one that was skipped is not", "month", "2024-05-03", { month: "SKIPPED" }, "SKIPPED"],
  ["one that is not due is not, before it ran", "month", "2024-05-03", {}, "SKIPPED"],
  ["one that is due and has not run may be", "month", "2024-05-02", {}, undefined],
  ["a yearly one behind a monthly one, outside of January", "year", "2024-05-02", { month: "SUCCEEDED" }, "SKIPPED"],
  ["what nothing starts starts nothing", "report", "2024-05-02", { month: "SUCCEEDED" }, "SKIPPED"],
  ["and so on, however far", "report", "2024-01-02", { daily: "SUPERSEDED" }, "SUPERSEDED"],
];

describe("what follows a pipeline's date", () => {
  for (const [name, pipeline, date, runs, why] of cases) {
    it(name, () => {
      const newest = (wanted: string) => (runs[wanted] === undefined ? undefined : { status: runs[wanted] });
      expect(unfollowed(pipeline, date, all, newest)).to.equal(why);
    });
  }

  it("is asked of the pipelines before one: it starts if all of them may be followed", () => {
    const both = { ...report, after: ["daily", "month"] };
    const newest = (wanted: string) => ({ status: wanted === "daily" ? "SUCCEEDED" : "SKIPPED" });
    expect(whyNotStarted(both, "2024-05-02", all, newest)).to.equal("SKIPPED");
    expect(whyNotStarted(both, "2024-05-02", all, () => ({ status: "SUCCEEDED" }))).to.equal(undefined);
  });
});
