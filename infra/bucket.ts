/** A lake's bucket: encrypted, reached over TLS only, closed to the public, owned by its account. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { transformed, type Transform } from "./transform";

/** What differs between the buckets of a lake. */
export interface LakeBucketArgs {
  /** Physical name. */
  readonly bucket: string;
  /** Days after which objects below a prefix are deleted. */
  readonly expiry?: readonly { readonly prefix: string; readonly days: number }[];
  /** Sends object events to EventBridge. A bucket has one notification configuration: this is it. */
  readonly events?: boolean;
  /** Deletes the objects with the bucket: for stages that may be removed completely. */
  readonly forceDestroy: boolean;
  readonly transform?: Transform<aws.s3.BucketArgs>;
}

/** Creates a bucket with everything that belongs to it; answers the bucket. */
export function createBucket(name: string, args: LakeBucketArgs, options: pulumi.CustomResourceOptions): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket(
    ...transformed(args.transform, name, { bucket: args.bucket, forceDestroy: args.forceDestroy }, options),
  );
  const within = { ...options, parent: bucket };
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
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
  new aws.s3.BucketPolicy(
    name,
    { bucket: bucket.id, policy: JSON.stringify(tlsOnly(args.bucket)) },
    // S3 refuses two changes of a bucket's access at the same time.
    { ...within, dependsOn: [publicAccess] },
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket: bucket.id,
      rules: [
        {
          id: "intelligent-tiering",
          status: "Enabled",
          filter: { prefix: "" },
          transitions: [{ days: 0, storageClass: "INTELLIGENT_TIERING" }],
        },
        {
          id: "abandoned-uploads",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
        ...(args.expiry ?? []).map(({ prefix, days }) => ({
          id: `expire-${prefix === "" ? "all" : prefix.replace(/\W+/g, "-").replace(/-$/, "")}`,
          status: "Enabled",
          filter: { prefix },
          expiration: { days },
        })),
      ],
    },
    within,
  );
  if (args.events) new aws.s3.BucketNotification(name, { bucket: bucket.id, eventbridge: true }, within);
  return bucket;
}

/** Refuses whatever does not come over TLS. AWS documentation, "Security best practices for Amazon S3". */
function tlsOnly(bucket: string): object {
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
    ],
  };
}
