import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { AuditedTable, DataLake, DataPipeline } from "../../infra";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const place = { stage: "qa", account: "111122223333", region: "us-east-1", bucketPrefix: "acme" };
const columns = { id: "int", day: "date", tons: "float" } as const;

describe("components", () => {
  let registered: Registered[] = [];
  let lakes = 0;

  before(async () => {
    const mocks: pulumi.runtime.Mocks = {
      newResource({ type, name, inputs, id }) {
        registered.push({ type, name, inputs });
        return { id: id || `${name}-id`, state: { arn: `arn:of:${name}`, ...inputs } };
      },
      call: ({ inputs }) => inputs,
    };
    await pulumi.runtime.setMocks(mocks, "tributary", "qa", false);
  });

  /** A lake of its own, with tables `source` and `target`. */
  function lakeWithTables(
    more: Partial<ConstructorParameters<typeof DataLake>[1]> = {},
    options: pulumi.ComponentResourceOptions = {},
  ) {
    registered = [];
    lakes += 1;
    const lake = new DataLake(`lake${lakes}`, { ...place, ...more }, options);
    const source = new AuditedTable("source", { lake, zone: "landing", columns });
    const target = new AuditedTable("target", {
      lake,
      zone: "processed",
      columns,
      audit: { grain: ["id"], attributes: ["tons"], period: { column: "day", pattern: "date" } },
    });
    return { lake, source, target };
  }
  /** Waits until all that the program asked for is registered. */
  const settled = (): Promise<void> =>
    // Exported, though missing from the types.
    (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  const inputsOf = (type: string): Record<string, unknown>[] =>
    registered.filter((r) => r.type === type).map((r) => r.inputs);

  it("can be transformed, child by child", async () => {
    lakeWithTables({
      transform: {
        bucket: { tags: { owner: "me" } },
        workgroup: (args) => void (args.description = "changed"),
        function: (args) => void (args.memorySize = 1024),
        logGroup: { retentionInDays: 3 },
        alarm: { threshold: 5 },
      },
    });
    await settled();
    expect(inputsOf("aws:s3/bucket:Bucket").map(({ tags }) => tags)).to.deep.equal(Array(6).fill({ owner: "me" }));
    expect(inputsOf("aws:athena/workgroup:Workgroup")[0].description).to.equal("changed");
    expect(inputsOf("aws:lambda/function:Function")[0].memorySize).to.equal(1024);
    expect(inputsOf("aws:cloudwatch/logGroup:LogGroup")[0].retentionInDays).to.equal(3);
    expect(inputsOf("aws:cloudwatch/metricAlarm:MetricAlarm").every(({ threshold }) => threshold === 5)).to.equal(true);
  });

  it("take Pulumi's own transformations, which reach every child at any depth", async () => {
    const { lake, source } = lakeWithTables(
      {},
      {
        transformations: [({ props, opts }) => ({ props: { ...props, tagged: "yes" }, opts })],
      },
    );
    new DataPipeline("any_pipeline", { lake, source: "src", incoming: [{ prefix: "p", table: source }] });
    await settled();
    const types = new Set(registered.map(({ type }) => type));
    expect([...types])
      .to.include("aws:scheduler/schedule:Schedule")
      .and.include("aws:cloudwatch/eventTarget:EventTarget");
    expect(registered.filter(({ inputs }) => inputs.tagged !== "yes").map(({ type }) => type)).to.deep.equal([]);
  });

  it("use existing buckets, databases and keys as they are", async () => {
    const key = "arn:aws:kms:us-east-1:111122223333:key/1";
    const { source } = lakeWithTables({
      existing: { buckets: { landing: "ours" }, databases: { landing: "our_db" }, keys: { catalog: key } },
    });
    await settled();
    expect(source.root).to.equal("s3://ours/our_db/source/");
    expect(source.qualifiedName).to.equal("our_db.source");
    expect(inputsOf("aws:s3/bucketPolicy:BucketPolicy").map(({ bucket }) => bucket)).to.not.include("ours");
    expect(inputsOf("aws:kms/key:Key")).to.have.length(1);
    const keys = inputsOf("aws:ssm/parameter:Parameter").filter(({ value }) =>
      // The provider keeps every parameter's value as a secret, whatever it is.
      JSON.stringify(value).includes(key),
    );
    expect(keys.map(({ name }) => name)).to.deep.equal([`/kms/lake${lakes}-qa-catalog`]);
  });

  it("need KMS permissions only where a key encrypts the objects", async () => {
    const policies = (): boolean[] =>
      inputsOf("aws:iam/rolePolicy:RolePolicy").map(({ policy }) => /kms:/.test(String(policy)));
    lakeWithTables({ encryption: "s3" });
    await settled();
    expect(policies()).to.deep.equal([false, false, false]);
    lakeWithTables({ encryption: "kms" });
    await settled();
    // The two functions handle objects; the trail's role delivers logs.
    expect(policies().sort()).to.deep.equal([false, true, true]);
  });

  // Athena user guide, "Manage Lake Formation and Athena user permissions": who queries data that it governs takes credentials from it.
  it("let state machines take credentials from Lake Formation only where it governs the lake", async () => {
    const takers = async (lakeFormation: boolean): Promise<string[]> => {
      const { lake } = lakeWithTables({ lakeFormation });
      const audit = { grain: ["id"], attributes: ["tons"], period: { column: "day", pattern: "date" } } as const;
      const table = new AuditedTable("audited", { lake, zone: "landing", columns, audit });
      const audits = { label: "audits", timeGrain: "daily", priorDateFrom: table, tables: [table] };
      new DataPipeline("auditing", { lake, source: "files", incoming: [{ prefix: "data", table }], audits });
      await settled();
      return inputsOf("aws:iam/rolePolicy:RolePolicy")
        .filter(({ policy }) => /lakeformation:GetDataAccess/.test(String(policy)))
        .map(({ role }) => String(role));
    };
    expect(await takers(false)).to.deep.equal([]);
    expect(await takers(true)).to.deep.equal([`lake${lakes}-qa-auditing-states`]);
  });
});
