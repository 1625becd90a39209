import { expect } from "chai";
import { chooseManifest } from "../../../cli/runs/find-run";
import { functionEntry, historyEntries, inTime } from "../../../cli/run-log/entries";

const time = new Date("2024-11-08T01:00:00Z");

describe("the log of a run", () => {
  // Event types and their details: Step Functions API reference, "HistoryEvent".
  it("tells of states entered, failures and the end, and of nothing else", () => {
    const entries = historyEntries([
      { id: 1, timestamp: time, type: "ExecutionStarted", executionStartedEventDetails: { input: "{}" } },
      { id: 2, timestamp: time, type: "TaskStateEntered", stateEnteredEventDetails: { name: "Land" } },
      { id: 3, timestamp: time, type: "TaskScheduled" },
      {
        ...{ id: 4, timestamp: time, type: "TaskFailed" },
        taskFailedEventDetails: {
          ...{ resourceType: "lambda", resource: "invoke", error: "FileNotParquet" },
          cause: `{"errorType":"FileNotParquet","errorMessage":"x.parquet is not whole"}`,
        },
      },
      {
        id: 5,
        timestamp: time,
        type: "TaskTimedOut",
        taskTimedOutEventDetails: { resourceType: "lambda", resource: "invoke" },
      },
      { id: 6, timestamp: time, type: "TaskStateExited", stateExitedEventDetails: { name: "Land" } },
      { id: 7, timestamp: time, type: "ExecutionFailed", executionFailedEventDetails: { error: "E", cause: "why" } },
    ]);
    expect(entries.map(({ level, text }) => `${level} ${text}`)).to.deep.equal([
      "info Execution started",
      "info Land",
      "error Task failed: FileNotParquet: x.parquet is not whole",
      "error Task timed out",
      "error Execution failed: E: why",
    ]);
  });

  const lines: [string, string, string][] = [
    [
      `{"level":"info","message":"Published","pipeline":"p","run":"1","table":"t","rows":3}`,
      "info",
      "Published  table=t  rows=3",
    ],
    [`{"level":"error","message":"No","run":"1","error":{"name":"E"}}`, "error", `No  error={"name":"E"}`],
    [`2024-11-08T01:00:00Z\tid\tINFO\t{"level":"info","message":"Begun","run":"1"}\n`, "info", "Begun"],
    ["plain words\n", "info", "plain words"],
    [`{"other":"JSON"}`, "info", `{"other":"JSON"}`],
  ];
  for (const [line, level, text] of lines) {
    it(`tells ${JSON.stringify(line)}`, () =>
      expect(functionEntry("land", time, line)).to.deep.equal({ time, from: "land", level, text }));
  }

  it("is in order of time; of one moment, what the state machine did comes first", () => {
    const at = (from: string, second: number) => ({
      from,
      time: new Date(second * 1000),
      level: "info" as const,
      text: "",
    });
    const sorted = inTime([at("land", 1), at("states", 1), at("land", 0)]);
    expect(sorted.map(({ from, time: when }) => `${when.getTime()} ${from}`)).to.deep.equal([
      "0 land",
      "1000 states",
      "1000 land",
    ]);
  });
});

describe("the run that is meant", () => {
  const key = (pipeline: string, date: string, start: string, run: string): string =>
    `pipeline_executions/${pipeline}/${date}/${start}-${run}/manifest.json`;
  const first = key("daily", "2024-11-08", "20241108T010000Z", "00aa11");
  const second = key("daily", "2024-11-09", "20241109T010000Z", "00aa12");
  const audit = key("monthly", "2024-11-09", "20241109T020000Z", "00aa12.20241108.00aa11");
  const all = [second, audit, first];

  const found: [string, object, string][] = [
    ["the newest", {}, audit],
    ["the newest of a pipeline", { pipeline: "daily" }, second],
    ["the newest of a date", { date: "2024-11-08" }, first],
    ["one by its id, although another begins with it", { run: "00aa12" }, second],
    ["one by its end", { run: "11", pipeline: "daily" }, first],
    ["one by its id in capitals", { run: "00AA11" }, first],
    ["one by a beginning that no other of its pipeline has", { run: "00aa", pipeline: "monthly" }, audit],
  ];
  for (const [name, choice, expected] of found) {
    it(`is ${name}`, () => expect(chooseManifest(all, choice)).to.equal(expected));
  }

  const refused: [object, string][] = [
    [{ run: "00aa" }, "3 runs are called 00aa: 00aa12 (daily 2024-11-09)"],
    [{ run: "ff", date: "2024-11-08" }, "There is no run ff for 2024-11-08"],
    [{ pipeline: "yearly" }, "There is no run of yearly yet"],
  ];
  for (const [choice, says] of refused) {
    it(`is none: ${says}`, () => expect(() => chooseManifest(all, choice)).to.throw(says));
  }
});
