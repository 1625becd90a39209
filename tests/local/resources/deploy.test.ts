import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { DeploymentError } from "../../../local/deploy";
import type { Resource, ResourceGraph } from "../../../local/graph";
import { Runtime } from "../../../local/runtime";
import { declare, graphOf, place } from "./declared";

const bucket = (name: string, inputs: Record<string, unknown> = {}, options: Resource["options"] = {}) =>
  declare("aws:s3/bucket:Bucket", name, { bucket: `test-${name}`, ...inputs }, options);
const object = (name: string, content: string) =>
  declare("aws:s3/bucketObjectv2:BucketObjectv2", name, { bucket: "test-data", key: `${name}.txt`, content });
const parameter = (name: string, value: string) =>
  declare("aws:ssm/parameter:Parameter", name, { name: `/test/${name}`, type: "String", value });
const database = declare("aws:glue/catalogDatabase:CatalogDatabase", "db", { name: "db" });
const table = (columns: string[]) =>
  declare("aws:glue/catalogTable:CatalogTable", "numbers", {
    databaseName: "db",
    name: "numbers",
    tableType: "EXTERNAL_TABLE",
    partitionKeys: [{ name: "day", type: "date" }],
    storageDescriptor: { location: "s3://test-data/numbers/", columns: columns.map((name) => ({ name, type: "int" })) },
  });
const role = (document: unknown = { Version: "2012-10-17", Statement: [] }) =>
  declare("aws:iam/role:Role", "worker", {
    name: "worker",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "states.amazonaws.com" } }],
    }),
    inlinePolicies: [{ name: "own", policy: document }],
  });
const machine = (definition: unknown) =>
  declare("aws:sfn/stateMachine:StateMachine", "steps", {
    name: "steps",
    roleArn: `arn:aws:iam::${place.account}:role/worker`,
    definition: JSON.stringify(definition),
  });
const rule = (eventPattern: unknown = { source: ["aws.s3"] }) =>
  declare("aws:cloudwatch/eventRule:EventRule", "arrived", {
    name: "arrived",
    eventPattern: JSON.stringify(eventPattern),
  });
const target = (arn: string) =>
  declare("aws:cloudwatch/eventTarget:EventTarget", "arrived", { rule: "arrived", targetId: "one", arn });

describe("deploying a graph", () => {
  let folder: string;
  let runtime: Runtime;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "deploy-"));
    runtime = await Runtime.open({ folder });
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const call = (service: "s3" | "glue" | "ssm", operation: string, input: unknown) =>
    runtime.api.call(service, operation, input, runtime.owner);

  it("creates, leaves alone, updates and deletes", async () => {
    const first = graphOf(bucket("data"), object("a", "one"), parameter("p", "one"));
    expect(await runtime.deploy(first)).to.deep.equal({ created: 3, updated: 0, unchanged: 0, deleted: 0 });
    expect(await runtime.deploy(first)).to.deep.equal({ created: 0, updated: 0, unchanged: 3, deleted: 0 });
    const second = graphOf(bucket("data"), object("b", "two"), parameter("p", "two"));
    expect(await runtime.deploy(second)).to.deep.equal({ created: 1, updated: 1, unchanged: 1, deleted: 1 });
    expect(runtime.services.s3.keys("test-data")).to.deep.equal(["b.txt"]);
    expect(await call("ssm", "GetParameter", { Name: "/test/p" })).to.have.nested.include({
      "Parameter.Value": "two",
      "Parameter.Version": 2,
    });
    expect(await runtime.destroy().catch((error: unknown) => error)).to.include({ deleted: 3 });
    expect(runtime.services.s3.list()).to.deep.equal([]);
  });

  it("makes tables and databases again that a client dropped", async () => {
    const graph = graphOf(database, table(["a"]));
    await runtime.deploy(graph);
    await call("glue", "DeleteTable", { DatabaseName: "db", Name: "numbers" });
    expect(await runtime.deploy(graph)).to.include({ updated: 1, unchanged: 1 });
    expect(await call("glue", "GetTable", { DatabaseName: "db", Name: "numbers" })).to.have.property("Table");
    await call("glue", "DeleteTable", { DatabaseName: "db", Name: "numbers" });
    await call("glue", "DeleteDatabase", { Name: "db" });
    expect(await runtime.deploy(graph)).to.include({ updated: 2, unchanged: 0 });
  });

  it("keeps a table's partitions when its columns change", async () => {
    await runtime.deploy(graphOf(database, table(["a"])));
    const partition = { Values: ["2024-11-08"], StorageDescriptor: { Location: "s3://test-data/numbers/run/" } };
    await call("glue", "CreatePartition", { DatabaseName: "db", TableName: "numbers", PartitionInput: partition });
    expect(await runtime.deploy(graphOf(database, table(["a", "b"])))).to.include({ updated: 1, unchanged: 1 });
    const found = await call("glue", "GetTable", { DatabaseName: "db", Name: "numbers" });
    expect(found).to.have.nested.property("Table.StorageDescriptor.Columns.length", 2);
    const { Partitions } = (await call("glue", "GetPartitions", { DatabaseName: "db", TableName: "numbers" })) as {
      Partitions: unknown[];
    };
    expect(Partitions).to.have.length(1);
  });

  it("replaces what gets another physical name", async () => {
    const before = declare("aws:ssm/parameter:Parameter", "p", { name: "/old", type: "String", value: "1" });
    const after = declare("aws:ssm/parameter:Parameter", "p", { name: "/new", type: "String", value: "1" });
    await runtime.deploy(graphOf(before));
    expect(await runtime.deploy(graphOf(after))).to.deep.equal({ created: 0, updated: 1, unchanged: 0, deleted: 0 });
    expect(runtime.services.parameters.list().map(({ Name }) => Name)).to.deep.equal(["/new"]);
  });

  it("does everything again after a deployment that was cut short, and removes what it had made", async () => {
    await runtime.deploy(graphOf(parameter("a", "1")));
    // The name of the new parameter is taken, so the deployment fails at it, after the bucket has been made.
    runtime.services.parameters.put({ Name: "/test/b", Value: "taken", Type: "String" });
    const failed = await runtime.deploy(graphOf(bucket("data"), parameter("b", "1"))).catch((error: unknown) => error);
    expect(failed).to.have.property("name", "ParameterAlreadyExists");
    expect(await runtime.deploy(graphOf(parameter("a", "1")))).to.deep.equal({
      created: 0,
      updated: 1,
      unchanged: 0,
      deleted: 2,
    });
    expect(runtime.services.s3.list()).to.deep.equal([]);
  });

  describe("removing buckets", () => {
    const put = (Key: string) => call("s3", "PutObject", { Bucket: "test-data", Key, Body: "data" });

    it("refuses while there are objects that it did not put there", async () => {
      await runtime.deploy(graphOf(bucket("data"), object("a", "one")));
      await put("precious");
      const error = await faults(graphOf());
      expect(error).to.match(/"data" \(aws:s3\/bucket:Bucket\) cannot be removed: .* holds 1 objects/);
      expect(runtime.services.s3.keys("test-data")).to.have.length(2);
    });

    it("empties one that was deployed with forceDestroy", async () => {
      await runtime.deploy(graphOf(bucket("data", { forceDestroy: true })));
      await put("dispensable");
      expect(await runtime.deploy(graphOf())).to.include({ deleted: 1 });
      expect(runtime.services.s3.has("test-data")).to.equal(false);
    });

    const versions = declare("aws:s3/bucketVersioning:BucketVersioning", "data", {
      bucket: "test-data",
      versioningConfiguration: { status: "Enabled" },
    });

    it("refuses while there are versions of objects that it did not put there, or empties them when asked to", async () => {
      await runtime.deploy(graphOf(bucket("data"), versions, object("a", "one")));
      await put("precious");
      await call("s3", "DeleteObject", { Bucket: "test-data", Key: "precious" });
      expect(await faults(graphOf())).to.contain("holds versions of 1 objects");
      await runtime.deploy(graphOf(bucket("data", { forceDestroy: true }), versions, object("a", "one")));
      await runtime.deploy(graphOf());
      expect(runtime.services.s3.has("test-data")).to.equal(false);
    });

    it("removes the objects that it put there with their versions", async () => {
      await runtime.deploy(graphOf(bucket("data"), versions, object("a", "one")));
      await runtime.deploy(graphOf(bucket("data"), versions, object("a", "two")));
      expect(await runtime.services.s3.history("test-data", "a.txt")).to.have.length(2);
      await runtime.deploy(graphOf());
      expect(runtime.services.s3.has("test-data")).to.equal(false);
    });

    it("suspends versions that are no longer declared: what is kept stays", async () => {
      await runtime.deploy(graphOf(bucket("data", { forceDestroy: true }), versions));
      await runtime.deploy(graphOf(bucket("data", { forceDestroy: true })));
      expect(runtime.services.s3.settings("test-data").versioning).to.equal("Suspended");
    });

    it("forgets one that is retained, and finds it again with its objects", async () => {
      await runtime.deploy(graphOf(bucket("data", {}, { retainOnDelete: true })));
      await put("kept");
      expect(await runtime.deploy(graphOf())).to.include({ deleted: 1 });
      await runtime.deploy(graphOf(bucket("data")));
      expect(runtime.services.s3.keys("test-data")).to.deep.equal(["kept"]);
    });

    it("refuses to remove what is protected", async () => {
      await runtime.deploy(graphOf(bucket("data", {}, { protect: true })));
      expect(await faults(graphOf())).to.contain('"data" (aws:s3/bucket:Bucket) is protected');
    });
  });

  const done = { StartAt: "Done", States: { Done: { Type: "Succeed" } } };
  const machineArn = `arn:aws:states:${place.region}:${place.account}:stateMachine:steps`;
  const faulty: Record<string, { resources: Resource[]; says: string | RegExp }> = {
    "an unknown type": {
      resources: [declare("aws:ec2/instance:Instance", "machine")],
      says: '"machine" (aws:ec2/instance:Instance): the local runtime has no aws:ec2/instance:Instance.',
    },
    "a target that is not there": {
      resources: [rule(), target(machineArn)],
      says: `its arn ${machineArn} is not in this program`,
    },
    "a table without its database": { resources: [table(["a"])], says: "its databaseName db is not in this program" },
    "a property that it would have to ignore": {
      resources: [bucket("data", { website: { indexDocument: "index.html" } })],
      says: /"data" \(aws:s3\/bucket:Bucket\): .*website/,
    },
    "a wrong state machine": {
      resources: [role(), machine({ StartAt: "Begin", States: done.States })],
      says: /"steps" \(aws:sfn\/stateMachine:StateMachine\): .*Begin/,
    },
    "a wrong event pattern": { resources: [rule({ source: "aws.s3" })], says: /"arrived".*EventRule\): / },
    "a wrong policy": { resources: [role({ Statement: [{ Effect: "Perhaps" }] })], says: /worker/ },
    "one physical name for two": {
      resources: [bucket("one", { bucket: "same" }), bucket("two", { bucket: "same" })],
      says: '"one" has the same physical name, same.',
    },
    "a graph of a preview": {
      resources: [{ ...bucket("data"), id: "" }],
      says: "a graph evaluated as a preview cannot be deployed",
    },
    "another region": {
      resources: [bucket("data", { region: "us-west-2" })],
      says: "it is in us-west-2, but the local runtime plays one region, eu-west-1.",
    },
  };
  for (const [what, { resources, says }] of Object.entries(faulty)) {
    it(`refuses ${what}, before anything is changed`, async () => {
      const message = await faults(graphOf(parameter("p", "1"), ...resources));
      if (typeof says === "string") expect(message).to.contain(says);
      else expect(message).to.match(says);
      expect(runtime.services.parameters.list()).to.deep.equal([]);
      expect(runtime.deployed).to.equal(null);
    });
  }

  it("refuses another account's program", async () => {
    await runtime.deploy(graphOf(parameter("p", "1")));
    const error = await runtime.deploy({ ...graphOf(), account: "999999999999" }).catch((thrown: unknown) => thrown);
    expect((error as Error).message).to.contain("999999999999");
  });

  async function faults(graph: ResourceGraph): Promise<string> {
    const error = await runtime.deploy(graph).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(DeploymentError);
    return (error as DeploymentError).message;
  }
});
