/**
 * The component `awsx.cloudtrail.Trail`, as Pulumi's awsx provider makes it: which resources it consists of is the provider's
 * own affair, so a program sees them only when they are deployed.
 */
import { unknownValue } from "@pulumi/pulumi/runtime";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { z } from "zod";
import { Children, referenceTo, type Child } from "./children";
import { hasUnknowns, propertiesOf, type Properties } from "./properties";

const TYPE = "awsx:cloudtrail:Trail";

/** Known text, or what stands for it until it is known. */
const text = z.string();
const existing = z.looseObject({ name: text.optional(), arn: text.optional() });

const trailInputs = z.looseObject({
  s3Bucket: z.looseObject({ existing: existing.optional(), args: z.looseObject({}).optional() }).optional(),
  cloudWatchLogsGroup: z
    .looseObject({
      enable: z.boolean().optional(),
      existing: z.never({ error: "the local runtime makes the log group itself" }).optional(),
      args: z.looseObject({}).optional(),
    })
    .optional(),
});

/** Registers the component and its resources with the engine. Throws for what the local runtime cannot play. */
export async function constructTrail(request: ConstructRequest): Promise<{ urn: string; outputs: Properties }> {
  if (request.getType() !== TYPE) throw new Error(`The local runtime has no component ${request.getType()}.`);
  const inputs = trailInputs.safeParse(propertiesOf(request.getInputs()));
  if (!inputs.success) throw new Error(`${TYPE} "${request.getName()}": ${z.prettifyError(inputs.error)}`);
  const { s3Bucket, cloudWatchLogsGroup, ...own } = inputs.data;
  const name = request.getName();
  const children = new Children(request);
  try {
    const component = await children.component();
    const bucket = s3Bucket?.existing
      ? undefined
      : await children.create("aws:s3/bucket:Bucket", name, { forceDestroy: true, ...s3Bucket?.args });
    const bucketName = String(bucket?.outputs.bucket ?? s3Bucket?.existing?.name ?? nameOf(s3Bucket?.existing?.arn));
    const policy = await children.create("aws:s3/bucketPolicy:BucketPolicy", name, {
      bucket: bucketName,
      policy: json(delivery(String(bucket?.outputs.arn ?? s3Bucket?.existing?.arn ?? `arn:aws:::${bucketName}`))),
    });
    const logGroup = cloudWatchLogsGroup?.enable
      ? await children.create("aws:cloudwatch/logGroup:LogGroup", name, { ...cloudWatchLogsGroup.args })
      : undefined;
    const logs = logGroup ? await sendToLogs(children, name, logGroup) : {};
    const trail = await children.create(
      "aws:cloudtrail/trail:Trail",
      name,
      { ...own, s3BucketName: bucketName, ...logs },
      [policy],
    );
    const outputs = {
      trail: referenceTo(trail),
      ...(bucket ? { bucket: referenceTo(bucket) } : {}),
      ...(logGroup ? { logGroup: referenceTo(logGroup) } : {}),
    };
    await children.finish(outputs);
    return { urn: component, outputs };
  } finally {
    children.close();
  }
}

/** The role with which CloudTrail writes to the log group, and what the trail needs to know of both. */
async function sendToLogs(children: Children, name: string, logGroup: Child): Promise<Properties> {
  const { arn } = logGroup.outputs;
  const role = await children.create(
    "aws:iam/role:Role",
    name,
    {
      assumeRolePolicy: json({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
      inlinePolicies: [
        {
          name,
          policy: json({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
                Resource: [within(arn, ":log-stream:*")],
              },
            ],
          }),
        },
      ],
    },
    [logGroup],
  );
  return { cloudWatchLogsGroupArn: within(arn, ":*"), cloudWatchLogsRoleArn: role.outputs.arn ?? unknownValue };
}

/** What CloudTrail may do with the bucket, in the provider's words: also for a bucket that has a policy already. */
function delivery(bucketArn: string): object {
  const Principal = { Service: "cloudtrail.amazonaws.com" };
  const Condition = { StringEquals: { "s3:x-amz-acl": "bucket-owner-full-control" } };
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "AWSCloudTrailAclCheck", Effect: "Allow", Principal, Action: ["s3:GetBucketAcl"], Resource: [bucketArn] },
      {
        Sid: "AWSCloudTrailWrite",
        Effect: "Allow",
        Principal,
        Action: ["s3:PutObject"],
        Resource: [within(bucketArn, "/*")],
        Condition,
      },
    ],
  };
}

/** JSON text, unless something in it is not known yet: then the text isn't either. */
function json(value: object): string {
  return hasUnknowns(value) ? unknownValue : JSON.stringify(value);
}

function within(arn: unknown, path: string): string {
  return arn === undefined || arn === unknownValue ? unknownValue : `${String(arn)}${path}`;
}

function nameOf(bucketArn: string | undefined): string | undefined {
  return bucketArn?.split(":").pop();
}
