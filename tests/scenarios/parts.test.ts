import { PutObjectCommand } from "@aws-sdk/client-s3";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { explainTable } from "../../cli/explain/explain-audit";
import { withDuckDb } from "../../cli/sample/duckdb";
import { readDefinitions } from "../../cli/lake/definitions";
import { awaited, readDateInputs } from "../../cli/runs/date-inputs";
import { TestLake } from "./lake";
import { idleReasons, reasonsOfOtherLakes, unexplainedGrants, unexplainedPatterns } from "./permission-coverage";

/** Spark writes as many parts as it had tasks. More than a hundred take several landing tasks (land-batches.ts): in the slow suite. */
const count = ((): number => (process.env.TRIBUTARY_SLOW ? 1200 : 12))();

const partName = (index: number): string => `part-${String(index).padStart(5, "0")}.snappy.parquet`;

/** Apache Spark writes a folder of parts, and `_SUCCESS` when its job is committed (Hadoop's FileOutputCommitter). */
describe(`a table of ${count} parts, as Spark writes them`, () => {
  let lake: TestLake;
  let folder: string;

  /** Parts of two rows each; the row `changed` has another value. */
  async function writeParts(name: string, changed = -1): Promise<void> {
    mkdirSync(join(folder, name));
    await withDuckDb(async (connection) => {
      for (let index = 0; index < count; index += 1) {
        const rows =
          `SELECT id::int AS id, date '2024-11-01' AS day, CASE WHEN id % 4 < 2 THEN 'east' ELSE 'west' END AS region, ` +
          `CASE WHEN id = ${changed} THEN 1000.0 ELSE 1.0 END::double AS tons FROM range(${2 * index}, ${2 * index + 2}) AS r (id)`;
        await connection.run(`COPY (${rows}) TO '${join(folder, name, partName(index))}' (FORMAT parquet)`);
      }
    });
  }
  const drop = async (date: string, name: string, indexes: readonly number[]): Promise<void> => {
    for (const index of indexes) {
      const file = partName(index);
      await lake.drop(date, { path: join(folder, name, file), name: `orders/${index % 2 ? "odd/" : ""}${file}` });
    }
  };
  const all = Array.from({ length: count }, (_, index) => index);
  const waits = async (date: string, pipeline = "totals"): Promise<string[]> => {
    const definitions = await readDefinitions(lake);
    const definition = definitions.find((each) => each.pipeline === pipeline);
    if (!definition) throw new Error(`There is no pipeline ${pipeline}.`);
    return awaited(await readDateInputs(definition, date, lake));
  };
  const marker = (date: string) => lake.put(`incoming/all_ef_files/${date}/orders/_SUCCESS`);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-parts-"));
    lake = await TestLake.open("dev", { program: join(__dirname, "parts") });
    await writeParts("first");
    await writeParts("second", 5);
  });
  after(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("waits for the marker, and then lands all of them in one run", async () => {
    expect(await lake.runsOf(() => drop("2024-11-08", "first", all))).to.deep.equal([]);
    const place = "incoming/all_ef_files/2024-11-08/orders/";
    expect(await waits("2024-11-08")).to.deep.equal([`${place}_SUCCESS (${count} parts are there)`]);
    const [run, ...more] = await lake.runsOf(() => marker("2024-11-08"));
    expect([run.status, run.error, more]).to.deep.equal(["SUCCEEDED", undefined, []]);
    expect(run.inputs).to.have.length(count);
    const [landed] = run.steps.filter(({ kind }) => kind === "land");
    expect(landed.rows).to.equal(2 * count);
    const [{ n }] = await lake.query("select count(distinct id) as n from landing_db_dev.orders");
    expect(Number(n)).to.equal(2 * count);
  });

  it("takes a part that comes later once the marker is written again, in a newer run with all parts", async () => {
    const rest = all.slice(0, -1);
    await lake.runsOf(async () => {
      await drop("2024-11-09", "second", rest);
      await marker("2024-11-09");
    });
    // Of one second it is not known which came first.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await lake.runsOf(() => drop("2024-11-09", "second", all.slice(-1)))).to.deep.equal([]);
    const [told] = await waits("2024-11-09");
    expect(told).to.match(/orders\/_SUCCESS to be written again: newer is .*parquet$/);
    const [run, ...more] = await lake.runsOf(() => marker("2024-11-09"));
    expect([run.status, run.error, more]).to.deep.equal(["SUCCEEDED", undefined, []]);
    expect(run.inputs).to.have.length(count);
  });

  it("explains a total down to the part that carried the row", async () => {
    const request = { table: "totals", date: "2024-11-09", keys: {}, depth: 5, top: 5, changes: 5 };
    const { explanations } = await explainTable(lake, request);
    const [{ table, causes }] = explanations;
    const [{ source }] = causes;
    expect([table, source.table, source.grain, source.current, source.prior]).to.deep.equal([
      ...["totals", "orders", ["5"]],
      ...["1000", "1"],
    ]);
    const place = (date: string) => `incoming/all_ef_files/${date}/orders/${partName(2)}`;
    expect(source.files.current?.key).to.equal(place("2024-11-09"));
    expect(source.files.prior?.key).to.equal(place("2024-11-08"));
  });

  it("takes what a manifest lists, and refuses a control file while it lies", async () => {
    const place = "incoming/all_ef_files/2024-11-08/clicks/";
    const manifest = (size: number) =>
      lake.put(`${place}manifest.json`, JSON.stringify({ files: [{ name: "part-0.parquet", size }] }));
    const path = join(folder, "click.parquet");
    await withDuckDb((connection) => connection.run(`COPY (SELECT 1::int AS id) TO '${path}' (FORMAT parquet)`));
    expect(await lake.land("2024-11-08", { path, name: "clicks/part-0.parquet" })).to.deep.equal([]);
    expect(await lake.runsOf(() => manifest(1))).to.deep.equal([]);
    const [, told] = await waits("2024-11-08", "clicks");
    expect(told).to.match(/manifest.json to be put right: .*part-0.parquet has \d+ bytes, and it lists 1$/);
    const [rejected] = await lake.announce("2024-11-08", "clicks");
    expect([rejected.status, rejected.error?.name]).to.deep.equal(["REJECTED", "IncomingFilesMismatch"]);
    const size = Number(/has (\d+) bytes/.exec(told)?.[1]);
    expect(await lake.runsOf(() => manifest(size))).to.deep.equal([]);
    expect(await waits("2024-11-08", "clicks")).to.deep.equal([
      "a completed run of rates for 2024-11-08 or a date before",
    ]);
  });

  it("starts what waited for another source's latest date, and reads that date", async () => {
    const path = join(folder, "rates.parquet");
    const landRates = (date: string, rate: number) =>
      lake.runsOf(async () => {
        await withDuckDb((connection) =>
          connection.run(`COPY (SELECT ${rate}::int AS rate) TO '${path}' (FORMAT parquet)`),
        );
        const object = { Bucket: lake.outputs.landingBucket, Key: `incoming/finance/${date}/rates.parquet` };
        await lake.s3.send(new PutObjectCommand({ ...object, Body: readFileSync(path) }));
      });
    expect((await landRates("2024-11-09", 9)).map(({ pipeline, status }) => [pipeline, status])).to.deep.equal([
      ["rates", "SUCCEEDED"],
    ]);
    const [rates, clicks, ...more] = await landRates("2024-11-01", 7);
    expect([rates, clicks].map(({ pipeline, status }) => [pipeline, status])).to.deep.equal([
      ["rates", "SUCCEEDED"],
      ["clicks", "SUCCEEDED"],
    ]);
    expect(more).to.deep.equal([]);
    expect(clicks.latest).to.deep.equal({ rates: { exec_date: "2024-11-01", run: rates.run } });
    expect(await lake.query("select id, rate from processed_db_dev.rated_clicks")).to.deep.equal([{ id: 1, rate: 7 }]);
    // What was fixed at the start stays: a newer date that would have been read starts nothing.
    const later = await landRates("2024-11-05", 8);
    expect(later.map(({ pipeline }) => pipeline)).to.deep.equal(["rates"]);
  });

  it("reads lists of parts and the latest runs with grants that are used, and have a reason where they are patterns", () => {
    const { authorizer } = lake.runtime;
    const ofOthers = idleReasons(authorizer).filter((reason) => reasonsOfOtherLakes.includes(reason));
    expect(ofOthers).to.deep.equal([]);
    const unused = unexplainedGrants(authorizer).filter((grant) => /ReadPartLists|ReadLatestRuns/.test(grant));
    expect(unused).to.deep.equal([]);
    expect(unexplainedPatterns(authorizer)).to.deep.equal([]);
  });
});
