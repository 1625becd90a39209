import { expect } from "chai";
import { failureLines, isGood, newestFirst, rowsOf, runTable, type Run } from "../../../cli/runs/run-records";
import { renderJson } from "../../../cli/presentation/table";

const run = (status: string, more: Partial<Run> = {}): Run => ({
  pipeline: "state_emission_daily",
  exec_date: "2024-11-08",
  run: "00a1",
  status,
  started: "2024-11-08T01:00:00.000Z",
  ended: "2024-11-08T01:00:02.500Z",
  upstreams: {},
  steps: [],
  notes: [],
  inputs: [],
  checks: [],
  ...more,
});
const step = (kind: string, table: string, rows: number | null): Run["steps"][number] => ({
  ...{ kind, table, rows },
  ...{ database: "lake", location: "", partition: {}, published: true },
});
const landed = run("SUCCEEDED", {
  steps: [step("land", "utility_data_oh", 647_808), step("audit", "audit", 1), step("audit", "audit", null)],
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
    const statuses = ["SUCCEEDED", "SKIPPED", "SUPERSEDED", "RUNNING", "FAILED", "REJECTED", "?"];
    expect(statuses.filter((status) => isGood(run(status)))).to.deep.equal(["SUCCEEDED", "SKIPPED", "SUPERSEDED"]);
    expect(failureLines([landed, rejected, run("FAILED"), run("RUNNING")])).to.deep.equal([
      "state_emission_daily 2024-11-08 rejected: ExecDateInvalid: no such date",
      "state_emission_daily 2024-11-08 failed: no reason recorded",
    ]);
  });

  it("are ordered by their ids as S3 orders sequencers, and without their times", () => {
    const runs = ["9", "a", "10", "a.20241107.1"].map((id) => run("SUCCEEDED", { run: id }));
    expect(newestFirst(runs).map(({ run: id }) => id)).to.deep.equal(["a.20241107.1", "a", "9", "10"]);
  });
});
