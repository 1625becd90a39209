/**
 * SQS queues.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, recorded, text, type ResourceTypes } from "./resource-type";

const QUEUE = "aws:sqs/queue:Queue";

const redrive = z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

const queueInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  namePrefix: z.string().optional(),
  delaySeconds: z.number().optional(),
  maxMessageSize: z.number().optional(),
  messageRetentionSeconds: z.number().optional(),
  receiveWaitTimeSeconds: z.number().optional(),
  visibilityTimeoutSeconds: z.number().optional(),
  /** JSON text. */
  redrivePolicy: z
    .string()
    .transform((json) => redrive.parse(JSON.parse(json)))
    .optional(),
  redriveAllowPolicy: z.string().optional(),
  policy: z.string().optional(),
  fifoQueue: z.literal(false, { error: "the local runtime has standard queues only" }).optional(),
  kmsMasterKeyId: z.string().optional(),
  kmsDataKeyReusePeriodSeconds: z.number().optional(),
  sqsManagedSseEnabled: z.boolean().optional(),
});

export const sqs: ResourceTypes = {
  [QUEUE]: deployed({
    naming: { property: "name" },
    computed: ({ name, place }) => {
      const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
      return { id: url, url, arn: arnOf(place, "sqs", name) };
    },
    inputs: queueInputs,
    references: ({ redrivePolicy }) =>
      redrivePolicy
        ? [{ property: "deadLetterTargetArn", value: redrivePolicy.deadLetterTargetArn, types: [QUEUE] }]
        : [],
    deploy: ({ inputs }, { queues }) => {
      queues.putQueue({
        name: inputs.name,
        delaySeconds: inputs.delaySeconds,
        maximumMessageSize: inputs.maxMessageSize,
        messageRetentionPeriod: inputs.messageRetentionSeconds,
        receiveWaitTime: inputs.receiveWaitTimeSeconds,
        visibilityTimeout: inputs.visibilityTimeoutSeconds,
        redrive: inputs.redrivePolicy,
      });
    },
    remove: ({ outputs }, { queues }) => {
      const name = text(outputs, "name");
      if (queues.names().includes(name)) queues.deleteQueue(name);
    },
  }),
  "aws:sqs/queuePolicy:QueuePolicy": recorded("the authorizer reads queue policies from the graph", {
    computed: ({ inputs }) => ({ id: text(inputs, "queueUrl") }),
  }),
};
