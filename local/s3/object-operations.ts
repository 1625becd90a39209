/** Operations on single objects. */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import type { ObjectEvent } from "./events";
import {
  body,
  checkRead,
  checkWrite,
  describe,
  described,
  description,
  encryption,
  findObject,
  objectArn,
  objectPermissions,
  objectPlace,
} from "./object-input";
import type { S3Store, StoredObject } from "./store";

/** What the operations of S3 act on. */
export interface S3Context {
  readonly store: S3Store;
  readonly place: Place;
  /** Hears of each change in a bucket that sends its events to EventBridge. */
  readonly onEvent: (event: ObjectEvent) => void;
  readonly now: () => Date;
}

/** Tells EventBridge of a change, if the bucket asks for that. */
export function announce(
  { store, place, onEvent, now }: S3Context,
  call: Call,
  change: Pick<ObjectEvent, "name" | "reason" | "bucket" | "key" | "size" | "etag">,
): void {
  if (!store.settings(change.bucket).eventBridge) return;
  onEvent({
    ...change,
    sequencer: store.nextSequencer(),
    requestId: call.requestId,
    requester: place.account,
    time: now(),
  });
}

const putInput = z.object({
  ...objectPlace,
  ...description,
  Body: body.default(""),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});

const readInput = z.object({
  ...objectPlace,
  Range: z.string().optional(),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  IfModifiedSince: z.date().optional(),
  IfUnmodifiedSince: z.date().optional(),
  VersionId: z.literal("null").optional(),
  PartNumber: z.literal(1).optional(),
});

const copyInput = z.object({
  ...objectPlace,
  ...description,
  CopySource: z.string(),
  MetadataDirective: z.enum(["COPY", "REPLACE"]).default("COPY"),
  CopySourceIfMatch: z.string().optional(),
  CopySourceIfNoneMatch: z.string().optional(),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});

/** Takes `bucket/key`, percent-encoded, apart. */
export function parseCopySource(source: string): { bucket: string; key: string } {
  const parts = /^\/?([^/]+)\/([^?]+)(\?versionId=null)?$/.exec(source);
  if (!parts) throw new AwsError("InvalidArgument", `Copy Source must mention the source bucket and key: ${source}`);
  return { bucket: parts[1], key: decodeURIComponent(parts[2]) };
}

/** First and last byte of a `Range` header, or undefined for all of them. RFC 9110, "Byte ranges". */
export function byteRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const parts = range === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(range);
  // What is no single byte range is ignored, as the RFC has it.
  if (!parts || (parts[1] === "" && parts[2] === "")) return undefined;
  const start = parts[1] === "" ? Math.max(0, size - Number(parts[2])) : Number(parts[1]);
  const end = parts[1] === "" || parts[2] === "" ? size - 1 : Math.min(Number(parts[2]), size - 1);
  if (start >= size || start > end) {
    throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416, { ActualObjectSize: size });
  }
  return { start, end };
}

/** PutObject, GetObject, HeadObject, CopyObject, DeleteObject, DeleteObjects and object tags. */
export function objectOperations(context: S3Context): Operations {
  const { store, place } = context;
  const permit = (action: string, bucket: string, key: string, use?: "kms:Decrypt" | "kms:GenerateDataKey") =>
    objectPermissions(store, place, action, bucket, key, use);

  const read = async (
    input: z.infer<typeof readInput>,
  ): Promise<{ object: StoredObject; range?: { start: number; end: number } }> => {
    const object = await findObject(store, input.Bucket, input.Key);
    checkRead(input, object);
    return { object, range: byteRange(input.Range, object.size) };
  };
  const rangeMembers = (object: StoredObject, range: { start: number; end: number } | undefined) =>
    range && {
      ContentLength: range.end - range.start + 1,
      ContentRange: `bytes ${range.start}-${range.end}/${object.size}`,
    };
  const remove = async (bucket: string, key: string, call: Call): Promise<void> => {
    const removed = await store.delete(bucket, key);
    // Deleting what is not there succeeds, and is no event.
    if (removed) {
      announce(context, call, {
        name: "Object Deleted",
        reason: "DeleteObject",
        bucket,
        key,
        size: removed.size,
        etag: removed.etag,
      });
    }
  };
  const tagPlace = z.object(objectPlace);

  return {
    PutObject: operation({
      parse: (input) => parseInput(putInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => permit("s3:PutObject", Bucket, Key, "kms:GenerateDataKey"),
      async run(input, call) {
        const { Bucket, Key } = input;
        store.settings(Bucket);
        const file = await store.write(input.Body instanceof Uint8Array ? Buffer.from(input.Body) : input.Body);
        try {
          const object = await store.place(Bucket, Key, file, describe(input), {
            check: (present) => checkWrite(input, present),
          });
          announce(context, call, {
            name: "Object Created",
            reason: "PutObject",
            bucket: Bucket,
            key: Key,
            size: object.size,
            etag: object.etag,
          });
          return { ETag: `"${object.etag}"`, Size: object.size, ...encryption(store, Bucket) };
        } finally {
          await store.discard(file);
        }
      },
    }),

    GetObject: operation({
      parse: (input) => parseInput(readInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => permit("s3:GetObject", Bucket, Key, "kms:Decrypt"),
      async run(input) {
        const { object, range } = await read(input);
        return {
          ...described(store, input.Bucket, object),
          ...rangeMembers(object, range),
          Body: store.read(input.Bucket, object, range?.start, range?.end),
        };
      },
    }),

    HeadObject: operation({
      parse: (input) => parseInput(readInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => permit("s3:GetObject", Bucket, Key, "kms:Decrypt"),
      async run(input) {
        try {
          const { object, range } = await read(input);
          return { ...described(store, input.Bucket, object), ...rangeMembers(object, range) };
        } catch (error) {
          // A HEAD response has no body to name the error: clients know it as NotFound.
          if (error instanceof AwsError && error.status === 404) throw new AwsError("NotFound", "Not Found", 404);
          throw error;
        }
      },
    }),

    CopyObject: operation({
      parse: (input) => parseInput(copyInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key, CopySource }) => {
        const source = parseCopySource(CopySource);
        return [
          ...permit("s3:GetObject", source.bucket, source.key, "kms:Decrypt"),
          ...permit("s3:PutObject", Bucket, Key, "kms:GenerateDataKey"),
        ];
      },
      async run(input, call) {
        const { Bucket, Key } = input;
        const { bucket, key } = parseCopySource(input.CopySource);
        const source = await findObject(store, bucket, key);
        checkRead({ IfMatch: input.CopySourceIfMatch, IfNoneMatch: input.CopySourceIfNoneMatch }, source);
        const replaces = input.MetadataDirective === "REPLACE";
        if (!replaces && bucket === Bucket && key === Key) {
          throw new AwsError(
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing its metadata.",
          );
        }
        const { contentType, headers, metadata, tags } = source;
        const file = await store.write(store.read(bucket, source));
        try {
          const object = await store.place(
            Bucket,
            Key,
            file,
            replaces ? describe(input) : { contentType, headers, metadata, tags },
            { check: (present) => checkWrite(input, present) },
          );
          announce(context, call, {
            name: "Object Created",
            reason: "CopyObject",
            bucket: Bucket,
            key: Key,
            size: object.size,
            etag: object.etag,
          });
          return {
            CopyObjectResult: { ETag: `"${object.etag}"`, LastModified: new Date(object.modified) },
            ...encryption(store, Bucket),
          };
        } finally {
          await store.discard(file);
        }
      },
    }),

    DeleteObject: operation({
      parse: (input) => parseInput(z.object(objectPlace), input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => permit("s3:DeleteObject", Bucket, Key),
      async run({ Bucket, Key }, call) {
        await remove(Bucket, Key, call);
        return {};
      },
    }),

    DeleteObjects: operation({
      parse: (input) =>
        parseInput(
          z.object({
            Bucket: objectPlace.Bucket,
            Delete: z.object({
              Objects: z
                .array(z.object({ Key: z.string().min(1) }))
                .min(1)
                .max(1000),
              Quiet: z.boolean().default(false),
            }),
          }),
          input,
          "MalformedXML",
        ),
      permissions: ({ Bucket, Delete }) =>
        Delete.Objects.map(({ Key }) => ({ action: "s3:DeleteObject", resource: objectArn(Bucket, Key) })),
      async run({ Bucket, Delete }, call) {
        for (const { Key } of Delete.Objects) await remove(Bucket, Key, call);
        return { Deleted: Delete.Quiet ? [] : Delete.Objects.map(({ Key }) => ({ Key })) };
      },
    }),

    GetObjectTagging: operation({
      parse: (input) => parseInput(tagPlace, input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => permit("s3:GetObjectTagging", Bucket, Key),
      async run({ Bucket, Key }) {
        const { tags = {} } = await findObject(store, Bucket, Key);
        return { TagSet: Object.entries(tags).map(([Name, Value]) => ({ Key: Name, Value })) };
      },
    }),

    PutObjectTagging: operation({
      parse: (input) =>
        parseInput(
          tagPlace.extend({
            Tagging: z.object({ TagSet: z.array(z.object({ Key: z.string(), Value: z.string() })).max(10) }),
          }),
          input,
          "MalformedXML",
        ),
      permissions: ({ Bucket, Key }) => permit("s3:PutObjectTagging", Bucket, Key),
      async run({ Bucket, Key, Tagging }) {
        await findObject(store, Bucket, Key);
        store.describe(Bucket, Key, { tags: Object.fromEntries(Tagging.TagSet.map((tag) => [tag.Key, tag.Value])) });
        return {};
      },
    }),
  };
}
