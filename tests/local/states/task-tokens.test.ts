import { expect } from "chai";
import type { Definition } from "./run";
import { closeRuntimes, one, openFolder, rejection, Runtime } from "./world";

// Developer guide: connect-lambda, connect-athena, supported-services-awssdk, connect-stepfunctions, connect-eventbridge.
describe("Integrations of state machines", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

  describe("task tokens", () => {
    const waiting = (fields: Definition = {}): Definition =>
      one({
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Arguments: { QueueUrl: "q", MessageBody: { token: "{% $states.context.Task.Token %}" } },
        ...fields,
      });
    const withToken = (answer: (runtime: Runtime, taskToken: string) => unknown) => {
      const runtime: Runtime = new Runtime(folder, {
        sqs: {
          SendMessage: ({ MessageBody }) => {
            const { token } = JSON.parse(MessageBody as string) as { token: string };
            setImmediate(() => void answer(runtime, token));
            return { MessageId: "1" };
          },
        },
      });
      return runtime;
    };

    it("success", async () => {
      const runtime = withToken((at, taskToken) => at.call("SendTaskSuccess", { taskToken, output: '{"ok":true}' }));
      runtime.put("m", waiting());
      const ended = await runtime.execute("m");
      expect(JSON.parse(ended.output ?? "")).to.deep.equal({ ok: true });
      expect((await runtime.history(ended.executionArn)).map(({ type }) => type)).to.include("TaskSubmitted");
    });

    it("failure", async () => {
      const runtime = withToken((at, taskToken) => at.call("SendTaskFailure", { taskToken, error: "E", cause: "C" }));
      runtime.put("m", waiting());
      expect(await runtime.execute("m")).to.include({ status: "FAILED", error: "E", cause: "C" });
    });

    it("a failure without error and cause, which a catcher sees as null", async () => {
      const runtime = withToken((at, taskToken) => at.call("SendTaskFailure", { taskToken }));
      const definition = waiting({
        Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput %}", Next: "B" }],
      });
      const states = { ...(definition.States as Definition), B: { Type: "Pass", End: true } };
      runtime.put("m", { ...definition, States: states });
      expect((await runtime.execute("m")).output).to.equal('{"Error":null,"Cause":null}');
    });

    it("a missed heartbeat", async () => {
      const runtime = withToken((at, taskToken) => at.call("SendTaskHeartbeat", { taskToken }));
      runtime.put("m", waiting({ HeartbeatSeconds: 1 }));
      expect(await runtime.execute("m")).to.include({ status: "FAILED", error: "States.Timeout" });
    });

    it("wrong tokens", async () => {
      const runtime = new Runtime(folder);
      expect((await rejection(runtime.call("SendTaskSuccess", { taskToken: "x", output: "1" }))).code).to.equal(
        "InvalidToken",
      );
      expect((await rejection(runtime.call("SendTaskFailure", { taskToken: "local-task-1" }))).code).to.equal(
        "TaskTimedOut",
      );
      expect((await rejection(runtime.call("SendTaskSuccess", { taskToken: "x", output: "{" }))).code).to.equal(
        "InvalidOutput",
      );
    });
  });
});
