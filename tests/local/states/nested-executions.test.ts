import { expect } from "chai";
import type { Definition } from "./run";
import { closeRuntimes, executionArn, machineArn, one, openFolder, PASSING, Runtime } from "./world";

// Developer guide: connect-lambda, connect-athena, supported-services-awssdk, connect-stepfunctions, connect-eventbridge.
describe("Integrations of state machines", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

  const nested = (pattern: string): Definition =>
    one({
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Arguments: { StateMachineArn: machineArn("child"), Name: "c", Input: { a: 1 } },
    });

  it("nested executions", async () => {
    const runtime = new Runtime(folder);
    runtime.put("child", PASSING);
    runtime.put("m", nested(".sync:2"));
    const described = JSON.parse((await runtime.execute("m")).output ?? "{}") as Record<string, unknown>;
    expect(described).to.deep.include({
      ExecutionArn: executionArn("child", "c"),
      Status: "SUCCEEDED",
      Input: { a: 1 },
      Output: { a: 1 },
      InputDetails: { Included: true },
    });
    runtime.put("m", nested(""));
    expect(await runtime.execute("m")).to.include({
      status: "FAILED",
      error: "StepFunctions.ExecutionAlreadyExistsException",
    });
  });

  it("null stands for what is not given: the input of a child is {}", async () => {
    const runtime = new Runtime(folder);
    runtime.put("child", PASSING);
    const Arguments = { StateMachineArn: machineArn("child"), Name: null, Input: null };
    runtime.put("m", one({ Resource: "arn:aws:states:::states:startExecution.sync:2", Arguments }));
    const described = JSON.parse((await runtime.execute("m")).output ?? "{}") as Record<string, unknown>;
    expect(described).to.deep.include({ Status: "SUCCEEDED", Input: {}, Output: {} });
  });

  it("a nested execution that fails", async () => {
    const runtime = new Runtime(folder);
    runtime.put("child", { StartAt: "F", States: { F: { Type: "Fail", Error: "E", Cause: "C" } } });
    runtime.put("m", nested(".sync"));
    const ended = await runtime.execute("m");
    expect(ended).to.include({ status: "FAILED", error: "States.TaskFailed" });
    expect(JSON.parse(ended.cause ?? "")).to.include({ Error: "E", Cause: "C", Status: "FAILED" });
  });
});
