/** The real program on a runtime that the real command serves in a process of its own; the files are small. */
import { expect } from "chai";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { PutObjectCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const REPOSITORY = resolve(__dirname, "../..");
const BIN = join(REPOSITORY, "cli/tributary.js");

/** What a command left. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A lake that is served until it is closed. */
export class ServedLake {
  readonly folder = mkdtempSync(join(tmpdir(), "tributary-lake-"));
  /** What `local up` prints for other clients. */
  readonly environment: Record<string, string> = {};
  private server: ChildProcess | undefined;

  /** Starts to serve; resolves when it does. */
  async serve(): Promise<void> {
    const server = spawn(process.execPath, [BIN, "--state", this.state, "local", "up"], {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.server = server;
    await new Promise<void>((serving, failed) => {
      let text = "";
      server.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        for (const [, name = "", value = ""] of text.matchAll(/^export (\w+)=(.*)$/gm)) this.environment[name] = value;
        if (this.environment.AWS_SECRET_ACCESS_KEY) serving();
      });
      server.once("exit", (code) => failed(new Error(`local up ended with ${code}`)));
    });
  }

  /** Runs a command on the lake. */
  run(...args: string[]): Ended {
    return spawnSync(process.execPath, [BIN, "--state", this.state, ...args], { cwd: REPOSITORY, encoding: "utf8" });
  }

  /** Starts a command that goes on. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [BIN, "--state", this.state, ...args], {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  /** Puts a file into the landing bucket, as any client of S3 would. */
  async put(key: string, file: string): Promise<void> {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region } = this.environment;
    const s3 = new S3Client({ endpoint, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } });
    const buckets = (await s3.send(new ListBucketsCommand({}))).Buckets ?? [];
    const landing = buckets.find(({ Name }) => Name?.includes("landing"));
    await s3.send(new PutObjectCommand({ Bucket: landing?.Name, Key: key, Body: readFileSync(file) }));
    s3.destroy();
  }

  /** Runs a command on the lake as if it were a stage on AWS: it knows nothing of the local state. */
  runOnStage(stage: string, environment: Record<string, string>, ...args: string[]): Ended {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
    return spawnSync(process.execPath, [BIN, "--state", join(this.folder, "elsewhere"), ...args, "--stage", stage], {
      cwd: REPOSITORY,
      encoding: "utf8",
      env: { ...clean, AWS_EC2_METADATA_DISABLED: "true", ...environment },
    });
  }

  /** Runs a command that must succeed, and reads what it prints as JSON. */
  json(...args: string[]): unknown {
    const { status, stdout, stderr } = this.run(...args, "--format", "json");
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout);
  }

  /** A path for a file. */
  file(...path: string[]): string {
    return join(this.folder, "files", ...path);
  }

  close(): void {
    this.server?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get state(): string {
    return join(this.folder, "state");
  }
}
