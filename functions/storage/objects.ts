/** The few things the functions do with S3 objects. */
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";

/** An object as a listing shows it. */
export interface ListedObject {
  readonly key: string;
  /** ETag without its quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** To the second. */
  readonly modified: Date;
}

/** ETags come quoted in headers and bare in events: bare is the form kept in records. */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? "").replace(/^"|"$/g, "");
}

/** All objects under a prefix, and, if a delimiter is given, the prefixes up to its next occurrence. */
export async function list(
  s3: S3Client,
  bucket: string,
  prefix: string,
  delimiter?: string,
): Promise<{ objects: ListedObject[]; prefixes: string[] }> {
  const objects: ListedObject[] = [];
  const prefixes: string[] = [];
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: delimiter, ContinuationToken: token }),
    );
    objects.push(...listedObjects(page));
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix) prefixes.push(Prefix);
    token = page.NextContinuationToken;
  } while (token);
  return { objects, prefixes };
}

/** The objects of one page of a listing. */
export function listedObjects({ Contents = [] }: Pick<ListObjectsV2CommandOutput, "Contents">): ListedObject[] {
  return Contents.flatMap(({ Key, ETag, Size, LastModified }) =>
    Key ? [{ key: Key, etag: bareEtag(ETag), size: Size ?? 0, modified: LastModified ?? new Date(0) }] : [],
  );
}

/** The text of an object. */
export async function readText(s3: S3Client, bucket: string, key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body ? Body.transformToString() : "";
}

/** Writes a text object. With `onlyIfAbsent`, answers false and leaves things alone if the key exists. */
export async function writeText(
  s3: S3Client,
  bucket: string,
  key: string,
  body: string,
  { onlyIfAbsent = false, contentType = "text/plain; charset=utf-8" } = {},
): Promise<boolean> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: Buffer.byteLength(body),
        ContentType: contentType,
        IfNoneMatch: onlyIfAbsent ? "*" : undefined,
      }),
    );
    return true;
  } catch (error) {
    if (onlyIfAbsent && (error as Error).name === "PreconditionFailed") return false;
    throw error;
  }
}

/** Writes a value as JSON; see {@link writeText}. */
export async function writeJson(
  s3: S3Client,
  bucket: string,
  key: string,
  value: unknown,
  { onlyIfAbsent = false } = {},
): Promise<boolean> {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  return writeText(s3, bucket, key, body, { onlyIfAbsent, contentType: "application/json" });
}

/** A text object as it was read, to be replaced only if it is still the same. */
export interface VersionedText {
  readonly text: string;
  /** With its quotes, as conditional requests take it. */
  readonly etag: string;
  readonly modified: Date;
}

/** The text of an object that is there. */
export async function readVersion(s3: S3Client, bucket: string, key: string): Promise<VersionedText> {
  const { Body, ETag = "", LastModified } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { text: Body ? await Body.transformToString() : "", etag: ETag, modified: LastModified ?? new Date(0) };
}

/**
 * Writes a text object in place of the version that `expected` is the ETag of, or, if it is undefined, in place of none. S3
 * documentation, "How to prevent object overwrites with conditional writes".
 *
 * @returns the new version's ETag; undefined, with nothing written, if another version is there
 */
export async function replaceText(
  s3: S3Client,
  bucket: string,
  key: string,
  body: string,
  expected: string | undefined,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { ETag } = await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentLength: Buffer.byteLength(body),
          ContentType: "application/json",
          ...(expected === undefined ? { IfNoneMatch: "*" } : { IfMatch: expected }),
        }),
      );
      return ETag;
    } catch (error) {
      const { name } = error as Error;
      if (name === "PreconditionFailed" || name === "NoSuchKey") return undefined;
      // Another conditional write of the key is under way, and may fail: S3 asks to write again.
      if (name !== "ConditionalRequestConflict" || attempt === conflictAttempts) throw error;
    }
  }
}

/** How often a write is tried that conflicts with another one under way. */
const conflictAttempts = 5;
