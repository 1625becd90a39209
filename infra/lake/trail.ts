/** The lake's trail: who wrote, and on request who read, which object, kept in the log bucket and in CloudWatch Logs. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Grants, KeyInUse } from "../permissions";
import { createServiceRole } from "../service-role";

/** Arguments of {@link createTrail}. */
export interface TrailArgs {
  /** Physical name. */
  readonly name: string;
  readonly account: string;
  readonly grant: Grants;
  /** Bucket that takes the log files; its policy must let CloudTrail write (see {@link trailDelivery}). */
  readonly logBucket: string;
  /** What lets it write there. */
  readonly delivery: pulumi.Resource;
  /** ARNs of the buckets whose objects are watched. */
  readonly buckets: readonly string[];
  /** Whether reading is recorded too, not only what changes objects. */
  readonly reads: boolean;
  /** Key of the log group. */
  readonly logsKey: pulumi.Input<string>;
  /** The lake's key, and what it encrypts. */
  readonly key: pulumi.Input<KeyInUse>;
  /** Days that CloudWatch Logs keeps events. */
  readonly logDays: number;
}

/**
 * Creates the trail. Log files are validated: one that was changed or deleted is noticed.
 *
 * Not `awsx.cloudtrail.Trail`: nothing can be put between its bucket and its trail (docs/decisions.md).
 */
export function createTrail(args: TrailArgs, parent: pulumi.Resource): aws.cloudtrail.Trail {
  const { name, account, grant, key } = args;
  const logGroupName = `/aws/cloudtrail/${name}`;
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-trail`,
    { name: logGroupName, retentionInDays: args.logDays, kmsKeyId: args.logsKey },
    { parent },
  );
  const { role, policy } = createServiceRole(
    `${name}-trail`,
    {
      name: `${name}-trail`,
      service: "cloudtrail.amazonaws.com",
      account,
      statements: [grant.writeLogs("WriteTrail", logGroupName)],
      key,
    },
    { parent },
  );
  return new aws.cloudtrail.Trail(
    name,
    {
      name,
      enableLogFileValidation: true,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      s3BucketName: args.logBucket,
      s3KeyPrefix: "trail",
      cloudWatchLogsGroupArn: logGroup.arn.apply((arn) => `${arn}:*`),
      cloudWatchLogsRoleArn: role.arn,
      advancedEventSelectors: [
        {
          name: "Objects of the lake",
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            { field: "resources.ARN", startsWiths: args.buckets.map((bucket) => `${bucket}/`) },
            // CloudTrail documentation, "Logging data events": a data event is read-only or not.
            ...(args.reads ? [] : [{ field: "readOnly", equals: ["false"] }]),
          ],
        },
      ],
    },
    // CloudTrail tries at once whether it may write to the bucket and to the log group.
    { parent, dependsOn: [args.delivery, policy] },
  );
}

/** Lets one trail write to a bucket. CloudTrail documentation, "Amazon S3 bucket policy for CloudTrail". */
export function trailDelivery(bucket: string, trailArn: string, account: string): object[] {
  const only = { StringEquals: { "aws:SourceArn": trailArn } };
  const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
  return [
    {
      Sid: "TrailReadsAcl",
      Effect: "Allow",
      Principal: cloudTrail,
      Action: "s3:GetBucketAcl",
      Resource: `arn:aws:s3:::${bucket}`,
      Condition: only,
    },
    {
      Sid: "TrailWrites",
      Effect: "Allow",
      Principal: cloudTrail,
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${bucket}/trail/AWSLogs/${account}/*`,
      Condition: only,
    },
  ];
}

/** Lets S3 write access logs to a bucket. S3 documentation, "Enabling Amazon S3 server access logging". */
export function accessLogDelivery(bucket: string, sources: readonly string[], account: string): object[] {
  return [
    {
      Sid: "AccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${bucket}/access/*`,
      Condition: { ArnLike: { "aws:SourceArn": sources }, StringEquals: { "aws:SourceAccount": account } },
    },
  ];
}
