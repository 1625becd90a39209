import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { evaluateProgram, ProgramError } from "../../../local/evaluate";
import type { ArchiveFolder, Resource, ResourceGraph } from "../../../local/graph";

const programs = join(__dirname, "../programs");

describe("evaluating a program", () => {
  let archives: string;
  before(() => (archives = mkdtempSync(join(tmpdir(), "archives-"))));
  after(() => rmSync(archives, { recursive: true }));

  const evaluate = (name: string, stack: string, options: { preview?: boolean; account?: string } = {}) =>
    evaluateProgram({ program: join(programs, name), stack, archives, ...options });

  function find(graph: ResourceGraph, type: string, name: string): Resource {
    const found = graph.resources.find((resource) => resource.type === type && resource.name === name);
    if (!found) throw new Error(`no ${type} "${name}" in the graph`);
    return found;
  }

  describe("for deployment", () => {
    let graph: ResourceGraph;
    before(async () => (graph = await evaluate("relay", "dev")));

    it("knows the project, the stack's account and region, and the outputs", () => {
      const { project, stack, account, region, outputs } = graph;
      expect({ project, stack, account, region }).to.deep.equal({
        project: "relay",
        stack: "dev",
        account: "123456789012",
        region: "eu-west-1",
      });
      expect(outputs).to.deep.include({ inboxName: "relay-inbox-dev", account, limits: { files: 3 } });
      expect(outputs.machineArn).to.match(/^arn:aws:states:eu-west-1:123456789012:stateMachine:relay-[0-9a-f]{7}$/);
    });

    it("computes what AWS would compute, and names what has no name", () => {
      const inbox = find(graph, "aws:s3/bucket:Bucket", "inbox");
      expect(inbox.id).to.equal("relay-inbox-dev");
      expect(inbox.outputs).to.include({ bucket: "relay-inbox-dev", arn: "arn:aws:s3:::relay-inbox-dev" });
      const outbox = find(graph, "aws:s3/bucket:Bucket", "outbox");
      expect(outbox.id).to.match(/^outbox-[0-9a-f]{7}$/);
      expect(outbox.inputs).to.deep.equal({});
    });

    it("resolves what one resource takes from another", () => {
      const target = find(graph, "aws:cloudwatch/eventTarget:EventTarget", "arrived");
      expect(target.inputs.arn).to.equal(find(graph, "aws:lambda/function:Function", "trigger").outputs.arn);
      expect(target.inputs.rule).to.equal(find(graph, "aws:cloudwatch/eventRule:EventRule", "arrived").id);
    });

    it("keeps parents, components with their outputs, and options", () => {
      const relay = find(graph, "relay:index:Relay", "relay");
      const machine = find(graph, "aws:sfn/stateMachine:StateMachine", "relay");
      expect(relay).to.deep.include({ component: true, id: "", outputs: { machineArn: machine.id } });
      expect(machine.parent).to.equal(relay.urn);
      expect(machine.urn).to.equal("urn:pulumi:dev::relay::relay:index:Relay$aws:sfn/stateMachine:StateMachine::relay");
      expect(find(graph, "aws:s3/bucket:Bucket", "outbox").options).to.deep.equal({ protect: true });
    });

    it("reads assets and writes functions' code as folders", () => {
      const letter = find(graph, "aws:s3/bucketObjectv2:BucketObjectv2", "program");
      expect(letter.inputs.source).to.deep.equal({
        kind: "asset",
        text: readFileSync(join(programs, "relay", "Pulumi.yaml"), "utf8"),
      });
      const { code } = find(graph, "aws:lambda/function:Function", "trigger").inputs as { code: ArchiveFolder };
      expect(code.path.startsWith(archives)).to.equal(true);
      expect(readFileSync(join(code.path, "__index.js"), "utf8")).to.contain("StartExecutionCommand");
    });

    it("answers provider functions", () => {
      const { assumeRolePolicy } = find(graph, "aws:iam/role:Role", "trigger").inputs;
      expect(JSON.parse(assumeRolePolicy as string)).to.deep.equal({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
      });
    });

    it("gives the same graph again, and another stack's beside it", async () => {
      const [again, prod] = await Promise.all([evaluate("relay", "dev"), evaluate("relay", "prod", { account: "1" })]);
      expect(again.resources).to.have.deep.members([...graph.resources]);
      expect(prod).to.include({ region: "us-east-1", account: "1" });
      expect(prod.outputs.inboxName).to.equal("relay-inbox-prod");
    });
  });

  it("leaves unknown in preview what AWS would compute", async () => {
    const graph = await evaluate("relay", "dev", { preview: true });
    expect(graph.outputs).to.deep.equal({
      account: "123456789012",
      inboxName: "relay-inbox-dev",
      limits: { files: 3 },
    });
    const inbox = find(graph, "aws:s3/bucket:Bucket", "inbox");
    expect(inbox).to.deep.include({ id: "", outputs: { bucket: "relay-inbox-dev", forceDestroy: true } });
    expect(find(graph, "aws:cloudwatch/eventTarget:EventTarget", "arrived").inputs).to.deep.equal({});
    expect(find(graph, "aws:cloudwatch/eventRule:EventRule", "arrived").inputs.eventPattern).to.contain(
      "relay-inbox-dev",
    );
  });

  it("writes the same code once, with the packages it needs, and keeps paths inside the archive", async () => {
    const graph = await evaluate("shared-code", "dev");
    const paths = graph.resources.map((resource) => (resource.inputs.code as ArchiveFolder).path);
    expect(paths).to.have.length(3);
    expect(new Set(paths).size).to.equal(2);
    const closure = (find(graph, "aws:lambda/function:Function", "greeter-0").inputs.code as ArchiveFolder).path;
    expect(existsSync(join(closure, "node_modules", "jsonata", "package.json"))).to.equal(true);
    const plain = (find(graph, "aws:lambda/function:Function", "plain").inputs.code as ArchiveFolder).path;
    expect(readdirSync(plain, { recursive: true })).to.have.members([
      "index.js",
      "lib",
      join("lib", "here.yaml"),
      "data",
      join("data", "a.json"),
    ]);
    expect(graph.outputs).to.include({ greeting: "hello" });
  });

  it("answers with archives without their contents, as the engine does where nothing changed", async () => {
    const { outputs } = await evaluate("shared-code", "dev");
    expect(readdirSync((outputs.plainCode as ArchiveFolder).path)).to.deep.equal([]);
  });

  describe("that fails", () => {
    const failures: Record<string, string[]> = {
      thrown: ["index.ts:7:11: the fault is here"],
      "run-error": ["say what to do instead"],
      "unknown-types": [
        'index.ts:13:5: "machine" (aws:ec2/instance:Instance): The local runtime has no aws:ec2/instance:Instance.',
        'index.ts:14:5: "state" (aws:dynamodb/table:Table): The local runtime has no aws:dynamodb/table:Table.',
      ],
      "rejected-output": ["index.ts:18:13: cannot use arn:aws:s3:::inbox-"],
      "rejected-input": ['error serializing property "bucket": no name today'],
      "twice-named": ['"inbox" (aws:s3/bucket:Bucket): Two resources have the type'],
      "unknown-function": ["The local runtime has no provider function aws:ec2/getVpc:getVpc."],
      "never-settled": ["a promise or an output never settles"],
      exits: ["exit code 3"],
      logged: ["The program logged an error"],
    };
    for (const [stack, messages] of Object.entries(failures)) {
      it(`tells why: ${stack}`, async () => {
        const error = await evaluate("faulty", stack).then(
          () => undefined,
          (thrown: unknown) => thrown as Error,
        );
        expect(error).to.be.instanceOf(ProgramError);
        for (const message of messages) expect(error?.message).to.contain(message);
      });
    }

    it("tells that a configured secret cannot be read", async () => {
      const error = await evaluate("shared-code", "secret").catch((thrown: unknown) => thrown as Error);
      expect((error as Error).message).to.contain('"shared-code:password" is encrypted');
    });

    it("tells that there is no program", async () => {
      const error = await evaluate("nowhere", "dev").catch((thrown: unknown) => thrown as Error);
      expect((error as Error).message).to.contain("Pulumi.yaml is missing");
    });
  });
});
