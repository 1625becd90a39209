/**
 * What optimized integrations add to a service's response: the request's id and the headers of its answer (seen in recorded runs
 * of Lambda, SQS, SNS and Step Functions; EventBridge's results have none).
 */
import { randomUUID } from "node:crypto";
import { isObject, type Json } from "./payload";

/** The content type of each service's answers. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  lambda: "application/json",
  sns: "text/xml",
  sqs: "application/x-amz-json-1.0",
  states: "application/x-amz-json-1.0",
};

/** The response as a Task of `resourceType` gets it. */
export function withSdkMetadata(resourceType: string, response: Json): Json {
  const contentType = CONTENT_TYPES[resourceType];
  if (contentType === undefined || !isObject(response)) return response;
  const requestId = randomUUID();
  const headers = {
    "x-amzn-RequestId": requestId,
    connection: "keep-alive",
    "Content-Length": String(Buffer.byteLength(JSON.stringify(response))),
    Date: new Date().toUTCString(),
    "Content-Type": contentType,
  };
  return {
    ...response,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
