/** Lambda on a folder of its own, with stubs for what its functions call, as tests use it. */
import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Api, AwsError, operation, type Caller, type Permission } from "../../../local/api";
import { Journal, type JournalEntry } from "../../../local/journal";
import { type Served } from "../../../local/http/server";
import { lambdaOperations } from "../../../local/lambda/operations";
import { Functions, type FunctionsOptions } from "../../../local/lambda/functions";
import type { FunctionSettings } from "../../../local/lambda/configuration";
import { stsOperations } from "../../../local/sts/operations";
import { RoleSessions } from "../../../local/sts/sessions";

const place = { account: "123456789012", region: "us-east-1" };
export const roleArn = "arn:aws:iam::123456789012:role/worker";
export const owner: Caller = { principalArn: "arn:aws:iam::123456789012:root" };

interface Received {
  operation: string;
  input: Record<string, unknown>;
  caller: Caller;
}

/** A runtime with Lambda in it; what its functions send to queues, topics and S3 is noted. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "lambda-"));
  readonly api: Api;
  readonly checked: Permission[] = [];
  readonly received: Received[] = [];
  readonly journal = new Journal();
  readonly entries: JournalEntry[] = [];
  readonly sessions = new RoleSessions(join(this.folder, "sts"), place);
  functions: Functions;
  served: Served | undefined;

  constructor(readonly more: Partial<FunctionsOptions> = {}) {
    this.api = new Api((_caller, permission) => void this.checked.push(permission));
    this.journal.listen((entry) => this.entries.push(entry));
    this.functions = this.open();
    this.api.register("lambda", lambdaOperations(this.functions, place));
    this.api.register("sts", stsOperations(this.sessions, place));
    const note = (name: string) =>
      operation<Record<string, unknown>, unknown>({
        parse: (input) => input as Record<string, unknown>,
        permissions: () => [],
        run: async (input, { caller }) => {
          this.received.push({ operation: name, input, caller });
          return {};
        },
      });
    this.api.register("sqs", { SendMessage: note("SendMessage") });
    this.api.register("sns", { Publish: note("Publish") });
    this.api.register("states", { DescribeExecution: note("DescribeExecution") });
  }

  open(): Functions {
    return new Functions({
      folder: join(this.folder, "lambda"),
      place,
      api: this.api,
      journal: this.journal,
      endpoint: () => this.served?.endpoint ?? "http://127.0.0.1:9",
      credentialsFor: (arn) => this.sessions.credentialsFor(arn),
      pace: 6000,
      ...this.more,
    });
  }

  /** Deploys a function from its files. */
  put(name: string, files: Record<string, string> | string, settings: Partial<FunctionSettings> = {}): void {
    const codeFolder = join(this.folder, "archives", name);
    rmSync(codeFolder, { recursive: true, force: true });
    mkdirSync(codeFolder, { recursive: true });
    for (const [path, text] of Object.entries(typeof files === "string" ? { "__index.js": files } : files)) {
      mkdirSync(dirname(join(codeFolder, path)), { recursive: true });
      writeFileSync(join(codeFolder, path), text);
    }
    this.functions.putFunction({
      name,
      codeFolder,
      handler: "__index.handler",
      runtime: "nodejs24.x",
      roleArn,
      timeout: 10,
      ...settings,
    });
  }

  async invoke(name: string, event: unknown = {}, more: Record<string, unknown> = {}) {
    const input = { FunctionName: name, Payload: JSON.stringify(event), ...more };
    const output = (await this.api.call("lambda", "Invoke", input, owner)) as {
      StatusCode: number;
      Payload: Buffer;
      FunctionError?: string;
      LogResult?: string;
    };
    const result: unknown = output.Payload.length > 0 ? JSON.parse(output.Payload.toString()) : undefined;
    return { ...output, result, failure: result as { errorType: string; errorMessage: string; trace?: string[] } };
  }

  get failures() {
    return this.entries.filter((entry) => entry.kind === "function-failed");
  }

  async close(): Promise<void> {
    this.functions.close();
    await this.served?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function errorOf(work: Promise<unknown>): Promise<AwsError> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError);
    return error as AwsError;
  }
  throw new Error("It should have failed.");
}

export function optionsOf(bench: Bench): FunctionsOptions {
  return {
    folder: join(bench.folder, "lambda"),
    place,
    api: bench.api,
    journal: bench.journal,
    endpoint: () => "http://127.0.0.1:9",
    credentialsFor: (arn) => bench.sessions.credentialsFor(arn),
  };
}
