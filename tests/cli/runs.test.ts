import { expect } from "chai";
import { failureLines, isGood, rowsOf, runTable, type Run } from "../../cli/runs";
import { renderJson } from "../../cli/table";

const run = (status: string, more: Partial<Run> = {}): Run => ({
  pipeline: "state_emission_daily",
  exec_date: "2024-11-08",
  run: "00a1",
  status,
  started: "2024-11-08T01:00:00.000Z",
  ended: "2024-11-08T01:00:02.500Z",
  steps: [],
  notes: [],
  ...more,
});
const landed = run("SUCCEEDED", {
  steps: [
    { kind: "land", table: "utility_data_oh", rows: 647_808 },
    { kind: "audit", table: "audit", rows: 1 },
    { kind: "audit", table: "audit", rows: null },
  ],
});
const rejected = run("REJECTED", { error: { name: "ExecDateInvalid", message: "no such date" } });

describe("run records", () => {
  it("are summed up for people", () => {
    expect(rowsOf(landed)).to.equal(647_809);
    expect(runTable([landed], "table").rows).to.deep.equal([
      ["state_emission_daily", "2024-11-08", "succeeded", "2.5 s", "647,809", "utility_data_oh, audit"],
    ]);
  });

  it("are plain numbers and names for programs", () => {
    expect(JSON.parse(renderJson(runTable([rejected], "json")))).to.deep.equal([
      {
        pipeline: "state_emission_daily",
        exec_date: "2024-11-08",
        run: "00a1",
        status: "REJECTED",
        seconds: 2.5,
        rows: 0,
        tables: "",
        error: "ExecDateInvalid",
        message: "no such date",
      },
    ]);
  });

  it("tell good ends from bad ones", () => {
    expect(["SUCCEEDED", "SKIPPED", "FAILED", "REJECTED", "?"].map((status) => isGood(run(status)))).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(failureLines([landed, rejected, run("FAILED")])).to.deep.equal([
      "state_emission_daily 2024-11-08 rejected: ExecDateInvalid: no such date",
      "state_emission_daily 2024-11-08 failed: no reason recorded",
    ]);
  });
});
