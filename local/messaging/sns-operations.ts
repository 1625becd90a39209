/**
 * SNS's operations.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { messageAttribute } from "./queues";
import type { Topics } from "./topics";

const publish = z.object({
  TopicArn: z.string(),
  Message: z.string(),
  Subject: z.string().max(100).optional(),
  MessageAttributes: z.record(z.string(), messageAttribute).default({}),
});
/** What publishing needs of a topic's key. SNS documentation, "Managing Amazon SNS encryption keys and costs". */
function keyPermissions(topicArn: string, key: string | undefined, { region, account }: Place): Permission[] {
  if (key === undefined) return [];
  const context = {
    "kms:ViaService": `sns.${region}.amazonaws.com`,
    "kms:CallerAccount": account,
    "kms:EncryptionContext:aws:sns:topicArn": topicArn,
  };
  return ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => ({ action, resource: key, context }));
}

const onTopic = z.object({ TopicArn: z.string() });

/** `Publish`, `ListTopics`, `GetTopicAttributes` and `ListSubscriptionsByTopic`. */
export function snsOperations(topics: Topics, place: Place): Operations {
  return {
    Publish: operation({
      parse: (input) => {
        for (const member of ["TargetArn", "PhoneNumber", "MessageStructure"]) {
          if (Object.hasOwn(Object(input) as object, member)) {
            throw new AwsError("InvalidParameter", `The local runtime does not support ${member}.`);
          }
        }
        return parseInput(publish, input, "InvalidParameter");
      },
      permissions: ({ TopicArn }) => [
        { action: "sns:Publish", resource: TopicArn },
        ...keyPermissions(TopicArn, topics.keyOf(TopicArn), place),
      ],
      run: async ({ TopicArn, Message, Subject, MessageAttributes }) => ({
        MessageId: topics.publish(TopicArn, { message: Message, subject: Subject, attributes: MessageAttributes }),
      }),
    }),
    ListTopics: operation({
      parse: () => ({}),
      permissions: () => [{ action: "sns:ListTopics", resource: "*" }],
      run: async () => ({ Topics: topics.list().map((TopicArn) => ({ TopicArn })) }),
    }),
    GetTopicAttributes: operation({
      parse: (input) => parseInput(onTopic, input, "InvalidParameter"),
      permissions: ({ TopicArn }) => [{ action: "sns:GetTopicAttributes", resource: TopicArn }],
      run: async ({ TopicArn }) => ({
        Attributes: {
          TopicArn,
          Owner: place.account,
          SubscriptionsConfirmed: String(topics.subscriptionsOf(TopicArn).length),
          SubscriptionsPending: "0",
          SubscriptionsDeleted: "0",
        },
      }),
    }),
    ListSubscriptionsByTopic: operation({
      parse: (input) => parseInput(onTopic, input, "InvalidParameter"),
      permissions: ({ TopicArn }) => [{ action: "sns:ListSubscriptionsByTopic", resource: TopicArn }],
      run: async ({ TopicArn }) => ({
        Subscriptions: topics.subscriptionsOf(TopicArn).map(({ arn, protocol, endpoint }) => ({
          SubscriptionArn: arn,
          Owner: place.account,
          Protocol: protocol,
          Endpoint: endpoint,
          TopicArn,
        })),
      }),
    }),
  };
}
