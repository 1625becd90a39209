import { expect } from "chai";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../../../local/api";
import { serve } from "../../../local/http/server";
import type { FunctionSettings } from "../../../local/lambda/configuration";
import { serviceCaller } from "../../../local/sts/service-caller";

import { Bench, errorOf, owner, roleArn } from "./lambda-bench";

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
