/**
 * AWS JSON 1.0 and 1.1: one POST for every operation, named in the header `X-Amz-Target`. Spoken by Athena, Glue, Step
 * Functions, EventBridge, SSM, SQS and KMS.
 */
import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../api";
import { readJson } from "../read-json";
import type { WireRequest, WireResponse } from "./wire";

/** The operation a request names, e.g. `GetTable` of `AWSGlue.GetTable`; undefined when it speaks another protocol. */
export function jsonOperation(request: WireRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  return typeof target === "string" ? target.slice(target.lastIndexOf(".") + 1) : undefined;
}

/** The input of an operation. Timestamps arrive as epoch seconds and blobs as base64 text: `parse` reads those forms. */
export function jsonInput(request: WireRequest): unknown {
  if (request.body.length === 0) return {};
  try {
    return readJson(request.body.toString("utf8"));
  } catch (error) {
    throw new AwsError("SerializationException", `The request body is not JSON: ${(error as Error).message}`);
  }
}

/** An output as a JSON response. */
export function jsonResponse(request: WireRequest, output: unknown): WireResponse {
  return { status: 200, headers: { "content-type": contentType(request.headers) }, body: toJson(output ?? {}) };
}

/** An error as a JSON response. */
export function jsonError(headers: IncomingHttpHeaders, error: AwsError): WireResponse {
  const about = { "content-type": contentType(headers), "x-amzn-errortype": error.code };
  const answer = { ...about, ...queryErrorHeader(headers, error) };
  const body = toJson({ __type: error.code, message: error.message, Message: error.message, ...error.details });
  return { status: error.status, headers: answer, body };
}

/** Names under which the query protocol knows errors that have another name in the newer ones. */
const queryCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  InvalidParameterValueException: "InvalidParameterValue",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  MissingRequiredParameterException: "MissingParameter",
};

/** The error's name in the query protocol. */
export function queryCode({ code }: AwsError): string {
  return Object.hasOwn(queryCodes, code) ? queryCodes[code] : code;
}

/** The header for clients of services that once spoke the query protocol: they still look for its error codes. */
function queryErrorHeader(headers: IncomingHttpHeaders, error: AwsError): Record<string, string> {
  if (!headers["x-amzn-query-mode"]) return {};
  return { "x-amzn-query-error": `${queryCode(error)};${error.status < 500 ? "Sender" : "Receiver"}` };
}

/** JSON as the protocols have it: timestamps are numbers (epoch seconds), blobs base64 text. */
export function toJson(value: unknown): string {
  return JSON.stringify(toWire(value));
}

function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toWire(member)]));
  }
  return value;
}

function contentType(headers: IncomingHttpHeaders): string {
  const sent = headers["content-type"];
  return sent?.startsWith("application/x-amz-json") ? sent : "application/json";
}
