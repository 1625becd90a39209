import { expect } from "chai";
import { landFiles } from "../../../functions/handlers/land";
import { arns } from "../../../infra/names";
import { grants, policy } from "../../../infra/permissions";
import { functionStatements } from "../../../infra/pipeline/permissions";
import { etl, withRole } from "../../local/iam/role";
import { withoutFunctionLogs } from "../../model/quiet";
import { bucket, LocalStorage } from "../../model/storage";
import { landingPlaces, parquet } from "./landing";

const executions = "pipeline_executions/p/2024-11-08/20241109T000000Z-0a/";
const run = { pipeline: "p", exec_date: "2024-11-08", run: "0a", executions, started: "2024-11-09T00:00:00Z" };
const folder = "incoming/s/2024-11-08/readings/";
const settings = { landing: bucket, assets: bucket };
const place = { account: "111122223333", region: "us-east-1", stage: "dev" };
/** Two parts a task. */
const batches = { files: 2, bytes: 1000_000 };

describe("landing parts", () => {
  let storage: LocalStorage;
  let speak: () => void;
  /** Parts of one row each, told apart by their id. */
  let parts: Buffer[];
  let empty: Buffer;
  let asRole = false;
  before(async () => {
    speak = withoutFunctionLogs();
    const authorizer = withRole(policy(functionStatements(grants(arns(place)), landingPlaces).land ?? []));
    storage = new LocalStorage((_caller, permission, { service }) => {
      if (asRole) authorizer.authorize(etl, permission, { service });
    });
    parts = await Promise.all([1, 2, 3, 4, 5].map((id) => parquet(`SELECT ${id}::INTEGER AS id`)));
    empty = await parquet("SELECT 1::INTEGER AS id WHERE false");
  });
  after(async () => {
    speak();
    await storage.close();
  });
  beforeEach(() => storage.empty());

  /** Puts parts there, and the input of a run that is to land them. */
  async function arrive(files: Readonly<Record<string, Buffer>>): Promise<void> {
    const found: object[] = [];
    for (const [name, body] of Object.entries(files)) {
      await storage.put(folder + name, body);
      const { etag, size } = (await storage.store.find(bucket, folder + name)) ?? {};
      found.push({ key: folder + name, etag, size, database: "db", table: "dated" });
    }
    const input = {
      ...{ ...run, date: "20241108", pipeline_type: "t", start_dttm: run.started, env: "dev", frequency: "daily" },
      ...{ monthly: false, yearly: false, due: true, audits_only: false, notes: [], parameters: {}, upstreams: {} },
      files: found,
    };
    await storage.put(`${executions}input.json`, JSON.stringify(input));
  }

  /** Runs a landing task; without a number the one that puts them together. */
  async function land(batch?: number): Promise<unknown> {
    asRole = true;
    try {
      return await landFiles({ run, batch }, { ...storage.clients(), settings, batches, now: storage.clock.now });
    } finally {
      asRole = false;
    }
  }
  const thrownBy = (work: Promise<unknown>): Promise<Error | undefined> =>
    work.then(
      () => undefined,
      (error: unknown) => error as Error,
    );
  const landed = (): string[] => storage.store.keys(bucket, "db/dated/");
  const record = async (): Promise<{ rows: number; sources: { key: string; name: string }[] }> =>
    JSON.parse((await storage.text(`${executions}steps/land-dated.json`)) ?? "") as Awaited<ReturnType<typeof record>>;

  it("brings five parts by three tasks, with one record of all of them, however often they are asked", async () => {
    const [a, b, c, d, e] = parts;
    await arrive({ "a.parquet": a, "b.parquet": b, "x/c.parquet": c, "y/c.parquet": d, "z.parquet": e });
    for (const batch of [2, 0, 1, 1]) await land(batch);
    expect(storage.store.keys(bucket, `${executions}steps/`)).to.deep.equal([]);
    await land();
    await land();
    const names = ["00001-a.parquet", "00002-b.parquet", "00003-c.parquet", "00004-c.parquet", "00005-z.parquet"];
    expect(landed()).to.deep.equal(names.map((name) => `db/dated/exec_date=2024-11-08/0a/${name}`));
    const { rows, sources } = await record();
    expect(rows).to.equal(5);
    expect(sources.map(({ key, name }) => [key.slice(folder.length), name])).to.deep.equal([
      ["a.parquet", names[0]],
      ["b.parquet", names[1]],
      ["x/c.parquet", names[2]],
      ["y/c.parquet", names[3]],
      ["z.parquet", names[4]],
    ]);
  });

  it("brings what one task can without another to put it together", async () => {
    await arrive({ "a.parquet": parts[0], "b.parquet": parts[1] });
    await land(0);
    await land();
    expect((await record()).rows).to.equal(2);
  });

  it("brings parts without rows, alike as they may be", async () => {
    await arrive({ "a.parquet": parts[0], "b.parquet": empty, "c.parquet": empty });
    for (const batch of [0, 1]) await land(batch);
    await land();
    expect((await record()).rows).to.equal(1);
  });

  it("refuses a table of which no part has a row as ResultEmpty", async () => {
    await arrive({ "a.parquet": empty, "b.parquet": empty, "c.parquet": empty });
    for (const batch of [0, 1]) await land(batch);
    expect((await thrownBy(land()))?.name).to.equal("ResultEmpty");
    expect(storage.store.keys(bucket, `${executions}steps/`)).to.deep.equal([]);
  });

  it("refuses a part that is there twice as IncomingFileDuplicated, in whichever task, and names both", async () => {
    await arrive({ "a.parquet": parts[0], "b.parquet": parts[1], "c.parquet": parts[0] });
    for (const batch of [0, 1]) {
      const thrown = await thrownBy(land(batch));
      expect(thrown?.name).to.equal("IncomingFileDuplicated");
      expect(thrown?.message).to.match(/readings\/[ac]\.parquet and .*readings\/[ac]\.parquet are one file twice/);
    }
    expect(landed()).to.deep.equal([]);
  });

  it("names the first part that lacks a column, and brings none of its task", async () => {
    const other = await parquet("SELECT 1::INTEGER AS ident");
    const worse = await parquet("SELECT 2::INTEGER AS ident");
    await arrive({ "a.parquet": parts[0], "b.parquet": parts[1], "c.parquet": other, "d.parquet": worse });
    const thrown = await thrownBy(land(1));
    expect(thrown?.name).to.equal("ColumnMissing");
    expect(thrown?.message).to.include(`${folder}c.parquet lacks id (int) of db.dated; it has ident.`);
    expect(landed()).to.deep.equal([]);
  });
});
