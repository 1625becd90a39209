/**
 * Inputs and outputs of service calls as Tasks write and see them.
 * Source: developer guide, "Passing parameters to a service API in Step Functions" (connect-parameters).
 */
import { Readable } from "node:stream";
import type { ServiceName } from "../api";
import { StateFailure } from "./failure";
import { isObject, type Json, type JsonObject, PAYLOAD_LIMIT } from "./payload";

/** Members that are text for the service and may be any JSON in a definition: what is no text is written as JSON. */
const TEXT_MEMBERS: Partial<Record<ServiceName, readonly string[]>> = {
  states: ["Input", "Output"],
  lambda: ["Payload"],
  sqs: ["MessageBody"],
  sns: ["Message"],
  events: ["Detail"],
};

/**
 * Turns a Task's arguments into an operation's input: JSON where it needs text, camel case where the service has it. A null
 * stands for a member that is not given. An object's body is JSON, also of a text, which so keeps its quotes (all seen in
 * recorded runs).
 */
export function serviceInput(service: ServiceName, value: Json): JsonObject {
  if (!isObject(value)) {
    throw new StateFailure(
      "States.Runtime",
      `The arguments of a service call must be an object, not ${JSON.stringify(value)}.`,
    );
  }
  const text = TEXT_MEMBERS[service] ?? [];
  const convert = (object: JsonObject): JsonObject =>
    Object.fromEntries(
      given(object).map(([key, member]) => {
        const name = service === "states" ? key.charAt(0).toLowerCase() + key.slice(1) : key;
        if (service === "s3" && key === "Body") return [name, JSON.stringify(member)];
        if (text.includes(key)) return [name, typeof member === "string" ? member : JSON.stringify(member)];
        if (key === "Entries" && Array.isArray(member))
          return [name, member.map((entry) => (isObject(entry) ? convert(entry) : entry))];
        return [name, member];
      }),
    );
  const asText: JsonObject =
    service === "s3" && value.Body !== undefined ? { ContentType: "text/plain; charset=UTF-8" } : {};
  return convert({ ...asText, ...value });
}

function given(object: JsonObject): [string, Json][] {
  return Object.entries(object).filter(([, member]) => member !== null);
}

/**
 * Turns an operation's output into what a Task sees: times as ISO 8601 texts, blobs and bodies as text, members in Pascal
 * case. Throws `States.DataLimitExceeded` for a body that could not be passed on anyway.
 */
export async function serviceOutput(service: ServiceName, value: unknown): Promise<Json> {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return isoTime(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (value instanceof Readable) return textOf(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => serviceOutput(service, item)));
  if (typeof value !== "object") return value as Json;
  const output: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || key === "$metadata") continue;
    const name = service === "states" ? key.charAt(0).toUpperCase() + key.slice(1) : key;
    output[name] = await serviceOutput(service, member);
  }
  return output;
}

/** As Java writes an Instant: no fraction when it is zero. */
function isoTime(time: Date): string {
  return time.toISOString().replace(".000Z", "Z");
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as string | Uint8Array);
    bytes += part.length;
    if (bytes > PAYLOAD_LIMIT) {
      body.destroy();
      throw new StateFailure("States.DataLimitExceeded", `The body is larger than ${PAYLOAD_LIMIT} bytes.`);
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString("utf8");
}
