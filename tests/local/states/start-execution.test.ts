import type { StartExecutionOutput } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { closeRuntimes, executionArn, machineArn, openFolder, PASSING, rejection, Runtime, WAITING } from "./world";

describe("State machines", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

  // API reference, "StartExecution".
  describe("StartExecution", () => {
    const start = (runtime: Runtime, input: object) =>
      runtime.call<StartExecutionOutput>("StartExecution", { stateMachineArn: machineArn("m"), ...input });

    it("is idempotent for the same name and input while it runs", async () => {
      const runtime = new Runtime(folder, {}, { pace: 1 });
      runtime.put("m", WAITING);
      const first = await start(runtime, { name: "n", input: "{}" });
      expect(await start(runtime, { name: "n", input: "{}" })).to.deep.equal(first);
      expect((await rejection(start(runtime, { name: "n", input: "1" }))).code).to.equal("ExecutionAlreadyExists");
      await runtime.call("StopExecution", { executionArn: first.executionArn });
      expect((await rejection(start(runtime, { name: "n", input: "{}" }))).code).to.equal("ExecutionAlreadyExists");
    });

    it("frees a name after 90 days", async () => {
      let now = new Date("2024-01-01T00:00:00Z");
      const runtime = new Runtime(folder, {}, { now: () => now });
      runtime.put("m", PASSING);
      await start(runtime, { name: "n" });
      await runtime.journal.whenIdle();
      now = new Date("2024-03-30T00:00:00Z");
      expect((await rejection(start(runtime, { name: "n" }))).code).to.equal("ExecutionAlreadyExists");
      now = new Date("2024-04-01T00:00:00Z");
      await start(runtime, { name: "n" });
      await runtime.journal.whenIdle();
      expect(await runtime.history(executionArn("m", "n"))).to.have.length(4);
    });

    const refusals: readonly [string, object, string][] = [
      ["no such machine", { stateMachineArn: machineArn("none") }, "StateMachineDoesNotExist"],
      [
        "a machine in another account",
        { stateMachineArn: machineArn("m").replace("123456789012", "999999999999") },
        "StateMachineDoesNotExist",
      ],
      ["no ARN", { stateMachineArn: "m" }, "InvalidArn"],
      ["a name with a space", { name: "a b" }, "InvalidName"],
      ["a name with a slash", { name: "a/b" }, "InvalidName"],
      ["a name of 81 characters", { name: "n".repeat(81) }, "ValidationException"],
      ["input that is no JSON", { input: "not json" }, "InvalidExecutionInput"],
      ["empty input", { input: "" }, "InvalidExecutionInput"],
      // It took the stack, and the process with it.
      ["input nested 100,000 deep", { input: "[".repeat(100_000) + "]".repeat(100_000) }, "InvalidExecutionInput"],
      ["input of more than 262,144 bytes", { input: JSON.stringify("é".repeat(131_072)) }, "ValidationException"],
    ];
    for (const [title, input, code] of refusals) {
      it(`refuses ${title}`, async () => {
        const runtime = new Runtime(folder);
        runtime.put("m", PASSING);
        expect((await rejection(start(runtime, input))).code).to.equal(code);
      });
    }

    it("takes names of 80 unusual characters", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      const name = `É.(x)'!+=@_-${"é".repeat(68)}`;
      const { executionArn } = await start(runtime, { name });
      expect(await runtime.call("DescribeExecution", { executionArn })).to.include({ name });
    });

    it("takes any JSON, and {} by default", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      expect((await runtime.execute("m", null)).output).to.equal("null");
      const { executionArn } = await start(runtime, {});
      await runtime.journal.whenIdle();
      expect(await runtime.call("DescribeExecution", { executionArn })).to.include({ input: "{}", output: "{}" });
    });

    it("needs states:StartExecution on the machine, states:DescribeExecution on the execution", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      const { executionArn } = await start(runtime, {});
      await runtime.call("DescribeExecution", { executionArn });
      expect(runtime.permissions.map(({ permission }) => permission)).to.deep.equal([
        { action: "states:StartExecution", resource: machineArn("m") },
        { action: "states:DescribeExecution", resource: executionArn },
      ]);
    });
  });
});
