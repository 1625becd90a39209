/** Athena user guide, "Query the AWS Glue Data Catalog": its example queries, over a catalog of this test's own. */
import { expect } from "chai";
import { AthenaWorld } from "./world";

describe("tables that tell of the catalog", () => {
  let world: AthenaWorld;
  const rows = async (sql: string): Promise<string[]> => (await world.rows(sql)).map((row) => row.join("|"));

  before(async () => {
    world = await new AthenaWorld().withLake();
    await world.call("glue", "CreateDatabase", { DatabaseInput: { Name: "other" } });
    await world.execute(
      "CREATE EXTERNAL TABLE sales (id int COMMENT 'whose', `Amount` decimal(10,2), names array<string>) " +
        "PARTITIONED BY (day date, country string) STORED AS PARQUET LOCATION 's3://lake/sales/'",
    );
    await world.execute("CREATE EXTERNAL TABLE other.plain (id bigint) STORED AS PARQUET LOCATION 's3://lake/plain/'");
    await world.execute("CREATE VIEW one AS SELECT 1 AS number");
    for (const [day, country] of [
      ["2024-11-08", "it's"],
      ["2024-11-09", "fr"],
    ]) {
      const path = `s3://lake/sales/${day}-${country.length}/`;
      const literal = country.replaceAll("'", "''");
      await world.execute(
        `ALTER TABLE sales ADD PARTITION (day = '${day}', country = '${literal}') LOCATION '${path}'`,
      );
    }
  });
  after(() => world.close());

  it("list databases", async () => {
    expect(await rows("SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'o%'")).to.deep.equal(
      ["other"],
    );
  });

  it("list tables and views", async () => {
    const sql = "SELECT * FROM information_schema.tables WHERE table_schema IN ('db', 'other') ORDER BY table_name";
    expect(await rows(sql)).to.deep.equal([
      "awsdatacatalog|db|one|VIEW",
      "awsdatacatalog|other|plain|BASE TABLE",
      "awsdatacatalog|db|sales|BASE TABLE",
    ]);
    const views = "SELECT table_name, view_definition FROM AwsDataCatalog.information_schema.views";
    expect(await rows(views)).to.deep.equal(["one|SELECT 1 AS number"]);
  });

  it("list columns", async () => {
    const sql =
      "SELECT column_name, ordinal_position, column_default, is_nullable, data_type, comment, extra_info " +
      "FROM information_schema.columns WHERE table_schema = 'db' AND table_name = 'sales' ORDER BY ordinal_position";
    expect(await rows(sql)).to.deep.equal([
      "id|1||YES|integer|whose|",
      "amount|2||YES|decimal(10,2)||",
      "names|3||YES|array(varchar)||",
      "day|4||YES|date||partition key",
      "country|5||YES|varchar||partition key",
    ]);
  });

  it("list columns that tables have in common", async () => {
    const sql = "SELECT column_name, count(*) FROM information_schema.columns GROUP BY column_name HAVING count(*) > 1";
    expect(await rows(sql)).to.deep.equal(["id|2"]);
  });

  it("list the partitions of a table, with values of their types", async () => {
    expect(await rows('SELECT * FROM db."sales$partitions" ORDER BY 1')).to.deep.equal([
      "2024-11-08|it's",
      "2024-11-09|fr",
    ]);
    expect(await rows("SELECT max(day) + interval '1' day FROM \"sales$partitions\"")).to.deep.equal(["2024-11-10"]);
  });

  it("are others than those that are not there", async () => {
    for (const name of ["information_schema.routines", '"plain$partitions"', 'other."plain$partitions"']) {
      expect(await world.failure(`SELECT * FROM ${name}`), name).to.match(/TABLE_NOT_FOUND/);
    }
  });

  // "SHOW TBLPROPERTIES" of the guide; that each stands in one column with a tab, SQLMesh's adapter for Athena says.
  it("tell of a table's properties, too", async () => {
    await world.execute("ALTER TABLE sales SET TBLPROPERTIES ('comment' = 'what was sold')");
    expect(await rows("SHOW TBLPROPERTIES sales")).to.include.members(["EXTERNAL\tTRUE", "comment\twhat was sold"]);
    expect(await rows("SHOW TBLPROPERTIES `db`.`sales` ('comment')")).to.deep.equal(["what was sold"]);
    expect(await world.failure("SHOW TBLPROPERTIES nothing")).to.match(/TABLE_NOT_FOUND/);
  });

  it("are shown by no view", async () => {
    const said = await world.failure("CREATE VIEW v AS SELECT table_name FROM information_schema.tables");
    expect(said).to.match(/NOT_SUPPORTED: CREATE VIEW on information_schema.tables/);
  });

  it("are read with the rights of who asks", async () => {
    world.refused.add("glue:GetTables *");
    world.refused.add("glue:GetTables arn:aws:glue:us-east-1:123456789012:catalog");
    expect(await world.failure("SELECT * FROM information_schema.tables")).to.match(/PERMISSION_DENIED/);
    world.refused.clear();
  });
});
