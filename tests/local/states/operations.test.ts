import type {
  GetExecutionHistoryOutput,
  ListExecutionsOutput,
  StartExecutionOutput,
  ValidateStateMachineDefinitionOutput,
} from "@aws-sdk/client-sfn";
import { expect } from "chai";
import {
  closeRuntimes,
  executionArn,
  machineArn,
  openFolder,
  PASSING,
  rejection,
  roleArn,
  Runtime,
  WAITING,
} from "./world";

// API reference: StopExecution, DescribeExecution, ListExecutions, GetExecutionHistory, DescribeStateMachine….
describe("Operations of Step Functions", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

  it("StopExecution ends waits at once", async () => {
    const runtime = new Runtime(folder, {}, { pace: 1 });
    runtime.put("m", WAITING);
    const { executionArn } = await runtime.call<StartExecutionOutput>("StartExecution", {
      stateMachineArn: machineArn("m"),
    });
    const stopped = await runtime.call<{ stopDate: Date }>("StopExecution", {
      executionArn,
      error: "Mine",
      cause: "enough",
    });
    expect(stopped.stopDate).to.be.instanceOf(Date);
    expect(await runtime.call("DescribeExecution", { executionArn })).to.include({
      status: "ABORTED",
      error: "Mine",
      cause: "enough",
    });
    expect(await runtime.call("StopExecution", { executionArn })).to.deep.equal(stopped);
    expect((await runtime.history(executionArn)).map(({ type }) => type)).to.deep.equal([
      "ExecutionStarted",
      "WaitStateEntered",
      "ExecutionAborted",
    ]);
  });

  it("ListExecutions by status, latest first, in pages", async () => {
    let tick = 0;
    const runtime = new Runtime(folder, {}, { now: () => new Date(1_700_000_000_000 + tick++) });
    runtime.put("m", {
      QueryLanguage: "JSONata",
      StartAt: "C",
      States: {
        C: { Type: "Choice", Choices: [{ Condition: "{% $states.input = 1 %}", Next: "F" }], Default: "S" },
        F: { Type: "Fail" },
        S: { Type: "Succeed" },
      },
    });
    for (const [name, input] of [
      ["a", 0],
      ["b", 1],
      ["c", 0],
      ["d", 0],
    ] as const) {
      await runtime.call("StartExecution", { stateMachineArn: machineArn("m"), name, input: String(input) });
      await runtime.journal.whenIdle();
    }
    const names: string[][] = [];
    let nextToken: string | undefined;
    do {
      const listed: ListExecutionsOutput = await runtime.call("ListExecutions", {
        stateMachineArn: machineArn("m"),
        statusFilter: "SUCCEEDED",
        maxResults: 2,
        nextToken,
      });
      names.push((listed.executions ?? []).map(({ name }) => name ?? ""));
      nextToken = listed.nextToken;
    } while (nextToken !== undefined);
    expect(names).to.deep.equal([["d", "c"], ["a"]]);
    const wrong = await rejection(runtime.call("ListExecutions", { stateMachineArn: machineArn("m"), nextToken: "x" }));
    expect(wrong.code).to.equal("InvalidToken");
  });

  it("GetExecutionHistory in pages, backwards, without data", async () => {
    const runtime = new Runtime(folder);
    runtime.put("m", PASSING);
    const { executionArn } = await runtime.execute("m", { secret: 1 });
    const first = await runtime.call<GetExecutionHistoryOutput>("GetExecutionHistory", {
      executionArn,
      maxResults: 3,
    });
    expect(first.events?.map(({ id }) => id)).to.deep.equal([1, 2, 3]);
    const second = await runtime.call<GetExecutionHistoryOutput>("GetExecutionHistory", {
      executionArn,
      maxResults: 3,
      nextToken: first.nextToken,
    });
    expect(second.events?.map(({ id }) => id)).to.deep.equal([4]);
    expect(second.nextToken).to.equal(undefined);
    const back = await runtime.call<GetExecutionHistoryOutput>("GetExecutionHistory", {
      executionArn,
      reverseOrder: true,
      includeExecutionData: false,
    });
    expect(back.events?.map(({ type }) => type)).to.deep.equal([
      "ExecutionSucceeded",
      "PassStateExited",
      "PassStateEntered",
      "ExecutionStarted",
    ]);
    expect(JSON.stringify(back)).to.not.include("secret");
    expect(first.events?.[0]?.timestamp).to.be.instanceOf(Date);
  });

  it("machines are described as they are, and as an execution found them", async () => {
    const runtime = new Runtime(folder);
    runtime.put("m", PASSING);
    const { executionArn } = await runtime.execute("m");
    const before = await runtime.call<{ revisionId: string }>("DescribeStateMachine", {
      stateMachineArn: machineArn("m"),
    });
    runtime.put("m", WAITING);
    const after = await runtime.call<{ revisionId: string; definition: string }>("DescribeStateMachine", {
      stateMachineArn: machineArn("m"),
    });
    expect(after).to.include({
      name: "m",
      status: "ACTIVE",
      type: "STANDARD",
      roleArn,
      definition: JSON.stringify(WAITING),
    });
    expect(after.revisionId).to.not.equal(before.revisionId);
    expect(await runtime.call("DescribeStateMachineForExecution", { executionArn })).to.include({
      definition: JSON.stringify(PASSING),
    });
    expect(await runtime.call("ListStateMachines", {})).to.have.nested.property("stateMachines[0].name", "m");
  });

  it("deleted machines", async () => {
    const runtime = new Runtime(folder, {}, { pace: 1 });
    runtime.put("m", WAITING);
    const { executionArn } = await runtime.call<StartExecutionOutput>("StartExecution", {
      stateMachineArn: machineArn("m"),
    });
    await runtime.machines.deleteMachine(machineArn("m"));
    expect((await rejection(runtime.call("DescribeStateMachine", { stateMachineArn: machineArn("m") }))).code).to.equal(
      "StateMachineDoesNotExist",
    );
    expect(await runtime.call("DescribeExecution", { executionArn })).to.include({ status: "ABORTED" });
  });

  const refusals: readonly [string, string, object, string][] = [
    ["an unknown execution", "DescribeExecution", { executionArn: executionArn("m", "none") }, "ExecutionDoesNotExist"],
    [
      "an unknown execution's history",
      "GetExecutionHistory",
      { executionArn: executionArn("m", "none") },
      "ExecutionDoesNotExist",
    ],
    [
      "an unknown machine's executions",
      "ListExecutions",
      { stateMachineArn: machineArn("none") },
      "StateMachineDoesNotExist",
    ],
    ["executions of nothing", "ListExecutions", {}, "ValidationException"],
    ["map runs", "ListExecutions", { mapRunArn: "arn:aws:states:x" }, "ValidationException"],
    ["an ARN that is none", "DescribeExecution", { executionArn: "x" }, "InvalidArn"],
    // AWS has them, this runtime does not: docs/operations.md.
    ["everything", "RedriveExecution", { executionArn: executionArn("m", "x") }, "UnknownOperationException"],
    ["everything", "TestState", { definition: "{}" }, "UnknownOperationException"],
    ["everything", "DescribeMapRun", { mapRunArn: "arn:aws:states:x" }, "UnknownOperationException"],
    [
      "a synchronous execution",
      "StartSyncExecution",
      { stateMachineArn: machineArn("m") },
      "StateMachineTypeNotSupported",
    ],
  ];
  for (const [title, name, input, code] of refusals) {
    it(`${name} refuses ${title}`, async () => {
      expect((await rejection(new Runtime(folder).call(name, input))).code).to.equal(code);
    });
  }

  it("ValidateStateMachineDefinition", async () => {
    const runtime = new Runtime(folder);
    const validate = (definition: string) =>
      runtime.call<ValidateStateMachineDefinitionOutput>("ValidateStateMachineDefinition", { definition });
    expect(await validate(JSON.stringify(PASSING))).to.deep.equal({
      result: "OK",
      diagnostics: [],
      truncated: false,
    });
    expect(await validate("{}")).to.deep.include({ result: "FAIL" });
    expect((await validate("{}")).diagnostics?.[0]).to.deep.equal({
      severity: "ERROR",
      code: "SCHEMA_VALIDATION_FAILED",
      message: "These fields are required: [States, StartAt]",
      location: "/",
    });
  });

  it("putMachine refuses what cannot run, with all reasons and places", async () => {
    const runtime = new Runtime(folder);
    const error = await rejection(() => runtime.put("m", { StartAt: "X", States: { A: { Type: "Pass" } } }));
    expect(error.code).to.equal("InvalidDefinition");
    expect(error.message).to.match(
      /Missing 'StartAt' target: X at \/StartAt.*exactly one of "Next" and "End".* at \/States\/A/,
    );
    expect(
      (
        await rejection(() =>
          runtime.machines.putMachine({ name: "e", definition: JSON.stringify(PASSING), roleArn, type: "EXPRESS" }),
        )
      ).code,
    ).to.equal("StateMachineTypeNotSupported");
  });
});
