import { expect } from "chai";
import type { Run } from "../../../cli/runs/run-records";
import { details, grid, stateOf, statusRows, type DateStatus } from "../../../cli/status/date-status";

const run = (status: string, more: Partial<Run> = {}): Run => ({
  ...{ pipeline: "daily", exec_date: "2024-11-08", run: "00a1", status, started: "2024-11-08T01:00:00Z" },
  ...{ upstreams: {}, steps: [], notes: [], inputs: [], checks: [] },
  ...more,
});
const date = (more: Partial<DateStatus> = {}): DateStatus => ({
  ...{
    pipeline: "daily",
    date: "2024-11-08",
    run: undefined,
    audit: undefined,
    running: [],
    begun: true,
    unexpected: undefined,
    waitsFor: [],
  },
  ...more,
});
const running = (execution: string | undefined) => [{ run: run("RUNNING"), execution, state: "Land" }];

describe("status", () => {
  const cases: [string, DateStatus][] = [
    ["-", date({ begun: false })],
    ["waiting", date()],
    ["not due", date({ unexpected: "SKIPPED" })],
    ["-", date({ unexpected: "SUPERSEDED" })],
    ["succeeded", date({ unexpected: "SKIPPED", run: run("SUCCEEDED") })],
    ["succeeded", date({ run: run("SUCCEEDED") })],
    ["rejected", date({ run: run("REJECTED") })],
    ["running", date({ run: run("RUNNING"), running: running("RUNNING") })],
    ["lost", date({ run: run("RUNNING"), running: running("ABORTED") })],
    ["lost", date({ run: run("RUNNING"), running: running(undefined) })],
    ["succeeded", date({ run: run("SUCCEEDED", { run: "00a2" }), running: running("RUNNING") })],
  ];
  for (const [state, status] of cases) {
    it(`calls a date ${state}: ${status.run?.status ?? "no run"}, ${status.running[0]?.execution ?? "no execution"}`, () =>
      expect(stateOf(status)).to.equal(state));
  }

  const failed = date({
    run: run("FAILED", { error: { name: "FileNotParquet", message: "no" } }),
    waitsFor: ["a", "b"],
    audit: run("FAILED", { run: "00a1.20241107.00a0", error: { name: "E", message: "why" } }),
    running: [...running("RUNNING"), ...running("TIMED_OUT"), ...running(undefined)],
  });

  it("is a grid of dates and pipelines", () => {
    const statuses = [failed, date({ date: "2024-11-09", pipeline: "monthly" })];
    const { columns, rows } = grid(statuses, [{ pipeline: "daily" }, { pipeline: "monthly" }]);
    expect(columns.map(({ name }) => name)).to.deep.equal(["date", "daily", "monthly"]);
    expect(rows).to.deep.equal([
      ["2024-11-08", "failed", "-"],
      ["2024-11-09", "-", "waiting"],
    ]);
  });

  it("says what runs, what is gone, what waits for what and what failed", () => {
    expect(details([failed]).map(({ lines }) => lines)).to.deep.equal([
      ["daily 2024-11-08 (run 00a1): Land"],
      ["daily 2024-11-08 (run 00a1): ended as TIMED_OUT", "daily 2024-11-08 (run 00a1): there is no execution"],
      ["daily 2024-11-08 waits for a", "daily 2024-11-08 waits for b"],
      [
        "daily 2024-11-08 (run 00a1) failed: FileNotParquet: no",
        "daily 2024-11-08 (run 00a1.20241107.00a0) failed: E: why",
      ],
    ]);
    expect(details([date()])).to.deep.equal([]);
  });

  it("tells of earlier dates that wait in one line: they no longer matter each by itself", () => {
    const waiting = (day: string) => date({ date: day, waitsFor: ["x.parquet"] });
    const done = date({ date: "2024-11-12", run: run("SUCCEEDED") });
    const lines = (...statuses: DateStatus[]) => details(statuses).map((section) => section.lines);
    expect(lines(waiting("2024-11-10"), waiting("2024-11-11"), done, waiting("2024-11-13"))).to.deep.equal([
      [
        "daily 2024-11-13 waits for x.parquet",
        "daily: 2 earlier dates wait for something (--pipeline daily --from 2024-11-10 --to 2024-11-11 --format json says what)",
      ],
    ]);
    expect(lines(waiting("2024-11-10"), done)).to.deep.equal([
      ["daily 2024-11-10, an earlier date, waits for x.parquet"],
    ]);
  });

  it("is one row per date and pipeline for programs", () => {
    const [row] = statusRows([failed]).rows;
    expect(row).to.deep.equal([
      ...["2024-11-08", "daily", "failed", "00a1", "2024-11-08T01:00:00Z", undefined, "0", "Land", "a; b"],
      ...["FileNotParquet", "no"],
    ]);
  });
});
