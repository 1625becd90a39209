/** What the provider calls of S3. A line above a row names the source that it was read from; see provider-actions.ts. */
import type { Permission } from "../api";
import type { Resource } from "../graph";
import { input, own, regional, type ProviderActions } from "./provider-calls";

const bucketArn = (resource: Resource): string => `arn:aws:s3:::${input(resource, "bucket")}`;

/**
 * A setting of a bucket that is put, read and put back. Removals are calls named Delete, which S3 allows by the actions named Put.
 *
 * @param isAwaited the provider looks until a removed setting is gone
 */
const setting = (read: string, write: string, { isAwaited = false } = {}): ProviderActions => ({
  create: [write],
  read: [read],
  update: [write],
  delete: isAwaited ? [write, read] : [write],
  arns: (resource) => [bucketArn(resource)],
});

const objects: ProviderActions = {
  create: ["s3:PutObject"],
  read: ["s3:GetObject", "s3:GetObjectTagging"],
  // Tags travel with each upload.
  update: ["s3:PutObject", "s3:PutObjectTagging"],
  // Of an object in a bucket with versions each version is removed, of another one the object: the graph does not tell which it is.
  delete: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  tag: ["s3:PutObjectTagging"],
  untag: ["s3:PutObjectTagging"],
  arns: (resource) => [`${bucketArn(resource)}/${input(resource, "key")}`],
  // Of the key of a bucket that has one. S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)".
  also: (resource, place) => {
    const keys = regional(place, "kms", "key/*");
    const use = (action: string): Permission => ({
      action,
      resource: keys,
      context: { "kms:ViaService": `s3.${place.region}.amazonaws.com` },
    });
    return {
      create: [use("kms:GenerateDataKey")],
      // Whether an object's key is alias/aws/s3 the provider asks KMS itself.
      read: [use("kms:Decrypt"), { action: "kms:DescribeKey", resource: keys }],
      update: [use("kms:GenerateDataKey")],
      delete: [{ action: "s3:ListBucketVersions", resource: bucketArn(resource) }],
    };
  },
};

export const storageActions: Readonly<Record<string, ProviderActions>> = {
  // s3/bucket.go°, and what the changelog of 6.23.0 says of tags: S3 Control's calls since then, and the older ones only when these are denied.
  "aws:s3/bucket:Bucket": {
    create: ["s3:CreateBucket"],
    read: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      // HeadBucket, also for the bucket's region.
      "s3:ListBucket",
      "s3:ListTagsForResource",
    ],
    // What it could change has resources of its own.
    update: [],
    delete: ["s3:DeleteBucket", "s3:ListBucket"],
    tag: ["s3:TagResource"],
    untag: ["s3:UntagResource"],
    arns: own,
    also: (resource) => {
      const [arn] = own(resource);
      const emptying = [
        { action: "s3:ListBucketVersions", resource: arn },
        ...["s3:DeleteObject", "s3:DeleteObjectVersion"].map((action) => ({ action, resource: `${arn}/*` })),
      ];
      return { delete: resource.inputs.forceDestroy === true ? emptying : [] };
    },
  },
  // s3/bucket_versioning.go°
  "aws:s3/bucketVersioning:BucketVersioning": setting("s3:GetBucketVersioning", "s3:PutBucketVersioning"),
  // s3/bucket_ownership_controls.go°
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    "s3:GetBucketOwnershipControls",
    "s3:PutBucketOwnershipControls",
    { isAwaited: true },
  ),
  // s3/bucket_public_access_block.go°, which looks after a creation, not after a change
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
    { isAwaited: true },
  ),
  // s3/bucket_server_side_encryption_configuration.go
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    "s3:GetEncryptionConfiguration",
    "s3:PutEncryptionConfiguration",
  ),
  // s3/bucket_lifecycle_configuration.go°
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
    { isAwaited: true },
  ),
  // s3/bucket_intelligent_tiering_configuration.go°
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": setting(
    "s3:GetIntelligentTieringConfiguration",
    "s3:PutIntelligentTieringConfiguration",
    { isAwaited: true },
  ),
  // s3/bucket_logging.go°
  "aws:s3/bucketLogging:BucketLogging": setting("s3:GetBucketLogging", "s3:PutBucketLogging"),
  // s3/bucket_notification.go°
  "aws:s3/bucketNotification:BucketNotification": setting("s3:GetBucketNotification", "s3:PutBucketNotification"),
  // s3/bucket_policy.go
  "aws:s3/bucketPolicy:BucketPolicy": {
    ...setting("s3:GetBucketPolicy", "s3:PutBucketPolicy"),
    delete: ["s3:DeleteBucketPolicy", "s3:GetBucketPolicy"],
  },
  // s3/bucket_object.go°
  "aws:s3/bucketObject:BucketObject": objects,
  // s3/object.go°
  "aws:s3/bucketObjectv2:BucketObjectv2": objects,
};
