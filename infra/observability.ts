/** Who hears when something is wrong, and where one looks: a topic, alarms, a dashboard. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Place } from "./names";
import { transformed, type Transform } from "./transform";

/** Children that can be transformed. */
export interface ObservabilityTransforms {
  readonly alarm?: Transform<aws.cloudwatch.MetricAlarmArgs>;
  readonly topic?: Transform<aws.sns.TopicArgs>;
}

/** Namespace of the metrics that log lines become. */
const metricNamespace = "Tributary";

/** Creates the topic of a lake's alarms, subscribed by an address if there is one. */
export function createAlarmTopic(
  args: {
    readonly name: string;
    readonly place: Place;
    /** ARN of the key that encrypts messages. */
    readonly key: pulumi.Input<string>;
    readonly email?: string;
    readonly transform?: Transform<aws.sns.TopicArgs>;
  },
  options: pulumi.CustomResourceOptions,
): aws.sns.Topic {
  const { name, place, key, email } = args;
  const topic = new aws.sns.Topic(...transformed(args.transform, name, { name, kmsMasterKeyId: key }, options));
  new aws.sns.TopicPolicy(
    name,
    {
      arn: topic.arn,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Alarms",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: `arn:aws:sns:${place.region}:${place.account}:${name}`,
            Condition: {
              ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:*` },
              StringEquals: { "aws:SourceAccount": place.account },
            },
          },
        ],
      }),
    },
    { ...options, parent: topic },
  );
  if (email) {
    new aws.sns.TopicSubscription(
      name,
      { topic: topic.arn, protocol: "email", endpoint: email },
      { ...options, parent: topic },
    );
  }
  return topic;
}

/** A metric that must stay at zero. */
export interface ZeroAlarm {
  readonly name: string;
  /** What it means, and what to do. */
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic?: "Sum" | "Maximum";
  /** Seconds of one period. @default 300 */
  readonly period?: number;
  /** How many of the last periods are looked at; one that leaves zero is enough. @default 1 */
  readonly periods?: number;
}

/** Creates an alarm that tells the topic when the metric leaves zero. */
export function alarmUnlessZero(
  topic: aws.sns.Topic,
  alarm: ZeroAlarm,
  options: pulumi.CustomResourceOptions,
  transform?: Transform<aws.cloudwatch.MetricAlarmArgs>,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    ...transformed(
      transform,
      alarm.name,
      {
        name: alarm.name,
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: alarm.metricName,
        dimensions: alarm.dimensions,
        statistic: alarm.statistic ?? "Sum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        period: alarm.period ?? 300,
        evaluationPeriods: alarm.periods ?? 1,
        datapointsToAlarm: 1,
        // No data means that nothing happened, which is no reason to wake anyone.
        treatMissingData: "notBreaching",
        alarmActions: [topic.arn],
      },
      options,
    ),
  );
}

/**
 * Counts log lines as a metric.
 *
 * @param pattern filter pattern over JSON lines. CloudWatch Logs documentation, "Filter pattern syntax".
 * @returns namespace and name of the metric
 */
export function countLogLines(
  name: string,
  logGroup: aws.cloudwatch.LogGroup,
  pattern: string,
  options: pulumi.CustomResourceOptions,
): { namespace: string; metricName: string } {
  new aws.cloudwatch.LogMetricFilter(
    name,
    {
      name,
      logGroupName: logGroup.name,
      pattern,
      metricTransformation: { name, namespace: metricNamespace, value: "1", defaultValue: "0" },
    },
    options,
  );
  return { namespace: metricNamespace, metricName: name };
}

/** Creates a lake's dashboard; `prefix` begins the names of what it shows. */
export function createDashboard(
  name: string,
  region: string,
  prefix: string,
  options: pulumi.CustomResourceOptions,
): aws.cloudwatch.Dashboard {
  const body = JSON.stringify(dashboardBody(region, prefix));
  return new aws.cloudwatch.Dashboard(name, { dashboardName: prefix, dashboardBody: body }, options);
}

/**
 * The body of a lake's dashboard: pure. The graphs search for what carries the lake's name, so a new pipeline appears by
 * itself. Names that begin with it are found by a partial match, which double quotes would forbid: they ask for the whole value.
 * CloudWatch documentation, "CloudWatch search expression syntax".
 */
function dashboardBody(region: string, lake: string): object {
  const graph = (position: number, title: string, expressions: readonly string[]): object => ({
    type: "metric",
    x: (position % 2) * 12,
    y: Math.floor(position / 2) * 6,
    width: 12,
    height: 6,
    properties: {
      title,
      region,
      view: "timeSeries",
      period: 3600,
      metrics: expressions.map((expression, index) => [{ expression, id: `e${index}`, label: "" }]),
    },
  });
  const search = (schema: string, metric: string, statistic: string, whose: string): string =>
    `SEARCH('{${schema}} MetricName="${metric}" ${whose}', '${statistic}', 3600)`;
  const runs = (metric: string, statistic: string): string =>
    search("AWS/States,StateMachineArn", metric, statistic, `StateMachineArn=${lake}`);
  return {
    widgets: [
      graph(0, "Runs succeeded", [runs("ExecutionsSucceeded", "Sum")]),
      graph(1, "Runs failed", [runs("ExecutionsFailed", "Sum"), runs("ExecutionsTimedOut", "Sum")]),
      graph(2, "Duration of runs", [runs("ExecutionTime", "Maximum")]),
      graph(3, "Bytes scanned", [
        search("AWS/Athena,QueryState,QueryType,WorkGroup", "ProcessedBytes", "Sum", `WorkGroup="${lake}"`),
      ]),
      graph(4, "Errors of functions", [search("AWS/Lambda,FunctionName", "Errors", "Sum", `FunctionName=${lake}`)]),
      graph(5, "Events not handled", [
        search("AWS/SQS,QueueName", "ApproximateNumberOfMessagesVisible", "Maximum", `QueueName=${lake}`),
      ]),
    ],
  };
}
