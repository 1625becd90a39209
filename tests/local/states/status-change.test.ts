/**
 * What Step Functions tells EventBridge. Step Functions Developer Guide, "Automating Step Functions event delivery with
 * EventBridge" (eventbridge-integration): the examples of events, and the remarks on 248 KiB of escaped input and output.
 */
import { expect } from "chai";
import type { StoredExecution } from "../../../local/states/execution-store";
import { statusChange } from "../../../local/states/status-change";
import { FaultWorld } from "../faults/world";

const running: StoredExecution = {
  executionArn: "arn:aws:states:us-east-1:123456789012:execution:daily:one",
  stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:daily",
  name: "one",
  roleArn: "arn:aws:iam::123456789012:role/daily",
  status: "RUNNING",
  input: "{}",
  startDate: "2019-02-26T23:54:31.984Z",
  definitionKey: "key",
};
const LIMIT = 248 * 1024;
/** A JSON string of so many bytes once it is escaped in the event. */
const text = (bytes: number) => JSON.stringify("x".repeat(bytes - 6));

describe("Step Functions Execution Status Change", () => {
  it("tells of a start", () => {
    expect(statusChange(running)).to.deep.equal({
      executionArn: running.executionArn,
      stateMachineArn: running.stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: "one",
      status: "RUNNING",
      startDate: 1551225271984,
      stopDate: null,
      input: "{}",
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: null,
      cause: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
    });
  });

  it("tells of an end with its error", () => {
    const failed = {
      ...running,
      status: "FAILED",
      stopDate: "2019-02-26T23:54:32.984Z",
      error: "E",
      cause: "C",
    } as const;
    expect(statusChange(failed)).to.include({
      status: "FAILED",
      stopDate: 1551225272984,
      error: "E",
      cause: "C",
      output: null,
    });
  });

  const cases: [string, string, string, boolean, boolean][] = [
    ["both fit", text(LIMIT / 2), text(LIMIT / 2), true, true],
    ["both together do not: the input is left out", text(LIMIT / 2 + 1), text(LIMIT / 2), false, true],
    ["the output alone does not: both are left out", "{}", text(LIMIT + 1), false, false],
    ["escaping counts", JSON.stringify("é".repeat(LIMIT / 4)), JSON.stringify('"'.repeat(LIMIT / 6)), false, true],
  ];
  for (const [title, input, output, hasInput, hasOutput] of cases) {
    it(title, () => {
      const change = statusChange({ ...running, status: "SUCCEEDED", input, output });
      expect(change.inputDetails).to.deep.equal({ included: hasInput });
      expect(change.outputDetails).to.deep.equal({ included: hasOutput });
      expect([change.input, change.output]).to.deep.equal([hasInput ? input : null, hasOutput ? output : null]);
    });
  }

  it("comes for RUNNING and for each kind of end", async () => {
    const wait = { Type: "Wait", Seconds: 1_000_000, End: true };
    const States = {
      Choose: {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.how = 'fail' %}", Next: "Fail" },
          { Condition: "{% $states.input.how = 'wait' %}", Next: "Wait" },
        ],
        Default: "Pass",
      },
      Fail: { Type: "Fail", Error: "E", Cause: "C" },
      Wait: wait,
      Pass: { Type: "Pass", End: true },
    };
    const definition = { QueryLanguage: "JSONata", StartAt: "Choose", TimeoutSeconds: 1, States };
    const world = await FaultWorld.open({ definition });
    const { runtime } = world;
    try {
      runtime.services.queues.putQueue({ name: "seen" });
      const EventPattern = JSON.stringify({ source: ["aws.states"] });
      runtime.services.events.putRule({ Name: "status", EventPattern });
      const Arn = "arn:aws:sqs:us-east-1:123456789012:seen";
      runtime.services.events.putTargets({ Rule: "status", Targets: [{ Id: "q", Arn }] });
      runtime.authorizer.putResourcePolicy(Arn, {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: Arn },
        ],
      });
      await world.execute({ how: "pass" });
      await world.execute({ how: "fail" });
      await world.execute({ how: "wait" });
      const arn = `${runtime.services.machines.start("arn:aws:states:us-east-1:123456789012:stateMachine:daily", '{"how":"wait"}').executionArn}`;
      await runtime.services.machines.stop(arn);
      await runtime.whenIdle();
      const input = { QueueUrl: `${runtime.endpoint}/123456789012/seen`, MaxNumberOfMessages: 10 };
      const { Messages } = (await runtime.api.call("sqs", "ReceiveMessage", input, runtime.owner)) as {
        Messages: { Body: string }[];
      };
      const statuses = Messages.map(({ Body }) => (JSON.parse(Body) as { detail: { status: string } }).detail.status);
      expect(statuses.sort()).to.deep.equal(
        ["RUNNING", "RUNNING", "RUNNING", "RUNNING", "ABORTED", "FAILED", "SUCCEEDED", "TIMED_OUT"].sort(),
      );
    } finally {
      await world.close();
    }
  });
});
