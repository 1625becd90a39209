import { expect } from "chai";
import { AwsError } from "../../../local/api";
import { arn, ComputeBench } from "../lambda/compute-bench";
import { benchWithQueues, machine, pattern, putRule, type Rule } from "./rule-bench";

describe("local/events", () => {
  let bench: ComputeBench;
  beforeEach(() => {
    bench = benchWithQueues();
  });
  afterEach(() => bench.close());

  const rule = (...given: Rule) => putRule(bench, ...given);

  describe("rules", () => {
    it("are kept, listed, changed and deleted", async () => {
      rule([{ Id: "q", Arn: arn("sqs", "one") }]);
      await bench.stop();
      const next = new ComputeBench(bench.folder);
      const { Rules } = await next.call<{ Rules: object[] }>("events", "ListRules", { NamePrefix: "mar" });
      expect(Rules).to.deep.equal([
        {
          Name: "marker",
          EventPattern: pattern,
          State: "ENABLED",
          EventBusName: "default",
          Arn: arn("events", "rule/marker"),
        },
      ]);
      await next.call("events", "DisableRule", { Name: "marker" });
      expect(await next.call("events", "DescribeRule", { Name: "marker" })).to.include({ State: "DISABLED" });
      expect(await next.call("events", "ListTargetsByRule", { Rule: "marker" })).to.deep.equal({
        Targets: [{ Id: "q", Arn: arn("sqs", "one") }],
      });
      expect(() => next.bus.deleteRule("marker")).to.throw(AwsError, /has targets/);
      await next.call("events", "RemoveTargets", { Rule: "marker", Ids: ["q"] });
      await next.call("events", "DeleteRule", { Name: "marker" });
      expect(next.bus.list()).to.deep.equal([]);
      await next.stop();
    });

    it("refuse what EventBridge refuses", () => {
      const { bus } = bench;
      bus.putRule({ Name: "r", EventPattern: pattern });
      const queue = arn("sqs", "one");
      const refused: [() => unknown, string][] = [
        [() => bus.putRule({ Name: "r" }), "ValidationException"],
        [() => bus.putRule({ Name: "r", EventPattern: `{"a":"b"}` }), "InvalidEventPatternException"],
        [() => bus.putRule({ Name: "a b", EventPattern: pattern }), "ValidationException"],
        [() => bus.putRule({ Name: "r", ScheduleExpression: "rate(1 hours)" }), "ValidationException"],
        [() => bus.putRule({ Name: "r", ScheduleExpression: "rate(2 hour)" }), "ValidationException"],
        [() => bus.putRule({ Name: "r", ScheduleExpression: "at(2030-01-01T00:00:00)" }), "ValidationException"],
        [() => bus.putTargets({ Rule: "none", Targets: [{ Id: "q", Arn: queue }] }), "ResourceNotFoundException"],
        [() => bus.putTargets({ Rule: "r", Targets: [{ Id: "s", Arn: machine }] }), "ValidationException"],
        [
          () => bus.putTargets({ Rule: "r", Targets: [{ Id: "q", Arn: queue, Input: "1", InputPath: "$" }] }),
          "ValidationException",
        ],
        [
          () =>
            bus.putTargets({
              Rule: "r",
              Targets: [{ Id: "q", Arn: queue, InputTransformer: { InputTemplate: "<a>" } }],
            }),
          "ValidationException",
        ],
        [
          () => bus.putTargets({ Rule: "r", Targets: [1, 2, 3, 4, 5, 6].map((n) => ({ Id: `q${n}`, Arn: queue })) }),
          "LimitExceededException",
        ],
      ];
      for (const [act, code] of refused) expect(act).to.throw(AwsError).with.property("code", code);
    });

    it("with a schedule send its event", async () => {
      bench.bus.putRule({ Name: "hourly", ScheduleExpression: "rate(1 hour)" });
      bench.bus.putTargets({ Rule: "hourly", Targets: [{ Id: "q", Arn: arn("sqs", "one") }] });
      expect(bench.bus.fireDue(new Date())).to.deep.equal([]);
      expect(bench.bus.fireDue(new Date(Date.now() + 3_600_001))).to.deep.equal(["hourly"]);
      await bench.journal.whenIdle();
      expect(bench.bodies("one")[0]).to.deep.include({
        source: "aws.events",
        "detail-type": "Scheduled Event",
        resources: [arn("events", "rule/hourly")],
        detail: {},
      });
    });
  });

  describe("PutEvents", () => {
    it("accepts and refuses each entry for itself", async () => {
      bench.bus.putRule({ Name: "mine", EventPattern: `{"source":["mine"]}` });
      bench.bus.putTargets({ Rule: "mine", Targets: [{ Id: "q", Arn: arn("sqs", "one"), InputPath: "$.time" }] });
      const entry = { Source: "mine", DetailType: "T", Detail: "{}", Time: 1_731_000_000 };
      const { FailedEntryCount, Entries } = await bench.call<{
        FailedEntryCount: number;
        Entries: { EventId?: string; ErrorCode?: string }[];
      }>("events", "PutEvents", {
        Entries: [
          entry,
          { ...entry, Detail: "x" },
          { ...entry, Source: "aws.s3" },
          { ...entry, DetailType: undefined },
          { ...entry, Detail: JSON.stringify({ a: "x".repeat(262_144) }) },
          { ...entry, Detail: "[]" },
        ],
      });
      await bench.journal.whenIdle();
      expect(FailedEntryCount).to.equal(5);
      expect(Entries.map(({ ErrorCode }) => ErrorCode)).to.deep.equal([
        undefined,
        "MalformedDetail",
        "NotAuthorizedForSourceException",
        "InvalidArgument",
        "InvalidArgument",
        "MalformedDetail",
      ]);
      expect(bench.bodies("one")).to.deep.equal(["2024-11-07T17:20:00Z"]);
    });

    it("TestEventPattern answers", async () => {
      const event = { id: "1", account: "1", source: "a", time: "t", region: "r", resources: [], "detail-type": "T" };
      const test = (EventPattern: string, given: object = event) =>
        bench.call("events", "TestEventPattern", { EventPattern, Event: JSON.stringify(given) });
      expect(await test(`{"source":["a"]}`)).to.deep.equal({ Result: true });
      expect(await test(`{"source":["b"]}`)).to.deep.equal({ Result: false });
      const error = await test(`{"source":["b"]}`, {}).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(AwsError).with.property("code", "ValidationException");
    });
  });
});
