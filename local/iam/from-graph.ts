/**
 * The roles and policies of an evaluated program, as the authorizer needs them.
 */
import { z } from "zod";
import { AwsError } from "../api";
import type { Resource, ResourceGraph } from "../graph";
import { Network } from "../network/network";
import type { Authorizer } from "./authorizer";

const document = z.union([z.string(), z.record(z.string(), z.unknown())]);
const role = z.object({
  assumeRolePolicy: document,
  permissionsBoundary: z.string().optional(),
  inlinePolicies: z.array(z.object({ name: z.string(), policy: document })).default([]),
  managedPolicyArns: z.array(z.string()).default([]),
});
const rolePolicy = z.object({ role: z.string(), policy: document });
const attachment = z.object({ role: z.string(), policyArn: z.string() });
const ownPolicy = z.object({ policy: document.optional() });
const permission = z.object({
  function: z.string(),
  action: z.string(),
  principal: z.string(),
  sourceArn: z.string().optional(),
  sourceAccount: z.string().optional(),
  /** A version or alias, which has a policy of its own. */
  qualifier: z.string().optional(),
});

/**
 * Replaces what the authorizer holds by the roles and policies of `graph`.
 * Throws an {@link AwsError}, `MalformedPolicyDocument` or `NoSuchEntity`, that names the resource.
 */
export function loadPolicies(authorizer: Authorizer, graph: ResourceGraph): void {
  authorizer.clear();
  authorizer.putNetwork(new Network(graph));
  const each = <T>(type: string, inputs: z.ZodType<T>, put: (inputs: T, resource: Resource) => void) => {
    for (const resource of graph.resources.filter((candidate) => candidate.type === type)) {
      blaming(resource, () => put(inputs.parse(resource.inputs), resource));
    }
  };

  // What others refer to comes first.
  each("aws:iam/policy:Policy", z.object({ policy: document }), ({ policy }, resource) => {
    authorizer.putManagedPolicy(output(resource, "arn"), policy);
  });
  each("aws:iam/role:Role", role, (inputs, resource) => {
    const name = output(resource, "name");
    const { assumeRolePolicy, permissionsBoundary, inlinePolicies, managedPolicyArns } = inputs;
    authorizer.putRole({
      arn: output(resource, "arn"),
      trustPolicy: assumeRolePolicy,
      boundary: permissionsBoundary,
    });
    for (const inline of inlinePolicies) authorizer.putRolePolicy(name, inline.name, inline.policy);
    for (const arn of managedPolicyArns) authorizer.attachRolePolicy(name, arn);
  });
  each("aws:iam/rolePolicy:RolePolicy", rolePolicy, (inputs, resource) => {
    authorizer.putRolePolicy(inputs.role, output(resource, "name"), inputs.policy);
  });
  each("aws:iam/rolePolicyAttachment:RolePolicyAttachment", attachment, (inputs) => {
    authorizer.attachRolePolicy(inputs.role, inputs.policyArn);
  });

  for (const type of ["aws:kms/key:Key", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"]) {
    each(type, ownPolicy, ({ policy }, resource) => {
      if (policy) authorizer.putResourcePolicy(output(resource, "arn"), policy);
    });
  }
  each("aws:s3/bucketPolicy:BucketPolicy", z.object({ bucket: z.string(), policy: document }), (inputs) => {
    authorizer.putResourcePolicy(`arn:aws:s3:::${inputs.bucket}`, inputs.policy);
  });
  each("aws:sqs/queuePolicy:QueuePolicy", z.object({ queueUrl: z.string(), policy: document }), (inputs) => {
    const name = inputs.queueUrl.slice(inputs.queueUrl.lastIndexOf("/") + 1);
    authorizer.putResourcePolicy(`arn:aws:sqs:${graph.region}:${graph.account}:${name}`, inputs.policy);
  });
  each("aws:sns/topicPolicy:TopicPolicy", z.object({ arn: z.string(), policy: document }), (inputs) => {
    authorizer.putResourcePolicy(inputs.arn, inputs.policy);
  });

  // A function's policy is the sum of its permissions.
  const functions = new Map<string, object[]>();
  each("aws:lambda/permission:Permission", permission, (inputs, resource) => {
    const { function: name, qualifier } = inputs;
    const own = name.startsWith("arn:") ? name : `arn:aws:lambda:${graph.region}:${graph.account}:function:${name}`;
    const arn = qualifier ? `${own}:${qualifier}` : own;
    const statement = lambdaStatement(arn, output(resource, "statementId"), inputs);
    functions.set(arn, [...(functions.get(arn) ?? []), statement]);
  });
  for (const [arn, Statement] of functions) {
    authorizer.putResourcePolicy(arn, { Version: "2012-10-17", Statement });
  }
}

/** The statement that Lambda's AddPermission adds. */
function lambdaStatement(arn: string, Sid: string, inputs: z.infer<typeof permission>): object {
  const { action, principal, sourceArn, sourceAccount } = inputs;
  return {
    Sid,
    Effect: "Allow",
    Principal: principal.endsWith(".amazonaws.com") ? { Service: principal } : { AWS: principal },
    Action: action,
    Resource: arn,
    Condition: {
      ...(sourceAccount && { StringEquals: { "aws:SourceAccount": sourceAccount } }),
      ...(sourceArn && { ArnLike: { "aws:SourceArn": sourceArn } }),
    },
  };
}

function output(resource: Resource, property: string): string {
  const value = resource.outputs[property];
  if (typeof value !== "string") throw new Error(`${resource.urn} has no ${property}.`);
  return value;
}

function blaming(resource: Resource, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof z.ZodError) {
      throw new AwsError("ValidationError", `${resource.type} ${resource.name}: ${z.prettifyError(error)}`);
    }
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(error.code, `${resource.type} ${resource.name}: ${error.message}`, error.status);
  }
}
