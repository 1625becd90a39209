import { readFileSync } from "node:fs";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { AuditConfig } from "../../../audit/config";
import type { AuditSpecification } from "../../../audit/specification";
import { auditTable, type PreparedAudit } from "../../../functions/handlers/auditor";
import { serve } from "../../../local/http/server";
import { serveS3 } from "../../../local/s3/rest";
import { configOf, hourlySpecification } from "../../audit/tables";
import { AthenaWorld } from "../../local/athena/world";

const run = {
  pipeline: "p",
  exec_date: "2024-11-09",
  run: "0c",
  executions: "pipeline_executions/p/2024-11-09/x-0c/",
  started: "2024-11-09T06:00:00Z",
};
const key = "audit_configs/p/t.json";

describe("the auditor", () => {
  let world: AthenaWorld;
  let served: Awaited<ReturnType<typeof serve>>;
  let s3: S3Client;
  let glue: GlueClient;

  before(async () => {
    world = await new AthenaWorld().withLake();
    served = await serve(world.api, {
      callerOf: () => ({ principalArn: "arn:aws:iam::123456789012:root" }),
      s3: serveS3,
    });
    const credentials = { accessKeyId: "local", secretAccessKey: "x" };
    const client = { endpoint: served.endpoint, region: "us-east-1", credentials };
    [s3, glue] = [new S3Client(client), new GlueClient(client)];
    for (const name of ["assets", "audit"]) await world.call("s3", "CreateBucket", { Bucket: name });
    await world.table("t", "id int; amount double; day date", "exec_date date");
    await world.table("t__runs", "id int; amount double; day date", "exec_date date; run string");
    await world.table("audit", "layer string", "pipeline string; exec_date date", "s3://audit/audit/");
    for (const date of ["2024-11-01", "2024-11-08"]) await partition("t", [date]);
  });
  after(async () => {
    s3.destroy();
    glue.destroy();
    await served.close();
    await world.close();
  });

  function partition(TableName: string, Values: string[], Parameters = {}): Promise<unknown> {
    const StorageDescriptor = { Location: `s3://lake/${TableName}/${Values.join("/")}/` };
    const PartitionInput = { Values, Parameters, StorageDescriptor };
    return world.call("glue", "CreatePartition", { DatabaseName: "db", TableName, PartitionInput });
  }

  const config = (attributes: string[], more: Partial<AuditSpecification> = {}): AuditConfig => {
    const numbers = Object.fromEntries(attributes.map((name) => [name, "double"]));
    const period = { column: "day", pattern: "date" } as const;
    const specification = { ...hourlySpecification, ...more, grain: ["id"], attributes, period };
    const reference = { database: "db", table: "t" };
    const built = configOf("t", { id: "int", day: "date", ...numbers }, { ...specification, reference });
    return { ...built, database: "db", audit: { database: "db", table: "audit" } };
  };

  const stored = (name: string): string => readFileSync(world.store.pathOf("assets", name), "utf8");

  async function prepare(of: AuditConfig, more: object = {}) {
    await world.call("s3", "PutObject", { Bucket: "assets", Key: key, Body: JSON.stringify(of) });
    return auditTable({ run, config: key, ...more }, { s3, glue, settings: { landing: "lake", assets: "assets" } });
  }

  it("compares with the latest date before, and keeps the configuration and the SQL with the run", async () => {
    const found = (await prepare(config(["amount"]))) as PreparedAudit;
    expect(found).to.deep.include({
      sql: `${run.executions}audit_t_rendered.sql`,
      parts: 1,
      compared: { execDate: "2024-11-09", priorDate: "2024-11-08" },
      location: "s3://audit/audit/pipeline=usghgemission_monthly/exec_date=2024-11-09/0c/",
    });
    expect(stored(found.sql)).to.equal(found.query);
    expect(JSON.parse(stored(`${run.executions}audit_t_config.json`))).to.deep.equal({
      ...config(["amount"]),
      ...found.compared,
      referenceRun: "",
      statements: [found.sql],
    });
  });

  it("answers one statement of many at a time, all of which compare the same", async () => {
    const wide = config(Array.from({ length: 200 }, (_, index) => `amount_${index}`));
    const first = (await prepare(wide, { part: 0, compared: {} })) as PreparedAudit;
    expect(first.parts).to.equal(2);
    const compared = { execDate: "2024-11-09", priorDate: "2024-11-01" };
    const second = (await prepare(wide, { part: 1, compared })) as PreparedAudit;
    expect(second.query).to.include("DATE '2024-11-01'").and.not.equal(first.query);
    const { statements } = JSON.parse(stored(`${run.executions}audit_t_config.json`)) as { statements: string[] };
    expect(stored(statements[1])).to.equal(second.query);
    expect(second.sql).to.equal(statements[0]);
    const missing = await prepare(wide, { part: 2, compared }).catch((error: Error) => error);
    expect(missing).to.have.property("name", "ConfigurationInvalid");
  });

  it("compares with a given date, if there is one before", async () => {
    const found = await prepare(config(["amount"], { compareWith: "2024-11-01" }));
    expect((found as PreparedAudit).compared).to.deep.include({ priorDate: "2024-11-01" });
    expect(await prepare(config(["amount"], { compareWith: "2024-10-01" }))).to.deep.equal({
      note: "t is not audited: db.t has no execution date 2024-10-01 before 2024-11-09.",
    });
  });

  it("compares with the run that was published before, while its data is kept", async () => {
    const byRun = config(["amount"], { compareWith: "prior run" });
    const none = { note: "t is not audited: no other run of 2024-11-09 was published before." };
    expect(await prepare(byRun), "not published").to.deep.equal(none);
    await partition("t", ["2024-11-09"], { "tributary.run": "0c", "tributary.prior_run": "0a" });
    await partition("t__runs", ["2024-11-09", "0c"]);
    expect(await prepare(byRun)).to.deep.equal({
      note: "t is not audited: the data of run 0a of 2024-11-09 is not kept.",
    });
    await partition("t__runs", ["2024-11-09", "0a"]);
    const found = (await prepare(byRun)) as PreparedAudit;
    expect(found.compared).to.deep.equal({ execDate: "2024-11-09", run: "0c", priorRun: "0a" });
    expect(found.query).to.include(`FROM "db"."t__runs"`);
    const kept = JSON.parse(stored(`${run.executions}audit_t_config.json`)) as Record<string, unknown>;
    expect(kept).to.deep.include({ priorDate: "2024-11-09", run: "0c", priorRun: "0a" });
  });
});
