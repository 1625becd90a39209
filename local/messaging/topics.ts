/**
 * SNS: topics that pass messages on to queues, functions and people.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { AwsError, type Api, type Place } from "../api";
import { Document } from "../document";
import { EventDelivery } from "../events/event-delivery";
import { parseInput } from "../http/parse-input";
import type { Faults } from "../faults/faults";
import type { Journal } from "../journal";
import type { MessageAttributes } from "./queues";

const subscription = z.object({
  arn: z.string(),
  topicArn: z.string().startsWith("arn:aws:sns:", "must be the ARN of a topic"),
  protocol: z.enum(["sqs", "lambda", "email", "email-json"]),
  /** ARN of the queue or function, or the address. */
  endpoint: z.string().min(1),
  /** For queues: the message itself instead of an envelope. */
  rawMessageDelivery: z.boolean().default(false),
});

/** A subscription as it is kept. */
export type Subscription = z.output<typeof subscription>;

const stored = z.object({
  topics: z.array(z.string()),
  subscriptions: z.array(subscription),
  /** ARNs of the KMS keys that encrypt messages, by topic. */
  keys: z.record(z.string(), z.string()).default({}),
});

/** Bytes of a message: Amazon SNS API reference, Publish. */
const messageLimit = 262_144;

/** What topics need of the runtime around them. */
export interface TopicsOptions {
  readonly folder: string;
  readonly place: Place;
  readonly api: Api;
  readonly journal: Journal;
  /** How many times faster than on AWS deliveries are tried again. Default 60. */
  readonly pace?: number;
  /** Faults that deliveries meet. Default: none. */
  readonly faults?: Faults;
}

/** A message to a topic. */
export interface TopicMessage {
  readonly message: string;
  readonly subject?: string;
  readonly attributes: MessageAttributes;
}

/** All topics of the account. Mail is not sent but written to `<folder>/mail.jsonl`, one JSON object a line. */
export class Topics {
  private readonly document: Document<z.output<typeof stored>>;
  private readonly delivery: EventDelivery;

  constructor(private readonly options: TopicsOptions) {
    const { folder, api, journal, pace = 60, faults } = options;
    this.document = new Document(join(folder, "topics.json"), (value) => stored.parse(value), {
      topics: [],
      subscriptions: [],
      keys: {},
    });
    this.delivery = new EventDelivery({ folder: join(folder, "pending"), api, journal, pace, faults });
  }

  /**
   * Creates a topic if there is none of that name; returns its ARN. `kmsKey`: ARN of the key that publishers must be
   * allowed to use. Throws `InvalidParameter`.
   */
  putTopic(name: string, kmsKey?: string): string {
    if (!/^[\w-]{1,256}$/.test(name)) {
      throw new AwsError("InvalidParameter", `Topic name ${name} must be 1 to 256 of A-Z a-z 0-9 _ -.`);
    }
    const arn = `arn:aws:sns:${this.options.place.region}:${this.options.place.account}:${name}`;
    const before = this.keyOf(arn);
    if (this.list().includes(arn) && before === kmsKey) return arn;
    this.document.update(({ topics, keys: { [arn]: _, ...keys }, ...all }) => ({
      ...all,
      topics: [...new Set([...topics, arn])].sort(),
      keys: kmsKey === undefined ? keys : { ...keys, [arn]: kmsKey },
    }));
    return arn;
  }

  /** Deletes a topic and its subscriptions. */
  deleteTopic(topicArn: string): void {
    this.document.update(({ topics, subscriptions, keys: { [topicArn]: _, ...keys } }) => ({
      keys,
      topics: topics.filter((arn) => arn !== topicArn),
      subscriptions: subscriptions.filter((item) => item.topicArn !== topicArn),
    }));
  }

  /** Adds or replaces a subscription; returns its ARN. Throws `NotFound` and `InvalidParameter`. */
  putSubscription(input: Omit<z.input<typeof subscription>, "arn"> & { arn?: string }): string {
    const arn = input.arn ?? `${input.topicArn}:${randomUUID()}`;
    const next = parseInput(subscription, { ...input, arn }, "InvalidParameter");
    this.check(next.topicArn);
    this.document.update((all) => ({
      ...all,
      subscriptions: [...all.subscriptions.filter((item) => item.arn !== arn), next],
    }));
    return arn;
  }

  /** Deletes a subscription. */
  deleteSubscription(arn: string): void {
    this.document.update((all) => ({ ...all, subscriptions: all.subscriptions.filter((item) => item.arn !== arn) }));
  }

  /** ARN of the KMS key that encrypts a topic's messages; undefined if none does. */
  keyOf(topicArn: string): string | undefined {
    const { keys } = this.document.value;
    return Object.hasOwn(keys, topicArn) ? keys[topicArn] : undefined;
  }

  /** ARNs of all topics. */
  list(): readonly string[] {
    return this.document.value.topics;
  }

  /** The subscriptions of a topic. Throws `NotFound`. */
  subscriptionsOf(topicArn: string): Subscription[] {
    this.check(topicArn);
    return this.document.value.subscriptions.filter((item) => item.topicArn === topicArn);
  }

  /** Passes a message on to every subscription: on disk when this returns, delivered afterwards. Returns its id. */
  publish(topicArn: string, given: TopicMessage): string {
    const subscriptions = this.subscriptionsOf(topicArn);
    if (given.message === "" || Buffer.byteLength(given.message) > messageLimit) {
      throw new AwsError("InvalidParameter", `Invalid parameter: Message must have 1 to ${messageLimit} bytes.`);
    }
    const id = randomUUID();
    const notification = notificationOf(id, topicArn, given);
    for (const item of subscriptions) {
      if (item.protocol.startsWith("email")) this.writeMail(item, notification);
      else this.send(item, given, notification);
    }
    return id;
  }

  /** Takes up deliveries that an earlier process left; call it once all services are registered. */
  resume(): void {
    this.delivery.resume();
  }

  /** Stops deliveries; what is not delivered stays for the next {@link resume}. */
  close(): void {
    this.delivery.close();
  }

  private check(topicArn: string): void {
    if (!this.list().includes(topicArn)) throw new AwsError("NotFound", `Topic does not exist: ${topicArn}.`, 404);
  }

  private send(item: Subscription, given: TopicMessage, notification: ReturnType<typeof notificationOf>): void {
    const name = item.topicArn.split(":").pop() ?? item.topicArn;
    this.delivery.send({
      origin: { arn: item.topicArn, name, service: "sns.amazonaws.com" },
      targetArn: item.endpoint,
      ...contentOf(item, given, notification),
      // Queues and functions are AWS's own endpoints: Amazon SNS Developer Guide, "Message delivery retries".
      maximumRetryAttempts: 100_015,
      maximumEventAgeInSeconds: 23 * 86_400,
      asEvent: { source: "aws.sns", detailType: "Notification", resources: [item.topicArn] },
    });
  }

  private writeMail({ endpoint }: Subscription, { Subject, Message, TopicArn, Timestamp }: Record<string, unknown>) {
    mkdirSync(this.options.folder, { recursive: true });
    const mail = { to: endpoint, subject: Subject, message: Message, topicArn: TopicArn, time: Timestamp };
    appendFileSync(join(this.options.folder, "mail.jsonl"), `${JSON.stringify(mail)}\n`);
  }
}

function notificationOf(id: string, topicArn: string, { message, subject, attributes }: TopicMessage) {
  const shown = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    return [name, { Type: DataType, Value: StringValue ?? BinaryValue }] as const;
  });
  return {
    Type: "Notification",
    MessageId: id,
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: new Date().toISOString(),
    SignatureVersion: "1",
    ...(shown.length > 0 && { MessageAttributes: Object.fromEntries(shown) }),
  };
}

/** What a queue or a function receives: Amazon SNS Developer Guide, "Parsing message formats"; Lambda's, "Invoking with SNS". */
function contentOf(item: Subscription, given: TopicMessage, notification: ReturnType<typeof notificationOf>) {
  if (item.protocol === "lambda") {
    const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: item.arn, Sns: notification };
    return { body: JSON.stringify({ Records: [record] }) };
  }
  if (item.rawMessageDelivery) return { body: given.message, attributes: { ...given.attributes } };
  return { body: JSON.stringify(notification, null, 2) };
}
