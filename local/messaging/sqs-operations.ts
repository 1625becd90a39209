/**
 * SQS's operations.
 */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { queueNameOf } from "./queue-url";
import { md5, messageAttribute, type Queues, type StoredMessage } from "./queues";

const onQueue = z.object({ QueueUrl: z.string() });
const newMessage = z.object({
  MessageBody: z.string(),
  MessageAttributes: z.record(z.string(), messageAttribute).default({}),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
});
const send = onQueue.extend(newMessage.shape);
const sendBatch = onQueue.extend({ Entries: z.array(newMessage.extend({ Id: z.string() })) });
const receive = onQueue.extend({
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
  MessageAttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  /** The former name of the member before. */
  AttributeNames: z.array(z.string()).default([]),
});
const receipt = onQueue.extend({ ReceiptHandle: z.string() });
const deleteBatch = onQueue.extend({ Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })) });
const changeVisibility = receipt.extend({ VisibilityTimeout: z.number().int().min(0).max(43_200) });
const getUrl = z.object({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().optional() });
const getAttributes = onQueue.extend({ AttributeNames: z.array(z.string()).default([]) });
const list = z.object({
  QueueNamePrefix: z.string().default(""),
  MaxResults: z.number().int().min(1).max(1000).default(1000),
  NextToken: z.string().optional(),
});

/**
 * The operations on queues and messages that the runtime serves. `endpoint` is the server's, which queue URLs begin with, so
 * that clients come back to it.
 */
export function sqsOperations(queues: Queues, place: Place, endpoint: () => string): Operations {
  const urlOf = (name: string) => `${endpoint()}/${place.account}/${name}`;
  /** Reads an input that names its queue by URL. */
  const read = <T extends { QueueUrl: string }>(schema: z.ZodType<T>, input: unknown) => {
    const parsed = parseInput(schema, input, "InvalidParameterValue");
    const name = queueNameOf(parsed.QueueUrl);
    if (!name) throw new AwsError("InvalidAddress", `QueueUrl: ${parsed.QueueUrl} is not the URL of a queue.`, 404);
    return { ...parsed, name };
  };
  const on = (action: string, name: string) => [{ action: `sqs:${action}`, resource: queues.arnOf(name) }];
  const sendOne = (name: string, given: z.output<typeof newMessage>, { caller }: Call) => {
    const { MessageBody: body, MessageAttributes: attributes, DelaySeconds: delaySeconds } = given;
    const sent = queues.send(name, { body, attributes, delaySeconds, senderId: caller.service ?? caller.principalArn });
    return { MessageId: sent.id, MD5OfMessageBody: md5(sent.body) };
  };

  return {
    SendMessage: operation({
      parse: (input) => read(send, input),
      permissions: ({ name }) => on("SendMessage", name),
      run: async (input, call) => sendOne(input.name, input, call),
    }),
    SendMessageBatch: operation({
      parse: (input) => read(sendBatch, input),
      permissions: ({ name }) => on("SendMessage", name),
      run: async ({ name, Entries }, call) => batch(Entries, (entry) => sendOne(name, entry, call)),
    }),
    ReceiveMessage: operation({
      parse: (input) => read(receive, input),
      permissions: ({ name }) => on("ReceiveMessage", name),
      run: async (input) => {
        const messages = await queues.receive(input.name, {
          limit: input.MaxNumberOfMessages,
          visibilityTimeout: input.VisibilityTimeout,
          waitSeconds: input.WaitTimeSeconds,
        });
        const system = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
        const shown = messages.map((message) => received(message, system, input.MessageAttributeNames));
        return shown.length > 0 ? { Messages: shown } : {};
      },
    }),
    DeleteMessage: operation({
      parse: (input) => read(receipt, input),
      permissions: ({ name }) => on("DeleteMessage", name),
      run: async ({ name, ReceiptHandle }) => {
        queues.delete(name, ReceiptHandle);
        return {};
      },
    }),
    DeleteMessageBatch: operation({
      parse: (input) => read(deleteBatch, input),
      permissions: ({ name }) => on("DeleteMessage", name),
      run: async ({ name, Entries }) => batch(Entries, ({ ReceiptHandle }) => (queues.delete(name, ReceiptHandle), {})),
    }),
    ChangeMessageVisibility: operation({
      parse: (input) => read(changeVisibility, input),
      permissions: ({ name }) => on("ChangeMessageVisibility", name),
      run: async ({ name, ReceiptHandle, VisibilityTimeout }) => {
        queues.changeVisibility(name, ReceiptHandle, VisibilityTimeout);
        return {};
      },
    }),
    PurgeQueue: operation({
      parse: (input) => read(onQueue, input),
      permissions: ({ name }) => on("PurgeQueue", name),
      run: async ({ name }) => {
        queues.purge(name);
        return {};
      },
    }),
    GetQueueUrl: operation({
      parse: (input) => {
        const { QueueName: name } = parseInput(getUrl, input, "InvalidParameterValue");
        return { name };
      },
      permissions: ({ name }) => on("GetQueueUrl", name),
      run: async ({ name }) => {
        queues.get(name);
        return { QueueUrl: urlOf(name) };
      },
    }),
    GetQueueAttributes: operation({
      parse: (input) => read(getAttributes, input),
      permissions: ({ name }) => on("GetQueueAttributes", name),
      run: async ({ name, AttributeNames }) => {
        const attributes = attributesOf(queues, name);
        const unknown = AttributeNames.find((wanted) => wanted !== "All" && !Object.hasOwn(attributes, wanted));
        // Attributes that AWS knows and this queue does not have are left out there, too; a wrong name is an error.
        if (unknown && !otherAttributes.includes(unknown)) {
          throw new AwsError("InvalidAttributeName", `Unknown attribute ${unknown}.`);
        }
        return { Attributes: pick(attributes, AttributeNames) };
      },
    }),
    ListQueues: operation({
      parse: (input) => parseInput(list, input, "InvalidParameterValue"),
      permissions: () => [{ action: "sqs:ListQueues", resource: "*" }],
      run: async ({ QueueNamePrefix, MaxResults, NextToken }) => {
        const names = queues.names().filter((name) => name.startsWith(QueueNamePrefix) && name > (NextToken ?? ""));
        const page = names.slice(0, MaxResults);
        return {
          QueueUrls: page.map(urlOf),
          ...(names.length > page.length && { NextToken: page[page.length - 1] }),
        };
      },
    }),
  };
}

const otherAttributes = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"];

/** Runs a batch: each entry succeeds or fails for itself. */
function batch<Entry extends { Id: string }>(entries: readonly Entry[], run: (entry: Entry) => object) {
  if (entries.length === 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry.");
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`;
    throw new AwsError("TooManyEntriesInBatchRequest", message);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError("BatchEntryIdsNotDistinct", "Two entries of the batch have the same Id.");
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === "QueueDoesNotExist") throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful, Failed };
}

function received(message: StoredMessage, system: readonly string[], wanted: readonly string[]) {
  const Attributes = pick(
    {
      SenderId: message.senderId,
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    system,
  );
  const names = Object.keys(message.attributes).filter((name) =>
    wanted.some((pattern) => {
      if (pattern === "All" || pattern === ".*") return true;
      return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
    }),
  );
  const MessageAttributes = Object.fromEntries(names.map((name) => [name, message.attributes[name]]));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(Attributes).length > 0 && { Attributes }),
    ...(names.length > 0 && { MessageAttributes }),
  };
}

function attributesOf(queues: Queues, name: string): Record<string, string> {
  const { settings, createdAt } = queues.get(name);
  const { visible, inFlight, delayed } = queues.counts(name);
  return {
    QueueArn: queues.arnOf(name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(createdAt / 1000)),
    VisibilityTimeout: String(settings.visibilityTimeout),
    DelaySeconds: String(settings.delaySeconds),
    MaximumMessageSize: String(settings.maximumMessageSize),
    MessageRetentionPeriod: String(settings.messageRetentionPeriod),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitTime),
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
  };
}

function pick(attributes: Record<string, string>, wanted: readonly string[]): Record<string, string> {
  if (wanted.includes("All")) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.includes(name)));
}
