import { expect } from "chai";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Api, AwsError, operation, type Caller, type Permission } from "../../local/api";
import { Journal, type JournalEntry } from "../../local/journal";
import { serve, type Served } from "../../local/http/server";
import { lambdaOperations } from "../../local/lambda/operations";
import { Functions, type FunctionsOptions } from "../../local/lambda/functions";
import type { FunctionSettings } from "../../local/lambda/configuration";
import { stsOperations } from "../../local/sts/operations";
import { RoleSessions } from "../../local/sts/sessions";
import { serviceCaller } from "../../local/sts/service-caller";

const place = { account: "123456789012", region: "us-east-1" };
const roleArn = "arn:aws:iam::123456789012:role/worker";
const owner: Caller = { principalArn: "arn:aws:iam::123456789012:root" };

interface Received {
  operation: string;
  input: Record<string, unknown>;
  caller: Caller;
}

/** A runtime with Lambda in it; what its functions send to queues, topics and S3 is noted. */
class Bench {
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

async function errorOf(work: Promise<unknown>): Promise<AwsError> {
  try {
    await work;
  } catch (error) {
    expect(error).to.be.instanceOf(AwsError);
    return error as AwsError;
  }
  throw new Error("It should have failed.");
}

describe("local/lambda", () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

  describe("a function", () => {
    it("is given its event and Lambda's context, and returns JSON", async () => {
      bench.put(
        "echo",
        `exports.handler = async (event, context) => ({ event, left: context.getRemainingTimeInMillis(), context });`,
        { memorySize: 256 },
      );
      const { result, StatusCode } = await bench.invoke("echo", { a: [1, "ü", null] });
      const { event, left, context } = result as { event: unknown; left: number; context: Record<string, unknown> };
      expect(StatusCode).to.equal(200);
      expect(event).to.deep.equal({ a: [1, "ü", null] });
      expect(left).to.be.within(5000, 10000);
      expect(context).to.include({
        functionName: "echo",
        functionVersion: "$LATEST",
        memoryLimitInMB: "256",
        invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:echo",
        logGroupName: "/aws/lambda/echo",
      });
      expect(context.awsRequestId).to.match(/^[0-9a-f-]{36}$/);
      expect(bench.checked).to.deep.include({
        action: "lambda:InvokeFunction",
        resource: "arn:aws:lambda:us-east-1:123456789012:function:echo",
      });
    });

    it("sees Lambda's environment and nothing of this process", async () => {
      process.env.SECRET_OF_THE_DEVELOPER = "x";
      bench.put(
        "env",
        `exports.handler = async () => ({ env: process.env, cwd: process.cwd(), send: typeof process.send });`,
        {
          environment: { STAGE: "dev" },
        },
      );
      const { env, cwd, send } = (await bench.invoke("env")).result as {
        env: Record<string, string>;
        cwd: string;
        send: string;
      };
      delete process.env.SECRET_OF_THE_DEVELOPER;
      expect(Object.keys(env).sort()).to.deep.equal([
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "HOME",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "PATH",
        "STAGE",
        "TZ",
        "_HANDLER",
      ]);
      expect(env).to.include({ STAGE: "dev", AWS_REGION: "us-east-1", TZ: ":UTC" });
      expect(cwd).to.equal(env.LAMBDA_TASK_ROOT);
      expect(send).to.equal("undefined");
      expect(bench.sessions.callerOf(env.AWS_ACCESS_KEY_ID)).to.deep.equal({ principalArn: roleArn });
    });

    it("runs in a warm process once one is there, and in more when it is called more than once at a time", async () => {
      bench.put(
        "count",
        `let calls = 0;
         exports.handler = async ({ wait }) => { await new Promise((r) => setTimeout(r, wait)); return { pid: process.pid, calls: ++calls }; };`,
      );
      const first = (await bench.invoke("count", { wait: 0 })).result as { pid: number };
      expect((await bench.invoke("count", { wait: 0 })).result).to.deep.equal({ pid: first.pid, calls: 2 });
      const both = await Promise.all([1, 2, 3].map(() => bench.invoke("count", { wait: 200 })));
      expect(new Set(both.map(({ result }) => (result as { pid: number }).pid)).size).to.equal(3);
    });

    it("runs its new code after it is deployed again, and keeps its process when nothing changed", async () => {
      const code = (version: number) => `exports.handler = async () => ({ version: ${version}, pid: process.pid });`;
      bench.put("versions", code(1));
      const { result } = await bench.invoke("versions");
      bench.put("versions", code(1));
      expect((await bench.invoke("versions")).result).to.deep.equal(result);
      bench.put("versions", code(2));
      expect((await bench.invoke("versions")).result).to.include({ version: 2 });
      rmSync(join(bench.folder, "archives"), { recursive: true });
      bench.functions.close();
      bench.functions = bench.open();
      const outcome = await bench.functions.invoke("versions", "{}");
      expect(JSON.parse(outcome.payload)).to.include({ version: 2 });
    });

    it("is CommonJS whatever project lies around it", async () => {
      writeFileSync(join(bench.folder, "package.json"), `{ "type": "module" }`);
      bench.put("common", `exports.handler = async () => typeof require;`);
      expect((await bench.invoke("common")).result).to.equal("function");
    });

    it("loses its warm process when nobody calls for a while", async () => {
      await bench.close();
      bench = new Bench({ idleSeconds: 0.05 });
      bench.put("pid", `exports.handler = async () => process.pid;`);
      const { result } = await bench.invoke("pid");
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect((await bench.invoke("pid")).result).not.to.equal(result);
    });

    it("gives its log: START, its lines, END and REPORT", async () => {
      bench.put(
        "talk",
        `exports.handler = async () => { console.log("hello %s", "world", { a: 1 }); console.error("bad"); process.stdout.write("raw\\n"); return 1; };`,
      );
      const { LogResult } = await bench.invoke("talk", {}, { LogType: "Tail" });
      const log = Buffer.from(LogResult ?? "", "base64").toString();
      expect(log).to.match(/^START RequestId: \S+ Version: \$LATEST\n/);
      expect(log).to.match(/\d{4}-\S+Z\t\S+\tINFO\thello world \{ a: 1 \}\n/);
      expect(log)
        .to.match(/\tERROR\tbad\n/)
        .and.to.contain("raw\n");
      expect(log).to.match(/END RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t/);
      const folder = bench.functions.logs.folderOf("talk");
      const lines = readFileSync(join(folder, readdirSync(folder)[0]), "utf8");
      expect(lines.replace(/^\S+Z /gm, "")).to.equal(log);
    });
  });

  describe("packages", () => {
    const found = (name: string) => `exports.handler = async () => Object.keys(require("${name}"));`;

    it("of the archive are found, CommonJS and ES modules", async () => {
      const hyparquet = dirname(dirname(require.resolve("hyparquet")));
      bench.put("packages", {
        "__index.js": `const own = require("own"); const file = require("./lib/file.js");
          exports.handler = async () => ({ own, file, esm: (await import("esm-only")).value, parquet: Object.keys(await import("hyparquet")).includes("parquetRead") });`,
        "lib/file.js": `module.exports = require("own") + "!";`,
        "node_modules/own/index.js": `module.exports = "own";`,
        "node_modules/esm-only/package.json": `{ "type": "module", "exports": "./main.js" }`,
        "node_modules/esm-only/main.js": `import os from "node:os"; export const value = typeof os.tmpdir;`,
      });
      const archive = join(bench.folder, "archives", "packages");
      cpSync(hyparquet, join(archive, "node_modules", "hyparquet"), { recursive: true });
      bench.functions.putFunction({
        name: "packages",
        codeFolder: archive,
        handler: "__index.handler",
        runtime: "nodejs24.x",
        roleArn,
      });
      const { result } = await bench.invoke("packages");
      expect(result).to.deep.equal({ own: "own", file: "own!", esm: "function", parquet: true });
    });

    it("of the SDK are in the runtime, for require and for import", async () => {
      bench.put("sdk", {
        "__index.mjs": `import { SFNClient } from "@aws-sdk/client-sfn"; import { createRequire } from "node:module";
          export const handler = async () => [typeof SFNClient, typeof createRequire(import.meta.url)("@aws-sdk/client-s3").S3Client];`,
      });
      expect((await bench.invoke("sdk")).result).to.deep.equal(["function", "function"]);
    });

    it("that lie around the archive are not found", async () => {
      const around = join(bench.folder, "node_modules", "around");
      mkdirSync(around, { recursive: true });
      writeFileSync(join(around, "index.js"), "module.exports = 1;");
      bench.put("outside", found("around"));
      bench.put("zod", found("zod"));
      bench.put("imports", `exports.handler = async () => Object.keys(await import("around"));`);
      bench.put("relative", found("../../../../node_modules/around/index.js"));
      for (const name of ["outside", "zod", "relative"]) {
        const { failure, FunctionError } = await bench.invoke(name);
        expect(FunctionError).to.equal("Unhandled");
        expect(failure.errorType, name).to.equal("Error");
        expect(failure.errorMessage).to.match(/^Cannot find module '/);
      }
      expect((await bench.invoke("imports")).failure.errorMessage).to.match(/^Cannot find package 'around'/);
    });
  });

  describe("failures", () => {
    // AWS Lambda Developer Guide, "Handle errors in Node.js functions" and "Understanding retry behavior in Lambda".
    const cases: { name: string; code: string; settings?: Partial<FunctionSettings>; type: string; message: RegExp }[] =
      [
        {
          name: "an error",
          code: `exports.handler = async () => { throw Object.assign(new Error("no"), { name: "MarkerInvalid" }); };`,
          type: "MarkerInvalid",
          message: /^no$/,
        },
        {
          name: "no error",
          code: `exports.handler = async () => { throw "text"; };`,
          type: "string",
          message: /^text$/,
        },
        {
          name: "a timeout",
          code: `exports.handler = () => new Promise(() => setInterval(() => 0, 10));`,
          settings: { timeout: 1 },
          type: "Sandbox.Timedout",
          message: /^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/,
        },
        {
          name: "an endless loop",
          code: `exports.handler = async () => { for (;;); };`,
          settings: { timeout: 1 },
          type: "Sandbox.Timedout",
          message: /Task timed out after 1\.00 seconds$/,
        },
        {
          name: "an exit",
          code: `exports.handler = async () => process.exit(3);`,
          type: "Runtime.ExitError",
          message: /^RequestId: \S+ Error: Runtime exited with error: exit status 3$/,
        },
        {
          name: "an exit without a reason",
          code: `exports.handler = async () => process.exit(0);`,
          type: "Runtime.ExitError",
          message: /Runtime exited without providing a reason$/,
        },
        {
          name: "a kill",
          code: `exports.handler = async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => setTimeout(() => 0, 5000)); };`,
          type: "Runtime.ExitError",
          message: /Runtime exited with error: signal: killed$/,
        },
        {
          name: "an uncaught exception",
          code: `exports.handler = () => new Promise(() => setTimeout(() => { throw new RangeError("late"); }, 10));`,
          type: "RangeError",
          message: /^late$/,
        },
        {
          name: "an unhandled rejection",
          code: `exports.handler = () => { Promise.reject(new Error("alone")); return new Promise((r) => setTimeout(r, 2000)); };`,
          type: "Runtime.UnhandledPromiseRejection",
          message: /^Error: alone$/,
        },
        {
          name: "a syntax error",
          code: `exports.handler = async ( => 1;`,
          type: "Runtime.UserCodeSyntaxError",
          message: /^SyntaxError/,
        },
        {
          name: "no handler",
          code: `exports.other = 1;`,
          type: "Runtime.HandlerNotFound",
          message: /__index\.handler is undefined/,
        },
        {
          name: "a missing module",
          code: `require("nowhere"); exports.handler = async () => 1;`,
          type: "Runtime.ImportModuleError",
          message: /^Error: Cannot find module 'nowhere'/,
        },
        {
          name: "an error while loading",
          code: `throw new TypeError("early");`,
          type: "TypeError",
          message: /^early$/,
        },
        {
          name: "a callback",
          code: `exports.handler = (e, c, done) => done();`,
          type: "Runtime.CallbackHandlerDeprecated",
          message: /async/,
        },
        {
          name: "a result that is no JSON",
          code: `exports.handler = async () => 1n;`,
          type: "Error",
          message: /^Unable to stringify/,
        },
        {
          name: "a result that is too large",
          code: `exports.handler = async () => "x".repeat(6291600);`,
          type: "Function.ResponseSizeTooLarge",
          message: /6291556/,
        },
        {
          name: "too little memory",
          code: `exports.handler = async () => { const a = []; for (;;) a.push(new Array(100000).fill(Math.random())); };`,
          settings: { timeout: 30 },
          type: "Runtime.ExitError",
          message: /signal: aborted$/,
        },
      ];
    for (const { name, code, settings, type, message } of cases) {
      it(`${name}: ${type}`, async () => {
        bench.put("fails", code, settings);
        const { StatusCode, FunctionError, failure } = await bench.invoke("fails", { n: 1 });
        expect(StatusCode).to.equal(200);
        expect(FunctionError).to.equal("Unhandled");
        expect(failure.errorType).to.equal(type);
        expect(failure.errorMessage).to.match(message);
        expect(bench.failures).to.have.length(1);
        expect(bench.failures[0]).to.deep.include({ functionName: "fails", error: type, event: { n: 1 } });
        bench.put("fails", `exports.handler = async () => "well again";`);
        expect((await bench.invoke("fails")).result).to.equal("well again");
      });
    }
  });

  describe("requests that Lambda refuses", () => {
    const cases: { name: string; input: Record<string, unknown>; code: string; status: number }[] = [
      {
        name: "an unknown function",
        input: { FunctionName: "nobody" },
        code: "ResourceNotFoundException",
        status: 404,
      },
      { name: "an alias", input: { FunctionName: "one:live" }, code: "ResourceNotFoundException", status: 404 },
      { name: "no name", input: { FunctionName: "a b" }, code: "ValidationException", status: 400 },
      {
        name: "no JSON",
        input: { FunctionName: "one", Payload: "{" },
        code: "InvalidRequestContentException",
        status: 400,
      },
      {
        name: "more than 6 MB",
        input: { FunctionName: "one", Payload: JSON.stringify("x".repeat(6_291_455)) },
        code: "RequestEntityTooLargeException",
        status: 413,
      },
      {
        name: "more than 1 MB, asynchronously",
        input: { FunctionName: "one", Payload: JSON.stringify("x".repeat(1_048_575)), InvocationType: "Event" },
        code: "RequestEntityTooLargeException",
        status: 413,
      },
      {
        name: "an unknown type",
        input: { FunctionName: "one", InvocationType: "Soon" },
        code: "ValidationException",
        status: 400,
      },
    ];
    for (const { name, input, code, status } of cases) {
      it(`${name}: ${code}`, async () => {
        bench.put("one", `exports.handler = async () => 1;`);
        expect(await errorOf(bench.api.call("lambda", "Invoke", input, owner))).to.include({ code, status });
      });
    }

    it("settings that Lambda would not accept", () => {
      const code = `exports.handler = async () => 1;`;
      const refused: [Partial<FunctionSettings>, RegExp][] = [
        [{ timeout: 901 }, /timeout: /],
        [{ memorySize: 64 }, /memorySize: /],
        [{ runtime: "python3.12" }, /no other language/],
        [{ environment: { AWS_REGION: "x" } }, /AWS_REGION/],
        [{ environment: { BIG: "x".repeat(5000) } }, /4096/],
        [{ roleArn: "worker" }, /roleArn: /],
      ];
      for (const [settings, message] of refused)
        expect(() => bench.put("one", code, settings)).to.throw(AwsError, message);
      expect(() => bench.put("one", {})).to.throw(AwsError, /one: Uploaded file must be a non-empty zip/);
    });
  });

  describe("concurrency", () => {
    it("beyond the reserved is refused", async () => {
      bench.put("narrow", `exports.handler = async () => new Promise((r) => setTimeout(r, 300));`, {
        reservedConcurrency: 1,
      });
      const first = bench.invoke("narrow");
      expect(await errorOf(bench.invoke("narrow"))).to.include({ code: "TooManyRequestsException", status: 429 });
      await first;
    });

    it("beyond the machine's waits, and idle processes of other functions give way", async () => {
      await bench.close();
      bench = new Bench({ maximumProcesses: 2 });
      const code = `exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return process.pid; };`;
      for (const name of ["a", "b", "c"]) bench.put(name, code);
      const calls = ["a", "b", "c", "a", "b", "c", "a"].map((name) => bench.invoke(name));
      for (const { result } of await Promise.all(calls)) expect(result).to.be.a("number");
    });
  });

  it("closing ends what runs and what waits", async () => {
    await bench.close();
    bench = new Bench({ maximumProcesses: 1 });
    bench.put("slow", `exports.handler = () => new Promise((r) => setTimeout(r, 5000));`);
    const [first, ...others] = [1, 2, 3].map(() => bench.invoke("slow").catch((error: AwsError) => error.code));
    await new Promise((resolve) => setTimeout(resolve, 300));
    bench.functions.close();
    expect(await first).to.have.nested.property("failure.errorType", "Runtime.ExitError");
    expect(await Promise.all(others)).to.deep.equal(["ServiceUnavailableException", "ServiceUnavailableException"]);
  });

  describe("asynchronous invocations", () => {
    const failing = `let n = 0; exports.handler = async ({ until }) => { if (++n <= until) throw new Error("attempt " + n); return { n }; };`;
    const event = { InvocationType: "Event" };
    const queue = "arn:aws:sqs:us-east-1:123456789012:dead";

    it("are accepted at once and tried three times", async () => {
      bench.put("retry", failing);
      expect(await bench.invoke("retry", { until: 2 }, event)).to.include({ StatusCode: 202 });
      await bench.journal.whenIdle();
      expect(bench.failures).to.have.length(0);
      expect((await bench.invoke("retry", { until: 0 })).result).to.deep.equal({ n: 4 });
    });

    it("that fail for good go to the dead-letter queue, as the function's role", async () => {
      bench.put("dead", failing, { deadLetterTarget: queue });
      await bench.invoke("dead", { until: 9 }, event);
      await bench.journal.whenIdle();
      expect(bench.failures).to.have.length(1);
      expect(bench.failures[0]).to.include({ functionName: "dead", error: "Error", message: "attempt 3" });
      const [{ input, caller, operation: name }] = bench.received;
      expect(name).to.equal("SendMessage");
      expect(caller).to.deep.equal({ principalArn: roleArn });
      // AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations": dead-letter queue attributes.
      expect(input).to.deep.include({
        QueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/dead",
        MessageBody: `{"until":9}`,
      });
      expect(input.MessageAttributes).to.deep.include({
        ErrorCode: { DataType: "Number", StringValue: "200" },
        ErrorMessage: { DataType: "String", StringValue: "attempt 3" },
      });
    });

    it("are recorded at their destinations", async () => {
      const onSuccess = "arn:aws:sns:us-east-1:123456789012:done";
      bench.put("record", failing, { eventInvokeConfig: { maximumRetryAttempts: 0, onFailure: queue, onSuccess } });
      await bench.invoke("record", { until: 1 }, event);
      await bench.journal.whenIdle();
      await bench.invoke("record", { until: 0 }, event);
      await bench.journal.whenIdle();
      const bodies = bench.received.map(
        ({ input }) => JSON.parse(String(input.MessageBody ?? input.Message)) as object,
      );
      expect(bench.received.map(({ operation: name }) => name)).to.deep.equal(["SendMessage", "Publish"]);
      expect(bodies[0]).to.deep.include({
        version: "1.0",
        requestPayload: { until: 1 },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      });
      expect(bodies[0]).to.have.nested.property("requestContext.condition", "RetriesExhausted");
      expect(bodies[0]).to.have.nested.property("responsePayload.errorMessage", "attempt 1");
      expect(bodies[1]).to.have.nested.property("requestContext.condition", "Success");
      expect(bodies[1]).to.deep.include({ responsePayload: { n: 2 } });
    });

    it("of a function without concurrency go to the dead-letter queue without an attempt", async () => {
      bench.put("closed", failing, { reservedConcurrency: 0, deadLetterTarget: queue });
      await bench.invoke("closed", { until: 0 }, event);
      await bench.journal.whenIdle();
      expect(bench.received).to.have.length(1);
    });

    it("wait for a place when the function is busy", async () => {
      bench.put(
        "busy",
        `let n = 0; exports.handler = async () => { await new Promise((r) => setTimeout(r, 20)); return ++n; };`,
        {
          reservedConcurrency: 1,
        },
      );
      for (let i = 0; i < 5; i++) await bench.invoke("busy", {}, event);
      await bench.journal.whenIdle();
      expect((await bench.invoke("busy")).result).to.equal(6);
    });

    it("survive the end of the process", async () => {
      await bench.close();
      bench = new Bench({ pace: 1 });
      bench.put("survivor", failing);
      await bench.invoke("survivor", { until: 1 }, event);
      const pending = join(bench.folder, "lambda", "pending");
      const attempts = () => readdirSync(pending).map((file) => readFileSync(join(pending, file), "utf8"));
      while (!attempts().some((text) => text.includes(`"attempts":1`))) await new Promise((r) => setTimeout(r, 20));
      bench.functions.close();
      await bench.journal.whenIdle();
      expect(attempts()).to.have.length(1);
      bench.functions = new Functions({ ...bench.more, ...optionsOf(bench), pace: 60_000 });
      bench.functions.resume();
      await bench.journal.whenIdle();
      expect(attempts()).to.have.length(0);
    });
  });

  it("a function calls the runtime with the SDK as its role", async () => {
    const { sessions } = bench;
    bench.served = await serve(bench.api, {
      callerOf: (key) => (key ? sessions.callerOf(key) : owner),
      s3: async (_request, response) => void response.end(),
    });
    bench.put(
      "caller",
      `const { SFNClient, DescribeExecutionCommand } = require("@aws-sdk/client-sfn");
       exports.handler = async () => { await new SFNClient({}).send(new DescribeExecutionCommand({ executionArn: "arn:x" })); return "called"; };`,
    );
    expect((await bench.invoke("caller")).result).to.equal("called");
    expect(bench.received).to.deep.equal([
      { operation: "DescribeExecution", input: { executionArn: "arn:x" }, caller: { principalArn: roleArn } },
    ]);
  });

  it("resource policies are kept, and services call with their source", async () => {
    const sourceArn = "arn:aws:events:us-east-1:123456789012:rule/marker";
    bench.put("guarded", `exports.handler = async () => 1;`);
    bench.functions.addPermission("guarded", {
      statementId: "rule",
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceArn,
    });
    const { Policy } = (await bench.api.call("lambda", "GetPolicy", { FunctionName: "guarded" }, owner)) as {
      Policy: string;
    };
    const { Statement } = JSON.parse(Policy) as { Statement: unknown[] };
    const resource = "arn:aws:lambda:us-east-1:123456789012:function:guarded";
    expect(Statement).to.deep.equal([
      {
        Sid: "rule",
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: resource,
        Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
      },
    ]);
    await bench.api.call(
      "lambda",
      "Invoke",
      { FunctionName: resource },
      serviceCaller("events.amazonaws.com", sourceArn),
    );
    expect(bench.checked).to.deep.include({
      action: "lambda:InvokeFunction",
      resource,
    });
  });
});

function optionsOf(bench: Bench): FunctionsOptions {
  return {
    folder: join(bench.folder, "lambda"),
    place,
    api: bench.api,
    journal: bench.journal,
    endpoint: () => "http://127.0.0.1:9",
    credentialsFor: (arn) => bench.sessions.credentialsFor(arn),
  };
}
