import { rmSync } from "node:fs";
import { expect } from "chai";
import type { ResourceGraph } from "../../local/graph";
import { campaign, describeTally, type Campaign } from "./campaign";
import { check } from "./check";
import { evaluateModel, ModelLake } from "./lake";
import { play } from "./play";
import { withoutFunctionLogs } from "./quiet";
import type { Schedule } from "./schedule";
import { scratchFolder } from "./scratch";

describe("no run is lost, none counts twice, no reader sees half a table", function () {
  // The same each time; the slow suite takes others.
  const seed = Number(process.env.TRIBUTARY_SEED ?? 1);
  const folder = scratchFolder();
  let graph: ResourceGraph;
  before(async () => (graph = await evaluateModel(folder)));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const campaigns: [string, Omit<Campaign, "seed">][] = [
    ["short schedules", { count: 60, longest: 4, functions: "direct", readEvery: 4, lakes: 2 }],
    ["longer schedules", { count: 4, longest: 12, functions: "direct", readEvery: 2, lakes: 2 }],
    ["schedules through the SDK", { count: 2, longest: 5, functions: "sdk" }],
    ["schedules with functions in processes of their own", { count: 1, longest: 4, functions: "processes" }],
  ];
  for (const [name, plan] of campaigns) {
    it(`${plan.count} ${name}`, async () => {
      const tally = await campaign(graph, { ...plan, seed });
      expect(tally.failure, describeTally(tally)).to.equal(undefined);
      expect(tally.schedules).to.equal(plan.count);
      expect(tally).to.include({ lostRuns: 0, doubledRows: 0, tornReads: 0, shown: 0 });
    });
  }

  describe("what the checks see", () => {
    const quiet = { then: "quiet" } as const;
    const schedule: Schedule = {
      steps: [
        { what: "land", pipeline: "u", date: "2024-01-29", version: 1, ...quiet },
        { what: "land", pipeline: "v", date: "2024-01-29", version: 2, ...quiet },
        { what: "land", pipeline: "u", date: "2024-01-30", version: 3, ...quiet },
        { what: "land", pipeline: "v", date: "2024-01-30", version: 2, ...quiet },
      ],
      seed: 1,
      rates: {},
    };
    let lake: ModelLake;
    let restoreLogs: () => void;
    before(async () => {
      restoreLogs = withoutFunctionLogs();
      lake = await ModelLake.open(graph, "direct");
    });
    after(async () => {
      await lake.close();
      restoreLogs();
    });

    const assets = "model-glue-assets-111122223333-test";
    const landing = "model-landing-111122223333-test";
    /** Each breaks one promise; the check of that promise must say so. */
    const breakages: [string, "wrong" | "lost" | "repeated" | "stale", () => unknown][] = [
      [
        "a partition that still shows the run before",
        "wrong",
        () => {
          const [first, second] = lake.runtime.services.catalog.getPartitions("processed_db_test", "w_rows");
          const input = { ...second, StorageDescriptor: first.StorageDescriptor, Values: second.Values };
          const change = { kind: "update", values: second.Values, input } as const;
          lake.runtime.services.catalog.changePartitions("processed_db_test", "w_rows", [change]);
        },
      ],
      [
        "a run without a record",
        "lost",
        async () => lake.runtime.services.s3.emptyBucket(assets, "pipeline_executions/v/2024-01-30/"),
      ],
      [
        "a run without a control file",
        "repeated",
        async () => lake.runtime.services.s3.emptyBucket(landing, "incoming/files/2024-01-30/v.done"),
      ],
      [
        "a marker that is missing",
        "stale",
        async () => lake.runtime.services.s3.emptyBucket(landing, "incoming/files/2024-01-29/w.completed"),
      ],
      [
        "a control file that says the same again",
        "repeated",
        async () => {
          const Key = "incoming/files/2024-01-30/u.done";
          const [{ body }] = (await lake.controlFiles()).filter(
            ({ pipeline, date }) => pipeline === "u" && date === "2024-01-30",
          );
          const again = JSON.stringify({ ...(JSON.parse(body) as object), token: "another" });
          // Its event is not to start a run; nothing is played on this lake afterwards.
          lake.runtime.services.events.close();
          await lake.call("s3", "PutObject", { Bucket: landing, Key, Body: again, ContentLength: again.length });
        },
      ],
    ];
    for (const [name, promise, spoil] of breakages) {
      it(`${name} is ${promise}`, async () => {
        const { wrong, lost, repeated, stale, failed } = await play(lake, schedule, { reads: false });
        expect({ wrong, lost, repeated, stale, failed }).to.deep.equal({ wrong: [], lost: [], repeated: [], stale: [], failed: [] }); // prettier-ignore
        await spoil();
        const found = await check(lake, schedule);
        expect(found[promise]).to.not.deep.equal([]);
      });
    }
  });
});
