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
    for (const { Key, ETag, Size } of page.Contents ?? []) {
      if (Key) objects.push({ key: Key, etag: bareEtag(ETag), size: Size ?? 0 });
    }
    for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix) prefixes.push(Prefix);
    token = page.NextContinuationToken;
  } while (token);
  return { objects, prefixes };
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

/** Writes a value as JSON. */
export async function writeJson(s3: S3Client, bucket: string, key: string, value: unknown): Promise<void> {
  await writeText(s3, bucket, key, JSON.stringify(value, null, 2) + "\n", { contentType: "application/json" });
}
