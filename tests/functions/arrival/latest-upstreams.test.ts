import { expect } from "chai";
import { readLatestUpstreams } from "../../../functions/arrival/latest-upstreams";
import { bucket, LocalStorage } from "../../model/storage";

/** Runs of the pipeline `rates` by date, each with its status. */
const cases: {
  readonly name: string;
  readonly runs: readonly (readonly [date: string, run: string, status: string])[];
  readonly found?: { readonly exec_date: string; readonly run: string };
}[] = [
  { name: "no run at all", runs: [] },
  { name: "none but of later dates", runs: [["2024-11-09", "0a", "SUCCEEDED"]] },
  { name: "none that succeeded", runs: [["2024-11-01", "0a", "FAILED"], ["2024-11-02", "0b", "RUNNING"]] }, // prettier-ignore
  {
    name: "the date itself",
    runs: [["2024-11-01", "0a", "SUCCEEDED"], ["2024-11-08", "0b", "SUCCEEDED"]], // prettier-ignore
    found: { exec_date: "2024-11-08", run: "0b" },
  },
  {
    name: "the newest date before, whenever it was run",
    runs: [["2023-01-01", "0c", "SUCCEEDED"], ["2024-01-01", "0a", "SUCCEEDED"], ["2024-12-01", "0b", "SUCCEEDED"]], // prettier-ignore
    found: { exec_date: "2024-01-01", run: "0a" },
  },
  {
    name: "the newest run of the date that succeeded, and none that audited again",
    runs: [["2024-11-01", "0a", "SUCCEEDED"], ["2024-11-01", "0b", "SUCCEEDED"], ["2024-11-01", "0c", "FAILED"], ["2024-11-01", "0b.20241031.0d", "SUCCEEDED"]], // prettier-ignore
    found: { exec_date: "2024-11-01", run: "0b" },
  },
  {
    name: "a date before one whose only run failed",
    runs: [["2024-11-01", "0a", "SUCCEEDED"], ["2024-11-07", "0b", "FAILED"]], // prettier-ignore
    found: { exec_date: "2024-11-01", run: "0a" },
  },
];

describe("the latest date of another pipeline", () => {
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());
  beforeEach(() => storage.empty());

  for (const { name, runs, found } of cases) {
    it(name, async () => {
      for (const [date, run, status] of runs) {
        const key = `pipeline_executions/rates/${date}/20241109T000000Z-${run}/manifest.json`;
        await storage.put(key, JSON.stringify({ run, status }));
      }
      const place = { s3: storage.clients().s3, assets: bucket };
      const result = await readLatestUpstreams({ latest: ["rates"] }, "2024-11-08", place);
      expect(result).to.deep.equal({
        latest: found ? { rates: found } : {},
        missing: found ? [] : ["a completed run of rates for 2024-11-08 or a date before"],
      });
    });
  }
});
