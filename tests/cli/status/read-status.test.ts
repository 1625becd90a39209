import { expect } from "chai";
import type { PipelineDefinition } from "../../../functions/runs/pipeline";
import { datesOf } from "../../../cli/status/read-status";
import { bucket, LocalStorage } from "../../model/storage";

describe("the dates of status", () => {
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());

  it("are folders of dates; others only where a control file was rejected", async () => {
    const keys = [
      "incoming/s/2024-11-08/a.parquet",
      "incoming/s/2024-02-30/a.parquet",
      "incoming/s/zzz/a.parquet",
      "incoming/s/\u001b[31mred/a.parquet",
      "incoming/s/2024-11-08T00:00/a.parquet",
      "pipeline_executions/p/2024-11-09/x/manifest.json",
      "pipeline_executions/p/2024-13-01/x/manifest.json",
    ];
    for (const key of keys) await storage.put(key, "");
    const definitions = [{ pipeline: "p", source: "s" } as PipelineDefinition];
    const lake = { s3: storage.clients().s3, outputs: { landingBucket: bucket, assetsBucket: bucket } } as Parameters<
      typeof datesOf
    >[2];
    expect(await datesOf(definitions, {}, lake)).to.deep.equal(["2024-11-08", "2024-11-09", "2024-13-01"]);
  });
});
