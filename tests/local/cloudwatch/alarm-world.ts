/** A runtime whose clock stands, and what is needed to be told of an alarm: a queue that hears a topic that hears the alarm. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource } from "../../../local/graph";
import type { JournalEntry } from "../../../local/journal";
import { Runtime } from "../../../local/runtime";
import { declare, place } from "../resources/declared";

const account = { AWS: `arn:aws:iam::${place.account}:root` };
export const topicArn = `arn:aws:sns:${place.region}:${place.account}:alarms`;
const queueArn = `arn:aws:sqs:${place.region}:${place.account}:heard`;
export const alarmArn = `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:errors`;
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
export function watched({ publisher = alarms, alarm = {}, keyActions }: Watched = {}): Resource[] {
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

/** What differs of them. */
export interface Watched {
  publisher?: object;
  alarm?: object;
  keyActions?: string[];
}

/** The runtime, and how its alarms are looked at. */
export class AlarmWorld {
  clock = new Date("2024-01-01T10:00:00Z");
  readonly entries: JournalEntry[] = [];
  private opened: Runtime | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "cloudwatch-"));

  static async open(): Promise<AlarmWorld> {
    const world = new AlarmWorld();
    await world.open();
    return world;
  }

  get runtime(): Runtime {
    return this.opened!;
  }

  /** Opens the runtime, which goes by the world's clock unless `now` is another. */
  async open(now = () => this.clock): Promise<void> {
    this.opened = await Runtime.open({ folder: this.folder, now });
    this.opened.journal.listen((entry) => this.entries.push(entry));
  }

  async close(): Promise<void> {
    await this.runtime.close();
    rmSync(this.folder, { recursive: true });
  }

  async call<T = Record<string, unknown>>(operation: string, input: unknown): Promise<T> {
    return (await this.runtime.api.call("monitoring", operation, input, this.runtime.owner)) as T;
  }

  pass(seconds: number): void {
    this.clock = new Date(this.clock.getTime() + seconds * 1000);
  }

  measure(Value: number, more: object = {}): Promise<unknown> {
    return this.call("PutMetricData", { Namespace: "Own", MetricData: [{ MetricName: "errors", Value, ...more }] });
  }

  state(): string {
    return this.runtime.services.alarms.get("errors").state;
  }

  async evaluate(): Promise<string> {
    await this.runtime.services.alarms.evaluate();
    await this.runtime.whenIdle();
    return this.state();
  }

  /** What the queue heard. */
  heard(): Record<string, unknown>[] {
    return this.runtime.services.queues
      .get("heard")
      .messages.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }
}
