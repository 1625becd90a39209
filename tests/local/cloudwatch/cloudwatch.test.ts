import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Resource } from "../../../local/graph";
import type { JournalEntry } from "../../../local/journal";
import { Runtime } from "../../../local/runtime";
import { declare, graphOf, place } from "../resources/declared";

const account = { AWS: `arn:aws:iam::${place.account}:root` };
const topicArn = `arn:aws:sns:${place.region}:${place.account}:alarms`;
const queueArn = `arn:aws:sqs:${place.region}:${place.account}:heard`;
const alarmArn = `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:errors`;
const policy = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const alarms = { Service: "cloudwatch.amazonaws.com" };

/** A key whose policy lets alarms use it. SNS documentation, "Enable compatibility between event sources … and encrypted topics". */
const key = (actions: string[] = ["kms:GenerateDataKey*", "kms:Decrypt"]): Resource =>
  declare("aws:kms/key:Key", "alarms", {
    policy: policy(
      { Effect: "Allow", Principal: account, Action: "kms:DescribeKey", Resource: "*" },
      {
        Effect: "Allow",
        Principal: alarms,
        Action: actions,
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": place.account } },
      },
    ),
  });

/** A topic that tells a queue, and an alarm that tells the topic. */
function watched({ publisher = alarms, alarm = {}, keyActions }: Watched = {}): Resource[] {
  const encrypting = key(keyActions);
  return [
    encrypting,
    declare("aws:sns/topic:Topic", "alarms", { name: "alarms", kmsMasterKeyId: encrypting.outputs.arn }),
    declare("aws:sns/topicPolicy:TopicPolicy", "alarms", {
      arn: topicArn,
      policy: policy({
        Effect: "Allow",
        Principal: publisher,
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { ArnLike: { "aws:SourceArn": alarmArn } },
      }),
    }),
    declare("aws:sqs/queue:Queue", "heard", { name: "heard" }),
    declare("aws:sqs/queuePolicy:QueuePolicy", "heard", {
      queueUrl: `https://sqs.${place.region}.amazonaws.com/${place.account}/heard`,
      policy: policy({
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
      }),
    }),
    declare("aws:sns/topicSubscription:TopicSubscription", "heard", {
      topic: topicArn,
      protocol: "sqs",
      endpoint: queueArn,
      rawMessageDelivery: true,
    }),
    declare("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", {
      name: "errors",
      alarmDescription: "Something broke.",
      namespace: "Own",
      metricName: "errors",
      statistic: "Sum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...alarm,
    }),
  ];
}

interface Watched {
  publisher?: object;
  alarm?: object;
  keyActions?: string[];
}

describe("the local CloudWatch", () => {
  let folder: string;
  let runtime: Runtime;
  let clock: Date;
  let entries: JournalEntry[];
  const open = async (): Promise<void> => {
    runtime = await Runtime.open({ folder, now: () => clock });
    runtime.journal.listen((entry) => entries.push(entry));
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "cloudwatch-"));
    clock = new Date("2024-01-01T10:00:00Z");
    entries = [];
    await open();
  });
  afterEach(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const call = async <T = Record<string, unknown>>(operation: string, input: unknown): Promise<T> =>
    (await runtime.api.call("monitoring", operation, input, runtime.owner)) as T;
  const pass = (seconds: number): void => void (clock = new Date(clock.getTime() + seconds * 1000));
  const measure = (Value: number, more: object = {}) =>
    call("PutMetricData", { Namespace: "Own", MetricData: [{ MetricName: "errors", Value, ...more }] });
  const state = () => runtime.services.alarms.get("errors").state;
  const evaluate = async (): Promise<string> => {
    await runtime.services.alarms.evaluate();
    await runtime.whenIdle();
    return state();
  };
  const heard = () =>
    runtime.services.queues.get("heard").messages.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  describe("evaluates an alarm", () => {
    it("once a minute is over, and tells its topic of changes only", async () => {
      await runtime.deploy(graphOf(...watched()));
      expect(state()).to.equal("INSUFFICIENT_DATA");
      expect(await evaluate()).to.equal("OK");
      await measure(1);
      expect(await evaluate()).to.equal("OK");
      pass(60);
      expect(await evaluate()).to.equal("ALARM");
      pass(60);
      expect(await evaluate()).to.equal("ALARM");
      // One period of 300 seconds is evaluated, and two more are looked at.
      pass(900);
      expect(await evaluate()).to.equal("OK");
      expect(heard().map(({ OldStateValue, NewStateValue }) => [OldStateValue, NewStateValue])).to.deep.equal([
        ["INSUFFICIENT_DATA", "OK"],
        ["OK", "ALARM"],
        ["ALARM", "OK"],
      ]);
    });

    it("in the words of AWS", async () => {
      await runtime.deploy(graphOf(...watched({ alarm: { okActions: [] } })));
      await measure(2);
      pass(60);
      await evaluate();
      const [message] = heard();
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
      await runtime.deploy(graphOf(...watched({ alarm: { dimensions: { Name: "a" }, unit: "Count" } })));
      for (const more of [
        {},
        { Dimensions: [{ Name: "Name", Value: "b" }], Unit: "Count" },
        { Dimensions: [{ Name: "Name", Value: "a" }] },
      ]) {
        await measure(1, more);
      }
      pass(60);
      expect(await evaluate()).to.equal("OK");
      await measure(1, { Dimensions: [{ Name: "Name", Value: "a" }], Unit: "Count" });
      pass(60);
      expect(await evaluate()).to.equal("ALARM");
    });

    it("and remembers state, data and history when the folder is opened again", async () => {
      await runtime.deploy(graphOf(...watched()));
      await measure(1);
      pass(60);
      await evaluate();
      await runtime.close();
      await open();
      expect(state()).to.equal("ALARM");
      pass(60);
      expect(await evaluate()).to.equal("ALARM");
      const { AlarmHistoryItems } = await call<{
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
      await runtime.close();
      const opened = Date.now();
      const start = Date.parse("2024-01-01T09:59:59.500Z");
      runtime = await Runtime.open({ folder, now: () => new Date(start + Date.now() - opened) });
      await runtime.deploy(graphOf(...watched({ alarm: { treatMissingData: "breaching" } })));
      await new Promise((resolve) => setTimeout(resolve, 800));
      await runtime.whenIdle();
      expect(state()).to.equal("ALARM");
    });

    it("keeps its state when its settings change, and is gone when it is no longer declared", async () => {
      await runtime.deploy(graphOf(...watched()));
      await measure(1);
      pass(60);
      await evaluate();
      await runtime.deploy(graphOf(...watched({ alarm: { threshold: 5 } })));
      expect(state()).to.equal("ALARM");
      expect(await evaluate()).to.equal("OK");
      await runtime.deploy(graphOf());
      expect(runtime.services.alarms.list()).to.deep.equal([]);
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
        await runtime.deploy(graphOf(...watched(resources)));
        await call("SetAlarmState", { AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" });
        await runtime.whenIdle();
        expect(state()).to.equal("ALARM");
        expect(heard()).to.deep.equal([]);
        const [failed] = entries.filter(({ kind }) => kind === "alarm-action-failed") as { reason: string }[];
        expect(failed.reason).to.contain(`cloudwatch.amazonaws.com is not authorized to perform: ${action}`);
      });
    }
  });

  it("tells EventBridge", async () => {
    const told: unknown[] = [];
    await runtime.deploy(graphOf(...watched()));
    const { events } = runtime.services;
    const publish = events.publish.bind(events);
    events.publish = (event) => {
      told.push(event);
      return publish(event);
    };
    await call("SetAlarmState", { AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" });
    expect(told[0]).to.deep.include({ source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change" });
    expect(told[0]).to.have.nested.include({
      "detail.state.value": "ALARM",
      "detail.previousState.value": "INSUFFICIENT_DATA",
    });
  });

  describe("answers", () => {
    const range = { StartTime: new Date("2024-01-01T09:00:00Z"), EndTime: new Date("2024-01-01T11:00:00Z") };
    const metric = { Namespace: "Own", MetricName: "errors" };

    it("GetMetricStatistics and GetMetricData", async () => {
      await runtime.deploy(graphOf(...watched()));
      await measure(1);
      await measure(3, { Unit: "Count" });
      pass(120);
      await call("PutMetricData", {
        Namespace: "Own",
        MetricData: [
          { MetricName: "errors", Values: [10, 20], Counts: [2, 1] },
          { MetricName: "errors", StatisticValues: { SampleCount: 2, Sum: 7, Minimum: 3, Maximum: 4 } },
        ],
      });
      const statistics = { ...metric, ...range, Period: 60, Statistics: ["Sum", "Maximum", "SampleCount"] };
      const { Datapoints } = await call<{ Datapoints: unknown[] }>("GetMetricStatistics", statistics);
      expect(Datapoints).to.deep.equal([
        { Timestamp: new Date("2024-01-01T10:00:00Z"), Unit: "None", Sum: 4, Maximum: 3, SampleCount: 2 },
        { Timestamp: new Date("2024-01-01T10:02:00Z"), Unit: "None", Sum: 47, Maximum: 20, SampleCount: 5 },
      ]);
      const { MetricDataResults } = await call<{ MetricDataResults: unknown[] }>("GetMetricData", {
        ...range,
        MetricDataQueries: [{ Id: "m1", MetricStat: { Metric: metric, Period: 60, Stat: "Average" } }],
      });
      expect(MetricDataResults).to.deep.equal([
        {
          Id: "m1",
          Label: "errors",
          Timestamps: [new Date("2024-01-01T10:02:00Z"), new Date("2024-01-01T10:00:00Z")],
          Values: [9.4, 2],
          StatusCode: "Complete",
        },
      ]);
      expect(await call("ListMetrics", { Namespace: "Own" })).to.deep.equal({
        Metrics: [{ Namespace: "Own", MetricName: "errors", Dimensions: [] }],
      });
    });

    it("DescribeAlarms by state, name and prefix", async () => {
      await runtime.deploy(graphOf(...watched()));
      for (const [input, found] of [
        [{}, 1],
        [{ AlarmNames: ["other"] }, 0],
        [{ AlarmNamePrefix: "err" }, 1],
        [{ StateValue: "ALARM" }, 0],
        [{ ActionPrefix: "arn:aws:sns:" }, 1],
      ] as const) {
        const { MetricAlarms } = await call<{ MetricAlarms: unknown[] }>("DescribeAlarms", input);
        expect(MetricAlarms, JSON.stringify(input)).to.have.length(found);
      }
    });

    const refused: [string, string, object, string][] = [
      [
        "a namespace of AWS",
        "PutMetricData",
        { Namespace: "AWS/S3", MetricData: [{ MetricName: "m", Value: 1 }] },
        "InvalidParameterValueException",
      ],
      [
        "a datum of two forms",
        "PutMetricData",
        { Namespace: "N", MetricData: [{ MetricName: "m", Value: 1, Values: [1] }] },
        "InvalidParameterCombinationException",
      ],
      [
        "a period of 45 s",
        "GetMetricStatistics",
        { ...metric, ...range, Period: 45, Statistics: ["Sum"] },
        "InvalidParameterValueException",
      ],
      ["no statistic", "GetMetricStatistics", { ...metric, ...range, Period: 60 }, "MissingRequiredParameterException"],
      [
        "metric math",
        "GetMetricData",
        { ...range, MetricDataQueries: [{ Id: "e", Expression: "m1 * 2" }] },
        "ValidationError",
      ],
      [
        "an alarm that is none",
        "SetAlarmState",
        { AlarmName: "none", StateValue: "OK", StateReason: "" },
        "ResourceNotFound",
      ],
      [
        "a reason that is no JSON",
        "SetAlarmState",
        { AlarmName: "errors", StateValue: "OK", StateReason: "", StateReasonData: "{" },
        "InvalidFormat",
      ],
    ];
    for (const [name, operation, input, code] of refused) {
      it(`${code} for ${name}`, async () => {
        await runtime.deploy(graphOf(...watched()));
        const error = await call(operation, input).catch((thrown: unknown) => thrown);
        expect(error).to.have.property("code", code);
      });
    }
  });

  describe("makes metrics of log lines", () => {
    const deploy = (metricTransformation: object, pattern = '{ $.level = "error" }') =>
      runtime.deploy(
        graphOf(
          ...watched(),
          declare("aws:cloudwatch/logGroup:LogGroup", "fn", { name: "/fn" }),
          declare("aws:cloudwatch/logMetricFilter:LogMetricFilter", "errors", {
            name: "errors",
            logGroupName: "/fn",
            pattern,
            metricTransformation: { name: "errors", namespace: "Own", value: "1", ...metricTransformation },
          }),
        ),
      );
    const log = (group: string, ...lines: object[]) =>
      runtime.services.metricFilters.take(
        group,
        lines.map((line) => ({ message: JSON.stringify(line), time: clock.getTime() })),
      );
    const points = (dimensions = {}) =>
      runtime.services.metrics
        .points({ namespace: "Own", name: "errors", dimensions }, 0, Infinity)
        .map(({ sum }) => sum);

    it("that match, of its group", async () => {
      await deploy({});
      log("/fn", { level: "error" }, { level: "info" });
      log("/other", { level: "error" });
      expect(points()).to.deep.equal([1]);
    });

    it("with a default for those that do not", async () => {
      await deploy({ defaultValue: "0" });
      log("/fn", { level: "error" }, { level: "info" });
      expect(points()).to.deep.equal([1, 0]);
    });

    it("with a value and dimensions from the line", async () => {
      await deploy({ value: "$.rows", dimensions: { Table: "$.table" } });
      log("/fn", { level: "error", rows: 7, table: "t" }, { level: "error", rows: 8 }, { level: "error", table: "t" });
      expect([points({ Table: "t" }), points()]).to.deep.equal([[7], []]);
    });

    it("whose alarm rings", async () => {
      await deploy({ defaultValue: "0" });
      log("/fn", { level: "error" });
      pass(60);
      expect(await evaluate()).to.equal("ALARM");
    });

    it("not by a pattern that nobody can read", async () => {
      const error = await deploy({}, "{ $.level ").catch((thrown: unknown) => thrown);
      expect(error).to.have.property("name", "DeploymentError");
    });
  });

  it("measures queues and executions", async () => {
    await runtime.deploy(graphOf(...watched()));
    const { queues, metrics, alarms: own } = runtime.services;
    queues.send("heard", { body: "x", attributes: {}, senderId: "me" });
    await own.evaluate();
    const id = { namespace: "AWS/SQS", name: "ApproximateNumberOfMessagesVisible", dimensions: { QueueName: "heard" } };
    expect(metrics.points(id, 0, Infinity).map(({ maximum }) => maximum)).to.include(1);
  });

  describe("speaks", () => {
    const headers = (service = "monitoring") => ({
      authorization: `AWS4-HMAC-SHA256 Credential=local/20240101/${place.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    });
    const datum = { MetricName: "errors", Value: 1.5, Timestamp: new Date("2024-01-01T10:00:00Z") };
    const stored = () =>
      runtime.services.metrics
        .points({ namespace: "Own", name: "errors", dimensions: {} }, 0, Infinity)
        .map(({ time, sum }) => [time, sum]);
    const expected = [[datum.Timestamp.getTime(), 1.5]];
    beforeEach(() => runtime.deploy(graphOf(...watched())));

    // What boto3 and @aws-sdk/client-cloudwatch of today send, compressed when it is large; older ones send the query protocol.
    it("AWS JSON 1.0, compressed or not", async () => {
      const json = (operation: string, body: object, packed = false) =>
        fetch(runtime.endpoint, {
          method: "POST",
          headers: {
            ...headers(),
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": `GraniteServiceVersion20100801.${operation}`,
            "x-amzn-query-mode": "true",
            ...(packed && { "content-encoding": "gzip" }),
          },
          body: packed ? new Uint8Array(gzipSync(JSON.stringify(body))) : JSON.stringify(body),
        });
      const wired = { Namespace: "Own", MetricData: [{ ...datum, Timestamp: datum.Timestamp.getTime() / 1000 }] };
      const answer = await json("PutMetricData", wired, true);
      expect([answer.status, stored()]).to.deep.equal([200, expected]);
      const failed = await json("GetMetricStatistics", { Namespace: "Own" });
      expect(failed.headers.get("x-amzn-query-error")).to.equal("InvalidParameterValue;Sender");
    });

    it("the query protocol", async () => {
      const query = (form: Record<string, string>) =>
        fetch(runtime.endpoint, { method: "POST", headers: headers(), body: new URLSearchParams(form) });
      const answer = await query({
        Action: "PutMetricData",
        Version: "2010-08-01",
        Namespace: "Own",
        "MetricData.member.1.MetricName": "errors",
        "MetricData.member.1.Value": "1.5",
        "MetricData.member.1.Timestamp": "2024-01-01T10:00:00Z",
      });
      expect([answer.status, stored()]).to.deep.equal([200, expected]);
      const described = await (await query({ Action: "DescribeAlarms", Version: "2010-08-01" })).text();
      expect(described).to.contain("<MetricAlarms><member><AlarmName>errors</AlarmName>");
      const failed = await (await query({ Action: "GetMetricStatistics", Version: "2010-08-01" })).text();
      expect(failed).to.contain("<Code>InvalidParameterValue</Code>");
    });
  });
});
