import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CreatePartitionCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { idleCost, idleTotal, type IdleCost, type Requests } from "../../../cli/cost/idle-cost";
import { PRICES } from "../../../cli/cost/prices";
import { prune } from "../../../functions/handlers/pruner";
import { watch } from "../../../functions/handlers/watcher";
import { executionsPrefix, manifestKey } from "../../../functions/runs/pipeline";
import { writeJson } from "../../../functions/storage/objects";
import { evaluated } from "../../evaluated";
import { definition } from "../../model/definition";
import { bucket, LocalStorage } from "../../model/storage";

/** The page that shows the bill. To accept a change: TRIBUTARY_ACCEPT=1 npm run unit. */
const page = resolve(__dirname, "../../../docs/cost.md");

/** Bytes that Lambda itself logs of an invocation: INIT_START, START, END, REPORT. Lambda documentation, "Lambda log formats". */
const platformBytes = 500;

interface Sender {
  send(command: object): Promise<unknown>;
}

describe("the cost of a lake in which nothing arrives", () => {
  let storage: LocalStorage;
  let costs: IdleCost[];

  /** Does what a function does, and counts its requests and what it logs. */
  const measure = async (work: (clients: { s3: never; glue: never }) => Promise<unknown>): Promise<Requests> => {
    const names: string[] = [];
    const counting = (inner: unknown): never =>
      ({
        send: (command: object) => {
          names.push(command.constructor.name);
          return (inner as Sender).send(command);
        },
      }) as never;
    const count = (pattern: RegExp): number => names.filter((name) => pattern.test(name)).length;
    const { s3, glue } = storage.clients();
    let logged = 0;
    const { stdout } = process;
    const write = stdout.write.bind(stdout);
    stdout.write = ((line: string) => {
      if (!line.startsWith('{"level":')) return write(line);
      logged += line.length;
      return true;
    }) as typeof stdout.write;
    try {
      await work({ s3: counting(s3), glue: counting(glue) });
    } finally {
      stdout.write = write as typeof stdout.write;
    }
    const s3Lists = count(/^ListObjectsV2/);
    const [s3Writes, s3Reads] = [count(/^(PutObject|CopyObject)/), count(/^(Get|Head)Object/)];
    const catalog = count(/Partition|GetTable/);
    expect(s3Lists + s3Writes + s3Reads + catalog).to.equal(names.length);
    return { s3Writes, s3Lists, s3Reads, glue: catalog, logBytes: logged + platformBytes };
  };

  before(async () => {
    storage = new LocalStorage();
    const settings = { landing: bucket, assets: bucket, pipeline: "p" };
    const now = storage.clock.now;
    const { s3, glue } = storage.clients();
    await writeJson(s3, bucket, "pipelines/p/definition.json", { ...definition, lateAfterHour: 0 });
    const days = Array.from({ length: 150 }, (_, back) => new Date(now().getTime() - back * 86_400_000).toISOString().slice(0, 10)); // prettier-ignore
    for (const day of days) {
      await storage.put(`incoming/s/${day}/f-1`);
      const executions = executionsPrefix("p", day, now().toISOString(), "aa");
      const inputs = [{ key: `incoming/s/${day}/f-1`, etag: "d41d8cd98f00b204e9800998ecf8427e" }];
      await writeJson(s3, bucket, manifestKey({ executions }), { status: "SUCCEEDED", inputs, upstreams: {} });
      const StorageDescriptor = { Location: `s3://${bucket}/db/dated/exec_date=${day}/aa/` };
      const PartitionInput = { Values: [day], StorageDescriptor, Parameters: {} };
      await glue.send(new CreatePartitionCommand({ DatabaseName: "db", TableName: "dated", PartitionInput }));
    }
    const hour = (clients: { s3: never }) => watch({}, { ...clients, settings, now });
    const night = (clients: { s3: never; glue: never }) => prune({}, { ...clients, settings, now });
    await measure(hour);
    const hourly = await measure(hour);
    const nightly = await measure(night);
    costs = idleCost(await evaluated("prod"), { hourly, nightly });
  });
  after(() => storage.close());

  it("is what the page says", () => {
    const dollars = (amount: number): string => amount.toFixed(2);
    const row = (item: string, two: number, many: number): string => `| ${item} | ${dollars(two)} | ${dollars(many)} |`;
    const table = [
      "| US dollars a month | 2 pipelines | 500 pipelines |",
      "| --- | ---: | ---: |",
      ...costs.map(({ item, lake, pipeline }) => row(item, lake + 2 * pipeline, lake + 500 * pipeline)),
      row("**Sum**", idleTotal(costs, 2), idleTotal(costs, 500)),
    ];
    const cells = (text: string): string[] =>
      text.split("\n").map((line) => line.replace(/\s+/g, " ").replace(/-+/g, "-"));
    const block = /<!-- bill -->\n([^]*?)\n<!-- end -->/;
    if (process.env.TRIBUTARY_ACCEPT === "1") {
      const text = readFileSync(page, "utf8").replace(block, `<!-- bill -->\n\n${table.join("\n")}\n\n<!-- end -->`);
      writeFileSync(page, text);
    }
    const text = readFileSync(page, "utf8");
    expect(cells(block.exec(text)?.[1].trim() ?? "")).to.deep.equal(cells(table.join("\n")));
    expect(text).to.include(PRICES.asOf);
  });

  it("comes of alarms, metrics and keys, not of looking: an hour of a pipeline is a handful of requests", () => {
    const looking = costs.filter(({ item }) => /Requests|Functions|Logs|Trail/.test(item));
    expect(looking.reduce((sum, { pipeline }) => sum + pipeline, 0)).to.be.below(0.1);
  });
});
