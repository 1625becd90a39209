import { expect } from "chai";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Functions } from "../../../local/lambda/functions";

import { Bench, optionsOf, roleArn } from "./lambda-bench";

describe("Asynchronous invocations of local functions", () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

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
    const bodies = bench.received.map(({ input }) => JSON.parse(String(input.MessageBody ?? input.Message)) as object);
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
