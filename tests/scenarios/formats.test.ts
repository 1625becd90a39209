import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { GetPartitionsCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { explainTable } from "../../cli/explain/explain-audit";
import { TestLake } from "./lake";
import { unexplainedGrants, unexplainedPatterns } from "./permission-coverage";

const program = join(__dirname, "formats");

/** Parts of the shops, one of them compressed. */
const shops = (...more: string[]) => ({
  "shops/part-1.json.gz": gzipSync('{"shop": "Ä & Co; \\"north\\"", "opened": "29.02.2024", "rate": 1.5}\n'),
  "shops/part-2.json": ['{"shop": "south", "opened": null, "rate": 2}', ...more].join("\n"),
  "shops/_SUCCESS": "",
});
const header = "id;shop;amount;at";
const north = '"Ä & Co; ""north"""';

describe("a lake of CSV and lines of JSON", () => {
  let lake: TestLake;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-formats-"));
    lake = await TestLake.open("dev", { program });
  });
  after(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Lands files of a date by name, and answers what became of the runs. */
  async function land(date: string, files: Record<string, string | Buffer>) {
    const paths = Object.entries(files).map(([name, content]) => {
      const path = join(folder, `${date}-${basename(name)}`);
      writeFileSync(path, content);
      return { path, name };
    });
    return (await lake.land(date, ...paths)).map(({ status, error }) => [status, error?.name, error?.message]);
  }

  const csv = (...rows: string[]): Buffer => gzipSync(`${[header, ...rows].join("\r\n")}\r\n`);

  it("publishes typed rows of what arrived", async () => {
    const sales = csv(`1;${north};10.50;2024-10-01 10:00:00`, "2;south;100;2024-10-02T11:00:00Z");
    expect(await land("2024-11-08", { "sales.csv.gz": sales, ...shops() })).to.deep.equal([
      ["SUCCEEDED", undefined, undefined],
    ]);
    expect(
      await lake.query("select id, shop, amount, at, typeof(amount) as t from landing_db_dev.sales order by id"),
    ).to.deep.equal([
      { id: 1, shop: 'Ä & Co; "north"', amount: 10.5, at: "2024-10-01 10:00:00.000", t: "decimal(10,2)" },
      { id: 2, shop: "south", amount: 100, at: "2024-10-02 11:00:00.000", t: "decimal(10,2)" },
    ]);
    expect(await lake.query("select shop, opened from landing_db_dev.shops order by rate")).to.deep.equal([
      { shop: 'Ä & Co; "north"', opened: "2024-02-29" },
      { shop: "south", opened: null },
    ]);
    expect(await lake.query("select count(*) as n from landing_db_dev.sales__rejected")).to.deep.equal([{ n: 0 }]);
  });

  it("keeps a row that cannot be read, up to what is declared, and models read of it", async () => {
    const sales = csv(`1;${north};10.50;2024-10-01 10:00:00`, "2;south;60;2024-10-02T11:00:00Z");
    const more = shops('{"shop": "west", "opened": "30.02.2024"}');
    expect(await land("2024-11-09", { "sales.csv.gz": sales, ...more })).to.deep.equal([
      ["SUCCEEDED", undefined, undefined],
    ]);
    const rejected = 'select row_text, column_name, value, reason, "file" from landing_db_dev.shops__rejected';
    const [{ file, ...row }] = await lake.query(rejected);
    expect(row).to.deep.equal({
      row_text: '{"shop": "west", "opened": "30.02.2024"}',
      column_name: "opened",
      value: "30.02.2024",
      reason: "no date as '%d.%m.%Y' writes it",
    });
    expect(file).to.match(/\/arrived\/00002-part-2\.json$/);
    expect(await lake.query("select reason, found from processed_db_dev.rejections")).to.deep.equal([
      { reason: "no date as '%d.%m.%Y' writes it", found: 1 },
    ]);
  });

  it("explains a change down to the row that was landed, and its file", async () => {
    const asked = { table: "revenue", date: "2024-11-09", keys: {}, depth: 5, top: 3, changes: 5 };
    const { explanations } = await explainTable(lake, asked);
    expect(explanations.map(({ grain, current, prior }) => [grain, current, prior])).to.deep.equal([
      [["south"], "120", "200"],
    ]);
    const told = JSON.stringify(explanations);
    expect(told).to.include("incoming/all_ef_files/2024-11-09/sales.csv.gz").and.to.include('"60.00"');
    expect(told).not.to.include("__arrived");
  });

  it("fails a run of files that are not as declared, and of rows that cannot be read, and publishes nothing", async () => {
    const right = csv(`1;${north};1;2024-10-01 10:00:00`);
    const [status, name, message] = (await land("2024-11-09", { "sales.csv.gz": right.subarray(0, 40) }))[0];
    expect([status, name]).to.deep.equal(["FAILED", "FileNotAsDeclared"]);
    expect(message).to.match(/incoming\/all_ef_files\/2024-11-09\/sales.csv.gz: it cannot be unpacked/);
    const other = gzipSync("id;shop;at;amount\n");
    expect((await land("2024-11-09", { "sales.csv.gz": other }))[0].slice(0, 2)).to.deep.equal([
      "FAILED",
      "HeaderDiffers",
    ]);
    const sales = csv(
      "1;south;1,5;2024-10-01 10:00:00",
      "2;south;7;2024-10-01 10:00:00",
      "x;south;7;2024-10-01 10:00:00",
    );
    const [rejected] = await land("2024-11-09", { "sales.csv.gz": sales });
    expect(rejected[1]).to.equal("RowsRejected");
    expect(rejected[2])
      .to.match(
        /^2 rows of s3:\/\/formats-landing.*\/2024-11-09\/sales.csv.gz cannot be read as landing_db_dev.sales; 0 may be rejected/,
      )
      .and.include("amount '1,5' is no decimal(10,2), or one with more digits than it holds (sales.csv.gz)")
      .and.include("id 'x' is no int (sales.csv.gz)");
    const query = /SELECT \* FROM .* WHERE run = '\w+'/.exec(rejected[2] ?? "")?.[0] ?? "";
    expect((await lake.query(query)).map(({ value }) => value)).to.have.members(["1,5", "x"]);
    // Readers see the run before.
    const published = "select amount from landing_db_dev.sales where exec_date = date '2024-11-09' order by id";
    expect(await lake.query(published)).to.deep.equal([{ amount: 10.5 }, { amount: 60 }]);
  });

  it("uses each grant of the functions that place and convert files", () => {
    const own = unexplainedGrants(lake.runtime.authorizer).filter((grant) => /-(land|converter):/.test(grant));
    expect(own).to.deep.equal([]);
    const patterns = unexplainedPatterns(lake.runtime.authorizer).filter((grant) => /-(land|converter):/.test(grant));
    expect(patterns).to.deep.equal([]);
  });

  it("forgets how files arrived when their run is pruned", async () => {
    const arrived = async (): Promise<string[]> => {
      const asked = new GetPartitionsCommand({ DatabaseName: "landing_db_dev", TableName: "sales__arrived" });
      return ((await lake.glue.send(asked)).Partitions ?? []).map(({ Values = [] }) => Values[0]).sort();
    };
    expect(await arrived()).to.deep.equal(["2024-11-08", "2024-11-09", "2024-11-09"]);
    await lake.redefine("daily", { superseded: { keep: 0, days: 0 } });
    const nightly = lake.runtime.services.schedules
      .list()
      .map(({ Name }) => Name)
      .filter((name) => name.endsWith("nightly"));
    for (const name of nightly) lake.runtime.services.schedules.fire(name);
    await lake.runtime.whenIdle();
    expect(await arrived()).to.deep.equal(["2024-11-08", "2024-11-09"]);
  });
});
