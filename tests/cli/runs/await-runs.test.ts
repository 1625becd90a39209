import { expect } from "chai";
import type { Run } from "../../../cli/runs/run-records";
import { unanswered } from "../../../cli/runs/await-runs";

const run = (pipeline: string, exec_date: string, id = "00a1"): Run => ({
  ...{ pipeline, exec_date, run: id, status: "SUCCEEDED" },
  started: "2024-11-08T01:00:00.000Z",
  ...{ upstreams: {}, steps: [], notes: [], inputs: [], checks: [] },
});

describe("what is waited for", () => {
  const daily = { pipeline: "daily", date: "2024-11-08" };
  const cases: [string, Run[], boolean][] = [
    ["the date's run", [run("daily", "2024-11-08")], true],
    ["another date's run", [run("daily", "2024-11-09")], false],
    ["another pipeline's run", [run("daily_2", "2024-11-08")], false],
    ["an audit made again, which brings no data", [run("daily", "2024-11-08", "00a1.20241107.00a0")], false],
    ["nothing", [], false],
  ];
  for (const [name, runs, good] of cases) {
    it(`${good ? "has" : "has not"} come with ${name}`, () =>
      expect(unanswered([daily], runs)).to.deep.equal(good ? [] : [daily]));
  }
});
