/**
 * Athena's way to the objects of S3: every listing, reading and writing is authorized as the caller of the query.
 */
import { createReadStream, statSync } from "node:fs";
import { Readable } from "node:stream";
import { z } from "zod";
import { AwsError, type Call } from "../api";
import { QueryError } from "../../athena-sql/trino/errors";
import { requiredAccess } from "./required-access";

const VIA = "athena.amazonaws.com";

/** A place below a bucket, its prefix ending in `/` unless it is the bucket itself. */
export interface Location {
  readonly bucket: string;
  readonly prefix: string;
}

/** An object and the plain file that it is. */
export interface DataFile {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Changes with the content. */
  readonly version: string;
  readonly path: string;
}

/** Reads `s3://bucket/prefix`; undefined for other text. */
export function parseLocation(text: string): Location | undefined {
  const match = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/.exec(text);
  if (!match) return undefined;
  const prefix = match[2] ?? "";
  return { bucket: match[1], prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/` };
}

export function locationText({ bucket, prefix }: Location): string {
  return `s3://${bucket}/${prefix}`;
}

const listing = z.object({
  Contents: z
    .array(z.object({ Key: z.string(), Size: z.number(), ETag: z.string(), LastModified: z.date().optional() }))
    .optional(),
  NextContinuationToken: z.string().optional(),
});

/** S3 as one query sees it. */
export class Storage {
  constructor(
    private readonly call: Call,
    private readonly pathOf: (bucket: string, key: string) => string,
  ) {}

  /** All objects below a location, whatever their names. */
  async list({ bucket, prefix }: Location): Promise<DataFile[]> {
    this.demand(requiredAccess.dataBucket.actions, bucket);
    const files: DataFile[] = [];
    let token: string | undefined;
    do {
      const input = { Bucket: bucket, Prefix: prefix, ContinuationToken: token };
      const page = listing.parse(await this.forward("ListObjectsV2", input, `s3://${bucket}/${prefix}`));
      for (const { Key: key, Size: size, ETag, LastModified } of page.Contents ?? []) {
        files.push({
          bucket,
          key,
          size,
          version: `${ETag} ${LastModified?.getTime()}`,
          path: this.pathOf(bucket, key),
        });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return files;
  }

  /**
   * The data files below a location, checked to be readable. Names that start with `_` or `.` are hidden, also as folders;
   * empty files hold no rows, whatever their format.
   */
  async dataFiles(location: Location): Promise<DataFile[]> {
    const all = await this.list(location);
    const visible = all.filter(({ key, size }) => {
      return (
        size > 0 &&
        !key
          .slice(location.prefix.length)
          .split("/")
          .some((part) => /^[_.]/.test(part))
      );
    });
    // Athena reads each file as the caller; DuckDB will read the plain file, so the permission is asked for here.
    const check = ({ bucket, key }: DataFile): Promise<unknown> =>
      this.forward("HeadObject", { Bucket: bucket, Key: key }, `s3://${bucket}/${key}`);
    await Promise.all(visible.map(check));
    return visible;
  }

  /** Writes an object from a plain file, or from text. */
  async put(bucket: string, key: string, content: { path: string } | { text: string }): Promise<void> {
    const body =
      "text" in content
        ? { Body: content.text, ContentLength: Buffer.byteLength(content.text) }
        : { Body: Readable.from(chunksOf(content.path)), ContentLength: statSync(content.path).size };
    this.demand(requiredAccess.writtenBucket.actions, bucket);
    this.demand(requiredAccess.writtenObject.actions, bucket, key);
    await this.forward("PutObject", { Bucket: bucket, Key: key, ...body }, `s3://${bucket}/${key}`);
  }

  /** The text of an object. */
  async get(bucket: string, key: string): Promise<string> {
    const output = (await this.forward("GetObject", { Bucket: bucket, Key: key }, `s3://${bucket}/${key}`)) as {
      Body: AsyncIterable<Buffer>;
    };
    const chunks: Buffer[] = [];
    for await (const chunk of output.Body) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  }

  /** @throws AwsError if the caller may not know where the bucket is, or not list it, or it does not exist */
  async verifyBucket(bucket: string): Promise<void> {
    for (const action of requiredAccess.resultsBucket.actions) {
      this.call.demand("s3", { action, resource: `arn:aws:s3:::${bucket}` }, VIA);
    }
    await this.call.forward("s3", "GetBucketLocation", { Bucket: bucket }, VIA);
  }

  /** Asks for actions on a bucket, or on an object of it. */
  private demand(actions: readonly string[], bucket: string, key?: string): void {
    const place = key === undefined ? bucket : `${bucket}/${key}`;
    try {
      for (const action of actions) this.call.demand("s3", { action, resource: `arn:aws:s3:::${place}` }, VIA);
    } catch (error) {
      throw translate(error, `s3://${place}`);
    }
  }

  private async forward(operation: string, input: unknown, path: string): Promise<unknown> {
    try {
      return await this.call.forward("s3", operation, input, VIA);
    } catch (error) {
      throw translate(error, path);
    }
  }
}

function translate(error: unknown, path: string): unknown {
  if (!(error instanceof AwsError)) return error;
  if (error.code.startsWith("AccessDenied") || error.status === 403) {
    return new QueryError("PERMISSION_DENIED", `Access Denied when writing or reading ${path}. ${error.message}`);
  }
  return new QueryError("HIVE_FILESYSTEM_ERROR", `${path}: ${error.message} (${error.code})`);
}

/** The bytes of a file, opened when the first is asked for: a write that is denied never asks. */
async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}
