/**
 * SQS: standard queues with visibility timeouts and dead-letter queues.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AwsError, type Place } from "../api";
import { Document } from "../document";
import { parseInput } from "../http/parse-input";

/** Settings of a queue, times in seconds: Amazon SQS API reference, CreateQueue, has the defaults and bounds. */
export const queueSettings = z.object({
  name: z
    .string()
    .regex(/^[\w-]{1,80}$/, "must be 1 to 80 of A-Z a-z 0-9 _ -: the local runtime has standard queues only"),
  visibilityTimeout: z.number().int().min(0).max(43_200).default(30),
  delaySeconds: z.number().int().min(0).max(900).default(0),
  messageRetentionPeriod: z.number().int().min(60).max(1_209_600).default(345_600),
  receiveWaitTime: z.number().int().min(0).max(20).default(0),
  /** Bytes. */
  maximumMessageSize: z.number().int().min(1024).max(1_048_576).default(1_048_576),
  redrive: z
    .object({
      deadLetterTargetArn: z.string().startsWith("arn:aws:sqs:", "must be the ARN of a queue"),
      maxReceiveCount: z.number().int().min(1).max(1000),
    })
    .optional(),
});

/** An attribute of a message; binary values as base64. */
export const messageAttribute = z.object({
  DataType: z.string().regex(/^(String|Number|Binary)(\..+)?$/, "must be String, Number or Binary"),
  StringValue: z.string().optional(),
  BinaryValue: z
    .union([z.string(), z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString("base64"))])
    .optional(),
});
export type MessageAttributes = Readonly<Record<string, z.output<typeof messageAttribute>>>;

const message = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), messageAttribute),
  senderId: z.string(),
  /** Epoch milliseconds, as all times here. */
  sentAt: z.number(),
  visibleAt: z.number(),
  receiveCount: z.number(),
  firstReceivedAt: z.number().optional(),
  receiptHandle: z.string().optional(),
});

/** A message as it is kept. */
export type StoredMessage = z.output<typeof message>;

const stored = z.object({ settings: queueSettings, createdAt: z.number(), messages: z.array(message) });
type Stored = z.output<typeof stored>;

/** All queues of the account; each in a file of its own, `<folder>/<name>.json`. */
export class Queues {
  private readonly queues = new Map<string, Document<Stored>>();

  constructor(
    private readonly folder: string,
    private readonly place: Place,
    private readonly now: () => Date = () => new Date(),
  ) {
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const name = /^(.+)\.json$/.exec(file)?.[1];
      if (name) this.open(name);
    }
  }

  /** Creates a queue, or changes its settings; messages stay. Throws `InvalidAttributeValue`. */
  putQueue(input: z.input<typeof queueSettings>): void {
    const settings = parseInput(queueSettings, input, "InvalidAttributeValue");
    const createdAt = this.now().getTime();
    const queue = this.queues.get(settings.name) ?? this.open(settings.name);
    queue.update((before) => ({ ...before, createdAt: before.createdAt || createdAt, settings }));
  }

  /** Deletes a queue with its messages. Throws `QueueDoesNotExist`. */
  deleteQueue(name: string): void {
    this.get(name);
    this.queues.delete(name);
    rmSync(join(this.folder, `${name}.json`), { force: true });
  }

  /** Names of all queues, in order. */
  names(): string[] {
    return [...this.queues.keys()].sort();
  }

  /** A queue's settings and messages. Throws `QueueDoesNotExist`. */
  get(name: string): Readonly<Stored> {
    return this.document(name).value;
  }

  /** ARN of a queue. */
  arnOf(name: string): string {
    return `arn:aws:sqs:${this.place.region}:${this.place.account}:${name}`;
  }

  /** Adds a message; `delaySeconds` overrides the queue's own. Throws `InvalidParameterValue` for one that is too large. */
  send(
    name: string,
    given: { body: string; attributes: MessageAttributes; senderId: string; delaySeconds?: number },
  ): StoredMessage {
    const queue = this.document(name);
    const { maximumMessageSize, delaySeconds } = queue.value.settings;
    const size = sizeOf(given.body, given.attributes);
    if (given.body === "" || size > maximumMessageSize) {
      const text = `A message must have 1 to ${maximumMessageSize} bytes with its attributes; this one has ${size}.`;
      throw new AwsError("InvalidParameterValue", text);
    }
    const sentAt = this.now().getTime();
    const sent: StoredMessage = {
      id: randomUUID(),
      body: given.body,
      attributes: given.attributes,
      senderId: given.senderId,
      sentAt,
      visibleAt: sentAt + (given.delaySeconds ?? delaySeconds) * 1000,
      receiveCount: 0,
    };
    queue.update((value) => ({ ...value, messages: [...value.messages, sent] }));
    return sent;
  }

  /** Takes up to `limit` visible messages and hides them; waits up to `waitSeconds` for the first one. */
  async receive(
    name: string,
    options: { limit: number; visibilityTimeout?: number; waitSeconds?: number },
  ): Promise<StoredMessage[]> {
    const { receiveWaitTime } = this.get(name).settings;
    const end = Date.now() + (options.waitSeconds ?? receiveWaitTime) * 1000;
    for (;;) {
      const received = this.take(name, options);
      if (received.length > 0 || Date.now() >= end) return received;
      await sleep(Math.min(100, end - Date.now()));
    }
  }

  /** Deletes the message of a receipt. A receipt that is no longer valid deletes nothing, as on AWS. */
  delete(name: string, receiptHandle: string): void {
    this.checkReceipt(receiptHandle);
    this.document(name).update((value) => ({
      ...value,
      messages: value.messages.filter((candidate) => candidate.receiptHandle !== receiptHandle),
    }));
  }

  /** Hides a received message for `seconds` from now. Throws `MessageNotInflight`. */
  changeVisibility(name: string, receiptHandle: string, seconds: number): void {
    this.checkReceipt(receiptHandle);
    const queue = this.document(name);
    const now = this.now().getTime();
    const found = queue.value.messages.find((candidate) => candidate.receiptHandle === receiptHandle);
    if (!found || found.visibleAt <= now) {
      throw new AwsError("MessageNotInflight", "The message of this receipt is not in flight.");
    }
    const changed = { ...found, visibleAt: now + seconds * 1000 };
    queue.update((value) => ({ ...value, messages: value.messages.map((m) => (m === found ? changed : m)) }));
  }

  /** Deletes all messages. */
  purge(name: string): void {
    this.document(name).update((value) => ({ ...value, messages: [] }));
  }

  /** How many messages can be received, are in flight, and are delayed. */
  counts(name: string): { visible: number; inFlight: number; delayed: number } {
    const now = this.now().getTime();
    this.expire(name);
    const { messages } = this.get(name);
    const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
    return { visible: messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  private take(name: string, { limit, visibilityTimeout }: { limit: number; visibilityTimeout?: number }) {
    this.expire(name);
    const queue = this.document(name);
    const { settings, messages } = queue.value;
    const now = this.now().getTime();
    const taken = new Map<string, StoredMessage>();
    const dead: StoredMessage[] = [];
    for (const candidate of messages) {
      if (taken.size === limit) break;
      if (candidate.visibleAt > now) continue;
      if (settings.redrive && candidate.receiveCount >= settings.redrive.maxReceiveCount) {
        dead.push(candidate);
        continue;
      }
      taken.set(candidate.id, {
        ...candidate,
        visibleAt: now + (visibilityTimeout ?? settings.visibilityTimeout) * 1000,
        receiveCount: candidate.receiveCount + 1,
        firstReceivedAt: candidate.firstReceivedAt ?? now,
        receiptHandle: randomBytes(24).toString("base64"),
      });
    }
    if (settings.redrive) this.bury(settings.redrive.deadLetterTargetArn, dead);
    if (taken.size + dead.length > 0) {
      const left = messages.filter((candidate) => !dead.includes(candidate));
      queue.update((value) => ({ ...value, messages: left.map((m) => taken.get(m.id) ?? m) }));
    }
    return [...taken.values()];
  }

  /** Moves messages to a dead-letter queue, where they are as good as new. */
  private bury(deadLetterArn: string, dead: readonly StoredMessage[]): void {
    if (dead.length === 0) return;
    const now = this.now().getTime();
    const moved = dead.map(({ receiptHandle: _old, ...m }) => ({ ...m, visibleAt: now, receiveCount: 0 }));
    const queue = this.document(deadLetterArn.split(":").pop() ?? "");
    queue.update((value) => ({ ...value, messages: [...value.messages, ...moved] }));
  }

  private expire(name: string): void {
    const queue = this.document(name);
    const oldest = this.now().getTime() - queue.value.settings.messageRetentionPeriod * 1000;
    if (queue.value.messages.every(({ sentAt }) => sentAt >= oldest)) return;
    queue.update((value) => ({ ...value, messages: value.messages.filter(({ sentAt }) => sentAt >= oldest) }));
  }

  private checkReceipt(receiptHandle: string): void {
    if (!/^[A-Za-z0-9+/]{32}$/.test(receiptHandle)) {
      throw new AwsError("ReceiptHandleIsInvalid", `The receipt handle ${receiptHandle} is none of this runtime.`);
    }
  }

  private document(name: string): Document<Stored> {
    const found = this.queues.get(name);
    if (found) return found;
    throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${name}.`);
  }

  private open(name: string): Document<Stored> {
    const initial: Stored = { settings: queueSettings.parse({ name }), createdAt: 0, messages: [] };
    const queue = new Document(join(this.folder, `${name}.json`), (value) => stored.parse(value), initial);
    this.queues.set(name, queue);
    return queue;
  }
}

/** Bytes of a message: its body, and the names, types and values of its attributes. */
function sizeOf(body: string, attributes: MessageAttributes): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue = "", BinaryValue = "" }]) => {
    return [name, DataType, StringValue]
      .map((text) => Buffer.byteLength(text))
      .concat(Buffer.byteLength(BinaryValue, "base64"));
  });
  return parts.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}

/** MD5 of a text, as SQS returns it for a message's body. */
export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
