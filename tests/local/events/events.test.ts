import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { select } from "../../../local/events/target-input";
import { arn, ComputeBench } from "../lambda/compute-bench";
import { benchWithQueues, machine, pattern, putRule, type Rule } from "./rule-bench";

const role = "arn:aws:iam::123456789012:role/rule";
const created = {
  source: "aws.s3",
  "detail-type": "Object Created",
  resources: ["arn:aws:s3:::landing"],
  time: new Date("2024-11-08T01:02:03.456Z"),
  detail: { bucket: { name: "landing" }, object: { key: `in/"a".done`, size: 0, tags: [{ k: 1 }, { k: 2 }] } },
};

describe("local/events", () => {
  let bench: ComputeBench;
  beforeEach(() => {
    bench = benchWithQueues();
  });
  afterEach(() => bench.close());

  const rule = (...given: Rule) => putRule(bench, ...given);

  // Amazon EventBridge User Guide, "Wildcard matching considerations"; the words are those that people met.
  it("a rule whose wildcards are too complex is refused", () => {
    const key = ["a", "b", "c", "d"].map((name) => ({ wildcard: `incoming/files/*/${name}*` }));
    const put = (count: number) => bench.bus.putRule({ Name: "files", EventPattern: JSON.stringify({ key: key.slice(0, count) }) }); // prettier-ignore
    put(3);
    expect(() => put(4))
      .to.throw(
        AwsError,
        /^Event pattern is not valid. Reason: Rule is too complex - try using fewer wildcard characters/,
      )
      .with.property("code", "InvalidEventPatternException");
  });

  describe("an event", () => {
    it("reaches the targets of the rules that match it, in the envelope that AWS gives it", async () => {
      rule([{ Id: "q", Arn: arn("sqs", "one") }]);
      bench.bus.putRule({ Name: "other", EventPattern: `{"source":["aws.ec2"]}` });
      bench.bus.putTargets({ Rule: "other", Targets: [{ Id: "q", Arn: arn("sqs", "two") }] });
      bench.bus.putRule({ Name: "off", EventPattern: pattern, State: "DISABLED" });
      bench.bus.putTargets({ Rule: "off", Targets: [{ Id: "q", Arn: arn("sqs", "two") }] });
      const id = bench.bus.publish(created);
      await bench.journal.whenIdle();
      expect(bench.bodies("one")).to.deep.equal([
        {
          version: "0",
          id,
          "detail-type": "Object Created",
          source: "aws.s3",
          account: "123456789012",
          time: "2024-11-08T01:02:03Z",
          region: "us-east-1",
          resources: ["arn:aws:s3:::landing"],
          detail: created.detail,
        },
      ]);
      expect(bench.bodies("two")).to.deep.equal([]);
      expect(bench.ofKind("event-delivered")).to.deep.include.members([
        { kind: "event-delivered", rule: "marker", target: arn("sqs", "one"), time: bench.entries[0].time },
      ]);
    });

    it("reaches functions and queues as EventBridge acting for the rule, state machines as the role", async () => {
      bench.putFunction(
        "watch",
        `exports.handler = async (event) => { if (event.source !== "aws.s3") throw new Error(); };`,
      );
      rule([
        { Id: "f", Arn: arn("lambda", "function:watch") },
        { Id: "s", Arn: machine, RoleArn: role, InputPath: "$.detail.object" },
        { Id: "q", Arn: arn("sqs", "one") },
      ]);
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      expect(bench.ofKind("event-delivered")).to.have.length(3);
      expect(bench.ofKind("function-failed")).to.have.length(0);
      const service = { principalArn: arn("events", "rule/marker"), service: "events.amazonaws.com" };
      const by = (action: string) => bench.checked.find(({ permission }) => permission.action === action)?.caller;
      expect(by("lambda:InvokeFunction")).to.deep.equal(service);
      expect(by("sqs:SendMessage")).to.deep.equal(service);
      expect(bench.started).to.deep.equal([
        { input: JSON.stringify(created.detail.object), caller: { principalArn: role } },
      ]);
    });

    it("reaches another bus and topics", async () => {
      const topic = bench.topics.putTopic("alerts");
      bench.topics.putSubscription({
        topicArn: topic,
        protocol: "sqs",
        endpoint: arn("sqs", "two"),
        rawMessageDelivery: true,
      });
      bench.bus.putRule({ Name: "mine", EventPattern: `{"source":["mine"]}` });
      bench.bus.putTargets({
        Rule: "mine",
        Targets: [
          { Id: "bus", Arn: arn("events", "event-bus/second"), RoleArn: role },
          { Id: "topic", Arn: topic, Input: `"hello"` },
        ],
      });
      bench.bus.putRule({ Name: "mine", EventBusName: "second", EventPattern: `{"source":["mine"]}` });
      bench.bus.putTargets({ Rule: "mine", EventBusName: "second", Targets: [{ Id: "q", Arn: arn("sqs", "one") }] });
      bench.bus.publish({ source: "mine", "detail-type": "T", detail: { a: 1 } });
      await bench.journal.whenIdle();
      expect(bench.bodies("one")).to.have.nested.property("[0].detail.a", 1);
      expect(bench.bodies("two")).to.deep.equal(["hello"]);
    });
  });

  describe("what a target receives", () => {
    // Amazon EventBridge User Guide, "Amazon EventBridge input transformation".
    const paths = {
      key: "$.detail.object.key",
      size: "$.detail.object.size",
      object: "$.detail.object",
      none: "$.detail.x",
    };
    const transformer = (InputTemplate: string) => ({ InputTransformer: { InputPathsMap: paths, InputTemplate } });
    const cases: { name: string; choice: object; body: unknown }[] = [
      { name: "a constant", choice: { Input: `{"stage":"dev"}` }, body: { stage: "dev" } },
      { name: "a part", choice: { InputPath: "$.detail.bucket" }, body: { name: "landing" } },
      { name: "an element", choice: { InputPath: "$.detail.object.tags[1].k" }, body: 2 },
      { name: "values in JSON", choice: transformer(`{"key":<key>,"n":<size>}`), body: { key: `in/"a".done`, n: 0 } },
      {
        name: "values in text",
        choice: transformer(`{"text":"<key> has <size>"}`),
        body: { text: `in/"a".done has 0` },
      },
      { name: "an object", choice: transformer(`{"object":<object>}`), body: { object: created.detail.object } },
      { name: "text", choice: transformer(`"<size> bytes"`), body: "0 bytes" },
      { name: "what is missing", choice: transformer(`{"a":"<none>","b":<none>}`), body: { a: "", b: "" } },
      {
        name: "the rule",
        choice: transformer(
          `{"arn":"<aws.events.rule-arn>","name":<aws.events.rule-name>,"time":<aws.events.event.ingestion-time>}`,
        ),
        body: { arn: arn("events", "rule/marker"), name: "marker", time: "2024-11-08T01:02:03Z" },
      },
    ];
    for (const { name, choice, body } of cases) {
      it(name, async () => {
        rule([{ Id: "q", Arn: arn("sqs", "one"), ...choice }]);
        bench.bus.publish(created);
        await bench.journal.whenIdle();
        expect(bench.bodies("one")).to.deep.equal([body]);
      });
    }

    it("a list or an object in a text, without its quotes (recorded)", async () => {
      const text = transformer(`"<object> and <size>"`);
      rule([{ Id: "q", Arn: arn("sqs", "one"), ...text }]);
      bench.bus.publish({ ...created, detail: { ...created.detail, object: { key: "a", tags: ["b", 1] } } });
      await bench.journal.whenIdle();
      expect(bench.queues.get("one").messages[0]?.body).to.equal(`"{key:a,tags:[b,1]} and "`);
    });

    it("nothing, if a template for JSON gives none (recorded)", async () => {
      rule([{ Id: "q", Arn: arn("sqs", "one"), ...transformer(`{"object":"<object>"}`) }]);
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      expect(bench.bodies("one")).to.deep.equal([]);
      expect(bench.ofKind("event-dropped")[0]?.reason).to.match(/^The input template gives no JSON for this event/);
    });

    it("the whole event, or all but its detail", async () => {
      rule([
        {
          Id: "q",
          Arn: arn("sqs", "one"),
          ...transformer(`{"all":<aws.events.event.json>,"rest":<aws.events.event>}`),
        },
      ]);
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      const [{ all, rest }] = bench.bodies("one") as { all: Record<string, unknown>; rest: object }[];
      expect(all).to.have.nested.property("detail.bucket.name", "landing");
      // Recorded: the event without its detail has its type under another name.
      const { detail: _detail, "detail-type": detailType, ...members } = all;
      expect(rest).to.deep.equal({ ...members, detailType });
    });

    it("paths", () => {
      expect(select(created, "$.detail.object.tags[*].k")).to.deep.equal([1, 2]);
      expect(select(created, "$")).to.equal(created);
      expect(select(created, "$.detail-type")).to.equal("Object Created");
      expect(() => select(created, "$.a..b")).to.throw(AwsError);
      expect(() => select(created, "$['a']")).to.throw(AwsError);
    });
  });

  describe("a delivery that fails", () => {
    const target = (more: object = {}) => [
      { Id: "s", Arn: machine, RoleArn: role, DeadLetterConfig: { Arn: arn("sqs", "dead") }, ...more },
    ];

    it("is tried again while the target is busy or broken", async () => {
      bench.failures = [new AwsError("ThrottlingException", "slow down"), new AwsError("InternalFailure", "oh", 500)];
      rule(target());
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      expect(bench.started).to.have.length(1);
      expect(bench.ofKind("event-dropped")).to.have.length(0);
    });

    it("goes to the dead-letter queue when the retries are used up", async () => {
      bench.failures = Array.from({ length: 9 }, () => new AwsError("ThrottlingException", "slow down"));
      rule(target({ RetryPolicy: { MaximumRetryAttempts: 2 } }));
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      expect(bench.failures).to.have.length(6);
      // Amazon EventBridge User Guide, "Using dead-letter queues to process undelivered events": custom attributes.
      const [{ attributes, body }] = bench.queues.get("dead").messages;
      const texts = Object.fromEntries(
        Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue]),
      );
      expect(texts).to.deep.equal({
        RULE_ARN: arn("events", "rule/marker"),
        TARGET_ARN: machine,
        ERROR_CODE: "THROTTLING",
        ERROR_MESSAGE: "ThrottlingException: slow down",
        EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
        RETRY_ATTEMPTS: "2",
      });
      expect(JSON.parse(body)).to.have.property("source", "aws.s3");
      expect(bench.ofKind("event-dropped")[0].reason).to.match(/slow down; kept in arn:aws:sqs:.*:dead$/);
    });

    it("goes there at once when it is forbidden, or the target is gone", async () => {
      bench.forbidden = "states:StartExecution";
      rule(target());
      rule([{ Id: "f", Arn: arn("lambda", "function:gone"), DeadLetterConfig: { Arn: arn("sqs", "dead") } }], "gone");
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      const codes = bench.queues.get("dead").messages.map(({ attributes }) => attributes.ERROR_CODE.StringValue);
      expect(codes.sort()).to.deep.equal(["NO_PERMISSIONS", "NO_RESOURCE"]);
    });

    it("without a dead-letter queue is dropped, which the journal tells", async () => {
      bench.forbidden = "states:StartExecution";
      rule(target({ DeadLetterConfig: undefined }));
      bench.bus.publish(created);
      await bench.journal.whenIdle();
      const [dropped] = bench.ofKind("event-dropped");
      expect(dropped).to.include({ rule: "marker", target: machine });
      expect(dropped.reason).to.equal("AccessDeniedException: Forbidden by the test.");
    });

    it("is taken up by the next process", async () => {
      bench.failures = Array.from({ length: 999 }, () => new AwsError("ThrottlingException", "slow down"));
      rule(target());
      bench.bus.publish(created);
      while (bench.failures.length > 995) await new Promise((resolve) => setTimeout(resolve, 1));
      await bench.stop();
      expect(bench.ofKind("event-delivered")).to.have.length(0);
      const next = new ComputeBench(bench.folder);
      next.bus.resume();
      await next.journal.whenIdle();
      expect(next.started).to.have.length(1);
      await next.stop();
    });
  });
});
