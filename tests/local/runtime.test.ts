import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import type { JournalEntry } from "../../local/journal";
import { Runtime } from "../../local/runtime";

const programs = join(__dirname, "programs");

describe("the runtime", () => {
  let folder: string;
  let graph: ResourceGraph;
  let runtime: Runtime;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "runtime-"));
    graph = await evaluateProgram({
      program: join(programs, "relay"),
      stack: "dev",
      archives: join(folder, "archives"),
    });
  });
  beforeEach(async () => {
    runtime = await Runtime.open({ folder: join(folder, "state") });
    await runtime.deploy(graph);
  });
  afterEach(() => runtime.close());
  after(() => rmSync(folder, { recursive: true }));

  const inbox = () => String(graph.outputs.inboxName);
  const outbox = () => String(graph.outputs.outboxName);

  it("brings an object's event by rule and function to a state machine, which writes an object", async () => {
    const entries: JournalEntry[] = [];
    runtime.journal.listen((entry) => entries.push(entry));
    const s3 = new S3Client(clientOf(runtime));
    await s3.send(new PutObjectCommand({ Bucket: inbox(), Key: "letter", Body: "Dear writer" }));
    await runtime.whenIdle();
    expect(entries.filter(({ kind }) => kind.endsWith("failed") || kind.endsWith("dropped"))).to.deep.equal([]);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: outbox(), Key: "seen/letter" }));
    expect(await Body?.transformToString()).to.equal("letter");
    const { executions = [] } = await new SFNClient(clientOf(runtime)).send(
      new ListExecutionsCommand({ stateMachineArn: String(graph.outputs.machineArn) }),
    );
    expect(executions.map(({ status }) => status)).to.deep.equal(["SUCCEEDED"]);
  });

  it("keeps data and what is deployed when it is closed", async () => {
    await runtime.close();
    runtime = await Runtime.open({ folder: join(folder, "state") });
    expect(runtime.place).to.deep.equal({ account: "123456789012", region: "eu-west-1" });
    const { Contents = [] } = await new S3Client(clientOf(runtime)).send(
      new ListObjectsV2Command({ Bucket: outbox() }),
    );
    expect(Contents.map(({ Key }) => Key)).to.deep.equal(["Pulumi.yaml", "letter.txt", "seen/letter"]);
    expect(await runtime.deploy(graph)).to.include({ created: 0, updated: 0, deleted: 0 });
  });

  it("is open once only, and says where", async () => {
    const running = Runtime.running(join(folder, "state"));
    expect(running).to.deep.equal({ pid: process.pid, endpoint: runtime.endpoint });
    const second = await Runtime.open({ folder: join(folder, "state") }).catch((error: unknown) => error as Error);
    expect((second as Error).message).to.contain(`process ${process.pid} serves it at ${runtime.endpoint}`);
    await runtime.close();
    expect(Runtime.running(join(folder, "state"))).to.equal(undefined);
  });

  it("takes over from a process that is gone", async () => {
    await runtime.close();
    writeFileSync(join(folder, "state", "runtime.json"), JSON.stringify({ pid: 2 ** 22 + 1, endpoint: "http://gone" }));
    runtime = await Runtime.open({ folder: join(folder, "state") });
    expect(Runtime.running(join(folder, "state"))).to.include({ endpoint: runtime.endpoint });
  });

  it("takes over from a process that is dead, though nobody has reaped it", async function () {
    if (!existsSync("/proc/self/stat")) return this.skip();
    await runtime.close();
    // The shell becomes a program that never asks what became of the child.
    const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 600"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
      const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      while (stat()[0] !== "Z") await new Promise((resolve) => setImmediate(resolve));
      const owner = { pid, endpoint: "http://dead", began: stat()[19] };
      writeFileSync(join(folder, "state", "runtime.json"), JSON.stringify(owner));
      runtime = await Runtime.open({ folder: join(folder, "state") });
      expect(Runtime.running(join(folder, "state"))).to.include({ endpoint: runtime.endpoint });
    } finally {
      parent.kill();
    }
  });

  it("deploys one graph after the other, however many are asked for at a time", async () => {
    const fresh = await Runtime.open({ folder: join(folder, "fresh") });
    try {
      const counts = await Promise.all([fresh.deploy(graph), fresh.deploy(graph), fresh.deploy(graph)]);
      const [{ created }] = counts;
      expect(created).to.be.greaterThan(0);
      expect(counts.slice(1)).to.deep.equal(Array(2).fill({ created: 0, updated: 0, unchanged: created, deleted: 0 }));
    } finally {
      await fresh.close();
    }
  });

  it("denies what no policy allows", async () => {
    const role = graph.resources.find(({ type, name }) => type === "aws:iam/role:Role" && name === "trigger");
    const credentials = runtime.services.sessions.credentialsFor(String(role?.outputs.arn));
    const s3 = new S3Client({ ...clientOf(runtime), credentials });
    const denied = await s3
      .send(new GetObjectCommand({ Bucket: outbox(), Key: "letter.txt" }))
      .catch((error: unknown) => error as Error);
    expect((denied as Error).name).to.equal("AccessDenied");
  });
});

function clientOf(runtime: Runtime) {
  const { AWS_ENDPOINT_URL, AWS_REGION } = runtime.environment();
  return {
    endpoint: AWS_ENDPOINT_URL,
    region: AWS_REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}
