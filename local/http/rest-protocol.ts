/**
 * REST-JSON: an operation is a method and a path. Spoken by Lambda and EventBridge Scheduler.
 */
import { AwsError, type ServiceName } from "../api";
import { jsonInput, jsonResponse } from "./json-protocol";
import type { WireRequest, WireResponse } from "./wire";

/** An operation found by method and path, and how its input and output travel. */
export interface Route {
  readonly service: ServiceName;
  readonly method: string;
  /** Path with `{Member}` where a member of the input stands. */
  readonly path: string;
  readonly operation: string;
  /** Input members carried in the query string: name in the URL → member. */
  readonly query?: Readonly<Record<string, string>>;
  /** Reads the rest of the input; the JSON body by default, nothing for a GET. */
  readonly input?: (request: WireRequest) => Record<string, unknown>;
  /** Writes the output; a JSON body by default. */
  readonly response?: (request: WireRequest, output: unknown) => WireResponse;
}

const functionPath = "/2015-03-31/functions/{FunctionName}";
const qualifier = { Qualifier: "Qualifier" };
const schedulePath = "/schedules/{Name}";

const routes: readonly Route[] = [
  {
    service: "lambda",
    method: "POST",
    path: `${functionPath}/invocations`,
    operation: "Invoke",
    query: qualifier,
    input: (request) => ({
      InvocationType: request.headers["x-amz-invocation-type"],
      LogType: request.headers["x-amz-log-type"],
      ClientContext: request.headers["x-amz-client-context"],
      Payload: request.body,
    }),
    response: invokeResponse,
  },
  { service: "lambda", method: "GET", path: functionPath, operation: "GetFunction", query: qualifier },
  {
    service: "lambda",
    method: "GET",
    path: `${functionPath}/configuration`,
    operation: "GetFunctionConfiguration",
    query: qualifier,
  },
  { service: "lambda", method: "GET", path: `${functionPath}/policy`, operation: "GetPolicy", query: qualifier },
  {
    service: "lambda",
    method: "GET",
    path: "/2015-03-31/functions",
    operation: "ListFunctions",
    query: { Marker: "Marker", MaxItems: "MaxItems" },
  },
  {
    service: "scheduler",
    method: "GET",
    path: schedulePath,
    operation: "GetSchedule",
    query: { groupName: "GroupName" },
  },
  { service: "scheduler", method: "POST", path: schedulePath, operation: "CreateSchedule" },
  { service: "scheduler", method: "PUT", path: schedulePath, operation: "UpdateSchedule" },
  {
    service: "scheduler",
    method: "DELETE",
    path: schedulePath,
    operation: "DeleteSchedule",
    query: { groupName: "GroupName" },
  },
  {
    service: "scheduler",
    method: "GET",
    path: "/schedules",
    operation: "ListSchedules",
    query: {
      ScheduleGroup: "GroupName",
      NamePrefix: "NamePrefix",
      State: "State",
      MaxResults: "MaxResults",
      NextToken: "NextToken",
    },
  },
];

/**
 * The route of a request and its input. Throws `UnknownOperationException` for a path of the service that the runtime
 * does not serve.
 */
export function restRoute(service: ServiceName, request: WireRequest): { route: Route; input: unknown } {
  for (const route of routes) {
    if (route.service !== service || route.method !== request.method) continue;
    const members = matchPath(route.path, request.path);
    if (!members) continue;
    const input: Record<string, unknown> = route.input?.(request) ?? bodyInput(request);
    for (const [name, member] of Object.entries(route.query ?? {})) {
      const value = request.query.get(name);
      if (value !== null) input[member] = value;
    }
    return { route, input: { ...input, ...members } };
  }
  throw new AwsError(
    "UnknownOperationException",
    `The local runtime has no ${service} operation at ${request.method} ${request.path}.`,
    404,
  );
}

/** Whether a service speaks REST-JSON. */
export function speaksRest(service: ServiceName): boolean {
  return routes.some((route) => route.service === service);
}

/** The output of a route as a response. */
export function restResponse(route: Route, request: WireRequest, output: unknown): WireResponse {
  return (route.response ?? jsonResponse)(request, output);
}

function bodyInput(request: WireRequest): Record<string, unknown> {
  const body = request.method === "GET" ? {} : jsonInput(request);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new AwsError("SerializationException", "The request body must be a JSON object.");
  }
  return { ...body };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const members: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const member = /^\{(\w+)\}$/.exec(step)?.[1];
    if (member) members[member] = decoded(given[index]);
    else if (step !== given[index]) return undefined;
  }
  return members;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw new AwsError("InvalidParameterValueException", `The path is not percent-encoded UTF-8: ${step}`, 400);
  }
}

function invokeResponse(_request: WireRequest, output: unknown): WireResponse {
  const { StatusCode, FunctionError, LogResult, ExecutedVersion, Payload } = output as {
    StatusCode: number;
    FunctionError?: string;
    LogResult?: string;
    ExecutedVersion?: string;
    Payload?: Uint8Array;
  };
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (FunctionError) headers["x-amz-function-error"] = FunctionError;
  if (LogResult) headers["x-amz-log-result"] = LogResult;
  if (ExecutedVersion) headers["x-amz-executed-version"] = ExecutedVersion;
  return { status: StatusCode, headers, body: Payload ?? "" };
}
