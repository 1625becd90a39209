import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import type { Definition } from "./run";
import { closeRuntimes, executionArn, machineArn, openFolder, Runtime } from "./world";

describe("An execution that was running when its process ended", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

  /** What a killed process leaves behind: the folder as it is, with half a line in the history. */
  const killed = (history: string[], status = "RUNNING"): { folder: string; executionArn: string } => {
    const copy = openFolder();
    cpSync(folder, copy, { recursive: true });
    const file = join(copy, "executions", "m", "n");
    writeFileSync(`${file}.history.jsonl`, [...history, '{"id":99,"ty'].join("\n"));
    const {
      stopDate: _stop,
      output: _output,
      ...kept
    } = JSON.parse(readFileSync(`${file}.json`, "utf8")) as object & {
      stopDate?: string;
      output?: string;
    };
    writeFileSync(`${file}.json`, JSON.stringify({ ...kept, status }));
    return { folder: copy, executionArn: executionArn("m", "n") };
  };
  const stubs = () => {
    const calls: string[] = [];
    const Invoke = ({ Payload }: Record<string, unknown>) => {
      calls.push(Payload as string);
      return {
        StatusCode: 200,
        Payload: Buffer.from(JSON.stringify({ got: JSON.parse(Payload as string) as unknown })),
      };
    };
    return { calls, lambda: { Invoke } };
  };
  const call = (Payload: unknown, more: Definition): Definition => ({
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: "f", Payload },
    Output: "{% $states.result.Payload %}",
    Retry: [{ ErrorEquals: ["Lambda.SdkClientException"] }],
    ...more,
  });
  const definition: Definition = {
    QueryLanguage: "JSONata",
    StartAt: "Chance",
    States: {
      Chance: { Type: "Pass", Assign: { id: "{% $uuid() %}" }, Next: "Map" },
      Map: {
        Type: "Map",
        Items: [1, 2, 3],
        ItemProcessor: { StartAt: "Item", States: { Item: call("{% $states.input %}", { End: true }) } },
        Next: "Wait",
      },
      Wait: { Type: "Wait", Seconds: 1, Next: "Last" },
      Last: call({ id: "{% $id %}" }, { End: true }),
    },
  };

  it("goes on from each of its events, to the same end, and is told of", async () => {
    const before = new Runtime(folder, { lambda: stubs().lambda });
    before.put("m", definition);
    await before.call("StartExecution", { stateMachineArn: machineArn("m"), name: "n" });
    await before.journal.whenIdle();
    const whole = await before.call<DescribeExecutionOutput>("DescribeExecution", {
      executionArn: executionArn("m", "n"),
    });
    expect(whole.status, whole.cause).to.equal("SUCCEEDED");
    const lines = readFileSync(join(folder, "executions", "m", "n.history.jsonl"), "utf8")
      .trim()
      .split("\n");
    const ends = (await before.history(executionArn("m", "n"))).map(({ type }) => type);
    for (let kept = 0; kept <= lines.length; kept++) {
      const left = killed(lines.slice(0, kept));
      const { calls, lambda } = stubs();
      const after = new Runtime(left.folder, { lambda });
      after.machines.resume();
      await after.journal.whenIdle();
      const ended = await after.call<DescribeExecutionOutput>("DescribeExecution", { executionArn: left.executionArn });
      const told = `after ${kept} events, of which the last is ${lines[kept - 1] ?? "none"}`;
      expect(ended.status, told).to.equal("SUCCEEDED");
      // What was assigned before stays, chance or not.
      if (kept > 2) expect(ended.output, told).to.equal(whole.output);
      expect(after.changes.at(-1)?.status, told).to.equal("SUCCEEDED");
      const history = await after.history(left.executionArn);
      expect(
        history.map(({ id }) => id),
        told,
      ).to.deep.equal(history.map((_, index) => index + 1));
      const done = lines.slice(0, kept).filter((line) => line.includes('"TaskSucceeded"')).length;
      expect(calls, told).to.have.length(4 - done);
      expect(history.filter(({ type }) => type?.startsWith("Execution") && type !== "ExecutionStarted")).to.have.length(
        1,
      );
      if (kept === lines.length) expect(history.map(({ type }) => type)).to.deep.equal(ends);
      rmSync(left.folder, { recursive: true, force: true });
    }
  });

  it("is aborted, and told of, if its history is not what its definition does", async () => {
    const before = new Runtime(folder, { lambda: stubs().lambda });
    before.put("m", { QueryLanguage: "JSONata", StartAt: "P", States: { P: call(1, { End: true }) } });
    await before.call("StartExecution", { stateMachineArn: machineArn("m"), name: "n" });
    await before.journal.whenIdle();
    const lines = readFileSync(join(folder, "executions", "m", "n.history.jsonl"), "utf8")
      .trim()
      .split("\n");
    const left = killed(lines.slice(0, 2).map((line) => line.replace('"name":"P"', '"name":"Q"')));
    const { calls, lambda } = stubs();
    const after = new Runtime(left.folder, { lambda });
    after.machines.resume();
    await after.journal.whenIdle();
    const ended = await after.call("DescribeExecution", { executionArn: left.executionArn });
    expect(ended).to.include({ status: "ABORTED", error: "Local.RuntimeStopped" });
    expect(calls).to.deep.equal([]);
    expect(after.changes.at(-1)).to.include({ status: "ABORTED", error: "Local.RuntimeStopped" });
    rmSync(left.folder, { recursive: true, force: true });
  });
});
