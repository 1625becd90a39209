/**
 * Lambda functions, what happens to their asynchronous invocations, and who may invoke them.
 */
import { z } from "zod";
import { AwsError } from "../api";
import type { Authorizer } from "../iam/authorizer";
import { ANY, arnOf, archiveFolder, deployed, text, type Reference, type ResourceTypes } from "./resource-type";

const FUNCTION = "aws:lambda/function:Function";

const vpcConfigInputs = z.strictObject({ subnetIds: z.array(z.string()), securityGroupIds: z.array(z.string()) });

const functionInputs = z.strictObject({
  ...ANY,
  name: z.string(),
  role: z.string(),
  handler: z.string(),
  runtime: z.string(),
  code: archiveFolder,
  timeout: z.number().optional(),
  memorySize: z.number().optional(),
  environment: z.strictObject({ variables: z.record(z.string(), z.string()).optional() }).optional(),
  deadLetterConfig: z.strictObject({ targetArn: z.string() }).optional(),
  reservedConcurrentExecutions: z.number().optional(),
  vpcConfig: vpcConfigInputs.optional(),
  // What follows changes nothing that a function could notice here.
  architectures: z.array(z.string()).optional(),
  ephemeralStorage: z.unknown().optional(),
  kmsKeyArn: z.string().optional(),
  loggingConfig: z.unknown().optional(),
  packageType: z.literal("Zip").optional(),
  publish: z.literal(false).optional(),
  tracingConfig: z.unknown().optional(),
});

const eventInvokeInputs = z.strictObject({
  region: z.string().optional(),
  functionName: z.string(),
  maximumRetryAttempts: z.number().optional(),
  maximumEventAgeInSeconds: z.number().optional(),
  destinationConfig: z
    .strictObject({
      onSuccess: z.strictObject({ destination: z.string() }).optional(),
      onFailure: z.strictObject({ destination: z.string() }).optional(),
    })
    .optional(),
});

const permissionInputs = z.strictObject({
  region: z.string().optional(),
  statementId: z.string(),
  action: z.string(),
  function: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
});

const refersTo = (property: string, value: string): Reference => ({ property, value, types: [FUNCTION] });

export const lambda: ResourceTypes = {
  [FUNCTION]: deployed({
    naming: { property: "name" },
    computed: ({ inputs, name, place }) => {
      const arn = arnOf(place, "lambda", `function:${name}`);
      return {
        id: name,
        arn,
        version: "$LATEST",
        qualifiedArn: `${arn}:$LATEST`,
        invokeArn: `arn:aws:apigateway:${place.region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
        memorySize: inputs.memorySize ?? 128,
        timeout: inputs.timeout ?? 3,
      };
    },
    inputs: functionInputs,
    references: ({ role, vpcConfig }) => [
      { property: "role", value: role, types: ["aws:iam/role:Role"] },
      ...(vpcConfig?.subnetIds ?? []).map((value) => ({ property: "subnet", value, types: ["aws:ec2/subnet:Subnet"] })),
      ...(vpcConfig?.securityGroupIds ?? []).map((value) => ({
        property: "security group",
        value,
        types: ["aws:ec2/securityGroup:SecurityGroup"],
      })),
    ],
    deploy: ({ inputs }, { functions, authorizer }) => {
      if (inputs.vpcConfig) checkNetworkPermissions(inputs.role, inputs.vpcConfig, authorizer);
      functions.putFunction({
        name: inputs.name,
        roleArn: inputs.role,
        handler: inputs.handler,
        runtime: inputs.runtime,
        codeFolder: inputs.code.path,
        timeout: inputs.timeout,
        memorySize: inputs.memorySize,
        environment: inputs.environment?.variables,
        description: inputs.description,
        deadLetterTarget: inputs.deadLetterConfig?.targetArn,
        vpcConfig: inputs.vpcConfig,
        // -1 is the provider's word for "not reserved".
        reservedConcurrency:
          inputs.reservedConcurrentExecutions === -1 ? undefined : inputs.reservedConcurrentExecutions,
      });
    },
    remove: ({ id }, { functions }) => {
      if (functions.list().some(({ name }) => name === id)) functions.deleteFunction(id);
    },
  }),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": deployed({
    computed: ({ inputs }) => ({ id: text(inputs, "functionName") }),
    inputs: eventInvokeInputs,
    references: ({ functionName }) => [refersTo("functionName", functionName)],
    deploy: ({ inputs }, { functions }) => {
      functions.putEventInvokeConfig(nameOf(inputs.functionName), {
        maximumRetryAttempts: inputs.maximumRetryAttempts,
        maximumEventAgeInSeconds: inputs.maximumEventAgeInSeconds,
        onSuccess: inputs.destinationConfig?.onSuccess?.destination,
        onFailure: inputs.destinationConfig?.onFailure?.destination,
      });
    },
    remove: ({ id }, { functions }) => {
      if (functions.list().some(({ name }) => name === nameOf(id))) functions.putEventInvokeConfig(nameOf(id), {});
    },
  }),
  "aws:lambda/permission:Permission": deployed({
    naming: { property: "statementId" },
    computed: ({ name }) => ({ id: name }),
    inputs: permissionInputs,
    references: (inputs) => [refersTo("function", inputs.function)],
    deploy: ({ inputs }, { functions }) => {
      const { function: target, region: _region, ...permission } = inputs;
      functions.addPermission(nameOf(target), permission);
    },
    remove: ({ id, inputs }, { functions }) => {
      const target = nameOf(text(inputs, "function"));
      if (functions.list().some(({ name }) => name === target)) functions.removePermission(target, id);
    },
  }),
};

/**
 * Lambda makes network interfaces with the function's role, and refuses a role that may not. Lambda developer guide, "Giving Lambda
 * functions access to resources in an Amazon VPC", "Required IAM permissions"; on which resources: Service Authorization Reference,
 * "Actions, resources, and condition keys for Amazon EC2".
 */
function checkNetworkPermissions(
  role: string,
  { subnetIds, securityGroupIds }: z.infer<typeof vpcConfigInputs>,
  authorizer: Authorizer,
): void {
  const [, , , , account] = role.split(":");
  const ec2 = (resource: string): string => `arn:aws:ec2:${authorizer.region}:${account}:${resource}`;
  const networkInterface = [ec2("network-interface/*")];
  const within = [...subnetIds.map((id) => `subnet/${id}`), ...securityGroupIds.map((id) => `security-group/${id}`)];
  const needed: Readonly<Record<string, readonly string[]>> = {
    CreateNetworkInterface: [...networkInterface, ...within.map(ec2)],
    DescribeNetworkInterfaces: ["*"],
    DescribeSubnets: ["*"],
    DeleteNetworkInterface: networkInterface,
    AssignPrivateIpAddresses: networkInterface,
    UnassignPrivateIpAddresses: networkInterface,
  };
  for (const [name, resources] of Object.entries(needed)) {
    try {
      for (const resource of resources) {
        authorizer.authorize({ principalArn: role }, { action: `ec2:${name}`, resource }, { service: "lambda" });
      }
    } catch (error) {
      throw new AwsError(
        "InvalidParameterValueException",
        `The provided execution role does not have permissions to call ${name} on EC2 (${(error as Error).message})`,
      );
    }
  }
}

/** A function's name, from its name or ARN. */
function nameOf(nameOrArn: string): string {
  return nameOrArn.split(":function:").pop() ?? nameOrArn;
}
