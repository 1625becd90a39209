/**
 * Lambda's operations.
 */
import { z } from "zod";
import { AwsError, operation, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import { functionArn, readFunctionName, type DeployedFunction } from "./configuration";
import type { Functions } from "./functions";
import { readJson } from "../read-json";

/** Bytes of an event: AWS Lambda Developer Guide, "Lambda quotas", and API reference, "Invoke". */
const payloadLimits = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;

const named = z.object({ FunctionName: z.string(), Qualifier: z.string().optional() });
const invoke = named.extend({
  InvocationType: z.enum(["RequestResponse", "Event", "DryRun"]).default("RequestResponse"),
  LogType: z.enum(["None", "Tail"]).default("None"),
  /** Base64 of a JSON object. */
  ClientContext: z.string().optional(),
  Payload: z.union([z.string(), z.instanceof(Uint8Array)]).optional(),
});
const list = z.object({
  Marker: z.string().optional(),
  MaxItems: z.coerce.number().int().min(1).max(10000).default(50),
});

/** `Invoke`, `GetFunction`, `GetFunctionConfiguration`, `ListFunctions` and `GetPolicy`. */
export function lambdaOperations(functions: Functions, place: Place): Operations {
  const arnOf = (name: string, qualifier?: string) =>
    functionArn(place, name) + (qualifier === undefined ? "" : `:${qualifier}`);
  const readNamed = <T extends { FunctionName: string; Qualifier?: string }>(schema: z.ZodType<T>, input: unknown) => {
    const parsed = parseInput(schema, input);
    const { name, qualifier = parsed.Qualifier } = readFunctionName(parsed.FunctionName);
    return { ...parsed, name, qualifier };
  };
  /** A function's settings, if the qualifier is one it has. */
  const find = ({ name, qualifier = "$LATEST" }: { name: string; qualifier?: string }) => {
    if (qualifier !== "$LATEST") {
      const message = `Function not found: ${arnOf(name, qualifier)}; the local runtime has no versions or aliases.`;
      throw new AwsError("ResourceNotFoundException", message, 404, { Type: "User" });
    }
    return functions.get(name);
  };

  return {
    Invoke: operation({
      parse: (input) => {
        const parsed = readNamed(invoke, input);
        return { ...parsed, payload: readPayload(parsed.Payload, parsed.InvocationType) };
      },
      permissions: ({ name, qualifier }) => [{ action: "lambda:InvokeFunction", resource: arnOf(name, qualifier) }],
      run: async (input) => {
        find(input);
        const { name, payload, LogType } = input;
        if (input.InvocationType === "DryRun") return { StatusCode: 204 };
        if (input.InvocationType === "Event") {
          functions.invokeLater(name, payload);
          return { StatusCode: 202, Payload: Buffer.alloc(0) };
        }
        const outcome = await functions.invoke(name, payload, {
          functionArn: arnOf(name, input.qualifier),
          clientContext: readClientContext(input.ClientContext),
        });
        return {
          StatusCode: 200,
          ExecutedVersion: "$LATEST",
          Payload: Buffer.from(outcome.payload, "utf8"),
          ...(outcome.failure && { FunctionError: "Unhandled" }),
          ...(LogType === "Tail" && { LogResult: outcome.logTail }),
        };
      },
    }),
    GetFunction: operation({
      parse: (input) => readNamed(named, input),
      permissions: ({ name, qualifier }) => [{ action: "lambda:GetFunction", resource: arnOf(name, qualifier) }],
      run: async (input) => {
        const found = find(input);
        return {
          Configuration: configuration(found, place),
          Code: { RepositoryType: "local", Location: `file://${functions.codeFolder(found.name)}` },
          ...(found.reservedConcurrency !== undefined && {
            Concurrency: { ReservedConcurrentExecutions: found.reservedConcurrency },
          }),
        };
      },
    }),
    GetFunctionConfiguration: operation({
      parse: (input) => readNamed(named, input),
      permissions: ({ name, qualifier }) => [
        { action: "lambda:GetFunctionConfiguration", resource: arnOf(name, qualifier) },
      ],
      run: async (input) => configuration(find(input), place),
    }),
    GetPolicy: operation({
      parse: (input) => readNamed(named, input),
      permissions: ({ name, qualifier }) => [{ action: "lambda:GetPolicy", resource: arnOf(name, qualifier) }],
      run: async (input) => {
        const found = find(input);
        const policy = functions.resourcePolicy(found.name);
        if (!policy) {
          throw new AwsError("ResourceNotFoundException", `${arnOf(found.name)} has no resource policy.`, 404);
        }
        return { Policy: JSON.stringify(policy), RevisionId: found.revisionId };
      },
    }),
    ListFunctions: operation({
      parse: (input) => parseInput(list, input),
      permissions: () => [{ action: "lambda:ListFunctions", resource: "*" }],
      run: async ({ Marker, MaxItems }) => {
        const after = functions.list().filter(({ name }) => Marker === undefined || name > Marker);
        const page = after.slice(0, MaxItems);
        return {
          Functions: page.map((found) => configuration(found, place)),
          ...(after.length > page.length && { NextMarker: page[page.length - 1].name }),
        };
      },
    }),
  };
}

function readPayload(payload: string | Uint8Array | undefined, type: keyof typeof payloadLimits): string {
  const bytes = Buffer.from(payload ?? "");
  if (bytes.length > payloadLimits[type]) {
    throw new AwsError(
      "RequestEntityTooLargeException",
      `${bytes.length} byte payload is too large for the ${type} invocation type (limit ${payloadLimits[type]} bytes)`,
      413,
      { Type: "User" },
    );
  }
  const text = bytes.toString("utf8");
  if (text === "") return "{}";
  try {
    readJson(text);
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new AwsError("InvalidRequestContentException", message, 400, { Type: "User" });
  }
  return text;
}

function readClientContext(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    const message = "Client context must be a valid Base64-encoded JSON object.";
    throw new AwsError("InvalidRequestContentException", message, 400, { Type: "User" });
  }
}

function configuration(deployed: DeployedFunction, place: Place) {
  return {
    FunctionName: deployed.name,
    FunctionArn: functionArn(place, deployed.name),
    Runtime: deployed.runtime,
    Role: deployed.roleArn,
    Handler: deployed.handler,
    CodeSize: deployed.codeSize,
    CodeSha256: deployed.codeSha256,
    Description: deployed.description,
    Timeout: deployed.timeout,
    MemorySize: deployed.memorySize,
    // Lambda's own text form, which is not that of JSON timestamps.
    LastModified: deployed.lastModified.replace("Z", "+0000"),
    Version: "$LATEST",
    ...(Object.keys(deployed.environment).length > 0 && { Environment: { Variables: deployed.environment } }),
    ...(deployed.vpcConfig && {
      VpcConfig: { SubnetIds: deployed.vpcConfig.subnetIds, SecurityGroupIds: deployed.vpcConfig.securityGroupIds },
    }),
    ...(deployed.deadLetterTarget && { DeadLetterConfig: { TargetArn: deployed.deadLetterTarget } }),
    RevisionId: deployed.revisionId,
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: ["x86_64"],
  };
}
