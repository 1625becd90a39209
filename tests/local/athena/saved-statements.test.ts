/**
 * Prepared statements, named queries and workgroups, asked by the SDK for JavaScript. Athena User Guide, "Use prepared
 * statements" and "Configure access to prepared statements"; API reference, the operations.
 */
import * as athena from "@aws-sdk/client-athena";
import { expect } from "chai";
import { serve, type Served } from "../../../local/http/server";
import { serveS3 } from "../../../local/s3/rest";
import { AthenaWorld } from "./world";

const owner = { principalArn: "arn:aws:iam::123456789012:root" };

describe("Statements that Athena keeps", () => {
  const world = new AthenaWorld();
  let served: Served;
  let client: athena.AthenaClient;
  before(async () => {
    await world.withLake();
    served = await serve(world.api, { callerOf: () => owner, s3: serveS3 });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    client = new athena.AthenaClient({ endpoint: served.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  });
  after(async () => {
    client.destroy();
    await served.close();
    await world.close();
  });
  before(async () => {
    await world.dated();
    const Parameters = { table_type: "ICEBERG", metadata_location: "s3://lake/i/metadata/0.json" };
    const TableInput = { Name: "iceberg", TableType: "EXTERNAL_TABLE", Parameters };
    await world.call("glue", "CreateTable", { DatabaseName: "db", TableInput });
  });
  beforeEach(() => {
    world.asked.length = 0;
    world.refused.clear();
  });
  const group = { WorkGroup: "primary" };
  const raised = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "nothing",
      ({ name, message }: Error) => `${name}: ${message}`,
    );
  const asked = (): string[] => world.asked.map(({ action }) => action).filter((action) => /Prepared/.test(action));

  it("are prepared, executed with values, prepared anew and deallocated in SQL", async () => {
    await world.rows("PREPARE twice FROM SELECT ? * 2, upper(?) AS u");
    expect(asked()).to.deep.equal(["athena:CreatePreparedStatement"]);
    expect(await world.rows("EXECUTE twice USING 21, 'x;''y'")).to.deep.equal([["42", "X;'Y"]]);
    expect(await world.rows("execute TWICE", { ExecutionParameters: ["2 + 1", "'z'"] })).to.deep.equal([["6", "Z"]]);
    await world.rows("PREPARE twice FROM SELECT 1");
    expect(asked()).to.include("athena:UpdatePreparedStatement");
    expect(await world.rows("EXECUTE twice")).to.deep.equal([["1"]]);
    await world.rows("DEALLOCATE PREPARE twice");
    expect(await raised(world.execute("EXECUTE twice"))).to.include("was not found in workGroup primary");
  });

  it("have the type of what they stand for", async () => {
    await world.rows("PREPARE one FROM SELECT 1 AS n");
    const { StatementType, SubstatementType, ResultConfiguration } = await world.execute("EXECUTE one");
    expect([StatementType, SubstatementType]).to.deep.equal(["DML", "SELECT"]);
    expect(ResultConfiguration.OutputLocation).to.match(/\.csv$/);
    expect((await world.execute("PREPARE one FROM SELECT 2")).StatementType).to.equal("DDL");
  });

  it("need as many values as they have parameters", async () => {
    await world.rows("PREPARE two FROM SELECT ?, ?");
    expect(await world.failure("EXECUTE two USING 1")).to.match(
      /Incorrect number of parameters: expected 2 but found 1/,
    );
  });

  it("are queries and what writes a query's rows, nothing else", async () => {
    for (const statement of ["DROP TABLE t", "SHOW TABLES", "EXECUTE other", "PREPARE x FROM SELECT 1"])
      expect(await raised(world.execute(`PREPARE p FROM ${statement}`)), statement).to.match(
        /InvalidRequestException|Error/,
      );
  });

  for (const [sql, action] of [
    ["PREPARE denied FROM SELECT 1", "CreatePreparedStatement"],
    ["PREPARE kept FROM SELECT 1", "UpdatePreparedStatement"],
    ["EXECUTE kept", "GetPreparedStatement"],
    ["DEALLOCATE PREPARE kept", "DeletePreparedStatement"],
  ]) {
    it(`ask for athena:${action}: ${sql}`, async () => {
      await world.rows("PREPARE kept FROM SELECT 1");
      world.refused.add(`athena:${action} arn:aws:athena:us-east-1:123456789012:workgroup/primary`);
      const failed = world.execute(sql).then(({ Status }) => Status.StateChangeReason);
      expect(await failed.catch(({ message }: Error) => message)).to.include(`athena:${action}`);
    });
  }

  it("are kept by name through the API", async () => {
    const key = { ...group, StatementName: "by_day" };
    await client.send(new athena.CreatePreparedStatementCommand({ ...key, QueryStatement: "SELECT ? AS day" }));
    const again = client.send(new athena.CreatePreparedStatementCommand({ ...key, QueryStatement: "SELECT 1" }));
    expect(await raised(again)).to.match(/^InvalidRequestException: .*already exists/);
    await client.send(
      new athena.UpdatePreparedStatementCommand({ ...key, QueryStatement: "SELECT ? AS d", Description: "by day" }),
    );
    const { PreparedStatement } = await client.send(new athena.GetPreparedStatementCommand(key));
    expect(PreparedStatement).to.include({ QueryStatement: "SELECT ? AS d", WorkGroupName: "primary" });
    expect(PreparedStatement?.LastModifiedTime).to.be.instanceOf(Date);
    const listed = await client.send(new athena.ListPreparedStatementsCommand(group));
    expect(listed.PreparedStatements?.map(({ StatementName }) => StatementName)).to.include("by_day");
    const names = ["by_day", "none"];
    const batch = await client.send(
      new athena.BatchGetPreparedStatementCommand({ ...group, PreparedStatementNames: names }),
    );
    expect(batch.UnprocessedPreparedStatementNames?.map(({ StatementName }) => StatementName)).to.deep.equal(["none"]);
    expect(await world.rows("EXECUTE by_day USING 1")).to.deep.equal([["1"]]);
    await client.send(new athena.DeletePreparedStatementCommand(key));
    const gone = client.send(new athena.GetPreparedStatementCommand(key));
    expect(await raised(gone)).to.match(/^ResourceNotFoundException: PreparedStatement by_day was not found/);
  });

  it("are saved as named queries", async () => {
    const content = { Name: "n", Database: "db", QueryString: "select 1" };
    const token = "t".repeat(32);
    const create = () => client.send(new athena.CreateNamedQueryCommand({ ...content, ClientRequestToken: token }));
    const { NamedQueryId } = await create();
    expect((await create()).NamedQueryId).to.equal(NamedQueryId);
    await client.send(new athena.UpdateNamedQueryCommand({ NamedQueryId, Name: "m", QueryString: "select 2" }));
    const { NamedQuery } = await client.send(new athena.GetNamedQueryCommand({ NamedQueryId }));
    expect(NamedQuery).to.deep.equal({ ...content, ...group, NamedQueryId, Name: "m", QueryString: "select 2" });
    expect((await client.send(new athena.ListNamedQueriesCommand({}))).NamedQueryIds).to.deep.equal([NamedQueryId]);
    const ids = [NamedQueryId!, "none"];
    const batch = await client.send(new athena.BatchGetNamedQueryCommand({ NamedQueryIds: ids }));
    expect([batch.NamedQueries?.length, batch.UnprocessedNamedQueryIds?.length]).to.deep.equal([1, 1]);
    await client.send(new athena.DeleteNamedQueryCommand({ NamedQueryId }));
    const gone = client.send(new athena.GetNamedQueryCommand({ NamedQueryId }));
    expect(await raised(gone)).to.match(/^InvalidRequestException: NamedQuery .* was not found/);
  });

  it("go with their workgroup, whose settings can be changed one by one", async () => {
    const create = new athena.CreateWorkGroupCommand({
      Name: "own",
      Description: "before",
      Configuration: { ResultConfiguration: { OutputLocation: "s3://results/own/" } },
    });
    await client.send(create);
    await client.send(
      new athena.UpdateWorkGroupCommand({
        WorkGroup: "own",
        ConfigurationUpdates: { BytesScannedCutoffPerQuery: 10_000_000, EnforceWorkGroupConfiguration: false },
      }),
    );
    const read = async () => (await client.send(new athena.GetWorkGroupCommand({ WorkGroup: "own" }))).WorkGroup;
    const before = await read();
    expect(before?.Description).to.equal("before");
    expect(before?.Configuration).to.deep.include({
      BytesScannedCutoffPerQuery: 10_000_000,
      EnforceWorkGroupConfiguration: false,
      ResultConfiguration: { OutputLocation: "s3://results/own/" },
    });
    const ConfigurationUpdates = {
      RemoveBytesScannedCutoffPerQuery: true,
      ResultConfigurationUpdates: { RemoveOutputLocation: true },
    };
    await client.send(new athena.UpdateWorkGroupCommand({ WorkGroup: "own", State: "DISABLED", ConfigurationUpdates }));
    const after = await read();
    expect([after?.State, after?.Configuration?.BytesScannedCutoffPerQuery]).to.deep.equal(["DISABLED", undefined]);
    expect(after?.Configuration?.ResultConfiguration?.OutputLocation).to.equal(undefined);
    const strange = { ConfigurationUpdates: { CustomerContentEncryptionConfiguration: { KmsKey: "k" } } };
    const refusal = client.send(new athena.UpdateWorkGroupCommand({ WorkGroup: "own", ...strange }));
    expect(await raised(refusal)).to.match(/CustomerContentEncryptionConfiguration/);
    const named = { Name: "n", Database: "db", QueryString: "select 1", WorkGroup: "own" };
    await client.send(new athena.CreateNamedQueryCommand(named));
    const remove = (more = {}) => client.send(new athena.DeleteWorkGroupCommand({ WorkGroup: "own", ...more }));
    expect(await raised(remove())).to.match(/WorkGroup own is not empty/);
    await remove({ RecursiveDeleteOption: true });
    await client.send(create);
    expect((await client.send(new athena.ListNamedQueriesCommand({ WorkGroup: "own" }))).NamedQueryIds).to.deep.equal(
      [],
    );
  });

  it("tell how a view is made, and of what is none", async () => {
    await world.rows("CREATE VIEW v AS SELECT 1 AS a");
    expect(await world.rows("SHOW CREATE VIEW v")).to.deep.equal([["CREATE VIEW db.v AS"], ["SELECT 1 AS a"]]);
    expect(await world.failure("SHOW CREATE VIEW none")).to.match(/none/);
  });

  const refusals: [name: string, sql: string, more: object, says: RegExp][] = [
    ["plans", "EXPLAIN SELECT 1", {}, /local runtime.*EXPLAIN/],
    [
      "reuse of results",
      "SELECT 1",
      { ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 } } },
      /the local runtime does not reuse results/,
    ],
    ["deletion", "DELETE FROM t", {}, /local runtime.*DELETE/],
    ["merging", "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE", {}, /local runtime.*MERGE/],
    ["updates", "UPDATE t SET a = 1", {}, /local runtime.*UPDATE/],
    ["upkeep of Iceberg", "OPTIMIZE t REWRITE DATA USING BIN_PACK", {}, /local runtime.*OPTIMIZE/],
    ["clearing of Iceberg", "VACUUM t", {}, /local runtime.*VACUUM/],
    ["time travel", "SELECT * FROM t FOR TIMESTAMP AS OF current_timestamp", {}, /local runtime.*FOR on tables/],
  ];
  for (const [name, sql, more, says] of refusals) {
    it(`refuses ${name} by name`, async () => expect(await raised(world.execute(sql, more))).to.match(says));
  }

  const refused: [name: string, sql: string][] = [
    ["Iceberg tables (i)", "CREATE TABLE i (a int) LOCATION 's3://lake/i/' TBLPROPERTIES ('table_type' = 'ICEBERG')"],
    ["Iceberg tables (i)", "CREATE TABLE i WITH (table_type = 'ICEBERG', location = 's3://lake/i/') AS SELECT 1 AS a"],
    ["Iceberg tables (db.iceberg)", "SELECT * FROM iceberg"],
    ["Iceberg tables (db.iceberg)", "INSERT INTO iceberg VALUES (1)"],
    ['the hidden column "$path"', 'SELECT "$path" FROM t, t AS u'],
    ['the hidden column "$file_size"', 'SELECT t."$file_size" FROM t'],
    ["names for all columns (t.* AS (…))", "SELECT t.* AS (x) FROM t"],
    ["FETCH FIRST … WITH TIES", "SELECT a FROM t ORDER BY a FETCH FIRST ROW WITH TIES"],
    ["WITH RECURSIVE", "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t"],
  ];
  for (const [what, sql] of refused) {
    it(`refuses ${what}: ${sql.slice(0, 50)}`, async () => {
      const said = await world.failure(sql).catch(({ message }: Error) => message);
      expect(said)
        .to.match(/NOT_SUPPORTED/)
        .and.include(`The local runtime does not run ${what}.`);
    });
  }
});
