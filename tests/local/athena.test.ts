/**
 * Athena over real files: partitions, views, writing, results, limits. Amazon Athena User Guide and API reference.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, GetDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { serve } from "../../local/http/server";
import { AthenaWorld, type Execution, type Results } from "./athena-world";

const PARQUET = "WITH (format = 'PARQUET', compression = 'SNAPPY')";

describe("Athena", () => {
  let world: AthenaWorld;
  beforeEach(async () => {
    world = await new AthenaWorld().withLake();
  });
  afterEach(() => world.close());

  /** Puts the result of DuckDB SQL as a Parquet file: what another tool would write. */
  async function put(key: string, sql: string): Promise<void> {
    const path = join(world.folder, "made.parquet");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(`SET TimeZone = 'UTC'; COPY (${sql}) TO '${path}' (FORMAT parquet)`);
    connection.disconnectSync();
    await world.call("s3", "PutObject", { Bucket: "lake", Key: key, Body: readFileSync(path) });
  }

  async function dated(): Promise<void> {
    await world.table("t", "a int; s string", "exec_date date");
    for (const [day, value] of [
      ["2024-11-08", 1],
      ["2024-11-09", 2],
    ] as const) {
      await world.rows(`UNLOAD (SELECT ${value} AS a, 'x' AS s) TO 's3://lake/t/exec_date=${day}/run1/' ${PARQUET}`);
      await world.rows(
        `ALTER TABLE t ADD PARTITION (exec_date = '${day}') LOCATION 's3://lake/t/exec_date=${day}/run1/'`,
      );
    }
  }

  describe("reading", () => {
    it("reads only the locations that partitions are registered with", async () => {
      await dated();
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
      await dated();
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
      await world.table(
        "t",
        "a bigint; gone double; d double; ts timestamp; m decimal(10,2); st struct<x:int,y:string>",
      );
      const at = "TIMESTAMPTZ '2020-01-01 05:00:00.1239+00'";
      await put(
        "t/one.parquet",
        `SELECT 'extra' AS z, 7::INTEGER AS A, 1.5::FLOAT AS d, ${at} AS ts, 1.5::DECIMAL(4,1) AS m, {'Y': 'q', 'w': 1} AS st`,
      );
      expect(await world.rows("SELECT * FROM t")).to.deep.equal([
        ["7", undefined, "1.5", "2020-01-01 05:00:00.124", "1.50", "{x=null, y=q}"],
      ]);
    });

    it("fails on files that are not what the table says", async () => {
      await world.table("t", "a int; s string");
      await put("t/one.parquet", "SELECT 7::BIGINT AS a, 'x' AS s");
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
      await dated();
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
      await dated();
      await world.rows("CREATE OR REPLACE VIEW v AS SELECT a * 10 AS b, exec_date FROM t -- twice\n");
      expect(await world.rows("SELECT b FROM v WHERE exec_date = date '2024-11-09'")).to.deep.equal([["20"]]);
      expect(await world.failure("CREATE VIEW v AS SELECT 1 AS x")).to.match(/View already exists/);
      expect(await world.failure("CREATE VIEW w AS SELECT nope FROM t")).to.match(/^COLUMN_NOT_FOUND/);
      await world.rows("DROP VIEW v");
      expect(await world.failure("SELECT * FROM v")).to.match(/^TABLE_NOT_FOUND/);
    });
  });

  describe("writing", () => {
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
      await dated();
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
      await put("e/p=one/x.parquet", "SELECT 1::INTEGER AS a");
      expect(await world.rows("MSCK REPAIR TABLE other.e")).to.deep.equal([
        ["Partitions not in metastore:\te:p=one"],
        ["Repair: Added partition to metastore e:p=one"],
      ]);
      expect(await world.rows("SELECT a, p FROM other.e")).to.deep.equal([["1", "one"]]);
      expect(await world.rows("SHOW PARTITIONS other.e")).to.deep.equal([["p=one"]]);
      expect(await world.rows("SHOW TABLES IN other")).to.deep.equal([["e"]]);
      expect(await world.rows("SHOW DATABASES")).to.deep.equal([["db"], ["other"]]);
      expect((await world.rows("SHOW COLUMNS IN other.e")).map(([name]) => name?.trim())).to.deep.equal([
        "a",
        "b",
        "p",
      ]);
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
  });

  describe("running", () => {
    it("gives results in pages, the header first, NULL apart from empty text", async () => {
      const ended = await world.execute(
        "SELECT x AS \"a,b\", if(x = 2, null, '') n, 'say \"hi\",\n' q FROM (VALUES 1, 2) t(x) ORDER BY x",
      );
      const first = await world.call<Results>("athena", "GetQueryResults", {
        QueryExecutionId: ended.id,
        MaxResults: 2,
      });
      expect(first.ResultSet.Rows.map((row) => row.Data)).to.deep.equal([
        [{ VarCharValue: "a,b" }, { VarCharValue: "n" }, { VarCharValue: "q" }],
        [{ VarCharValue: "1" }, { VarCharValue: "" }, { VarCharValue: 'say "hi",\n' }],
      ]);
      const second = await world.call<Results>("athena", "GetQueryResults", {
        QueryExecutionId: ended.id,
        MaxResults: 2,
        NextToken: first.NextToken,
      });
      expect(second.ResultSet.Rows[0].Data[1].VarCharValue).to.equal(undefined);
      expect(second.NextToken).to.equal(undefined);
      expect(ended.ResultConfiguration.OutputLocation).to.equal(`s3://results/here/${ended.id}.csv`);
      expect(await world.rows("SELECT 1, null")).to.deep.equal([["1", undefined]]);
    });

    it("fills in parameters", async () => {
      const more = { ExecutionParameters: ["2", "'it''s'", "DATE '2024-01-01'"] };
      expect(await world.rows("SELECT ? + 1, ?, date_add('day', 1, ?)", more)).to.deep.equal([
        ["3", "it's", "2024-01-02"],
      ]);
      expect(await world.failure("SELECT ?", more)).to.match(/Incorrect number of parameters: expected 1 but found 3/);
    });

    it("refuses at once what does not parse or has no place for results", async () => {
      const refused = async (input: object): Promise<string> => {
        try {
          await world.call("athena", "StartQueryExecution", input);
          return "accepted";
        } catch (error) {
          const { code, message } = error as { code: string; message: string };
          return `${code}: ${message}`;
        }
      };
      const ResultConfiguration = { OutputLocation: "s3://results/" };
      const cases: [object, RegExp][] = [
        [{ QueryString: "SELECT 1" }, /No output location provided/],
        [{ QueryString: "SELEC 1", ResultConfiguration }, /line 1:1: mismatched input 'SELEC'/],
        [{ QueryString: "SELECT 1,\n FROM t", ResultConfiguration }, /line 2:2: mismatched input 'FROM'/],
        [{ QueryString: "SELECT 1; SELECT 2", ResultConfiguration }, /line 1:11: mismatched input 'SELECT'/],
        [{ QueryString: "SELECT 'a", ResultConfiguration }, /line 1:8: the string that starts here has no end/],
        [{ QueryString: "DELETE FROM t", ResultConfiguration }, /The local runtime runs SELECT/],
        [{ QueryString: `SELECT 1 -- ${"x".repeat(262_144)}`, ResultConfiguration }, /longer than 262144 bytes/],
        [
          { QueryString: "SELECT 1", ResultConfiguration: { OutputLocation: "s3://nowhere/" } },
          /Unable to verify\/create output bucket nowhere/,
        ],
        [{ QueryString: "SELECT 1", WorkGroup: "nope", ResultConfiguration }, /WorkGroup nope is not found/],
        // Athena API reference, "StartQueryExecution": 32 to 128 characters. The state machine's are 64.
        [{ QueryString: "SELECT 1", ClientRequestToken: "t".repeat(31), ResultConfiguration }, /ClientRequestToken/],
        [{ QueryString: "SELECT 1", ClientRequestToken: "t".repeat(129), ResultConfiguration }, /ClientRequestToken/],
      ];
      for (const [input, expected] of cases) {
        const answer = await refused(input);
        expect(answer)
          .to.match(/^InvalidRequestException/)
          .and.to.match(expected);
      }
    });

    it("starts a query once for one token", async () => {
      const input = {
        QueryString: "SELECT 1",
        ClientRequestToken: "t".repeat(32),
        ResultConfiguration: { OutputLocation: "s3://results/" },
      };
      const [first, second] = [
        await world.call("athena", "StartQueryExecution", input),
        await world.call("athena", "StartQueryExecution", input),
      ];
      expect(second).to.deep.equal(first);
      const other = await world
        .call("athena", "StartQueryExecution", { ...input, QueryString: "SELECT 2" })
        .catch((error: Error) => error.message);
      expect(other).to.equal("Idempotent parameters do not match");
      await world.journal.whenIdle();
    });

    it("lets a workgroup say where results go and how much may be scanned", async () => {
      await dated();
      world.engine.putWorkGroup({
        Name: "team",
        Configuration: {
          ResultConfiguration: { OutputLocation: "s3://results/team/" },
          BytesScannedCutoffPerQuery: 10_000_000,
        },
      });
      const ended = await world.execute("SELECT 1", { WorkGroup: "team" });
      expect(ended.ResultConfiguration.OutputLocation).to.match(/^s3:\/\/results\/team\//);
      const big =
        "SELECT cast(uuid() AS varchar) s FROM unnest(sequence(1, 700)) a(x) CROSS JOIN unnest(sequence(1, 700)) b(y)";
      await world.table("big", "s string");
      await world.rows(`UNLOAD (${big}) TO 's3://lake/big/' ${PARQUET}`);
      const cut = await world.execute("SELECT max(s) FROM big", { WorkGroup: "team" });
      expect(cut.Status).to.include({ State: "CANCELLED", StateChangeReason: "Bytes scanned limit was exceeded" });
      expect((await world.execute("SELECT max(s) FROM big")).Status.State).to.equal("SUCCEEDED");
    });

    it("stops a query", async () => {
      const endless =
        "SELECT count(*) FROM unnest(sequence(1, 1000000)) a(x) CROSS JOIN unnest(sequence(1, 1000000)) b(y) WHERE x * y % 7 = 3";
      const { QueryExecutionId } = await world.call<{ QueryExecutionId: string }>("athena", "StartQueryExecution", {
        QueryString: endless,
        ResultConfiguration: { OutputLocation: "s3://results/" },
      });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await world.call("athena", "StopQueryExecution", { QueryExecutionId });
      await world.journal.whenIdle();
      const { QueryExecution } = await world.call<{ QueryExecution: Execution }>("athena", "GetQueryExecution", {
        QueryExecutionId,
      });
      expect(QueryExecution.Status.State).to.equal("CANCELLED");
    });

    it("tells who is to blame for a failure, and journals the end", async () => {
      const ended = await world.execute("SELECT 1 / 0");
      expect(ended.Status.AthenaError).to.include({ ErrorCategory: 2, Retryable: false });
      const [entry] = world.entries.slice(-1);
      expect(entry).to.include({ kind: "query-ended", queryExecutionId: ended.id, state: "FAILED" });
      const results = await world
        .call("athena", "GetQueryResults", { QueryExecutionId: ended.id })
        .catch((error: Error) => error.message);
      expect(results).to.equal("Query did not finish successfully. Final query state: FAILED");
    });

    it("remembers queries after the process was closed", async () => {
      const ended = await world.execute("SELECT 'kept' AS x");
      await world.reopen();
      expect(await world.results(ended.id)).to.deep.equal([["x"], ["kept"]]);
      const list = await world.call<{ QueryExecutionIds: string[] }>("athena", "ListQueryExecutions", {});
      expect(list.QueryExecutionIds).to.deep.equal([ended.id]);
    });

    it("runs several queries at once", async () => {
      const ids = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
          world.call<{ QueryExecutionId: string }>("athena", "StartQueryExecution", {
            QueryString: `SELECT regexp_replace('n' || cast(max(x) AS varchar), 'n', '${n}-') FROM unnest(sequence(1, 50000)) t(x)`,
            ResultConfiguration: { OutputLocation: "s3://results/" },
          }),
        ),
      );
      await world.journal.whenIdle();
      const answers = await Promise.all(ids.map(({ QueryExecutionId }) => world.results(QueryExecutionId)));
      expect(answers.map((rows) => rows[1][0])).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${n}-50000`));
    });

    it("shows the catalog", async () => {
      await dated();
      const CatalogName = "AwsDataCatalog";
      expect(await world.call("athena", "ListDatabases", { CatalogName })).to.have.nested.property(
        "DatabaseList[0].Name",
        "db",
      );
      const table = await world.call("athena", "GetTableMetadata", { CatalogName, DatabaseName: "db", TableName: "t" });
      expect(table).to.have.nested.property("TableMetadata.PartitionKeys[0].Type", "date");
      expect(await world.call("athena", "GetWorkGroup", { WorkGroup: "primary" })).to.have.nested.property(
        "WorkGroup.State",
        "ENABLED",
      );
      expect(await world.call("athena", "GetDataCatalog", { Name: CatalogName })).to.have.nested.property(
        "DataCatalog.Type",
        "GLUE",
      );
    });
  });

  it("serves the SDK's own clients", async () => {
    const served = await serve(world.api, {
      callerOf: () => ({ principalArn: "arn:aws:iam::123456789012:root" }),
      s3: async () => undefined,
    });
    const config = {
      endpoint: served.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "x" },
    };
    const [athena, glue] = [new AthenaClient(config), new GlueClient(config)];
    try {
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "other" } }));
      const { Database } = await glue.send(new GetDatabaseCommand({ Name: "other" }));
      expect(Database?.CreateTime).to.be.instanceOf(Date);
      const { QueryExecutionId } = await athena.send(
        new StartQueryExecutionCommand({
          QueryString: "SELECT 1 AS a, cast(NULL AS double) AS b",
          ResultConfiguration: { OutputLocation: "s3://results/" },
        }),
      );
      await world.journal.whenIdle();
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      expect(QueryExecution?.Status?.State).to.equal("SUCCEEDED");
      expect(QueryExecution?.Status?.CompletionDateTime).to.be.instanceOf(Date);
      const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
      expect(ResultSet?.Rows?.map((row) => row.Data)).to.deep.equal([
        [{ VarCharValue: "a" }, { VarCharValue: "b" }],
        [{ VarCharValue: "1" }, {}],
      ]);
      const refused = await athena
        .send(
          new StartQueryExecutionCommand({
            QueryString: "SELEC",
            ResultConfiguration: { OutputLocation: "s3://results/" },
          }),
        )
        .catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(InvalidRequestException);
      expect(refused).to.have.property("AthenaErrorCode", "MALFORMED_QUERY");
    } finally {
      athena.destroy();
      glue.destroy();
      await served.close();
    }
  });

  it("audits two dates of a table in one statement", async () => {
    await world.table("m", "record_month string; oh float; total float", "exec_date date");
    const rows = {
      "2024-11-08": "('199601', 12368097e0, 18320734e0), ('199602', 5e0, 5e0)",
      "2024-11-09": "('199601', 8708463e0, 14661100e0), ('199603', 7e0, null)",
    };
    for (const [day, values] of Object.entries(rows)) {
      await world.rows(
        `UNLOAD (SELECT m AS record_month, cast(a AS real) oh, cast(b AS real) total FROM (VALUES ${values}) t(m, a, b)) TO 's3://lake/m/${day}/' ${PARQUET}`,
      );
      await world.rows(`ALTER TABLE m ADD PARTITION (exec_date = '${day}') LOCATION 's3://lake/m/${day}/'`);
    }
    const audit = `
      WITH curr AS (SELECT * FROM m WHERE exec_date = date '2024-11-09'), prev AS (SELECT * FROM m WHERE exec_date = date '2024-11-08')
      SELECT t.attribute, coalesce(c.record_month, p.record_month) grain, date_parse(coalesce(c.record_month, p.record_month), '%Y%m') period,
        t.curr, t.prev, cast(t.curr AS decimal(20, 2)) - coalesce(cast(t.prev AS decimal(20, 2)), 0) delta
      FROM curr c FULL OUTER JOIN prev p ON c.record_month = p.record_month
      CROSS JOIN UNNEST(ARRAY[ROW('oh', cast(c.oh AS varchar), cast(p.oh AS varchar)), ROW('total', cast(c.total AS varchar), cast(p.total AS varchar))]) AS t(attribute, curr, prev)
      WHERE t.curr IS DISTINCT FROM t.prev
      ORDER BY 2, 1`;
    expect(await world.rows(audit)).to.deep.equal([
      ["oh", "199601", "1996-01-01 00:00:00.000", "8708463.0", "1.2368097E7", "-3659634.00"],
      ["total", "199601", "1996-01-01 00:00:00.000", "1.46611E7", "1.8320734E7", "-3659634.00"],
      ["oh", "199602", "1996-02-01 00:00:00.000", undefined, "5.0", undefined],
      ["total", "199602", "1996-02-01 00:00:00.000", undefined, "5.0", undefined],
      ["oh", "199603", "1996-03-01 00:00:00.000", "7.0", undefined, "7.00"],
    ]);
  });

  it("asks for the permission to write results", async () => {
    const ended = await world.execute("SELECT 1");
    expect(world.asked.map((permission) => `${permission.action} ${permission.resource}`)).to.include(
      `s3:PutObject arn:aws:s3:::results/here/${ended.id}.csv`,
    );
  });
});
