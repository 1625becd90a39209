/** The queue of events that could not be delivered or handled, and the alarm that tells of them. */
import * as aws from "@pulumi/aws";
import { transformed, type Transform } from "../transform";
import type { Lake } from "./lake";

/** Creates the queue. */
export function createDeadLetters(lake: Lake, transform: Transform<aws.sqs.QueueArgs> | undefined): aws.sqs.Queue {
  const name = lake.deadLettersName;
  const queue = new aws.sqs.Queue(
    ...transformed(
      transform,
      `${lake.lakeName}-dead-letters`,
      { name, messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true },
      { parent: lake },
    ),
  );
  lake.alarm(
    {
      name: `${lake.workgroupName}-dead-letters`,
      description: `Events of ${lake.workgroupName} could not be handled: they wait in ${name}.`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
    },
    { parent: queue },
  );
  new aws.sqs.QueuePolicy(
    `${lake.lakeName}-dead-letters`,
    {
      queueUrl: queue.url,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "UndeliveredEvents",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: lake.arn.queue(name),
            Condition: { ArnLike: { "aws:SourceArn": lake.arn.rule(`${lake.workgroupName}-*`) } },
          },
        ],
      }),
    },
    { parent: queue },
  );
  return queue;
}
