import { expect } from "chai";
import { writeJson } from "../../../functions/storage/objects";
import { executionsPrefix, manifestKey } from "../../../functions/runs/pipeline";
import { readUpstreams } from "../../../functions/arrival/upstreams";
import { bucket, LocalStorage } from "../../model/storage";

const date = "2024-01-29";

/** Run that the marker names (undefined: there is none; empty: a person wrote it), runs with their status, what is read. */
const cases: {
  name: string;
  marker?: string;
  runs: Record<string, string>;
  complete: Record<string, string>;
  replaced?: Record<string, string>;
  renewed: string[];
}[] = [
  { name: "no marker", runs: { "0a": "RUNNING" }, complete: {}, renewed: [] },
  {
    name: "its newest run",
    marker: "0b",
    runs: { "0a": "SUCCEEDED", "0b": "SUCCEEDED" },
    complete: { u: "0b" },
    renewed: [],
  },
  {
    name: "a newer run under way",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "RUNNING" },
    complete: { u: "0a" },
    renewed: ["u"],
  },
  {
    name: "a newer run that failed",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "FAILED" },
    complete: { u: "0a" },
    renewed: ["u"],
  },
  {
    name: "a newer run without a record yet",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "" },
    complete: { u: "0a" },
    renewed: ["u"],
  },
  {
    name: "a newer run that was rejected",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "REJECTED" },
    complete: { u: "0a" },
    renewed: [],
  },
  {
    name: "a newer run that was skipped",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "SKIPPED" },
    complete: { u: "0a" },
    renewed: [],
  },
  {
    name: "a run that was superseded",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "SUPERSEDED" },
    complete: { u: "0a" },
    renewed: [],
  },
  {
    name: "a failed run behind a rejected one",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0b": "FAILED", "0c": "REJECTED" },
    complete: { u: "0a" },
    renewed: ["u"],
  },
  {
    name: "an older run that failed",
    marker: "0b",
    runs: { "0a": "FAILED", "0b": "SUCCEEDED" },
    complete: { u: "0b" },
    renewed: [],
  },
  {
    name: "an audit made again",
    marker: "0a",
    runs: { "0a": "SUCCEEDED", "0a.20240128.09": "RUNNING" },
    complete: { u: "0a" },
    renewed: [],
  },
  {
    name: "sequencers of different lengths: the one of more digits is not the newer for it",
    marker: "0b",
    runs: { "0a00": "RUNNING", "0b": "SUCCEEDED" },
    complete: { u: "0b" },
    renewed: [],
  },
  {
    name: "a rollback from the newest run",
    marker: '{"pipeline":"u","exec_date":"2024-01-29","run":"0a","replaced":"0b"}',
    runs: { "0a": "SUCCEEDED", "0b": "SUCCEEDED" },
    complete: { u: "0a" },
    replaced: { u: "0b" },
    renewed: [],
  },
  {
    name: "a rollback, and a newer run after it",
    marker: '{"pipeline":"u","exec_date":"2024-01-29","run":"0a","replaced":"0b"}',
    runs: { "0a": "SUCCEEDED", "0b": "SUCCEEDED", "0c": "RUNNING" },
    complete: { u: "0a" },
    replaced: { u: "0b" },
    renewed: ["u"],
  },
  { name: "a marker that a person wrote", marker: "", runs: { "0a": "FAILED" }, complete: { u: "" }, renewed: [] },
  { name: "a marker that is no JSON", marker: "done", runs: {}, complete: { u: "" }, renewed: [] },
  { name: "runs of which no records are left", marker: "0a", runs: {}, complete: { u: "0a" }, renewed: [] },
];

describe("upstreams", () => {
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());
  beforeEach(() => storage.empty());

  for (const { name, marker, runs, complete, replaced = {}, renewed } of cases) {
    it(name, async () => {
      const { s3 } = storage.clients();
      const key = `incoming/s/${date}/u.completed`;
      if (marker !== undefined) {
        const body = /^[0-9a-f.]+$/.test(marker)
          ? JSON.stringify({ pipeline: "u", exec_date: date, run: marker })
          : marker;
        await storage.put(key, body);
      }
      for (const [run, status] of Object.entries(runs)) {
        const executions = executionsPrefix("u", date, "2024-01-29T06:00:00Z", run);
        if (status === "") await storage.put(`${executions}input.json`, "{}");
        else await writeJson(s3, bucket, manifestKey({ executions }), { run, status });
      }
      const present = marker === undefined ? [] : [{ key }];
      const found = await readUpstreams({ source: "s", after: ["u"] }, date, present, {
        s3,
        landing: bucket,
        assets: bucket,
      });
      expect(found).to.deep.equal({ complete, replaced, renewed });
    });
  }
});
