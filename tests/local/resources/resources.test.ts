import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ServiceName } from "../../../local/api";
import { evaluateProgram } from "../../../local/evaluate";
import type { Resource, ResourceGraph } from "../../../local/graph";
import { resourceTypes } from "../../../local/resources";
import { Runtime } from "../../../local/runtime";

const account = "000000000000";
const region = "us-east-1";

describe("the resource types", () => {
  let folder: string;
  let graph: ResourceGraph;
  let runtime: Runtime;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "resources-"));
    const program = join(__dirname, "../programs/every-type");
    graph = await evaluateProgram({ program, stack: "dev", archives: join(folder, "archives") });
    runtime = await Runtime.open({ folder: join(folder, "state") });
    await runtime.deploy(graph);
  });
  after(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  function find(type: string, name: string): Resource {
    const found = graph.resources.find((resource) => resource.type === type && resource.name === name);
    if (!found) throw new Error(`no ${type} "${name}" in the graph`);
    return found;
  }

  it("are all used by the test program", () => {
    const types = graph.resources.filter(({ component }) => !component).map(({ type }) => type);
    expect(new Set(types)).to.have.all.keys(...Object.keys(resourceTypes));
  });

  it("are each acted on, or say why not", () => {
    for (const [type, { acting, recorded }] of Object.entries(resourceTypes)) {
      expect(Boolean(acting) !== Boolean(recorded), type).to.equal(true);
    }
  });

  // What AWS would compute: the pages of the Pulumi AWS provider give the form of each id, the Service Authorization
  // Reference that of each ARN.
  const computed: [type: string, name: string, outputs: Record<string, string | RegExp>][] = [
    ["aws:s3/bucket:Bucket", "Data", { bucket: /^data-[0-9a-f]{7}$/, bucketRegionalDomainName: /^data-.*us-east-1/ }],
    ["aws:kms/key:Key", "catalog", { arn: /^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/ }],
    ["aws:kms/alias:Alias", "catalog", { name: /^alias\/catalog-[0-9a-f]{7}$/ }],
    ["aws:ssm/parameter:Parameter", "key", { arn: `arn:aws:ssm:${region}:${account}:parameter/every/key` }],
    [
      "aws:glue/catalogTable:CatalogTable",
      "numbers",
      { id: `${account}:numbers_db:numbers`, arn: `arn:aws:glue:${region}:${account}:table/numbers_db/numbers` },
    ],
    ["aws:iam/role:Role", "worker", { arn: /^arn:aws:iam::000000000000:role\/workers\/worker-[0-9a-f]{7}$/ }],
    ["aws:iam/rolePolicy:RolePolicy", "worker", { id: /^worker-[0-9a-f]{7}:worker-[0-9a-f]{7}$/ }],
    ["aws:sqs/queue:Queue", "dead", { url: /^https:\/\/sqs\.us-east-1\.amazonaws\.com\/000000000000\/dead-/ }],
    ["aws:lambda/function:Function", "worker", { arn: /^arn:aws:lambda:us-east-1:000000000000:function:worker-/ }],
    [
      "aws:sfn/stateMachine:StateMachine",
      "steps",
      { id: /^arn:aws:states:us-east-1:000000000000:stateMachine:steps-/ },
    ],
    ["aws:cloudwatch/eventRule:EventRule", "arrived", { arn: /^arn:aws:events:us-east-1:000000000000:rule\/arrived-/ }],
    ["aws:scheduler/schedule:Schedule", "nightly", { id: /^sweeps-[0-9a-f]{7}\/nightly-[0-9a-f]{7}$/ }],
  ];
  for (const [type, name, outputs] of computed) {
    it(`compute the outputs of ${type}`, () => {
      const resource = find(type, name);
      for (const [property, expected] of Object.entries(outputs)) {
        const value = property === "id" ? resource.id : resource.outputs[property];
        if (typeof expected === "string") expect(value).to.equal(expected);
        else expect(value).to.match(expected);
      }
    });
  }

  const nameOf = (type: string, name: string) => String(find(type, name).outputs.name);
  const read: [what: string, ServiceName, operation: string, input: () => unknown, expected: () => unknown][] = [
    [
      "an object's content and type",
      "s3",
      "HeadObject",
      () => ({ Bucket: graph.outputs.dataBucket, Key: "models/one.sql" }),
      () => ({ ContentLength: "SELECT 1".length, ContentType: "text/plain" }),
    ],
    [
      "a database's location",
      "glue",
      "GetDatabase",
      () => ({ Name: "numbers_db" }),
      () => ({ "Database.LocationUri": `s3://${String(graph.outputs.dataBucket)}/numbers/` }),
    ],
    [
      "a table's columns and storage",
      "glue",
      "GetTable",
      () => ({ DatabaseName: "numbers_db", Name: "numbers" }),
      () => ({
        "Table.PartitionKeys[0].Name": "exec_date",
        "Table.StorageDescriptor.Columns[0].Comment": "a number",
        "Table.StorageDescriptor.SerdeInfo.SerializationLibrary":
          "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
      }),
    ],
    [
      "a workgroup's limits",
      "athena",
      "GetWorkGroup",
      () => ({ WorkGroup: nameOf("aws:athena/workgroup:Workgroup", "numbers") }),
      () => ({
        "WorkGroup.Configuration.EnforceWorkGroupConfiguration": true,
        "WorkGroup.Configuration.BytesScannedCutoffPerQuery": 10_485_760,
      }),
    ],
    [
      "a function's settings",
      "lambda",
      "GetFunctionConfiguration",
      () => ({ FunctionName: nameOf("aws:lambda/function:Function", "worker") }),
      () => ({ Timeout: 10, MemorySize: 256, Runtime: "nodejs24.x", "Environment.Variables.TABLE": "numbers" }),
    ],
    [
      "a rule's targets",
      "events",
      "ListTargetsByRule",
      () => ({ Rule: nameOf("aws:cloudwatch/eventRule:EventRule", "hourly") }),
      () => ({ "Targets[0].Input": '{"swept":true}', "Targets[0].Arn": graph.resources.find(isMachine)?.id }),
    ],
    [
      "a schedule's time zone",
      "scheduler",
      "GetSchedule",
      () => ({
        Name: nameOf("aws:scheduler/schedule:Schedule", "nightly"),
        GroupName: nameOf("aws:scheduler/scheduleGroup:ScheduleGroup", "sweeps"),
      }),
      () => ({ ScheduleExpression: "cron(0 3 * * ? *)", ScheduleExpressionTimezone: "Europe/Berlin" }),
    ],
    [
      "a parameter's value",
      "ssm",
      "GetParameter",
      () => ({ Name: "/every/key" }),
      () => ({ "Parameter.Value": find("aws:kms/key:Key", "catalog").outputs.arn }),
    ],
    [
      "a state machine's definition and logging",
      "states",
      "DescribeStateMachine",
      () => ({ stateMachineArn: graph.resources.find(isMachine)?.id }),
      () => ({ status: "ACTIVE", "loggingConfiguration.level": "ALL" }),
    ],
    [
      "a queue's settings",
      "sqs",
      "GetQueueAttributes",
      () => ({ QueueUrl: find("aws:sqs/queue:Queue", "dead").id, AttributeNames: ["All"] }),
      () => ({ "Attributes.MessageRetentionPeriod": "1209600" }),
    ],
  ];
  for (const [what, service, operation, input, expected] of read) {
    it(`deploy ${what}`, async () => {
      const output = await runtime.api.call(service, operation, input(), runtime.owner);
      for (const [path, value] of Object.entries(expected() as object)) {
        expect(output).to.have.nested.property(path, value);
      }
    });
  }

  it("leave nothing behind when all is destroyed, but what is retained", async () => {
    await runtime.destroy();
    const { services } = runtime;
    const left = {
      buckets: services.s3.list().map(({ name }) => name),
      functions: services.functions.list(),
      machines: services.machines.list(),
      rules: services.events.list(),
      schedules: services.schedules.list(),
      queues: services.queues.names(),
      topics: services.topics.list(),
      parameters: services.parameters.list(),
      databases: services.catalog.getDatabases(),
    };
    const { buckets, ...others } = left;
    expect(buckets).to.deep.equal([graph.outputs.dataBucket]);
    for (const [what, remaining] of Object.entries(others)) expect(remaining, what).to.deep.equal([]);
  });
});

const isMachine = ({ type }: Resource) => type === "aws:sfn/stateMachine:StateMachine";
