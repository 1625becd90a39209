/**
 * What a function is: its settings, its names, and the environment its processes see.
 */
import { z } from "zod";
import { AwsError, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { leadingQueueUrls } from "../messaging/queue-url";

const targetArn = z
  .string()
  .regex(/^arn:aws:(sqs|sns|lambda|events):/, "must be the ARN of a queue, topic, function or bus");

/** What happens to asynchronous invocations. */
const eventInvokeConfig = z.object({
  maximumRetryAttempts: z.number().int().min(0).max(2).default(2),
  maximumEventAgeInSeconds: z.number().int().min(60).max(21600).default(21600),
  /** Destinations: ARNs. */
  onSuccess: targetArn.optional(),
  onFailure: targetArn.optional(),
});

/** Settings of a function as they are deployed. */
export const functionSettings = z.object({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 _ -"),
  /** `<file>.<export>`, e.g. `__index.handler`. */
  handler: z.string().regex(/^[^\s.]+(\.[^\s.]+)+$/, "must be <file>.<export>"),
  runtime: z.string().regex(/^nodejs\d+\.x$/, "must be a Node.js runtime: the local runtime runs no other language"),
  roleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+/, "must be the ARN of a role"),
  /** Seconds. */
  timeout: z.number().int().min(1).max(900).default(3),
  /** MB. */
  memorySize: z.number().int().min(128).max(10240).default(128),
  environment: z.record(z.string(), z.string()).default({}),
  description: z.string().default(""),
  /** ARN of the queue or topic that takes events which failed for good. */
  deadLetterTarget: z
    .string()
    .regex(/^arn:aws:(sqs|sns):/, "must be the ARN of a queue or a topic")
    .optional(),
  eventInvokeConfig: eventInvokeConfig.prefault({}),
  /** Where its network interfaces are; outside of any VPC when left out. */
  vpcConfig: z
    .object({ subnetIds: z.array(z.string()).min(1), securityGroupIds: z.array(z.string()).min(1) })
    .optional(),
  /** Most invocations at a time; unlimited when left out, none at all when 0. */
  reservedConcurrency: z.number().int().min(0).optional(),
});

/** Settings as the deployer gives them: what has a default may be left out. */
export type FunctionSettings = z.input<typeof functionSettings>;

/** Settings with the defaults in place, and what deployment adds. */
export const deployedFunction = functionSettings.extend({
  /** Hash of the code's files, base64: also the name of the folder they are kept in. */
  codeSha256: z.string(),
  codeSize: z.number(),
  lastModified: z.iso.datetime(),
  /** Changes with each deployment that changes anything; processes of an older revision are not used again. */
  revisionId: z.string(),
  /** Statements of the resource policy by id. */
  policy: z.record(z.string(), z.unknown()).default({}),
});
export type DeployedFunction = z.output<typeof deployedFunction>;

/** Variables that Lambda sets itself and refuses in a function's configuration. */
const reserved = new Set([
  ...["_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_ACCESS_KEY"],
  ...["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"],
  ...["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"],
  ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API"],
  ...["LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"],
]);
const environmentLimit = 4096;

/** Reads settings; throws `InvalidParameterValueException` naming each faulty one. */
export function readSettings(settings: FunctionSettings): z.output<typeof functionSettings> {
  const read = parseInput(functionSettings, settings, "InvalidParameterValueException");
  const taken = Object.keys(read.environment).filter((name) => reserved.has(name));
  if (taken.length > 0) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Function ${read.name}: Lambda sets ${taken.join(", ")} itself; remove it from the environment.`,
    );
  }
  const size = Buffer.byteLength(Object.entries(read.environment).flat().join(""));
  if (size > environmentLimit) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Function ${read.name}: the environment has ${size} bytes, and Lambda allows ${environmentLimit}.`,
    );
  }
  return read;
}

/** Reads the settings of asynchronous invocations; throws `InvalidParameterValueException`. */
export function readEventInvokeConfig(config: z.input<typeof eventInvokeConfig>): z.output<typeof eventInvokeConfig> {
  return parseInput(eventInvokeConfig, config, "InvalidParameterValueException");
}

/** ARN of a function. */
export function functionArn(place: Place, name: string): string {
  return `arn:aws:lambda:${place.region}:${place.account}:function:${name}`;
}

/**
 * The name and qualifier in any form that Lambda takes: name, partial ARN or ARN, with or without `:<qualifier>`. Throws
 * `ValidationException` for anything else.
 */
export function readFunctionName(text: string): { name: string; qualifier?: string } {
  const match = /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?\d{12}:function:|function:)?([\w-]{1,64})(?::([$\w-]+))?$/.exec(
    text,
  );
  if (!match) throw new AwsError("ValidationException", `FunctionName: ${text} is no name or ARN of a function.`);
  return { name: match[1], qualifier: match[2] };
}

/** The environment of a function's process: the function's own variables and those that Lambda sets, nothing else. */
export function processEnvironment(
  settings: DeployedFunction,
  sandbox: {
    readonly place: Place;
    readonly codeFolder: string;
    readonly endpoint: string;
    readonly logStream: string;
    readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  },
): Record<string, string> {
  const { region } = sandbox.place;
  const own = Object.entries(settings.environment).map(
    ([name, value]) => [name, leadingQueueUrls(value, region, sandbox.endpoint)] as const,
  );
  return {
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    // Lambda's user has no home folder: what the SDK finds in this machine's ~/.aws must not matter.
    HOME: "/home/sbx_user1051",
    AWS_ENDPOINT_URL: sandbox.endpoint,
    ...Object.fromEntries(own),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: sandbox.logStream,
    AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: sandbox.credentials.sessionToken,
    LAMBDA_TASK_ROOT: sandbox.codeFolder,
    _HANDLER: settings.handler,
  };
}
