/**
 * Athena over real files: partitions, types and views. Amazon Athena User Guide.
 */
import { expect } from "chai";
import { AthenaWorld, PARQUET } from "./world";

describe("Athena, reading", () => {
  let world: AthenaWorld;
  beforeEach(async () => {
    world = await new AthenaWorld().withLake();
  });
  afterEach(() => world.close());

  it("reads only the locations that partitions are registered with", async () => {
    await world.dated();
    await world.rows(`UNLOAD (SELECT 99 AS a, 'unseen' AS s) TO 's3://lake/t/exec_date=2024-11-08/run2/' ${PARQUET}`);
    expect(await world.rows("SELECT * FROM t ORDER BY a")).to.deep.equal([
      ["1", "x", "2024-11-08"],
      ["2", "x", "2024-11-09"],
    ]);
    await world.call("glue", "UpdatePartition", {
      DatabaseName: "db",
      TableName: "t",
      PartitionValueList: ["2024-11-08"],
      PartitionInput: {
        Values: ["2024-11-08"],
        StorageDescriptor: { Location: "s3://lake/t/exec_date=2024-11-08/run2" },
      },
    });
    expect(await world.rows("SELECT a, s FROM t WHERE exec_date = date '2024-11-08'")).to.deep.equal([
      ["99", "unseen"],
    ]);
  });

  it("scans the partitions and columns that a query needs", async () => {
    await world.dated();
    const scanned = async (sql: string): Promise<number> => (await world.execute(sql)).Statistics.DataScannedInBytes;
    const all = await scanned("SELECT a FROM t");
    expect(all).to.be.greaterThan(0);
    const one = all / 2;
    const cases: [string, number][] = [
      ["SELECT a FROM t WHERE exec_date = date '2024-11-08'", one],
      ["SELECT a FROM t WHERE exec_date > date '2024-11-08' AND a > 0", one],
      ["SELECT a FROM t WHERE exec_date IN (date '2024-11-08')", one],
      ["SELECT a FROM t WHERE exec_date = date_add('day', 1, date '2024-11-08')", one],
      ["SELECT a FROM (SELECT * FROM t) WHERE exec_date = date '2024-11-08'", one],
      ["WITH w AS (SELECT a, exec_date d FROM t) SELECT a FROM w WHERE d = date '2024-11-08'", one],
      ["SELECT sum(a) FROM t GROUP BY exec_date HAVING true", all],
      ["SELECT a FROM t WHERE exec_date = date '2024-11-08' OR a = 5", all],
      ["SELECT x.a FROM t x JOIN t y ON x.exec_date = y.exec_date AND y.exec_date = date '2024-11-08'", all],
      ["SELECT count(*) FROM t", 0],
      ["SELECT max(exec_date) FROM t", 0],
      ["SELECT a FROM (SELECT * FROM t LIMIT 5) WHERE exec_date = date '2024-11-08'", all],
    ];
    for (const [sql, expected] of cases) expect(await scanned(sql), sql).to.equal(expected);
    expect(
      await world.rows(
        "SELECT x.a, y.a FROM t x LEFT JOIN t y ON x.a = y.a AND y.exec_date = date '2024-11-08' ORDER BY 1",
      ),
    ).to.deep.equal([
      ["1", "1"],
      ["2", undefined],
    ]);
  });

  it("takes columns by name: missing ones are NULL, others are ignored, narrower numbers fit", async () => {
    await world.table("t", "a bigint; gone double; d double; ts timestamp; m decimal(10,2); st struct<x:int,y:string>");
    const at = "TIMESTAMPTZ '2020-01-01 05:00:00.1239+00'";
    await world.put(
      "t/one.parquet",
      `SELECT 'extra' AS z, 7::INTEGER AS A, 1.5::FLOAT AS d, ${at} AS ts, 1.5::DECIMAL(4,1) AS m, {'Y': 'q', 'w': 1} AS st`,
    );
    expect(await world.rows("SELECT * FROM t")).to.deep.equal([
      ["7", undefined, "1.5", "2020-01-01 05:00:00.124", "1.50", "{x=null, y=q}"],
    ]);
  });

  it("knows the partition of each row, whatever the files of the partitions have in common", async () => {
    await world.table("t", "a int; ts timestamp", "day date; name string");
    const at = (hour: number) => `TIMESTAMPTZ '1969-12-31 0${hour}:00:00.9995+00'`;
    await world.put("x/one/1.parquet", `SELECT 1::TINYINT AS a, ${at(1)} AS ts, 9 AS other`);
    await world.put("x/one/2.parquet", `SELECT 2::TINYINT AS a, ${at(2)} AS ts`);
    await world.put("x/two/1.parquet", `SELECT ${at(3)} AS ts, 30000::SMALLINT AS a`);
    await world.put("x/three/1.parquet", `SELECT 4::TINYINT AS a, ${at(4)} AS ts, 7 AS file_index`);
    // Two partitions may be of the same files.
    for (const [day, name, folder] of [
      ["2024-11-08", "b", "one"],
      ["2024-11-09", "b", "one"],
      ["2024-11-09", "c", "two"],
      ["2024-11-10", "__HIVE_DEFAULT_PARTITION__", "three"],
    ]) {
      await world.rows(
        `ALTER TABLE t ADD PARTITION (day = '${day}', name = '${name}') LOCATION 's3://lake/x/${folder}/'`,
      );
    }
    const stamp = (hour: number) => `1969-12-31 0${hour}:00:01.000`;
    expect(await world.rows("SELECT a, ts, day, name FROM t ORDER BY a, day")).to.deep.equal([
      ["1", stamp(1), "2024-11-08", "b"],
      ["1", stamp(1), "2024-11-09", "b"],
      ["2", stamp(2), "2024-11-08", "b"],
      ["2", stamp(2), "2024-11-09", "b"],
      ["4", stamp(4), "2024-11-10", undefined],
      ["30000", stamp(3), "2024-11-09", "c"],
    ]);
    const groups = "SELECT day, count(*), sum(a) FROM t WHERE name = 'b' OR a > 4 GROUP BY day ORDER BY day";
    expect(await world.rows(groups)).to.deep.equal([
      ["2024-11-08", "2", "3"],
      ["2024-11-09", "3", "30003"],
    ]);
  });

  // Trino, "Hive connector", Metadata columns.
  it("tells which file a row is from", async () => {
    await world.dated();
    const file = (day: string) => new RegExp(`^s3://lake/t/exec_date=${day}/run1/.+`);
    const all = await world.rows('SELECT a, "$path", exec_date FROM t ORDER BY a');
    expect(all.map(([a, path, day = ""]) => [a, file(day).test(path ?? "")])).to.deep.equal([
      ["1", true],
      ["2", true],
    ]);
    const [[one]] = await world.rows(`SELECT x."$path" FROM t AS x WHERE exec_date = DATE '2024-11-09'`);
    expect(one).to.match(file("2024-11-09"));
    expect(await world.rows('SELECT count(DISTINCT "$path") FROM t')).to.deep.equal([["2"]]);
    expect(await world.rows("SELECT * FROM t WHERE a = 1")).to.deep.equal([["1", "x", "2024-11-08"]]);
  });

  it("fails on files that are not what the table says", async () => {
    await world.table("t", "a int; s string");
    await world.put("t/one.parquet", "SELECT 7::BIGINT AS a, 'x' AS s");
    expect(await world.failure("SELECT a FROM t")).to.match(
      /^HIVE_BAD_DATA: Field a's type BIGINT in parquet file s3:\/\/lake\/t\/one.parquet is incompatible with type integer/,
    );
    expect(await world.rows("SELECT s FROM t")).to.deep.equal([["x"]]);
    await world.call("s3", "PutObject", { Bucket: "lake", Key: "t/two.csv", Body: "a,s\n1,2\n" });
    expect(await world.failure("SELECT s FROM t")).to.match(
      /^HIVE_BAD_DATA: Not valid Parquet file: s3:\/\/lake\/t\/two.csv/,
    );
  });

  it("ignores hidden and empty files, and reads a table without files as empty", async () => {
    await world.table("t", "a int");
    expect(await world.rows("SELECT count(*), sum(a) FROM t")).to.deep.equal([["0", undefined]]);
    for (const Key of ["t/_SUCCESS", "t/.hidden", "t/_temporary/x.parquet"]) {
      await world.call("s3", "PutObject", { Bucket: "lake", Key, Body: "no parquet" });
    }
    await world.call("s3", "PutObject", { Bucket: "lake", Key: "t/", Body: "" });
    expect(await world.rows("SELECT count(a) FROM t")).to.deep.equal([["0"]]);
  });

  it("reads as the caller", async () => {
    await world.dated();
    const s3 = "s3:ListBucket arn:aws:s3:::lake";
    const glue = "glue:GetPartitions arn:aws:glue:us-east-1:123456789012:table/db/t";
    for (const refused of [s3, glue]) {
      world.refused.add(refused);
      expect(await world.failure("SELECT a FROM t"), refused).to.match(/^PERMISSION_DENIED: /);
      world.refused.clear();
    }
    const [key] = await world.keys("lake", "t/exec_date=2024-11-09");
    world.refused.add(`s3:GetObject arn:aws:s3:::lake/${key}`);
    expect(await world.failure("SELECT a FROM t")).to.match(/^PERMISSION_DENIED: /);
    expect(await world.rows("SELECT a FROM t WHERE exec_date = date '2024-11-08'")).to.deep.equal([["1"]]);
  });

  it("has views", async () => {
    await world.dated();
    await world.rows("CREATE OR REPLACE VIEW v AS SELECT a * 10 AS b, exec_date FROM t -- twice\n");
    expect(await world.rows("SELECT b FROM v WHERE exec_date = date '2024-11-09'")).to.deep.equal([["20"]]);
    expect(await world.failure("CREATE VIEW v AS SELECT 1 AS x")).to.match(/View already exists/);
    expect(await world.failure("CREATE VIEW w AS SELECT nope FROM t")).to.match(/^COLUMN_NOT_FOUND/);
    await world.rows("DROP VIEW v");
    expect(await world.failure("SELECT * FROM v")).to.match(/^TABLE_NOT_FOUND/);
  });
});
