import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../../../local/api";
import { arn, ComputeBench } from "../lambda/compute-bench";

const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${name}`;

interface Received {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, object>;
}

describe("local/messaging", () => {
  let now = new Date("2024-11-08T10:00:00Z");
  let bench: ComputeBench;
  const later = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));
  beforeEach(() => {
    now = new Date("2024-11-08T10:00:00Z");
    bench = new ComputeBench(undefined, () => now);
  });
  afterEach(() => bench.close());

  const send = (name: string, MessageBody: string, more: object = {}) =>
    bench.call<{ MessageId: string; MD5OfMessageBody: string }>("sqs", "SendMessage", {
      QueueUrl: url(name),
      MessageBody,
      ...more,
    });
  const receive = async (name: string, more: object = {}) => {
    const input = { QueueUrl: url(name), MaxNumberOfMessages: 10, ...more };
    return (await bench.call<{ Messages?: Received[] }>("sqs", "ReceiveMessage", input)).Messages ?? [];
  };
  const codeOf = async (name: string, input: object) => {
    const error: unknown = await bench.call("sqs", name, input).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(AwsError);
    return (error as AwsError).code;
  };

  describe("a queue", () => {
    it("gives a message again until it is deleted", async () => {
      bench.queues.putQueue({ name: "q", visibilityTimeout: 20 });
      // Amazon SQS API reference, SendMessage and ReceiveMessage.
      expect(await send("q", "hello")).to.include({ MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592" });
      const [first] = await receive("q", { MessageSystemAttributeNames: ["All"] });
      expect(first).to.include({ Body: "hello", MD5OfBody: "5d41402abc4b2a76b9719d911017c592" });
      expect(first.Attributes).to.include({ ApproximateReceiveCount: "1", SentTimestamp: String(now.getTime()) });
      expect(await receive("q")).to.deep.equal([]);
      later(20);
      const [second] = await receive("q", { AttributeNames: ["ApproximateReceiveCount"] });
      expect(second.Attributes).to.deep.equal({ ApproximateReceiveCount: "2" });
      expect(second.ReceiptHandle).not.to.equal(first.ReceiptHandle);
      await bench.call("sqs", "DeleteMessage", { QueueUrl: url("q"), ReceiptHandle: second.ReceiptHandle });
      later(60);
      expect(await receive("q")).to.deep.equal([]);
    });

    it("hides a message for as long as it is told", async () => {
      bench.queues.putQueue({ name: "q" });
      await send("q", "x");
      const [{ ReceiptHandle }] = await receive("q", { VisibilityTimeout: 100 });
      const change = { QueueUrl: url("q"), ReceiptHandle, VisibilityTimeout: 0 };
      later(50);
      expect(await receive("q")).to.have.length(0);
      await bench.call("sqs", "ChangeMessageVisibility", change);
      expect(await codeOf("ChangeMessageVisibility", change)).to.equal("MessageNotInflight");
      expect(await receive("q")).to.have.length(1);
    });

    it("delays, forgets and counts", async () => {
      bench.queues.putQueue({ name: "q", delaySeconds: 10, messageRetentionPeriod: 60 });
      await send("q", "later");
      await send("q", "now", { DelaySeconds: 0 });
      expect((await receive("q")).map(({ Body }) => Body)).to.deep.equal(["now"]);
      const { Attributes } = await bench.call<{ Attributes: object }>("sqs", "GetQueueAttributes", {
        QueueUrl: url("q"),
        AttributeNames: ["All"],
      });
      expect(Attributes).to.include({
        QueueArn: arn("sqs", "q"),
        ApproximateNumberOfMessages: "0",
        ApproximateNumberOfMessagesNotVisible: "1",
        ApproximateNumberOfMessagesDelayed: "1",
        VisibilityTimeout: "30",
      });
      later(61);
      expect(await receive("q")).to.deep.equal([]);
    });

    it("moves what nobody deletes to its dead-letter queue", async () => {
      bench.queues.putQueue({ name: "dead" });
      const redrive = { deadLetterTargetArn: arn("sqs", "dead"), maxReceiveCount: 2 };
      bench.queues.putQueue({ name: "q", visibilityTimeout: 1, redrive });
      await send("q", "poison");
      for (let attempt = 1; attempt <= 2; attempt++) {
        expect(await receive("q")).to.have.length(1);
        later(2);
      }
      expect(await receive("q")).to.have.length(0);
      expect((await receive("dead")).map(({ Body }) => Body)).to.deep.equal(["poison"]);
    });

    it("waits for a message", async () => {
      bench.queues.putQueue({ name: "q" });
      const waiting = receive("q", { WaitTimeSeconds: 5 });
      setTimeout(() => void send("q", "at last"), 50);
      expect(await waiting).to.have.length(1);
    });

    it("gives attributes that are asked for", async () => {
      bench.queues.putQueue({ name: "q", visibilityTimeout: 0 });
      const MessageAttributes = {
        "a.one": { DataType: "String", StringValue: "x" },
        "a.two": { DataType: "Binary", BinaryValue: Buffer.from("y") },
        b: { DataType: "Number", StringValue: "1" },
      };
      await send("q", "x", { MessageAttributes });
      const names = async (MessageAttributeNames: string[]) =>
        Object.keys((await receive("q", { MessageAttributeNames }))[0].MessageAttributes ?? {});
      expect(await names([])).to.deep.equal([]);
      expect(await names(["b"])).to.deep.equal(["b"]);
      expect(await names(["a.*"])).to.deep.equal(["a.one", "a.two"]);
      expect(await names(["All"])).to.deep.equal(["a.one", "a.two", "b"]);
    });

    it("takes batches, each entry for itself", async () => {
      bench.queues.putQueue({ name: "q", maximumMessageSize: 1024 });
      const Entries = [
        { Id: "1", MessageBody: "fits" },
        { Id: "2", MessageBody: "x".repeat(1025) },
      ];
      const sent = await bench.call<{ Successful: object[]; Failed: object[] }>("sqs", "SendMessageBatch", {
        QueueUrl: url("q"),
        Entries,
      });
      expect(sent.Successful).to.have.nested.property("[0].Id", "1");
      expect(sent.Failed).to.have.nested.property("[0].Code", "InvalidParameterValue");
      const [{ ReceiptHandle }] = await receive("q");
      const entries = [
        { Id: "1", ReceiptHandle },
        { Id: "2", ReceiptHandle: "?" },
      ];
      const deleted = await bench.call<{ Successful: object[]; Failed: object[] }>("sqs", "DeleteMessageBatch", {
        QueueUrl: url("q"),
        Entries: entries,
      });
      expect(deleted.Successful).to.deep.equal([{ Id: "1" }]);
      expect(deleted.Failed).to.have.nested.property("[0].Code", "ReceiptHandleIsInvalid");
      expect(await codeOf("SendMessageBatch", { QueueUrl: url("q"), Entries: [] })).to.equal("EmptyBatchRequest");
      const twice = [Entries[0], Entries[0]];
      expect(await codeOf("SendMessageBatch", { QueueUrl: url("q"), Entries: twice })).to.equal(
        "BatchEntryIdsNotDistinct",
      );
    });

    it("is found by its name, listed, purged, and kept", async () => {
      for (const name of ["jobs-b", "jobs-a", "other"]) bench.queues.putQueue({ name });
      await send("jobs-a", "x");
      expect(await bench.call("sqs", "GetQueueUrl", { QueueName: "jobs-a" })).to.deep.equal({
        QueueUrl: "http://127.0.0.1:9/123456789012/jobs-a",
      });
      const { QueueUrls } = await bench.call<{ QueueUrls: string[] }>("sqs", "ListQueues", { QueueNamePrefix: "jobs" });
      expect(QueueUrls.map((each) => each.split("/").pop())).to.deep.equal(["jobs-a", "jobs-b"]);
      bench.queues.putQueue({ name: "jobs-a", visibilityTimeout: 5 });
      await bench.stop();
      const next = new ComputeBench(bench.folder);
      expect(next.queues.get("jobs-a")).to.have.nested.property("settings.visibilityTimeout", 5);
      expect(next.bodies("jobs-a")).to.deep.equal(["x"]);
      await next.call("sqs", "PurgeQueue", { QueueUrl: url("jobs-a") });
      expect(next.bodies("jobs-a")).to.deep.equal([]);
      await next.stop();
    });

    it("that does not exist, or cannot, is an error", async () => {
      expect(await codeOf("SendMessage", { QueueUrl: url("none"), MessageBody: "x" })).to.equal("QueueDoesNotExist");
      expect(await codeOf("SendMessage", { QueueUrl: "none", MessageBody: "x" })).to.equal("InvalidAddress");
      expect(() => bench.queues.putQueue({ name: "a.fifo" })).to.throw(AwsError, /standard queues only/);
      bench.queues.putQueue({ name: "q" });
      expect(await codeOf("SendMessage", { QueueUrl: url("q"), MessageBody: "" })).to.equal("InvalidParameterValue");
      expect(await codeOf("GetQueueAttributes", { QueueUrl: url("q"), AttributeNames: ["Colour"] })).to.equal(
        "InvalidAttributeName",
      );
    });
  });

  describe("a topic", () => {
    it("passes messages on to queues, functions and people", async () => {
      for (const name of ["plain", "raw"]) bench.queues.putQueue({ name });
      bench.putFunction(
        "listen",
        `exports.handler = async ({ Records: [{ EventSource, Sns }] }) => {
        if (EventSource !== "aws:sns" || Sns.Message !== "it failed") throw new Error(); };`,
      );
      const topicArn = bench.topics.putTopic("alarms");
      bench.topics.putSubscription({ topicArn, protocol: "sqs", endpoint: arn("sqs", "plain") });
      bench.topics.putSubscription({
        topicArn,
        protocol: "sqs",
        endpoint: arn("sqs", "raw"),
        rawMessageDelivery: true,
      });
      bench.topics.putSubscription({ topicArn, protocol: "lambda", endpoint: arn("lambda", "function:listen") });
      bench.topics.putSubscription({ topicArn, protocol: "email", endpoint: "team@example.com" });
      const { MessageId } = await bench.call<{ MessageId: string }>("sns", "Publish", {
        TopicArn: topicArn,
        Subject: "Alarm",
        Message: "it failed",
        MessageAttributes: { stage: { DataType: "String", StringValue: "dev" } },
      });
      await bench.journal.whenIdle();
      expect(bench.ofKind("event-delivered")).to.have.length(3);
      expect(bench.ofKind("function-failed")).to.have.length(0);
      // Amazon SNS Developer Guide, "Parsing Amazon SNS message formats".
      expect(bench.bodies("plain")[0]).to.deep.include({
        Type: "Notification",
        MessageId,
        TopicArn: topicArn,
        Subject: "Alarm",
        Message: "it failed",
        MessageAttributes: { stage: { Type: "String", Value: "dev" } },
      });
      expect(bench.queues.get("raw").messages[0]).to.deep.include({
        body: "it failed",
        attributes: { stage: { DataType: "String", StringValue: "dev" } },
        senderId: "sns.amazonaws.com",
      });
      const mail: unknown = JSON.parse(readFileSync(join(bench.folder, "sns", "mail.jsonl"), "utf8"));
      expect(mail).to.include({ to: "team@example.com", subject: "Alarm", message: "it failed" });
    });

    it("is listed with its subscriptions, kept, and deleted", async () => {
      const topicArn = bench.topics.putTopic("alarms");
      expect(bench.topics.putTopic("alarms")).to.equal(topicArn);
      const endpoint = arn("sqs", "q");
      const subscription = bench.topics.putSubscription({ topicArn, protocol: "sqs", endpoint });
      const next = new ComputeBench(bench.folder);
      expect(await next.call("sns", "ListTopics", {})).to.deep.equal({ Topics: [{ TopicArn: topicArn }] });
      expect(await next.call("sns", "ListSubscriptionsByTopic", { TopicArn: topicArn })).to.deep.equal({
        Subscriptions: [
          {
            SubscriptionArn: subscription,
            Owner: "123456789012",
            Protocol: "sqs",
            Endpoint: endpoint,
            TopicArn: topicArn,
          },
        ],
      });
      next.topics.deleteTopic(topicArn);
      const error: unknown = await next
        .call("sns", "Publish", { TopicArn: topicArn, Message: "x" })
        .catch((e: unknown) => e);
      expect(error).to.include({ code: "NotFound", status: 404 });
      await next.stop();
    });
  });
});
