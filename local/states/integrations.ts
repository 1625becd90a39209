/**
 * What Tasks can call, and how: Lambda functions, optimized integrations and AWS SDK integrations.
 * Source: developer guide, "Integrating services with Step Functions" (integrate-services) and the page of each service.
 */
import { AwsError, type Api, type Caller, type ServiceName } from "../api";
import type { TaskRequest } from "./environment";
import { StateFailure } from "./failure";
import { runAthenaQuery } from "./athena-query";
import { invokeFunction } from "./lambda-task";
import type { CallService } from "./call-service";
import { runNestedExecution } from "./nested-execution";
import { isObject, type Json } from "./payload";
import { withSdkMetadata } from "./sdk-metadata";
import { resumeTask } from "./resumed-task";
import { optimizedNaming, sdkNaming, serviceFailure, type ErrorNaming } from "./service-errors";
import { serviceInput, serviceOutput } from "./service-values";
import { parseResource, type Pattern, type TaskResource } from "./task-resource";
import type { TaskTokens } from "./task-tokens";

/** What the work of Tasks needs. */
export interface TaskContext {
  readonly api: Api;
  /** The machine's role. */
  readonly caller: Caller;
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly tokens: TaskTokens;
}

/** A service that Tasks can call, under the name that stands in their Resource. */
interface Target {
  readonly service: ServiceName;
  readonly naming: ErrorNaming;
  /** Actions and their patterns; without it all actions of the service, except as jobs. */
  readonly actions?: Readonly<Record<string, readonly Pattern[]>>;
}

const CALLBACK: readonly Pattern[] = ["response", "token"];

const TARGETS: Readonly<Record<string, Target>> = {
  lambda: { service: "lambda", naming: optimizedNaming("Lambda", "AWSLambda"), actions: { invoke: CALLBACK } },
  athena: {
    service: "athena",
    naming: optimizedNaming("Athena", "AmazonAthena"),
    actions: {
      startQueryExecution: ["response", "sync"],
      stopQueryExecution: ["response"],
      getQueryExecution: ["response"],
      getQueryResults: ["response"],
    },
  },
  states: {
    service: "states",
    naming: optimizedNaming("StepFunctions", "AWSStepFunctions"),
    actions: { startExecution: ["response", "sync", "sync:2", "token"] },
  },
  sns: { service: "sns", naming: optimizedNaming("SNS", "AmazonSNS"), actions: { publish: CALLBACK } },
  sqs: { service: "sqs", naming: optimizedNaming("SQS", "AmazonSQS"), actions: { sendMessage: CALLBACK } },
  events: {
    service: "events",
    naming: optimizedNaming("EventBridge", "AmazonEventBridge"),
    actions: { putEvents: CALLBACK },
  },
  "aws-sdk:athena": { service: "athena", naming: sdkNaming("Athena") },
  "aws-sdk:eventbridge": { service: "events", naming: sdkNaming("EventBridge") },
  "aws-sdk:glue": { service: "glue", naming: sdkNaming("Glue") },
  "aws-sdk:lambda": { service: "lambda", naming: sdkNaming("Lambda") },
  "aws-sdk:s3": { service: "s3", naming: sdkNaming("S3") },
  "aws-sdk:sfn": { service: "states", naming: sdkNaming("Sfn") },
  "aws-sdk:sns": { service: "sns", naming: sdkNaming("Sns") },
  "aws-sdk:sqs": { service: "sqs", naming: sdkNaming("Sqs") },
  "aws-sdk:ssm": { service: "ssm", naming: sdkNaming("Ssm") },
};

/** Why a Resource cannot be used here, or undefined if it can. */
export function unsupportedResource(arn: string): string | undefined {
  const resource = parseResource(arn);
  if (/^arn:aws[\w-]*:states:[\w-]+:\d{12}:activity:/.test(arn))
    return `"${arn}" is an activity: the local runtime has none. Use a function, or a Task that waits for its token.`;
  if (!resource) return `"${arn}" is neither a Lambda function's ARN nor a service integration.`;
  if (resource.kind === "function") return undefined;
  const { resourceType, action, pattern } = resource;
  const target = TARGETS[resourceType];
  if (!target) {
    return `The local runtime has no integration "${resourceType}"; it has ${Object.keys(TARGETS).join(", ")}.`;
  }
  if (!/^[a-z]/.test(action)) return `The action "${action}" must begin in lower case.`;
  const patterns = target.actions ? target.actions[action] : CALLBACK;
  if (!patterns)
    return `The integration "${resourceType}" has no action "${action}"; it has ${Object.keys(target.actions ?? {}).join(", ")}.`;
  return patterns.includes(pattern)
    ? undefined
    : `"${resource.resource}" is not a pattern that "${resourceType}:${action}" supports.`;
}

/** Does the work of one attempt of a Task. Throws a StateFailure with the error that retriers and catchers see. */
export async function performTask(request: TaskRequest, context: TaskContext): Promise<Json> {
  const { resource, token } = request;
  if (request.resumed) return resume(request, request.resumed.submitted, context);
  if (token === undefined) return respond(request, context);
  const answer = context.tokens.wait(token, context.stateMachineArn, request.heartbeatSeconds, request.signal);
  // The answer may come, or the heart stop, before the call returns; whoever is first decides.
  answer.catch(() => undefined);
  try {
    request.submitted(await respond({ ...request, resource: withoutToken(resource) }, context));
  } catch (error) {
    context.tokens.forget(token);
    throw error;
  }
  return answer;
}

async function resume(request: TaskRequest, submitted: Json | undefined, context: TaskContext): Promise<Json> {
  const { resource, token = "", heartbeatSeconds, signal } = request;
  const resourceType = resource.kind === "function" ? "lambda" : resource.resourceType;
  const { actor: _actor, ...unnoticed } = context.caller;
  return resumeTask(request, submitted, {
    prefix: TARGETS[resourceType]?.naming.prefix ?? resourceType,
    call: serviceCalls(resourceType, context),
    look: serviceCalls(resourceType, { ...context, caller: unnoticed }),
    answer: () => context.tokens.wait(token, context.stateMachineArn, heartbeatSeconds, signal),
  });
}

function withoutToken(resource: TaskResource): TaskResource {
  return resource.kind === "function" ? resource : { ...resource, pattern: "response" };
}

async function respond(request: TaskRequest, context: TaskContext): Promise<Json> {
  const { resource } = request;
  if (resource.kind === "function") {
    const payload = await invokeFunction(serviceCalls("lambda", context), {
      FunctionName: resource.arn,
      Payload: request.arguments,
    });
    return isObject(payload) ? (payload.Payload ?? null) : null;
  }
  const plain = serviceCalls(resource.resourceType, context);
  const call: CallService = async (operation, input) =>
    withSdkMetadata(resource.resourceType, await plain(operation, input));
  // Looking how a job is doing is the service's own affair, however often it does: no fault of the plan meets it.
  const { actor: _actor, ...unnoticed } = context.caller;
  const look = serviceCalls(resource.resourceType, { ...context, caller: unnoticed });
  const operation = resource.action.charAt(0).toUpperCase() + resource.action.slice(1);
  switch (`${resource.resourceType}:${resource.action}`) {
    case "lambda:invoke":
      return invokeFunction(call, request.arguments);
    case "athena:startQueryExecution":
      return resource.pattern === "sync" ? runAthenaQuery(call, look, request) : call(operation, request.arguments);
    case "states:startExecution":
      return resource.pattern === "response"
        ? call(operation, request.arguments)
        : runNestedExecution(call, look, request, resource.pattern);
    case "events:putEvents":
      return putEvents(call, request.arguments, [context.stateMachineArn, context.executionArn]);
    default:
      return call(operation, request.arguments);
  }
}

function serviceCalls(resourceType: string, { api, caller }: TaskContext): CallService {
  const target = TARGETS[resourceType];
  if (!target) throw new StateFailure("States.Runtime", `There is no integration "${resourceType}".`);
  const { service, naming } = target;
  return async (operation, input) => {
    const request = serviceInput(service, input);
    try {
      return await serviceOutput(service, await api.call(service, operation, request, caller));
    } catch (error) {
      if (error instanceof AwsError) throw serviceFailure(error, service, operation, naming);
      if (error instanceof StateFailure) throw error;
      throw new StateFailure(`${naming.prefix}.SdkClientException`, (error as Error).message);
    }
  };
}

/**
 * The guide (connect-eventbridge): if an entry fails the Task fails with `EventBridge.FailedEntry`, and `sources`, the machine
 * and its execution, are added to each entry's resources.
 */
async function putEvents(call: CallService, input: Json, sources: readonly string[]): Promise<Json> {
  const entries = isObject(input) && Array.isArray(input.Entries) ? input.Entries : undefined;
  const told = entries?.map((entry) => {
    if (!isObject(entry)) return entry;
    const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
    return { ...entry, Resources: [...resources, ...sources] };
  });
  const result = await call("PutEvents", told && isObject(input) ? { ...input, Entries: told } : input);
  if (isObject(result) && typeof result.FailedEntryCount === "number" && result.FailedEntryCount > 0) {
    throw new StateFailure("EventBridge.FailedEntry", JSON.stringify(result));
  }
  return result;
}
