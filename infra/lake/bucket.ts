/** A lake's bucket: encrypted, reached over TLS only, closed to the public, owned by its account, its access logged. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "../permissions";
import { transformed, type Transform } from "../transform";

/** Objects that are deleted after a while. */
export interface Expiry {
  /** Keys that start with this; empty for all. */
  readonly prefix: string;
  readonly days: number;
}

/** What differs between the buckets of a lake. */
export interface LakeBucketArgs {
  /** Physical name. */
  readonly bucket: string;
  /** ARN of the KMS key that encrypts objects; without it S3's own keys do. */
  readonly key?: pulumi.Input<string>;
  /** Keeps replaced and deleted objects for this many days; without it there are no versions. */
  readonly versionDays?: number;
  readonly expiry?: readonly Expiry[];
  /** Sends object events to EventBridge. A bucket has one notification configuration: this is it. */
  readonly events?: boolean;
  /** Bucket that access logs go to, below a prefix of this bucket's name. */
  readonly accessLogs?: LakeBucket;
  /** Further statements of the bucket's policy. */
  readonly policy?: readonly object[];
  /** Deletes the objects with the bucket: for stages that may be removed completely. */
  readonly forceDestroy: boolean;
  readonly transform?: Transform<aws.s3.BucketArgs>;
}

/** A bucket and the policy that lets others in: what needs to be let in depends on the policy. */
export interface LakeBucket {
  readonly bucket: aws.s3.Bucket;
  /** Absent for a bucket that existed before. */
  readonly policy?: aws.s3.BucketPolicy;
  /** What must be set before an object is put there: how it is encrypted, and whether its versions are kept. */
  readonly settings: readonly pulumi.Resource[];
}

/** Creates a bucket with everything that belongs to it. */
export function createBucket(name: string, args: LakeBucketArgs, options: pulumi.CustomResourceOptions): LakeBucket {
  const { key, versionDays, accessLogs } = args;
  const bucket = new aws.s3.Bucket(
    ...transformed(args.transform, name, { bucket: args.bucket, forceDestroy: args.forceDestroy }, options),
  );
  const within = { ...options, parent: bucket };
  const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket: bucket.id,
      rules: [
        key
          ? {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
              bucketKeyEnabled: true,
            }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
      ],
    },
    within,
  );
  new aws.s3.BucketOwnershipControls(
    name,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    within,
  );
  const publicAccess = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    within,
  );
  const policy = new aws.s3.BucketPolicy(
    name,
    { bucket: bucket.id, policy: JSON.stringify(bucketPolicy(args.bucket, args.policy)) },
    // S3 refuses two changes of a bucket's access at the same time.
    { ...within, dependsOn: [publicAccess] },
  );
  const versioning = versionDays
    ? [new aws.s3.BucketVersioning(name, { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } }, within)]
    : [];
  new aws.s3.BucketLifecycleConfiguration(
    name,
    { bucket: bucket.id, rules: lifecycleRules(args) },
    { ...within, dependsOn: versioning },
  );
  if (accessLogs) {
    new aws.s3.BucketLogging(
      name,
      { bucket: bucket.id, targetBucket: accessLogs.bucket.id, targetPrefix: `access/${args.bucket}/` },
      // S3 refuses a target whose policy does not let the logging service write yet. S3 API reference, "PutBucketLogging".
      { ...within, dependsOn: accessLogs.policy ?? accessLogs.bucket },
    );
  }
  if (args.events) new aws.s3.BucketNotification(name, { bucket: bucket.id, eventbridge: true }, within);
  return { bucket, policy, settings: [encryption, ...versioning] };
}

/** Refuses whatever does not come over TLS. S3 documentation, "Security best practices for Amazon S3". */
function bucketPolicy(bucket: string, more: readonly object[] = []): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...more,
    ],
  };
}

/** Whoever stays shorter in a tier pays its transition in vain: S3 pricing, "Requests & data retrievals", lifecycle transitions. */
const worthTiering = 30;

function lifecycleRules({
  expiry = [],
  versionDays,
}: Pick<LakeBucketArgs, "expiry" | "versionDays">): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const everything = { status: "Enabled", filter: { prefix: "" } };
  const leavesSoon = expiry.some(({ prefix, days }) => prefix === "" && days <= worthTiering);
  return [
    ...(leavesSoon
      ? []
      : [{ id: "tiering", ...everything, transitions: [{ days: 0, storageClass: "INTELLIGENT_TIERING" }] }]),
    { id: "abandoned-uploads", ...everything, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    ...(versionDays
      ? [
          { id: "superseded", ...everything, noncurrentVersionExpiration: { noncurrentDays: versionDays } },
          // A marker without versions behind it hides nothing: S3 documentation, "Removing expired object delete markers".
          { id: "markers", ...everything, expiration: { expiredObjectDeleteMarker: true } },
        ]
      : []),
    ...expiry.map(({ prefix, days }) => ({
      id: `expire-${prefix.replace(/\W+/g, "-").replace(/-$/, "") || "all"}`,
      status: "Enabled",
      filter: { prefix },
      expiration: { days },
    })),
  ];
}
