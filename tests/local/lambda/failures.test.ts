import { expect } from "chai";
import type { FunctionSettings } from "../../../local/lambda/configuration";

import { Bench } from "./lambda-bench";

describe("Failures of local functions", () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

  // AWS Lambda Developer Guide, "Handle errors in Node.js functions" and "Understanding retry behavior in Lambda".
  const cases: { name: string; code: string; settings?: Partial<FunctionSettings>; type: string; message: RegExp }[] = [
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
