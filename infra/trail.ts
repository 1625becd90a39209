/** The lake's trail: who read and wrote which object, kept in the log bucket and in CloudWatch Logs. */
import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link createTrail}. */
export interface TrailArgs {
  /** Physical name. */
  readonly name: string;
  /** Bucket that takes the log files; its policy must let CloudTrail write (see {@link trailDelivery}). */
  readonly logBucket: string;
  /** ARNs of the buckets whose objects are watched. */
  readonly buckets: readonly string[];
  /** Key of the log group. */
  readonly key: pulumi.Input<string>;
  /** Days that CloudWatch Logs keeps events. */
  readonly logDays: number;
}

/** Creates the trail. Log files are validated: one that was changed or deleted is noticed. */
export function createTrail(args: TrailArgs, options: pulumi.ComponentResourceOptions): awsx.cloudtrail.Trail {
  return new awsx.cloudtrail.Trail(
    args.name,
    {
      name: args.name,
      enableLogFileValidation: true,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      s3Bucket: { existing: { name: args.logBucket } },
      s3KeyPrefix: "trail",
      cloudWatchLogsGroup: {
        enable: true,
        args: { name: `/aws/cloudtrail/${args.name}`, retentionInDays: args.logDays, kmsKeyId: args.key },
      },
      advancedEventSelectors: [
        {
          name: "Objects of the lake",
          fieldSelectors: [
            { field: "eventCategory", equals: ["Data"] },
            { field: "resources.type", equals: ["AWS::S3::Object"] },
            { field: "resources.ARN", startsWiths: args.buckets.map((bucket) => `${bucket}/`) },
          ],
        },
      ],
    },
    options,
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
