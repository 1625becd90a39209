import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetTableCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { withDuckDb } from "../../cli/sample/duckdb";
import { readText } from "../../functions/storage/objects";
import { TestLake } from "./lake";

const program = join(__dirname, "seeds");

describe("a model that joins a seed", () => {
  let lake: TestLake;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-seeds-"));
    lake = await TestLake.open("dev", { program });
  });
  after(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Lands two orders, the second of this amount. */
  async function land(date: string, amount: number) {
    const path = join(folder, `orders-${date}.parquet`);
    await withDuckDb(async (connection) => {
      await connection.run(`COPY (SELECT * FROM (VALUES
        (1::int, 'FR', 10::double, TIMESTAMP '2024-10-01 10:00:00'),
        (2::int, 'GB', ${amount}::double, TIMESTAMP '2024-10-02 11:00:00')) o(id, country, amount, "at")) TO '${path}' (FORMAT parquet)`);
    });
    const runs = await lake.land(date, path);
    return runs.map(({ status, error }) => [status, error]);
  }

  it("is deployed with its rows, of every type as declared", async () => {
    const rows = await lake.query(
      "select *, typeof(rate) as t, cardinality(tags) as n from landing_db_dev.countries order by country",
    );
    expect(rows).to.deep.equal([
      { country: "FR", name: "France", rate: 1, since: "1999-01-01", tags: "[eu, g7]", t: "decimal(5,2)", n: 2 },
      { country: "GB", name: `O'Brien's "Isles"`, rate: 1.25, since: null, tags: null, t: "decimal(5,2)", n: null },
      { country: "JP", name: null, rate: 0.01, since: "2000-02-29", tags: "[]", t: "decimal(5,2)", n: 0 },
    ]);
  });

  it("is read by runs with the rights that they have", async () => {
    expect(await land("2024-11-08", 100)).to.deep.equal([["SUCCEEDED", undefined]]);
    expect(await lake.query("select name, amount from processed_db_dev.revenue order by name")).to.deep.equal([
      { name: "France", amount: 10 },
      { name: `O'Brien's "Isles"`, amount: 125 },
    ]);
  });

  it("is joined where a change is explained", async () => {
    expect(await land("2024-11-09", 60)).to.deep.equal([["SUCCEEDED", undefined]]);
    expect(
      await lake.query("select grain_value_1 as name, delta from audit_db_dev.audit where table_name = 'revenue'"),
    ).to.deep.equal([{ name: `O'Brien's "Isles"`, delta: -50 }]);
    const why = "source_table, source_grain_value_1 as id, contribution, note, method";
    expect(
      await lake.query(`select ${why} from audit_db_dev.explanation where contribution <> 0 order by source_table`),
    ).to.deep.equal([
      { source_table: "orders", id: "2", contribution: -50, note: "with countries.rate", method: "sum" },
    ]);
  });

  it("shows in the catalog and in lineage events what people say of a table", async () => {
    const asked = new GetTableCommand({ DatabaseName: "processed_db_dev", Name: "revenue" });
    const { Table } = await lake.glue.send(asked);
    expect(Table).to.include({ Description: "What each country spent", Owner: "sales@example.org" });
    expect(Table?.Parameters).to.include({ "tributary.tags": "sales" });
    expect(Table?.StorageDescriptor?.Columns).to.deep.include.members([
      { Name: "amount", Type: "double", Comment: "in one currency" },
      { Name: "name", Type: "string", Parameters: { "tributary.personal_data": "true" } },
    ]);
    const { assetsBucket } = lake.outputs;
    const events = lake.runtime.services.s3.keys(assetsBucket).filter((key) => key.endsWith("/openlineage.json"));
    const text = await readText(lake.s3, assetsBucket, events[0]);
    expect(text)
      .to.contain('"owners":[{"name":"sales@example.org"}]')
      .and.to.contain('"description":"in one currency"');
    expect(text).to.contain('{"key":"personal_data","value":"true","source":"TRIBUTARY","field":"name"}');
  });
});
