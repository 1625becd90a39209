/** Uploads in parts. They live in memory: an upload under way when the runtime closes is gone, as if it had been aborted. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { z } from "zod";
import { AwsError, operation, type Operations } from "../api";
import { parseInput } from "../http/parse-input";
import {
  body,
  checkRead,
  checkWrite,
  describe,
  description,
  encryption,
  findObject,
  objectPermissions,
  objectPlace,
} from "./object-input";
import { announce, byteRange, parseCopySource, type S3Context } from "./object-operations";
import type { ObjectDescription, WrittenFile } from "./store";

/** All parts but the last have at least this many bytes. S3 documentation, "Multipart upload limits". */
const smallestPart = 5 * 1024 * 1024;

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly description: ObjectDescription;
  readonly initiated: Date;
  readonly parts: Map<number, WrittenFile & { readonly modified: Date }>;
}

const uploadPlace = { ...objectPlace, UploadId: z.string() };
const partNumber = z.number().int().min(1).max(10_000);

/** CreateMultipartUpload, UploadPart, UploadPartCopy, CompleteMultipartUpload, AbortMultipartUpload, ListParts, … */
export function multipartOperations(context: S3Context): Operations {
  const { store, place, now } = context;
  const uploads = new Map<string, Upload>();
  const find = (id: string, bucket: string, key: string): Upload => {
    const upload = uploads.get(id);
    if (!upload || upload.bucket !== bucket || upload.key !== key) {
      throw new AwsError(
        "NoSuchUpload",
        "The specified upload does not exist. It may have been aborted or completed.",
        404,
        {
          UploadId: id,
        },
      );
    }
    return upload;
  };
  const forget = async (id: string, upload: Upload): Promise<void> => {
    uploads.delete(id);
    for (const part of upload.parts.values()) await store.discard(part);
  };
  const keep = async (upload: Upload, number: number, file: WrittenFile): Promise<void> => {
    const replaced = upload.parts.get(number);
    upload.parts.set(number, { ...file, modified: now() });
    if (replaced) await store.discard(replaced);
  };
  const write = ({ Bucket, Key }: { Bucket: string; Key: string }) =>
    objectPermissions(store, place, "s3:PutObject", Bucket, Key, "kms:GenerateDataKey");

  return {
    CreateMultipartUpload: operation({
      parse: (input) => parseInput(z.object({ ...objectPlace, ...description }), input, "InvalidArgument"),
      permissions: (input) => write(input),
      async run(input) {
        const { Bucket, Key } = input;
        const answer = { Bucket, Key, UploadId: randomUUID(), ...encryption(store, Bucket) };
        uploads.set(answer.UploadId, {
          bucket: Bucket,
          key: Key,
          description: describe(input),
          initiated: now(),
          parts: new Map(),
        });
        return answer;
      },
    }),

    UploadPart: operation({
      parse: (input) =>
        parseInput(
          z.object({ ...uploadPlace, PartNumber: partNumber, Body: body.default("") }),
          input,
          "InvalidArgument",
        ),
      permissions: (input) => write(input),
      async run({ Bucket, Key, UploadId, PartNumber, Body }) {
        const upload = find(UploadId, Bucket, Key);
        const file = await store.write(Body instanceof Uint8Array ? Buffer.from(Body) : Body);
        await keep(upload, PartNumber, file);
        return { ETag: `"${file.md5}"` };
      },
    }),

    UploadPartCopy: operation({
      parse: (input) =>
        parseInput(
          z.object({
            ...uploadPlace,
            PartNumber: partNumber,
            CopySource: z.string(),
            CopySourceRange: z.string().optional(),
            CopySourceIfMatch: z.string().optional(),
          }),
          input,
          "InvalidArgument",
        ),
      permissions: (input) => {
        const source = parseCopySource(input.CopySource);
        return [
          ...objectPermissions(store, place, "s3:GetObject", source.bucket, source.key, "kms:Decrypt"),
          ...write(input),
        ];
      },
      async run({ Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange, CopySourceIfMatch }) {
        const upload = find(UploadId, Bucket, Key);
        const { bucket, key } = parseCopySource(CopySource);
        const source = await findObject(store, bucket, key);
        checkRead({ IfMatch: CopySourceIfMatch }, source);
        const range = byteRange(CopySourceRange, source.size);
        const file = await store.write(store.read(bucket, source, range?.start, range?.end));
        await keep(upload, PartNumber, file);
        return { CopyPartResult: { ETag: `"${file.md5}"`, LastModified: now() } };
      },
    }),

    CompleteMultipartUpload: operation({
      parse: (input) =>
        parseInput(
          z.object({
            ...uploadPlace,
            MultipartUpload: z.object({
              Parts: z.array(z.object({ PartNumber: partNumber, ETag: z.string() })).min(1),
            }),
            IfMatch: z.string().optional(),
            IfNoneMatch: z.string().optional(),
          }),
          input,
          "MalformedXML",
        ),
      permissions: (input) => write(input),
      async run(input, call) {
        const { Bucket, Key, UploadId } = input;
        const upload = find(UploadId, Bucket, Key);
        const named = input.MultipartUpload.Parts;
        if (named.some(({ PartNumber }, index) => index > 0 && PartNumber <= named[index - 1].PartNumber)) {
          throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order.");
        }
        const parts = named.map(({ PartNumber, ETag }, index) => {
          const part = upload.parts.get(PartNumber);
          if (!part || part.md5 !== ETag.replace(/"/g, "")) {
            throw new AwsError(
              "InvalidPart",
              `Part ${PartNumber} could not be found, or its entity tag does not match.`,
            );
          }
          if (index < named.length - 1 && part.size < smallestPart) {
            throw new AwsError(
              "EntityTooSmall",
              `Part ${PartNumber} has ${part.size} bytes; only the last may be below 5 MiB.`,
            );
          }
          return part;
        });
        const whole = await store.write(
          Readable.from(
            (async function* () {
              for (const part of parts) yield* createReadStream(part.path) as AsyncIterable<Buffer>;
            })(),
          ),
        );
        // An object uploaded in parts has the MD5 of its parts' MD5s. S3 documentation, "Checking object integrity".
        const digest = createHash("md5");
        for (const { md5 } of parts) digest.update(Buffer.from(md5, "hex"));
        try {
          const object = await store.place(Bucket, Key, whole, upload.description, {
            etag: `${digest.digest("hex")}-${parts.length}`,
            check: (present) => checkWrite(input, present),
          });
          await forget(UploadId, upload);
          announce(context, call, {
            name: "Object Created",
            reason: "CompleteMultipartUpload",
            bucket: Bucket,
            key: Key,
            size: object.size,
            etag: object.etag,
          });
          return { Bucket, Key, ETag: `"${object.etag}"`, Location: `/${Bucket}/${Key}`, ...encryption(store, Bucket) };
        } finally {
          await store.discard(whole);
        }
      },
    }),

    AbortMultipartUpload: operation({
      parse: (input) => parseInput(z.object(uploadPlace), input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => [
        { action: "s3:AbortMultipartUpload", resource: `arn:aws:s3:::${Bucket}/${Key}` },
      ],
      async run({ Bucket, Key, UploadId }) {
        await forget(UploadId, find(UploadId, Bucket, Key));
        return {};
      },
    }),

    ListParts: operation({
      parse: (input) => parseInput(z.object(uploadPlace), input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => [
        { action: "s3:ListMultipartUploadParts", resource: `arn:aws:s3:::${Bucket}/${Key}` },
      ],
      async run({ Bucket, Key, UploadId }) {
        const { parts } = find(UploadId, Bucket, Key);
        return {
          Bucket,
          Key,
          UploadId,
          IsTruncated: false,
          Parts: [...parts]
            .sort(([a], [b]) => a - b)
            .map(([PartNumber, { md5, size, modified }]) => ({
              PartNumber,
              ETag: `"${md5}"`,
              Size: size,
              LastModified: modified,
            })),
        };
      },
    }),

    ListMultipartUploads: operation({
      parse: (input) =>
        parseInput(z.object({ Bucket: objectPlace.Bucket, Prefix: z.string().default("") }), input, "InvalidArgument"),
      permissions: ({ Bucket }) => [{ action: "s3:ListBucketMultipartUploads", resource: `arn:aws:s3:::${Bucket}` }],
      async run({ Bucket, Prefix }) {
        return {
          Bucket,
          IsTruncated: false,
          Uploads: [...uploads]
            .filter(([, { bucket, key }]) => bucket === Bucket && key.startsWith(Prefix))
            .map(([UploadId, { key, initiated }]) => ({ UploadId, Key: key, Initiated: initiated })),
        };
      },
    }),
  };
}
