/** The program beside this, deployed to a runtime of its own: what a test of any Pulumi program can look like. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { evaluateProgram, Runtime, type ResourceGraph } from "../../local";

describe("examples/queue-to-state-machine", () => {
  let folder: string;
  let graph: ResourceGraph;
  let runtime: Runtime;
  /** The runtime's clock: a minute passes when the test says so. */
  let clock = new Date();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "orders-"));
    graph = await evaluateProgram({ program: __dirname, stack: "dev", archives: join(folder, "archives") });
  });
  beforeEach(async () => {
    clock = new Date();
    runtime = await Runtime.open({ folder: mkdtempSync(join(folder, "state-")), now: () => clock });
    await runtime.deploy(graph);
    // With faults, S3 loses what happens within five minutes after EventBridge was turned on, as it may on AWS.
    clock = new Date(clock.getTime() + 600_000);
  });
  afterEach(() => runtime.close());
  after(() => rmSync(folder, { recursive: true }));

  const client = () => ({ endpoint: runtime.endpoint, region: "eu-west-1", credentials });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };

  async function arrive(key: string): Promise<void> {
    const Bucket = String(graph.outputs.bucket);
    await new S3Client(client()).send(new PutObjectCommand({ Bucket, Key: key, Body: "1 apple" }));
    await runtime.whenIdle();
  }

  async function passMinute(): Promise<void> {
    clock = new Date(clock.getTime() + 60_000);
    runtime.services.schedules.fireDue(clock);
    await runtime.whenIdle();
  }

  /** Messages of the queue. */
  function waiting(): number {
    const { queues } = runtime.services;
    return queues.names().reduce((count, name) => count + queues.get(name).messages.length, 0);
  }

  async function outcomes(): Promise<(string | undefined)[]> {
    const list = new ListExecutionsCommand({ stateMachineArn: String(graph.outputs.machine) });
    const { executions = [] } = await new SFNClient(client()).send(list);
    return executions.map(({ status }) => status);
  }

  it("starts one execution for each file that arrives, within a minute", async () => {
    await arrive("order-1.txt");
    await arrive("order-2.txt");
    expect(await outcomes()).to.deep.equal([]);
    await passMinute();
    expect(await outcomes()).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
    await passMinute();
    expect(await outcomes()).to.have.length(2);
  });

  it("starts one execution for a file whose event comes twice", async () => {
    runtime.faults.plan = { seed: 1, named: [{ kind: "duplicate-event", actor: "arrived" }] };
    await arrive("order-1.txt");
    expect(waiting()).to.equal(2);
    await passMinute();
    expect(await outcomes()).to.deep.equal(["SUCCEEDED"]);
  });

  it("loses nothing when the function dies half-way: the message comes back", async () => {
    await arrive("order-1.txt");
    runtime.faults.plan = {
      seed: 1,
      named: [{ kind: "kill-function", actor: "drain", operation: "StartExecution", when: "after" }],
    };
    const faults: string[] = [];
    runtime.journal.listen((entry) => entry.kind === "fault-injected" && faults.push(entry.fault));
    await passMinute();
    await passMinute();
    expect(faults).to.deep.equal(["kill-function"]);
    expect(await outcomes()).to.deep.equal(["SUCCEEDED"]);
    expect(waiting()).to.equal(0);
  });
});
