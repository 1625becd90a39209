/** Members of requests that several object operations share. */
import { Readable } from "node:stream";
import { z } from "zod";
import { AwsError, type Call, type Permission, type Place } from "../api";
import { algorithmNamed } from "./checksums";
import { encryptionInput, encryptionMembers, encryptionOf, keyPermissions, requestedEncryption } from "./encryption";
import {
  isDeleteMarker,
  lastModified,
  versionIdOf,
  type ObjectDescription,
  type StoredObject,
  type Version,
} from "./stored-object";
import type { S3Store } from "./store";
import { headerTags } from "./tags";

/** An object's place. */
export const objectPlace = { Bucket: z.string().min(1), Key: z.string().min(1) };

/** A version of an object; `null` is the one that was written while the bucket kept no versions. */
export const versionId = z
  .string()
  .regex(/^(null|[\w.-]{32})$/, "Invalid version id specified")
  .optional();

/** Bytes of a request. */
export const body = z.union([z.instanceof(Readable), z.instanceof(Buffer), z.instanceof(Uint8Array), z.string()]);

/** The checksum to be kept with an object. */
export const checksumAlgorithm = z
  .enum(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
  .transform((name) => algorithmNamed(name))
  .optional();

/** What a client can say of a new object. */
export const description = {
  ContentType: z.string().optional(),
  ContentEncoding: z.string().optional(),
  ContentDisposition: z.string().optional(),
  ContentLanguage: z.string().optional(),
  CacheControl: z.string().optional(),
  Metadata: z.record(z.string(), z.string()).optional(),
  Tagging: z.string().optional(),
  Expires: z.string().optional(),
  StorageClass: z.string().optional(),
  ACL: z.string().optional(),
  ...encryptionInput,
};

const describedHeaders = [
  "ContentEncoding",
  "ContentDisposition",
  "ContentLanguage",
  "CacheControl",
  "Expires",
] as const;

/** Keeps what a client says of an object. Throws for an access control list: buckets have none, as is their default. */
export function describe(input: z.infer<z.ZodObject<typeof description>>, place: Place): ObjectDescription {
  if (input.ACL !== undefined && input.ACL !== "bucket-owner-full-control") {
    // S3 documentation, "Controlling ownership of objects and disabling ACLs for your bucket".
    throw new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  const headers = Object.fromEntries(
    describedHeaders.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
  return {
    contentType: input.ContentType,
    headers,
    metadata: input.Metadata,
    tags: input.Tagging ? headerTags(input.Tagging) : undefined,
    storageClass: input.StorageClass === "STANDARD" ? undefined : input.StorageClass,
    encryption: requestedEncryption(input, place),
  };
}

/** What a response says of an object. */
export function described(store: S3Store, place: Place, bucket: string, object: StoredObject): Record<string, unknown> {
  return {
    ETag: `"${object.etag}"`,
    ContentLength: object.size,
    ContentType: object.contentType ?? "binary/octet-stream",
    LastModified: lastModified(object),
    Metadata: object.metadata ?? {},
    AcceptRanges: "bytes",
    StorageClass: object.storageClass,
    TagCount: Object.keys(object.tags ?? {}).length || undefined,
    ...object.headers,
    ...versionMember(store, bucket, object),
    ...encryptionMembers(place, encryptionOf(store, bucket, object.encryption)),
  };
}

/** The member that names a version, in buckets that have them. */
export function versionMember(store: S3Store, bucket: string, version: Version): { VersionId?: string } {
  return store.settings(bucket).versioning === undefined ? {} : { VersionId: versionIdOf(version) };
}

/** ARN of an object. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}

/** What reading an object needs: the action, and the use of the key that encrypts it. */
export async function readPermissions(
  store: S3Store,
  place: Place,
  action: string,
  { bucket, key, version }: { bucket: string; key: string; version?: string },
): Promise<Permission[]> {
  const allowed = { action: versioned(action, version), resource: objectArn(bucket, key) };
  if (!store.has(bucket)) return [allowed];
  const [latest] = (await store.history(bucket, key)) as (Version | undefined)[];
  const found = version === undefined ? latest : await store.findVersion(bucket, key, version);
  const asked = found && !isDeleteMarker(found) ? found.encryption : undefined;
  return [allowed, ...keyPermissions(place, encryptionOf(store, bucket, asked), "kms:Decrypt")];
}

type Writing = { readonly Bucket: string; readonly Key: string; readonly Tagging?: string } & z.infer<
  z.ZodObject<typeof encryptionInput>
>;

/**
 * What writing an object needs: the action, and the use of the key that is to encrypt it; tags that come with it are a
 * permission of their own. API reference, PutObject, "Permissions".
 */
export function writePermissions(store: S3Store, place: Place, input: Writing): Permission[] {
  const { Bucket, Key, Tagging } = input;
  const resource = objectArn(Bucket, Key);
  const asked = requestedEncryption(input, place);
  return [
    { action: "s3:PutObject", resource },
    ...(store.has(Bucket) ? keyPermissions(place, encryptionOf(store, Bucket, asked), "kms:GenerateDataKey") : []),
    ...(Tagging ? [{ action: "s3:PutObjectTagging", resource }] : []),
  ];
}

/** The action on an object, or on one of its versions. S3 documentation, "Actions for Amazon S3". */
export function versioned(action: string, version: string | undefined): string {
  if (version === undefined) return action;
  const end = ["Tagging", "Attributes"].find((name) => action.endsWith(name)) ?? "";
  return `${action.slice(0, action.length - end.length)}Version${end}`;
}

const bare = (etag: string): string => etag.replace(/^"|"$/g, "");

/** Conditions of a write. S3 documentation, "How to prevent object overwrites with conditional writes". */
export function checkWrite(
  input: { IfMatch?: string; IfNoneMatch?: string; Key: string },
  present: StoredObject | undefined,
): void {
  const failed = (): AwsError =>
    new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== "*") {
      throw new AwsError("NotImplemented", "If-None-Match of a write takes only *.", 501);
    }
    if (present) throw failed();
  }
  if (input.IfMatch !== undefined) {
    if (!present) throw new AwsError("NoSuchKey", `The specified key does not exist: ${input.Key}`, 404);
    if (bare(input.IfMatch) !== present.etag) throw failed();
  }
}

/** The condition of a deletion. S3 documentation, "How to perform conditional deletes". */
export function checkDelete(input: { IfMatch?: string; Key: string }, present: StoredObject | undefined): void {
  if (input.IfMatch === undefined || (input.IfMatch === "*" && present)) return;
  checkWrite(input, present);
}

/** Conditions of a read. RFC 9110, "Evaluation of preconditions". */
export function checkRead(
  input: { IfMatch?: string; IfNoneMatch?: string; IfModifiedSince?: Date; IfUnmodifiedSince?: Date },
  object: StoredObject,
): void {
  const modified = Math.floor(Date.parse(object.modified) / 1000);
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
  const matches = (etags: string): boolean =>
    etags.trim() === "*" || etags.split(",").some((etag) => bare(etag.trim()) === object.etag);
  const failed =
    input.IfMatch !== undefined
      ? !matches(input.IfMatch)
      : input.IfUnmodifiedSince !== undefined && modified > seconds(input.IfUnmodifiedSince);
  if (failed) {
    throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  }
  const same =
    input.IfNoneMatch !== undefined
      ? matches(input.IfNoneMatch)
      : input.IfModifiedSince !== undefined && modified <= seconds(input.IfModifiedSince);
  if (same) throw new AwsError("NotModified", "Not Modified", 304);
}

/**
 * Finds the current version of an object, or the one asked for. Throws `NoSuchKey` or `NoSuchVersion`, and
 * `MethodNotAllowed` for a delete marker. S3 documentation, "Working with delete markers".
 *
 * Who may not list the bucket is not told what is missing, but denied. API reference, GetObject, "Permissions". The listing is
 * asked for without a prefix: a statement with a condition on `s3:prefix`, which only listings have, does not allow it.
 */
export async function findObject(
  store: S3Store,
  call: Pick<Call, "demand">,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<StoredObject> {
  const [latest] = (await store.history(bucket, key)) as (Version | undefined)[];
  const found = versionId === undefined ? latest : await store.findVersion(bucket, key, versionId);
  if (found && !isDeleteMarker(found)) return found;
  const marked = found && { DeleteMarker: true, VersionId: versionIdOf(found) };
  if (versionId === undefined || !marked) {
    call.demand("s3", { action: "s3:ListBucket", resource: `arn:aws:s3:::${bucket}` });
  }
  if (versionId === undefined) {
    throw new AwsError("NoSuchKey", "The specified key does not exist.", 404, { Key: key, ...marked });
  }
  if (marked) {
    const message = "The specified method is not allowed against this resource.";
    throw new AwsError("MethodNotAllowed", message, 405, { ResourceType: "DeleteMarker", ...marked });
  }
  const about = { Key: key, VersionId: versionId };
  throw new AwsError("NoSuchVersion", "The specified version does not exist.", 404, about);
}
