/**
 * The runtime's wire: AWS protocols on a loopback port, so that unmodified SDKs, the AWS CLI and awswrangler work
 * against it with `AWS_ENDPOINT_URL`.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { AwsError, ConnectionLost, type Api, type Caller, type ServiceName } from "../api";
import { credentialOf } from "./credential";
import { refusal } from "./request-origin";
import { jsonError, jsonInput, jsonOperation, jsonResponse } from "./json-protocol";
import { queryForm, queryInput, queryResponse, xmlError } from "./query-protocol";
import { restResponse, restRoute, speaksRest } from "./rest-protocol";
import type { WireRequest, WireResponse } from "./wire";

/** Largest body of a call other than to S3, bytes: above every service's own limit, low enough to keep in memory. */
export const maximumBody = 32 * 1024 * 1024;

/** What the server needs to know of the runtime around it. */
export interface ServeOptions {
  /** Port on 127.0.0.1; any free one by default. */
  readonly port?: number;
  /** Whose access key it is; undefined for an unsigned request, which only S3 accepts. May throw an {@link AwsError}. */
  callerOf(accessKeyId: string | undefined): Caller;
  /** Serves S3, whose bodies are streams and whose paths are keys. */
  s3(request: IncomingMessage, response: ServerResponse, api: Api, caller: Caller): Promise<void>;
}

/** A listening server. */
export interface Served {
  /** `http://127.0.0.1:<port>`: with an IP address as host, S3 clients use path style by themselves. */
  readonly endpoint: string;
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

/** Starts serving `api`. Rejects when the port is taken. */
export async function serve(api: Api, options: ServeOptions): Promise<Served> {
  const server = createServer((request, response) => {
    answer(api, options, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  // Sockets of the SDKs stay open between calls for minutes; the default of 5 s makes them fail on a stale connection.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers one request. Rejects if there is nothing to answer: the connection is all that can be ended then. */
export async function answer(api: Api, options: ServeOptions, request: IncomingMessage, response: ServerResponse) {
  const refused = refusal(request.headers);
  if (refused !== undefined) {
    request.resume();
    response.writeHead(403, { "content-type": "text/plain; charset=utf-8" });
    response.end(`${refused}\n`);
    return;
  }
  const credential = credentialOf(request);
  const named = credential?.service ?? "s3";
  const service = named === "s3" || api.serviceNames.includes(named) ? named : undefined;
  if (service === "s3" && !request.headers["x-amz-target"]) {
    return options.s3(request, response, api, options.callerOf(credential?.accessKeyId));
  }
  const requestId = randomUUID();
  let answered: WireResponse;
  try {
    const wire = await readRequest(request);
    if (wire === undefined) throw new AwsError("RequestEntityTooLargeException", tooLarge, 413);
    if (!credential) throw new AwsError("MissingAuthenticationTokenException", unsigned, 403);
    if (!service) throw new AwsError("UnknownOperationException", unknownService(credential.service, api));
    answered = await call(api, service, wire, options.callerOf(credential.accessKeyId), requestId);
  } catch (error) {
    if (error instanceof ConnectionLost) throw error;
    const known = asAwsError(error);
    const { headers } = request;
    const name = service ?? credential?.service ?? "";
    answered =
      isQuery(service, headers) || (!service && speaksXml(name, headers))
        ? xmlError(name, known, requestId)
        : jsonError(headers, known);
  }
  response.writeHead(answered.status, { ...answered.headers, "x-amzn-requestid": requestId });
  response.end(answered.body);
}

const tooLarge = `The request body is larger than ${maximumBody} bytes.`;
const unsigned = "The request is not signed: configure any access key, e.g. AWS_ACCESS_KEY_ID=local.";

function unknownService(name: string, api: Api): string {
  return `The local runtime has no service ${name}; it has ${api.serviceNames.join(", ") || "none before something is deployed"}.`;
}

/** STS and SNS speak nothing else; CloudWatch does to older clients. */
function isQuery(
  service: ServiceName | undefined,
  headers: IncomingHttpHeaders,
): service is "sts" | "sns" | "monitoring" {
  return service === "sts" || service === "sns" || (service === "monitoring" && !headers["x-amz-target"]);
}

/** Whether the client of a service that is not here reads its errors as XML: those of the query protocols and of REST-XML. */
function speaksXml(name: string, headers: IncomingHttpHeaders): boolean {
  const type = headers["content-type"] ?? "";
  return type.startsWith("application/x-www-form-urlencoded") || ["route53", "cloudfront"].includes(name);
}

async function call(api: Api, service: ServiceName, request: WireRequest, caller: Caller, requestId: string) {
  if (isQuery(service, request.headers)) {
    const form = queryForm(request);
    const operation = form.get("Action");
    if (!operation) throw new AwsError("MissingAction", `A call to ${service} names its operation in "Action".`);
    return queryResponse(service, operation, await api.call(service, operation, queryInput(form), caller), requestId);
  }
  if (speaksRest(service)) {
    const { route, input } = restRoute(service, request);
    return restResponse(route, request, await api.call(service, route.operation, input, caller));
  }
  const operation = jsonOperation(request);
  if (!operation) {
    throw new AwsError(
      "UnknownOperationException",
      `${request.method} ${request.path} names no operation of ${service}: the local runtime speaks AWS JSON ` +
        "(header X-Amz-Target) for this service, neither the query protocol nor CBOR.",
    );
  }
  return jsonResponse(request, await api.call(service, operation, jsonInput(request), caller));
}

/** What the client is told: our own errors as they are, anything else as a failure of the service. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError("InternalFailure", error instanceof Error ? error.message : String(error), 500);
}

/** Reads a request whole; undefined if its body is too large. */
async function readRequest(request: IncomingMessage): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and thrown away: a client that is still sending would not see the answer.
    if (size <= maximumBody) chunks.push(chunk);
  }
  if (size > maximumBody) return undefined;
  return {
    method: request.method ?? "GET",
    path: (request.url ?? "/").split("?", 1)[0],
    query: new URLSearchParams((request.url ?? "").split("?").slice(1).join("?")),
    headers: request.headers,
    body: unpacked(Buffer.concat(chunks), request.headers["content-encoding"]),
  };
}

/** Clients compress what is large, e.g. metric data. */
function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: maximumBody });
  } catch (error) {
    throw new AwsError("SerializationException", `The request body is not what gzip made: ${(error as Error).message}`);
  }
}
