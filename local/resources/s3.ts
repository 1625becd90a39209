/**
 * S3 buckets, their settings and their objects.
 */
import { z } from "zod";
import { AwsError } from "../api";
import { lifecycleRule } from "../s3/lifecycle-rules";
import { versionIdOf } from "../s3/stored-object";
import {
  ANY,
  deployed,
  recorded,
  text,
  type Registration,
  type ResourceType,
  type ResourceTypes,
} from "./resource-type";

const BUCKET = "aws:s3/bucket:Bucket";
const OBJECTS = ["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject"];

const ofBucket = { computed: ({ inputs }: Registration) => ({ id: text(inputs, "bucket") }) };
const inBucket = (bucket: string) => [{ property: "bucket", value: bucket, types: [BUCKET] }];

const bucketInputs = z.strictObject({
  ...ANY,
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "is no name for a bucket"),
  bucketPrefix: z.string().optional(),
  forceDestroy: z.boolean().optional(),
});

const notificationInputs = z.strictObject({
  region: z.string().optional(),
  bucket: z.string(),
  eventbridge: z.boolean().optional(),
});

const loggingInputs = z.strictObject({
  region: z.string().optional(),
  bucket: z.string(),
  expectedBucketOwner: z.string().optional(),
  targetBucket: z.string(),
  targetPrefix: z.string(),
});

const encryptionInputs = z.object({
  bucket: z.string(),
  rules: z.array(
    z.object({
      applyServerSideEncryptionByDefault: z
        .object({ sseAlgorithm: z.string(), kmsMasterKeyId: z.string().optional() })
        .optional(),
    }),
  ),
});

const versioningInputs = z.strictObject({
  region: z.string().optional(),
  bucket: z.string(),
  expectedBucketOwner: z.string().optional(),
  versioningConfiguration: z.strictObject({
    status: z.enum(["Enabled", "Suspended", "Disabled"]),
    mfaDelete: z.literal("Disabled", { error: "the local runtime knows no MFA devices" }).optional(),
  }),
});

const lifecycleInputs = z.strictObject({
  region: z.string().optional(),
  bucket: z.string(),
  expectedBucketOwner: z.string().optional(),
  rules: z.array(lifecycleRule).min(1).max(1000),
  transitionDefaultMinimumObjectSize: z
    .literal("all_storage_classes_128K", { error: "the local runtime has the default minimum only, 128 KB" })
    .optional(),
});

const objectInputs = z.strictObject({
  ...ANY,
  bucket: z.string(),
  key: z.string(),
  content: z.string().optional(),
  contentBase64: z.string().optional(),
  source: z.strictObject({ kind: z.literal("asset"), text: z.string() }).optional(),
  sourceHash: z.string().optional(),
  etag: z.string().optional(),
  contentType: z.string().optional(),
  contentEncoding: z.string().optional(),
  contentDisposition: z.string().optional(),
  contentLanguage: z.string().optional(),
  cacheControl: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  forceDestroy: z.boolean().optional(),
  serverSideEncryption: z.string().optional(),
  kmsKeyId: z.string().optional(),
  bucketKeyEnabled: z.boolean().optional(),
  storageClass: z.string().optional(),
});

/** A bucket object: the older and the newer resource mean the same. */
const bucketObject: ResourceType = deployed({
  naming: { property: "key" },
  computed: ({ inputs, name }) => {
    const path = `${text(inputs, "bucket")}/${name}`;
    return { id: path, arn: `arn:aws:s3:::${path}` };
  },
  inputs: objectInputs,
  references: ({ bucket }) => inBucket(bucket),
  deploy: async ({ inputs }, { call }) => {
    await call("s3", "PutObject", {
      Bucket: inputs.bucket,
      Key: inputs.key,
      Body: inputs.source?.text ?? inputs.content ?? Buffer.from(inputs.contentBase64 ?? "", "base64"),
      ContentType: inputs.contentType,
      ContentEncoding: inputs.contentEncoding,
      ContentDisposition: inputs.contentDisposition,
      ContentLanguage: inputs.contentLanguage,
      CacheControl: inputs.cacheControl,
      Metadata: inputs.metadata,
    });
  },
  remove: async ({ outputs }, { call, s3: store }) => {
    const [Bucket, Key] = [text(outputs, "bucket"), text(outputs, "key")];
    if (!store.has(Bucket)) return;
    // With its versions, where the bucket has them, as the provider does it.
    const versions = store.settings(Bucket).versioning ? await store.history(Bucket, Key) : [];
    if (versions.length === 0) await call("s3", "DeleteObject", { Bucket, Key });
    for (const version of versions) await call("s3", "DeleteObject", { Bucket, Key, VersionId: versionIdOf(version) });
  },
});

export const s3: ResourceTypes = {
  [BUCKET]: deployed({
    naming: { property: "bucket", lowerCase: true },
    computed: ({ name, place: { region } }) => ({
      id: name,
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      bucketRegion: region,
    }),
    inputs: bucketInputs,
    deploy: ({ inputs }, { s3: store }) => store.createBucket(inputs.bucket),
    obstacle: ({ id, inputs }, { s3: store }, leaving) => {
      if (inputs.forceDestroy === true || !store.has(id)) return undefined;
      const removed = new Set(leaving.filter(({ type }) => OBJECTS.includes(type)).map((object) => object.id));
      const stays = (key: string): boolean => !removed.has(`${id}/${key}`);
      const objects = store.keys(id).filter(stays).length;
      const remedy = "delete them or deploy it with forceDestroy first.";
      if (objects > 0) return `the bucket ${id} holds ${objects} objects; ${remedy}`;
      const versioned = store.everyKey(id).filter(stays).length;
      return versioned > 0 ? `the bucket ${id} holds versions of ${versioned} objects; ${remedy}` : undefined;
    },
    remove: async ({ id, inputs }, { s3: store }) => {
      if (!store.has(id)) return;
      if (inputs.forceDestroy === true) await store.emptyBucket(id);
      await store.deleteBucket(id);
    },
  }),
  "aws:s3/bucketVersioning:BucketVersioning": deployed({
    ...ofBucket,
    inputs: versioningInputs,
    references: ({ bucket }) => inBucket(bucket),
    deploy: ({ inputs: { bucket, versioningConfiguration } }, { s3: store }) => {
      const { status } = versioningConfiguration;
      if (status !== "Disabled") store.configure(bucket, { versioning: status });
      // What has had versions cannot have had none. S3 documentation, "Using versioning in S3 buckets".
      else if (store.settings(bucket).versioning !== undefined) store.configure(bucket, { versioning: "Suspended" });
    },
    remove: ({ id }, { s3: store }) => {
      if (store.has(id) && store.settings(id).versioning) store.configure(id, { versioning: "Suspended" });
    },
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": recorded("there is one owner here", ofBucket),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": recorded("nothing here is public", ofBucket),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": deployed({
    ...ofBucket,
    inputs: encryptionInputs,
    references: ({ bucket }) => inBucket(bucket),
    // Objects stay plain files; clients are told of the key, and callers need permission to use it.
    deploy: ({ inputs: { bucket, rules } }, { s3: store }) => {
      const [byDefault] = rules.flatMap((rule) => rule.applyServerSideEncryptionByDefault ?? []);
      const kmsKey = byDefault?.sseAlgorithm.startsWith("aws:kms") ? byDefault.kmsMasterKeyId : undefined;
      store.configure(bucket, { kmsKey });
    },
    remove: ({ id }, { s3: store }) => {
      if (store.has(id)) store.configure(id, { kmsKey: undefined });
    },
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": deployed({
    ...ofBucket,
    inputs: lifecycleInputs,
    references: ({ bucket }) => inBucket(bucket),
    deploy: ({ inputs: { bucket, rules } }, { s3: store }) => store.configure(bucket, { lifecycle: rules }),
    remove: ({ id }, { s3: store }) => {
      if (store.has(id)) store.configure(id, { lifecycle: [] });
    },
  }),
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": recorded(
    "objects have one access tier here",
    {
      naming: { property: "name" },
      computed: ({ inputs, name }) => ({ id: `${text(inputs, "bucket")}:${name}` }),
    },
  ),
  "aws:s3/bucketLogging:BucketLogging": deployed({
    ...ofBucket,
    inputs: loggingInputs,
    references: ({ bucket, targetBucket }) => [
      ...inBucket(bucket),
      { property: "targetBucket", value: targetBucket, types: [BUCKET] },
    ],
    // The journal records what happens; only whether S3 could deliver logs is looked at. S3 user guide, "Enabling Amazon S3 server
    // access logging"; S3 API reference, "PutBucketLogging".
    deploy: ({ inputs: { bucket, targetBucket, targetPrefix } }, { authorizer }) => {
      const delivery = { principalArn: `arn:aws:s3:::${bucket}`, service: "logging.s3.amazonaws.com" };
      const resource = `arn:aws:s3:::${targetBucket}/${targetPrefix}log`;
      try {
        authorizer.authorize(delivery, { action: "s3:PutObject", resource }, { service: "s3" });
      } catch (error) {
        const message = `The policy of ${targetBucket} does not let S3 deliver logs of ${bucket}:`;
        throw new AwsError("InvalidTargetBucketForLogging", `${message} ${(error as Error).message}`);
      }
    },
    remove: () => undefined,
  }),
  "aws:s3/bucketPolicy:BucketPolicy": recorded("the authorizer reads policies from the graph", ofBucket),
  "aws:s3/bucketNotification:BucketNotification": deployed({
    ...ofBucket,
    inputs: notificationInputs,
    references: ({ bucket }) => inBucket(bucket),
    deploy: ({ inputs }, { s3: store }) => store.configure(inputs.bucket, { eventBridge: inputs.eventbridge ?? false }),
    remove: ({ id }, { s3: store }) => {
      if (store.has(id)) store.configure(id, { eventBridge: false });
    },
  }),
  ...Object.fromEntries(OBJECTS.map((type) => [type, bucketObject])),
};
