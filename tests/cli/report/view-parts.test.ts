import { expect } from "chai";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { changeView, historyOf, withoutTold } from "../../../cli/report/read-changes";
import { linksOf } from "../../../cli/lineage/column-links";
import { tableDates } from "../../../cli/report/read-tables";
import { cadenceWords } from "../../../cli/report/read-view";
import { dollarsOf } from "../../../cli/report/read-runs";
import { stateSpans } from "../../../cli/report/state-spans";
import type { Run } from "../../../cli/runs/run-records";
import { explained, total, why } from "../../report/views";

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const entered = (id: number, name: string, second: number, previousEventId = 0): HistoryEvent => ({
  id,
  previousEventId,
  timestamp: at(second),
  type: "TaskStateEntered",
  stateEnteredEventDetails: { name },
});
const exited = (id: number, name: string, second: number): HistoryEvent => ({
  id,
  previousEventId: 0,
  timestamp: at(second),
  type: "TaskStateExited",
  stateExitedEventDetails: { name },
});

describe("what the page of a lake is made from", () => {
  it("takes states of branches apart, and puts a failure to the state that it happened in", () => {
    const spans = stateSpans([
      entered(1, "A", 0),
      entered(2, "B", 1),
      { id: 3, previousEventId: 1, timestamp: at(2), type: "TaskScheduled" },
      {
        id: 4,
        previousEventId: 3,
        timestamp: at(3),
        type: "TaskFailed",
        taskFailedEventDetails: { resourceType: "glue", resource: "getTable", error: "Throttled" },
      },
      exited(5, "B", 4),
      exited(6, "A", 5),
      entered(7, "A", 6),
    ]);
    expect(
      spans.map(({ name, exited: end, failures }) => [name, end?.slice(17, 19), failures.map(({ text }) => text)]),
    ).to.deep.equal([
      ["A", "05", ["Task failed: Throttled"]],
      ["B", "04", []],
      ["A", undefined, []],
    ]);
  });

  it("knows values over dates from both sides of each change", () => {
    const change = (date: string, priorDate: string, current: string | null, prior: string | null) => ({
      ...{
        date,
        priorDate,
        table: "t",
        attribute: "a",
        grain: ["1"],
        type: "changed",
        current,
        prior,
        delta: null,
        period: null,
      },
    });
    expect(
      historyOf([change("2024-11-10", "2024-11-09", "3", "2"), change("2024-11-09", "2024-11-08", "2", "x")]),
    ).to.deep.equal([
      { date: "2024-11-08", value: null },
      { date: "2024-11-09", value: 2 },
      { date: "2024-11-10", value: 3 },
    ]);
  });

  it("tells a change once: where it is a step of another, there", () => {
    const [cause] = total.causes;
    expect(withoutTold([why(cause.source), why(total)]).map(({ explanation }) => explanation.attribute)).to.deep.equal([
      "co2_ton_total",
    ]);
    expect(
      withoutTold([why(explained({ ...total, change: 1, causes: [], grain: ["2"] })), why(total)]).map(
        ({ explanation }) => explanation.grain[0],
      ),
    ).to.deep.equal(["199601", "2"]);
  });

  it("reads a row of the audit table", () => {
    const row = {
      layer: "landing",
      table_name: "t",
      attribute: "a",
      grain_key_1: "id",
      grain_value_1: "7",
      curr_value: "1",
      prev_value: undefined,
      change_type: "added",
      delta: "1.0",
      exec_date: "2024-11-09",
      prev_exec_date: "2024-11-08",
    };
    expect(changeView(row)).to.include({
      date: "2024-11-09",
      priorDate: "2024-11-08",
      type: "added",
      current: "1",
      prior: null,
      delta: 1,
    });
  });

  it("takes a table's links from the SQL that made it", () => {
    const source = {
      database: "l",
      table: "s",
      columns: [
        { column: "a", type: "int" },
        { column: "d", type: "date" },
      ],
      grain: [],
    };
    const links = linksOf({ database: "p", table: "t" }, "select a + 1 as b from l.s where d = date '2024-11-09'", [
      source,
    ]);
    expect(links.map(({ from, to, kind }) => [from.column, to.column, kind])).to.deep.equal([
      ["a", "b", "value"],
      ["d", undefined, "filter"],
    ]);
  });

  const run = (more: Partial<Run>): Run => ({
    ...{
      pipeline: "p",
      exec_date: "2024-11-08",
      run: "00a1",
      status: "SUCCEEDED",
      started: "2024-11-08T01:00:00Z",
      ended: "2024-11-08T01:01:00Z",
    },
    ...{ upstreams: {}, steps: [], notes: [], inputs: [], checks: [] },
    ...more,
  });
  const step: Run["steps"][number] = {
    kind: "model",
    database: "p",
    table: "t",
    rows: 3,
    location: "",
    partition: {},
    published: true,
    ended: "2024-11-08T01:00:30Z",
  };

  it("counts of a table's date what its newest run published", () => {
    const runs = [
      run({ run: "00a3", steps: [{ ...step, published: false }] }),
      run({ run: "00a2", steps: [step, { ...step, rows: 4 }] }),
      run({ steps: [step] }),
    ];
    expect(tableDates({ database: "p", table: "t" }, runs)).to.deep.equal([
      { date: "2024-11-08", run: "00a2", pipeline: "p", published: "2024-11-08T01:00:30Z", rows: 7, checks: [] },
    ]);
  });

  it("bills each query of a step at least Athena's least", () => {
    expect(dollarsOf({ steps: [{ ...step, bytesScanned: 100, queryExecutionId: "a b" }, step] })).to.be.closeTo(
      (2 * 10_000_000 * 5) / 1e12,
      1e-12,
    );
  });

  it("says in words when a pipeline runs", () => {
    expect([
      cadenceWords({ every: "run", day: undefined, month: undefined }),
      cadenceWords({ every: "month", day: 2, month: undefined }),
      cadenceWords({ every: "year", day: 3, month: 4 }),
    ]).to.deep.equal(["each date", "monthly, day 2", "yearly, 04-03"]);
  });
});
