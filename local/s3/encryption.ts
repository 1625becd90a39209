/**
 * How objects say they are encrypted: files stay plain, but what was asked for is kept and told, and keys need permission. S3
 * documentation, "Protecting data with server-side encryption".
 */
import { z } from "zod";
import { AwsError, type Permission, type Place } from "../api";
import { notImplemented } from "./routes";
import type { StoredObject } from "./stored-object";
import type { S3Store } from "./store";

type Encryption = NonNullable<StoredObject["encryption"]>;

/** Members with which a writer asks for an encryption. */
export const encryptionInput = {
  ServerSideEncryption: z.string().optional(),
  SSEKMSKeyId: z.string().optional(),
  BucketKeyEnabled: z.boolean().optional(),
};

/** What a writer asks for; undefined leaves it to the bucket. */
export function requestedEncryption(
  input: z.infer<z.ZodObject<typeof encryptionInput>>,
  { account, region }: Place,
): Encryption | undefined {
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: key, BucketKeyEnabled: bucketKey } = input;
  if (algorithm !== undefined && algorithm !== "AES256" && algorithm !== "aws:kms") {
    throw notImplemented(`The local S3 has no encryption ${algorithm}.`);
  }
  if (key !== undefined && algorithm !== "aws:kms") {
    throw new AwsError(
      "InvalidArgument",
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
    );
  }
  if (algorithm !== "aws:kms") return algorithm && { algorithm };
  const arn = key === undefined || key.startsWith("arn:") ? key : `arn:aws:kms:${region}:${account}:key/${key}`;
  return { algorithm, kmsKey: arn, bucketKey };
}

/** How an object is encrypted: as its writer asked, or by its bucket's default. */
export function encryptionOf(store: S3Store, bucket: string, asked: Encryption | undefined): Encryption {
  const { kmsKey } = store.settings(bucket);
  return asked ?? (kmsKey ? { algorithm: "aws:kms", kmsKey, bucketKey: true } : { algorithm: "AES256" });
}

/** Members that tell of it. */
export function encryptionMembers({ account, region }: Place, encryption: Encryption): Record<string, unknown> {
  const { algorithm, kmsKey, bucketKey } = encryption;
  if (algorithm === "AES256") return { ServerSideEncryption: algorithm };
  return {
    ServerSideEncryption: algorithm,
    // Without a key of one's own it is the one that AWS manages for S3.
    SSEKMSKeyId: kmsKey ?? `arn:aws:kms:${region}:${account}:alias/aws/s3`,
    ...(bucketKey && { BucketKeyEnabled: true }),
  };
}

/**
 * What the use of a key needs; every principal of the account may use the one that AWS manages. S3 documentation, "Using
 * server-side encryption with AWS KMS keys".
 */
export function keyPermissions(
  { account, region }: Place,
  { kmsKey }: Encryption,
  action: "kms:Decrypt" | "kms:GenerateDataKey",
): Permission[] {
  if (kmsKey === undefined) return [];
  const context = { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:CallerAccount": account };
  return [{ action, resource: kmsKey, context }];
}
