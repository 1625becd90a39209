/**
 * A runtime with a bucket whose objects go by rule to a function, which copies them: in this process, or in one of its own.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { FaultPlan, NamedFault } from "../../../local/faults/plan";
import type { JournalEntry } from "../../../local/journal";
import type { ProcessTarget } from "../../../local/lambda/function-process";
import { InProcessFunction, type Handler } from "../../../local/lambda/in-process-function";
import { Runtime } from "../../../local/runtime";

export const place = { account: "123456789012", region: "us-east-1" };
export const roleArn = (name: string) => `arn:aws:iam::${place.account}:role/${name}`;
const functionArn = `arn:aws:lambda:${place.region}:${place.account}:function:copy`;
export const machineArn = `arn:aws:states:${place.region}:${place.account}:stateMachine:daily`;

/** The copier's code, for a process of its own. */
const COPIER = `
const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");
const s3 = new S3Client({ maxAttempts: 1 });
exports.handler = async ({ detail }) => {
  const name = detail.object.key.split("/")[1];
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "files", Key: detail.object.key }));
  const text = await Body.transformToString();
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: "out/" + name, Body: text }));
  await s3.send(new PutObjectCommand({ Bucket: "files", Key: "done/" + name, Body: new Date().toISOString() }));
};`;

/** The same for this process. */
export function copier(s3: S3Client): Handler {
  return async (event, { now }) => {
    const { key } = (event as { detail: { object: { key: string } } }).detail.object;
    const name = key.split("/")[1];
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "files", Key: key }));
    const text = (await Body?.transformToString()) ?? "";
    await s3.send(new PutObjectCommand({ Bucket: "files", Key: `out/${name}`, Body: text }));
    await s3.send(new PutObjectCommand({ Bucket: "files", Key: `done/${name}`, Body: now().toISOString() }));
  };
}

/** A plan of these faults only. */
export const named = (...faults: NamedFault[]): FaultPlan => ({ seed: 1, named: faults });

export interface WorldOptions {
  readonly faults?: FaultPlan;
  /** The function's handler, for this process; without it the copier runs in a process of its own. */
  readonly handler?: (s3: S3Client) => Handler;
  readonly definition?: object;
}

export class FaultWorld {
  readonly entries: JournalEntry[] = [];
  private constructor(
    readonly folder: string,
    readonly runtime: Runtime,
    readonly s3: S3Client,
  ) {
    runtime.journal.listen((entry) => this.entries.push(entry));
  }

  static async open({ faults, handler, definition }: WorldOptions = {}): Promise<FaultWorld> {
    const folder = mkdtempSync(join(tmpdir(), "faults-"));
    const start = (target: ProcessTarget) =>
      handler && new InProcessFunction(target, handler(client(runtime, target.environment)));
    const runtime: Runtime = await Runtime.open({
      folder: join(folder, "state"),
      place,
      pace: 6_000,
      faults,
      functionProcess: start,
    });
    const { services, authorizer } = runtime;
    for (const [name, service] of Object.entries({ copy: "lambda", daily: "states" })) {
      authorizer.putRole({ arn: roleArn(name), trustPolicy: trust(`${service}.amazonaws.com`) });
      authorizer.putRolePolicy(name, "all", allow("*"));
    }
    const codeFolder = join(folder, "code");
    mkdirSync(codeFolder);
    writeFileSync(join(codeFolder, "index.js"), COPIER);
    services.functions.putFunction({
      name: "copy",
      codeFolder,
      handler: "index.handler",
      runtime: "nodejs24.x",
      roleArn: roleArn("copy"),
      timeout: 20,
    });
    services.functions.addPermission("copy", {
      statementId: "rule",
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
    });
    authorizer.putResourcePolicy(functionArn, services.functions.resourcePolicy("copy"));
    if (definition) {
      services.machines.putMachine({
        name: "daily",
        roleArn: roleArn("daily"),
        definition: JSON.stringify(definition),
      });
    }
    const s3 = client(runtime, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
    services.s3.createBucket("files");
    const eventBridgeSince = new Date(Date.now() - 600_000).toISOString();
    services.s3.configure("files", { eventBridge: true, eventBridgeSince });
    const pattern = { source: ["aws.s3"], detail: { object: { key: [{ prefix: "in/" }] } } };
    services.events.putRule({ Name: "arrived", EventPattern: JSON.stringify(pattern) });
    services.events.putTargets({ Rule: "arrived", Targets: [{ Id: "copy", Arn: functionArn }] });
    return new FaultWorld(folder, runtime, s3);
  }

  async put(key: string, body = key): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: "files", Key: key, Body: body }));
  }

  /** What an object holds; undefined if it is not there. */
  async text(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: "files", Key: key }));
      return await Body?.transformToString();
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  }

  /** Runs the machine to its end. */
  async execute(input: object = {}) {
    const { executionArn } = this.runtime.services.machines.start(machineArn, JSON.stringify(input));
    await this.runtime.whenIdle();
    return this.runtime.services.machines.execution(executionArn);
  }

  of<Kind extends JournalEntry["kind"]>(kind: Kind): Extract<JournalEntry, { kind: Kind }>[] {
    return this.entries.filter((entry): entry is Extract<JournalEntry, { kind: Kind }> => entry.kind === kind);
  }

  /** The places of the faults so far, sorted. */
  get faults(): string[] {
    return this.of("fault-injected")
      .map(({ where, when }) => `${where} (${when})`)
      .sort();
  }

  async close(): Promise<void> {
    await this.runtime.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A client without sockets that tries each call once, so that tests see each fault. */
function client(runtime: Runtime, environment: Readonly<Record<string, string>>): S3Client {
  return new S3Client({
    endpoint: runtime.endpoint,
    requestHandler: runtime.requestHandler(),
    region: place.region,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    },
    maxAttempts: 1,
  });
}

function trust(Service: string) {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  };
}

function allow(Action: string) {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
}

/** A world whose methods can be taken out of it. */
export function bind(world: FaultWorld) {
  return {
    runtime: world.runtime,
    put: world.put.bind(world),
    text: world.text.bind(world),
    of: world.of.bind(world),
    execute: world.execute.bind(world),
  };
}
