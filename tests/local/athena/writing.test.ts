/**
 * Athena over real files: UNLOAD, CTAS, INSERT and DDL. Amazon Athena User Guide.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { AthenaWorld, PARQUET, type Results } from "./world";

describe("Athena, writing", () => {
  let world: AthenaWorld;
  beforeEach(async () => {
    world = await new AthenaWorld().withLake();
  });
  afterEach(() => world.close());

  it("keeps types and NULLs through UNLOAD and reading back", async () => {
    const types =
      "b boolean; i int; l bigint; r float; d double; m decimal(20,2); s string; v varchar(3); day date; ts timestamp; arr array<int>; st struct<x:int,y:string>; mp map<string,double>";
    await world.table("t", types);
    const values =
      "true b, 1 i, cast(2 as bigint) l, cast(0.1 as real) r, 1e7 d, cast('1.5' as decimal(20,2)) m, 'text' s, cast('abcd' as varchar(3)) v, " +
      "date '2020-02-29' day, timestamp '2020-01-01 05:00:00.123' ts, array[1, null] arr, cast(row(1, 'y') as row(x integer, y varchar)) st, map(array['k'], array[1e0]) mp";
    const nulls = types
      .split("; ")
      .map((column) => `null ${column.split(" ")[0]}`)
      .join(", ");
    await world.rows(`UNLOAD (SELECT ${values} UNION ALL SELECT ${nulls}) TO 's3://lake/t/' ${PARQUET}`);
    const ended = await world.execute("SELECT * FROM t ORDER BY i");
    const { ResultSet } = await world.call<Results>("athena", "GetQueryResults", { QueryExecutionId: ended.id });
    expect(
      ResultSet.ResultSetMetadata.ColumnInfo.map((c) => `${c.Name} ${c.Type} ${c.Precision} ${c.Scale}`),
    ).to.deep.equal([
      "b boolean 0 0",
      "i integer 10 0",
      "l bigint 19 0",
      "r float 17 0",
      "d double 17 0",
      "m decimal 20 2",
      "s varchar 2147483647 0",
      "v varchar 3 0",
      "day date 0 0",
      "ts timestamp 3 0",
      "arr array 0 0",
      "st row 0 0",
      "mp map 0 0",
    ]);
    expect((await world.results(ended.id)).slice(1)).to.deep.equal([
      [
        "true",
        "1",
        "2",
        "0.1",
        "1.0E7",
        "1.50",
        "text",
        "abc",
        "2020-02-29",
        "2020-01-01 05:00:00.123",
        "[1, null]",
        "{x=1, y=y}",
        "{k=1.0}",
      ],
      Array(13).fill(undefined),
    ]);
  });

  it("writes a real as FLOAT, an integer as INT32, a sum of reals as a real", async () => {
    await world.rows(
      `UNLOAD (SELECT sum(cast(x AS real)) r, 1 i, count(*) n FROM (VALUES 1, 2) t(x)) TO 's3://lake/u/' ${PARQUET}`,
    );
    const [key] = await world.keys("lake", "u/");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const schema = await connection.runAndReadAll(
      `SELECT name, type FROM parquet_schema('${world.store.pathOf("lake", key)}') WHERE type IS NOT NULL`,
    );
    connection.disconnectSync();
    expect(schema.getRows()).to.deep.equal([
      ["r", "FLOAT"],
      ["i", "INT32"],
      ["n", "INT64"],
    ]);
  });

  // Athena, "UNLOAD": the destination must have no data; an empty result writes nothing; a manifest lists the files.
  it("UNLOAD needs an empty place, and writes a manifest", async () => {
    const unload = `UNLOAD (SELECT 1 AS a) TO 's3://lake/u/' ${PARQUET}`;
    const ended = await world.execute(unload);
    const manifest = ended.Statistics.DataManifestLocation ?? "";
    expect(manifest).to.equal(`s3://results/here/${ended.id}-manifest.csv`);
    const { Body } = await world.call<{ Body: AsyncIterable<Buffer> }>("s3", "GetObject", {
      Bucket: "results",
      Key: manifest.slice("s3://results/".length),
    });
    let text = "";
    for await (const chunk of Body) text += chunk.toString();
    expect(text.trim()).to.equal(`s3://lake/${(await world.keys("lake", "u/"))[0]}`);
    expect(await world.failure(unload)).to.match(
      /^HIVE_PATH_ALREADY_EXISTS: Target directory for table '.*' already exists: s3:\/\/lake\/u\/\. /,
    );
    await world.rows(`UNLOAD (SELECT 1 AS a WHERE false) TO 's3://lake/empty/' ${PARQUET}`);
    expect(await world.keys("lake", "empty/")).to.deep.equal([]);
  });

  it("UNLOAD writes partitions as folders", async () => {
    await world.rows(
      "UNLOAD (SELECT a, d FROM (VALUES (1, date '2024-01-01'), (2, null)) t(a, d)) TO 's3://lake/u/' WITH (format = 'PARQUET', partitioned_by = ARRAY['d'])",
    );
    const folders = (await world.keys("lake", "u/")).map((key) => key.split("/")[1]);
    expect(folders).to.deep.equal(["d=2024-01-01", "d=__HIVE_DEFAULT_PARTITION__"]);
    expect(
      await world.failure(
        "UNLOAD (SELECT 1 AS d, 2 AS a) TO 's3://lake/x/' WITH (format = 'PARQUET', partitioned_by = ARRAY['d'])",
      ),
    ).to.match(/^HIVE_COLUMN_ORDER_MISMATCH/);
  });

  it("INSERT INTO appends and registers partitions", async () => {
    await world.dated();
    const ended = await world.execute(
      "INSERT INTO t SELECT x, 'new', d FROM (VALUES (5, date '2024-11-09'), (6, date '2024-11-10')) v(x, d)",
    );
    expect(ended.Status.State).to.equal("SUCCEEDED");
    expect(await world.call<Results>("athena", "GetQueryResults", { QueryExecutionId: ended.id })).to.have.property(
      "UpdateCount",
      2,
    );
    expect(
      await world.rows("SELECT a, exec_date FROM t WHERE exec_date >= date '2024-11-09' ORDER BY a"),
    ).to.deep.equal([
      ["2", "2024-11-09"],
      ["5", "2024-11-09"],
      ["6", "2024-11-10"],
    ]);
    expect(await world.failure("INSERT INTO t SELECT 'x', 'y', date '2024-11-09'")).to.match(
      /^TYPE_MISMATCH: Insert query has mismatched column types/,
    );
  });

  it("CREATE TABLE AS makes a table", async () => {
    await world.rows(
      "CREATE TABLE made WITH (format = 'PARQUET', external_location = 's3://lake/made/', partitioned_by = ARRAY['p']) AS SELECT 1 AS a, cast(2 AS real) AS r, 'x' AS p",
    );
    expect(await world.rows("SELECT * FROM made")).to.deep.equal([["1", "2.0", "x"]]);
    expect(await world.rows("SHOW CREATE TABLE made")).to.deep.include(["  `r` float)"]);
  });

  it("has DDL for databases, tables and partitions", async () => {
    await world.rows("CREATE DATABASE IF NOT EXISTS other COMMENT 'it''s another'");
    await world.rows(
      "CREATE EXTERNAL TABLE IF NOT EXISTS other.`e` (`a` int COMMENT 'x', b struct<c:array<int>>) PARTITIONED BY (p string) STORED AS PARQUET LOCATION 's3://lake/e/' TBLPROPERTIES ('k'='v')",
    );
    await world.put("e/p=one/x.parquet", "SELECT 1::INTEGER AS a");
    expect(await world.rows("MSCK REPAIR TABLE other.e")).to.deep.equal([
      ["Partitions not in metastore:\te:p=one"],
      ["Repair: Added partition to metastore e:p=one"],
    ]);
    expect(await world.rows("SELECT a, p FROM other.e")).to.deep.equal([["1", "one"]]);
    expect(await world.rows("SHOW PARTITIONS other.e")).to.deep.equal([["p=one"]]);
    expect(await world.rows("SHOW TABLES IN other")).to.deep.equal([["e"]]);
    expect(await world.rows("SHOW DATABASES")).to.deep.equal([["db"], ["other"]]);
    expect((await world.rows("SHOW COLUMNS IN other.e")).map(([name]) => name?.trim())).to.deep.equal(["a", "b", "p"]);
    expect((await world.rows("DESCRIBE other.e"))[0][0]?.split("\t").map((part) => part.trim())).to.deep.equal([
      "a",
      "int",
      "x",
    ]);
    await world.rows("ALTER TABLE other.e DROP PARTITION (p = 'one')");
    expect(await world.rows("SHOW PARTITIONS other.e")).to.deep.equal([]);
    expect(await world.failure("ALTER TABLE other.e ADD PARTITION (q = 'one')")).to.match(/^INVALID_PARTITION/);
    expect(await world.failure("DROP DATABASE other")).to.match(/is not empty/);
    await world.rows("DROP DATABASE other CASCADE");
    expect(await world.failure("DROP TABLE other.e")).to.match(/^TABLE_NOT_FOUND/);
  });

  it("changes a table's properties, and leaves the rest of it", async () => {
    await world.rows(
      "CREATE EXTERNAL TABLE e (a int) PARTITIONED BY (p string) STORED AS PARQUET LOCATION 's3://lake/e/' TBLPROPERTIES ('k'='v', 'l'='w')",
    );
    await world.rows("ALTER TABLE e SET TBLPROPERTIES ('k' = 'it''s new', 'm' = 'x')");
    const { Table } = await world.call<{ Table: { Parameters: object; PartitionKeys: object[] } }>("glue", "GetTable", {
      DatabaseName: "db",
      Name: "e",
    });
    expect(Table.Parameters).to.include({ k: "it's new", l: "w", m: "x" });
    expect(Table.PartitionKeys).to.have.lengthOf(1);
    expect(await world.failure("ALTER TABLE none SET TBLPROPERTIES ('k' = 'v')")).to.match(/^TABLE_NOT_FOUND/);
  });

  // Athena user guide, "Open CSV SerDe for processing CSV".
  describe("tables of CSV files", () => {
    const create = (columns: string, properties = "") =>
      world.rows(
        `CREATE EXTERNAL TABLE c (${columns}) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' ${properties} LOCATION 's3://lake/c/' TBLPROPERTIES ('skip.header.line.count'='1')`,
      );
    const put = (Body: string) => world.call("s3", "PutObject", { Bucket: "lake", Key: "c/a.csv", Body });

    it("are read as text, field by field", async () => {
      await create("a string, b string");
      await put('head,er\n1,"x, ""y"""\n,2\n3\n');
      expect(await world.rows("SELECT a, b FROM c ORDER BY a")).to.deep.equal([
        ["", "2"],
        ["1", 'x, "y"'],
        ["3", undefined],
      ]);
      expect(await world.rows("SELECT count(*) FROM c")).to.deep.equal([["3"]]);
    });

    it("have the separator that they say", async () => {
      await create("a string, b string", "WITH SERDEPROPERTIES ('separatorChar' = ';')");
      await put("h\n1,5;2\n");
      expect(await world.rows("SELECT * FROM c")).to.deep.equal([["1,5", "2"]]);
    });

    // "Lazy Simple SerDe for CSV, TSV, and custom-delimited files".
    it("have fields without quotes, if LazySimpleSerDe reads them", async () => {
      const serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
      await world.rows(
        `CREATE EXTERNAL TABLE c (a string, b string) ROW FORMAT SERDE '${serde}' WITH SERDEPROPERTIES ('field.delim' = ';') LOCATION 's3://lake/c/'`,
      );
      await put('"1";2;3\n\\N\n');
      expect(await world.rows("SELECT a, b FROM c ORDER BY b")).to.deep.equal([
        ['"1"', "2"],
        [undefined, undefined],
      ]);
    });

    it("are refused by name where a column is no text, and where rows would be inserted", async () => {
      await create("a int");
      await put("h\n1\n");
      expect(await world.failure("SELECT a FROM c")).to.match(/^NOT_SUPPORTED.*db\.c\.a integer/);
      expect(await world.failure("INSERT INTO c VALUES (1)")).to.match(/^NOT_SUPPORTED/);
    });
  });
});
