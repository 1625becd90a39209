/** Operations that read single objects. */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations } from "../api";
import { checksum, checksumMembers, type StoredChecksum } from "./checksums";
import { takeInput } from "./input";
import {
  checkRead,
  described,
  findObject,
  objectPlace,
  readPermissions,
  versionId,
  versionMember,
} from "./object-input";
import type { S3Context } from "./object-operations";
import { lastModified, type StoredObject } from "./stored-object";

/** Headers that a reader may have the answer say instead of the object's own. */
const responseHeaders = {
  ResponseCacheControl: "CacheControl",
  ResponseContentDisposition: "ContentDisposition",
  ResponseContentEncoding: "ContentEncoding",
  ResponseContentLanguage: "ContentLanguage",
  ResponseContentType: "ContentType",
  ResponseExpires: "Expires",
} as const;

const text = z.string().optional();
const readInput = z.object({
  ...objectPlace,
  Range: text,
  IfMatch: text,
  IfNoneMatch: text,
  IfModifiedSince: z.date().optional(),
  IfUnmodifiedSince: z.date().optional(),
  VersionId: versionId,
  PartNumber: z.number().int().min(1).max(10_000).optional(),
  ChecksumMode: z.literal("ENABLED").optional(),
  ResponseCacheControl: text,
  ResponseContentDisposition: text,
  ResponseContentEncoding: text,
  ResponseContentLanguage: text,
  ResponseContentType: text,
  ResponseExpires: text,
});

const attributesInput = z.object({
  ...objectPlace,
  VersionId: versionId,
  ObjectAttributes: z.array(z.enum(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"])).min(1),
  MaxParts: z.number().int().min(0).default(1000),
  PartNumberMarker: z.number().int().min(0).default(0),
});

interface Bytes {
  readonly start: number;
  readonly end: number;
}

/** First and last byte of a `Range` header, or undefined for all of them. RFC 9110, "Byte ranges". */
export function byteRange(range: string | undefined, size: number): Bytes | undefined {
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

/** The bytes of one part of an object; what was not uploaded in parts is one. S3 API reference, "GetObject": `partNumber`. */
function partRange({ parts, size }: StoredObject, number: number): Bytes | undefined {
  const index = parts?.findIndex((part) => part.number === number) ?? number - 1;
  if (index < 0 || index >= (parts?.length ?? 1)) {
    throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
  }
  if (!parts) return size === 0 ? undefined : { start: 0, end: size - 1 };
  const start = parts.slice(0, index).reduce((sum, part) => sum + part.size, 0);
  return { start, end: start + parts[index].size - 1 };
}

/** GetObject, HeadObject, GetObjectAttributes. */
export function readingOperations({ store, place }: S3Context): Operations {
  /** The checksum of an object: what came with it, or else CRC64NVME. S3 documentation, "Checking object integrity". */
  const checksumOf = async (bucket: string, object: StoredObject): Promise<StoredChecksum> => {
    if (object.checksum) return object.checksum;
    const sum = checksum("crc64nvme");
    for await (const chunk of store.read(bucket, object)) sum.update(chunk as Buffer);
    return { algorithm: "crc64nvme", value: sum.digest() };
  };

  const read = async (
    input: z.infer<typeof readInput>,
    call: Call,
  ): Promise<{ members: object; object: StoredObject; range?: Bytes }> => {
    const { Bucket, Key, PartNumber, Range } = input;
    const object = await findObject(store, call, Bucket, Key, input.VersionId);
    checkRead(input, object);
    if (PartNumber !== undefined && Range !== undefined) {
      throw new AwsError("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
    }
    const overrides = Object.entries(responseHeaders).flatMap(([from, to]) => {
      const value = input[from as keyof typeof responseHeaders];
      return value === undefined ? [] : [[to, value] as const];
    });
    if (overrides.length > 0 && call.caller.principalArn === "anonymous") {
      throw new AwsError(
        "InvalidRequest",
        "Request specific response headers cannot be used for anonymous GET requests.",
      );
    }
    const range = PartNumber === undefined ? byteRange(Range, object.size) : partRange(object, PartNumber);
    const members = {
      ...described(store, place, Bucket, object),
      // Of a part of the bytes the whole's checksum says nothing.
      ...(input.ChecksumMode && !range && checksumMembers(await checksumOf(Bucket, object))),
      ...(range && {
        ContentLength: range.end - range.start + 1,
        ContentRange: `bytes ${range.start}-${range.end}/${object.size}`,
      }),
      ...(PartNumber !== undefined && object.parts && { PartsCount: object.parts.length }),
      ...Object.fromEntries(overrides),
    };
    return { members, object, range };
  };
  const permit = ({ Bucket, Key, VersionId }: z.infer<typeof readInput>) =>
    readPermissions(store, place, "s3:GetObject", { bucket: Bucket, key: Key, version: VersionId });

  return {
    GetObject: operation({
      parse: (input) => takeInput("GetObject", place, readInput, input),
      permissions: (input) => permit(input),
      async run(input, call) {
        const { members, object, range } = await read(input, call);
        return { ...members, Body: store.read(input.Bucket, object, range?.start, range?.end) };
      },
    }),

    HeadObject: operation({
      parse: (input) => takeInput("HeadObject", place, readInput, input),
      permissions: (input) => permit(input),
      async run(input, call) {
        try {
          return (await read(input, call)).members;
        } catch (error) {
          // A HEAD response has no body to name the error: clients know it as NotFound.
          if (error instanceof AwsError && error.status === 404) throw new AwsError("NotFound", "Not Found", 404);
          throw error;
        }
      },
    }),

    GetObjectAttributes: operation({
      parse: (input) => takeInput("GetObjectAttributes", place, attributesInput, input),
      permissions: async ({ Bucket, Key, VersionId }) => {
        const of = { bucket: Bucket, key: Key, version: VersionId };
        const [attributes] = await readPermissions(store, place, "s3:GetObjectAttributes", of);
        return [attributes, ...(await readPermissions(store, place, "s3:GetObject", of))];
      },
      async run(input, call) {
        const { Bucket, Key, ObjectAttributes, MaxParts, PartNumberMarker } = input;
        const object = await findObject(store, call, Bucket, Key, input.VersionId);
        const wants = (name: (typeof ObjectAttributes)[number]): boolean => ObjectAttributes.includes(name);
        const { parts } = object;
        const listed = (parts ?? []).filter(({ number }) => number > PartNumberMarker).slice(0, MaxParts);
        const member = object.checksum && `Checksum${object.checksum.algorithm.toUpperCase()}`;
        return {
          LastModified: lastModified(object),
          ...versionMember(store, Bucket, object),
          ...(wants("ETag") && { ETag: object.etag }),
          ...(wants("Checksum") && { Checksum: checksumMembers(await checksumOf(Bucket, object)) }),
          ...(wants("ObjectParts") &&
            parts && {
              ObjectParts: {
                TotalPartsCount: parts.length,
                // Without checksums of the parts there is no list of them.
                ...(parts.some((part) => part.checksum !== undefined) && {
                  PartNumberMarker,
                  NextPartNumberMarker: listed.at(-1)?.number ?? 0,
                  MaxParts,
                  IsTruncated: (listed.at(-1)?.number ?? 0) < (parts.at(-1)?.number ?? 0),
                  Parts: listed.map(({ number, size, checksum: value }) => ({
                    PartNumber: number,
                    Size: size,
                    ...(member && { [member]: value }),
                  })),
                }),
              },
            }),
          ...(wants("StorageClass") && { StorageClass: object.storageClass ?? "STANDARD" }),
          ...(wants("ObjectSize") && { ObjectSize: object.size }),
        };
      },
    }),
  };
}
