/**
 * Brings a message to the resource an ARN names: what rules, schedules and function destinations have in common.
 */
import { AwsError, ConnectionLost, type Api, type Caller } from "../api";
import type { MessageAttributes } from "../messaging/queues";
import { queueUrl } from "../messaging/queue-url";

/** What is delivered. */
export interface Message {
  /** Text, for most targets JSON. */
  readonly body: string;
  /** For queues and topics. */
  readonly attributes?: MessageAttributes;
}

/** How it is delivered. */
export interface Delivery {
  readonly caller: Caller;
  /** What the message is to an event bus, whose `detail` is the body. */
  readonly asEvent: { readonly source: string; readonly detailType: string; readonly resources: readonly string[] };
}

/** Delivers a message once. Throws the target's {@link AwsError}, and `ValidationException` for an unknown kind of target. */
export async function deliver(
  api: Api,
  targetArn: string,
  message: Message,
  { caller, asEvent }: Delivery,
): Promise<void> {
  const service = targetArn.split(":")[2];
  const attributes = message.attributes && { MessageAttributes: message.attributes };
  switch (service) {
    case "lambda": {
      const input = { FunctionName: targetArn, InvocationType: "Event", Payload: Buffer.from(message.body, "utf8") };
      await api.call("lambda", "Invoke", input, caller);
      return;
    }
    case "states":
      await api.call("states", "StartExecution", { stateMachineArn: targetArn, input: message.body }, caller);
      return;
    case "sqs": {
      const input = { QueueUrl: queueUrl(targetArn), MessageBody: message.body, ...attributes };
      await api.call("sqs", "SendMessage", input, caller);
      return;
    }
    case "sns":
      await api.call("sns", "Publish", { TopicArn: targetArn, Message: message.body, ...attributes }, caller);
      return;
    case "events":
      await putEvent(api, targetArn, message.body, { caller, asEvent });
      return;
    default:
      throw new AwsError("ValidationException", `The local runtime delivers nothing to ${targetArn}.`);
  }
}

async function putEvent(api: Api, busArn: string, detail: string, { caller, asEvent }: Delivery): Promise<void> {
  const entry = {
    EventBusName: busArn,
    Source: asEvent.source,
    DetailType: asEvent.detailType,
    Resources: asEvent.resources,
    Detail: detail,
  };
  const output = await api.call("events", "PutEvents", { Entries: [entry] }, caller);
  const [result] = (output as { Entries: { ErrorCode?: string; ErrorMessage?: string }[] }).Entries;
  if (result.ErrorCode) throw new AwsError(result.ErrorCode, result.ErrorMessage ?? result.ErrorCode);
}

/** Whether a failed delivery is worth another attempt: the target was busy or broken, not missing or forbidden. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  if (!(error instanceof AwsError)) return false;
  return error.status >= 500 || error.status === 429 || /Throttl|TooManyRequests/.test(error.code);
}
