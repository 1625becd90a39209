/**
 * Athena over real files: how queries run, what they answer, limits. Amazon Athena User Guide and API reference.
 */
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, GetDatabaseCommand, GlueClient } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { serve } from "../../../local/http/server";
import { AthenaWorld, PARQUET, type Execution, type Results } from "./world";

describe("Athena", () => {
  let world: AthenaWorld;
  beforeEach(async () => {
    world = await new AthenaWorld().withLake();
  });
  afterEach(() => world.close());

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
        [
          { QueryString: "DELETE FROM t", ResultConfiguration },
          /NOT_SUPPORTED: line 1:1: The local runtime does not run DELETE/,
        ],
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
      await world.dated();
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
        "SELECT count(*) FROM unnest(sequence(1, 10000)) a(x) CROSS JOIN unnest(sequence(1, 10000)) b(y) CROSS JOIN unnest(sequence(1, 10000)) c(z) WHERE x * y + z % 7 = 3";
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
            QueryString: `SELECT regexp_replace('n' || cast(max(x) AS varchar), 'n', '${n}-') FROM unnest(sequence(1, 10000)) t(x)`,
            ResultConfiguration: { OutputLocation: "s3://results/" },
          }),
        ),
      );
      await world.journal.whenIdle();
      const answers = await Promise.all(ids.map(({ QueryExecutionId }) => world.results(QueryExecutionId)));
      expect(answers.map((rows) => rows[1][0])).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${n}-10000`));
    });

    it("shows the catalog", async () => {
      await world.dated();
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
