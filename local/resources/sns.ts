/**
 * SNS topics and their subscriptions.
 */
import { z } from "zod";
import { ANY, arnOf, deployed, recorded, stableUuid, text, type ResourceTypes } from "./resource-type";

const TOPIC = "aws:sns/topic:Topic";

const topicInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  namePrefix: z.string().optional(),
  displayName: z.string().optional(),
  fifoTopic: z.literal(false, { error: "the local runtime has standard topics only" }).optional(),
  kmsMasterKeyId: z
    .string()
    .regex(/^arn:aws:kms:[^:]+:[^:]+:key\//, "must be the ARN of a key: alarms cannot use the one that AWS manages")
    .optional(),
  policy: z.string().optional(),
  tracingConfig: z.string().optional(),
});

const subscriptionInputs = z.strictObject({
  region: z.string().optional(),
  topic: z.string(),
  protocol: z.enum(["sqs", "lambda", "email", "email-json"]),
  endpoint: z.string(),
  rawMessageDelivery: z.boolean().optional(),
});

/** Where messages go that do not leave the account. */
const ENDPOINTS = { sqs: ["aws:sqs/queue:Queue"], lambda: ["aws:lambda/function:Function"] };

export const sns: ResourceTypes = {
  [TOPIC]: deployed({
    naming: { property: "name" },
    computed: ({ name, place }) => {
      const arn = arnOf(place, "sns", name);
      return { id: arn, arn, owner: place.account };
    },
    inputs: topicInputs,
    deploy: ({ inputs }, { topics }) => void topics.putTopic(inputs.name, inputs.kmsMasterKeyId),
    remove: ({ id }, { topics }) => topics.deleteTopic(id),
  }),
  "aws:sns/topicPolicy:TopicPolicy": recorded("the authorizer reads topic policies from the graph", {
    computed: ({ inputs, place }) => ({ id: text(inputs, "arn"), owner: place.account }),
  }),
  "aws:sns/topicSubscription:TopicSubscription": deployed({
    computed: ({ inputs, urn, place }) => {
      const arn = `${text(inputs, "topic")}:${stableUuid(urn)}`;
      return { id: arn, arn, ownerId: place.account, pendingConfirmation: false };
    },
    inputs: subscriptionInputs,
    references: ({ topic, protocol, endpoint }) => [
      { property: "topic", value: topic, types: [TOPIC] },
      ...(protocol === "sqs" || protocol === "lambda"
        ? [{ property: "endpoint", value: endpoint, types: ENDPOINTS[protocol] }]
        : []),
    ],
    deploy: ({ resource, inputs }, { topics }) => {
      const { topic: topicArn, protocol, endpoint, rawMessageDelivery } = inputs;
      topics.putSubscription({ arn: resource.id, topicArn, protocol, endpoint, rawMessageDelivery });
    },
    remove: ({ id }, { topics }) => topics.deleteSubscription(id),
  }),
};
