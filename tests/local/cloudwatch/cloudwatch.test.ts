import { expect } from "chai";
import { graphOf, place } from "../resources/declared";
import { AlarmWorld, alarmArn, topicArn, watched, type Watched } from "./alarm-world";

describe("the local CloudWatch", () => {
  let world: AlarmWorld;
  beforeEach(async () => {
    world = await AlarmWorld.open();
  });
  afterEach(() => world.close());

  describe("evaluates an alarm", () => {
    it("once a minute is over, and tells its topic of changes only", async () => {
      await world.runtime.deploy(graphOf(...watched()));
      expect(world.state()).to.equal("INSUFFICIENT_DATA");
      expect(await world.evaluate()).to.equal("OK");
      await world.measure(1);
      expect(await world.evaluate()).to.equal("OK");
      world.pass(60);
      expect(await world.evaluate()).to.equal("ALARM");
      world.pass(60);
      expect(await world.evaluate()).to.equal("ALARM");
      // One period of 300 seconds is evaluated, and two more are looked at.
      world.pass(900);
      expect(await world.evaluate()).to.equal("OK");
      expect(world.heard().map(({ OldStateValue, NewStateValue }) => [OldStateValue, NewStateValue])).to.deep.equal([
        ["INSUFFICIENT_DATA", "OK"],
        ["OK", "ALARM"],
        ["ALARM", "OK"],
      ]);
    });

    it("in the words of AWS", async () => {
      await world.runtime.deploy(graphOf(...watched({ alarm: { okActions: [] } })));
      await world.measure(2);
      world.pass(60);
      await world.evaluate();
      const [message] = world.heard();
      // CloudWatch documentation, "Notify users on alarm changes".
      expect(message).to.deep.include({
        AlarmName: "errors",
        AlarmDescription: "Something broke.",
        AWSAccountId: place.account,
        AlarmArn: alarmArn,
        NewStateValue: "ALARM",
        NewStateReason:
          "Threshold Crossed: 1 out of the last 1 datapoints [2.0 (01/01/24 09:56:00)] was greater than the threshold (0.0).",
        StateChangeTime: "2024-01-01T10:01:00.000+0000",
        AlarmActions: [topicArn],
      });
      expect(message.Trigger).to.include({ MetricName: "errors", Namespace: "Own", Statistic: "SUM", Period: 300 });
    });

    it("of the metric with just these dimensions and this unit", async () => {
      await world.runtime.deploy(graphOf(...watched({ alarm: { dimensions: { Name: "a" }, unit: "Count" } })));
      for (const more of [
        {},
        { Dimensions: [{ Name: "Name", Value: "b" }], Unit: "Count" },
        { Dimensions: [{ Name: "Name", Value: "a" }] },
      ]) {
        await world.measure(1, more);
      }
      world.pass(60);
      expect(await world.evaluate()).to.equal("OK");
      await world.measure(1, { Dimensions: [{ Name: "Name", Value: "a" }], Unit: "Count" });
      world.pass(60);
      expect(await world.evaluate()).to.equal("ALARM");
    });

    it("and remembers state, data and history when the folder is opened again", async () => {
      await world.runtime.deploy(graphOf(...watched()));
      await world.measure(1);
      world.pass(60);
      await world.evaluate();
      await world.runtime.close();
      await world.open();
      expect(world.state()).to.equal("ALARM");
      world.pass(60);
      expect(await world.evaluate()).to.equal("ALARM");
      const { AlarmHistoryItems } = await world.call<{
        AlarmHistoryItems: { HistoryItemType: string; HistorySummary: string }[];
      }>("DescribeAlarmHistory", { AlarmName: "errors", ScanBy: "TimestampAscending" });
      expect(
        AlarmHistoryItems.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary]),
      ).to.deep.equal([
        ["ConfigurationUpdate", 'Alarm "errors" created'],
        ["StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"],
        ["Action", `Successfully executed action ${topicArn}`],
      ]);
    });

    it("by its own clock, every minute", async () => {
      await world.runtime.close();
      const opened = Date.now();
      const start = Date.parse("2024-01-01T09:59:59.500Z");
      await world.open(() => new Date(start + Date.now() - opened));
      await world.runtime.deploy(graphOf(...watched({ alarm: { treatMissingData: "breaching" } })));
      await new Promise((resolve) => setTimeout(resolve, 800));
      await world.runtime.whenIdle();
      expect(world.state()).to.equal("ALARM");
    });

    it("keeps its state when its settings change, and is gone when it is no longer declared", async () => {
      await world.runtime.deploy(graphOf(...watched()));
      await world.measure(1);
      world.pass(60);
      await world.evaluate();
      await world.runtime.deploy(graphOf(...watched({ alarm: { threshold: 5 } })));
      expect(world.state()).to.equal("ALARM");
      expect(await world.evaluate()).to.equal("OK");
      await world.runtime.deploy(graphOf());
      expect(world.runtime.services.alarms.list()).to.deep.equal([]);
    });
  });

  describe("asks for permission to tell, of", () => {
    const rows: [string, Watched, string][] = [
      ["the topic", { publisher: { Service: "events.amazonaws.com" } }, "sns:Publish"],
      ["the topic's key, to make data keys", { keyActions: ["kms:Decrypt"] }, "kms:GenerateDataKey"],
      ["the topic's key, to read them", { keyActions: ["kms:GenerateDataKey*"] }, "kms:Decrypt"],
    ];
    for (const [name, resources, action] of rows) {
      it(name, async () => {
        await world.runtime.deploy(graphOf(...watched(resources)));
        await world.call("SetAlarmState", { AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" });
        await world.runtime.whenIdle();
        expect(world.state()).to.equal("ALARM");
        expect(world.heard()).to.deep.equal([]);
        const [failed] = world.entries.filter(({ kind }) => kind === "alarm-action-failed") as { reason: string }[];
        expect(failed.reason).to.contain(`cloudwatch.amazonaws.com is not authorized to perform: ${action}`);
      });
    }
  });

  it("tells EventBridge", async () => {
    const told: unknown[] = [];
    await world.runtime.deploy(graphOf(...watched()));
    const { events } = world.runtime.services;
    const publish = events.publish.bind(events);
    events.publish = (event) => {
      told.push(event);
      return publish(event);
    };
    await world.call("SetAlarmState", { AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" });
    expect(told[0]).to.deep.include({ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change" });
    expect(told[0]).to.have.nested.include({
      "detail.state.value": "ALARM",
      "detail.previousState.value": "INSUFFICIENT_DATA",
    });
  });

  it("measures queues and executions", async () => {
    await world.runtime.deploy(graphOf(...watched()));
    const { queues, metrics, alarms: own } = world.runtime.services;
    queues.send("heard", { body: "x", attributes: {}, senderId: "me" });
    await own.evaluate();
    const id = { namespace: "AWS/SQS", name: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "heard" } };
    expect(metrics.points(id, 0, Infinity).map(({ maximum }) => maximum)).to.include(1);
  });
});
