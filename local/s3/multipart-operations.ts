/** Uploads in parts. */
import { createHash } from "node:crypto";
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
  versionMember,
  writePermissions,
} from "./object-input";
import { parseCopySource } from "./copy-operations";
import { announce, byteRange, versioned, type S3Context } from "./object-operations";

/** All parts but the last have at least this many bytes. S3 documentation, "Multipart upload limits". */
const smallestPart = 5 * 1024 * 1024;

const uploadPlace = { ...objectPlace, UploadId: z.string() };
const partNumber = z.number().int().min(1).max(10_000);

/** CreateMultipartUpload, UploadPart, UploadPartCopy, CompleteMultipartUpload, AbortMultipartUpload, ListParts, … */
export function multipartOperations(context: S3Context): Operations {
  const { store, place, now } = context;
  const { uploads, scratch } = store;
  const write = ({ Bucket, Key }: { Bucket: string; Key: string }) => writePermissions(store, place, { Bucket, Key });

  return {
    CreateMultipartUpload: operation({
      parse: (input) => parseInput(z.object({ ...objectPlace, ...description }), input, "InvalidArgument"),
      permissions: (input) => writePermissions(store, place, input),
      async run(input) {
        const { Bucket, Key } = input;
        store.settings(Bucket);
        const upload = uploads.begin({ bucket: Bucket, key: Key, description: describe(input), initiated: now() });
        return { Bucket, Key, UploadId: upload.id, ...encryption(store, Bucket) };
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
        const upload = uploads.get(UploadId, Bucket, Key);
        const file = await scratch.write(Body instanceof Uint8Array ? Buffer.from(Body) : Body);
        await uploads.keepPart(upload, PartNumber, file, now());
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
          ...objectPermissions(
            store,
            place,
            versioned("s3:GetObject", source.version),
            source.bucket,
            source.key,
            "kms:Decrypt",
          ),
          ...write(input),
        ];
      },
      async run({ Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange, CopySourceIfMatch }, call) {
        const upload = uploads.get(UploadId, Bucket, Key);
        const { bucket, key, version } = parseCopySource(CopySource);
        const source = await findObject(store, call, bucket, key, version);
        checkRead({ IfMatch: CopySourceIfMatch }, source);
        const range = byteRange(CopySourceRange, source.size);
        const file = await scratch.write(store.read(bucket, source, range?.start, range?.end));
        await uploads.keepPart(upload, PartNumber, file, now());
        return {
          CopyPartResult: { ETag: `"${file.md5}"`, LastModified: now() },
          CopySourceVersionId: versionMember(store, bucket, source).VersionId,
        };
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
        const upload = uploads.get(UploadId, Bucket, Key);
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
        const whole = await scratch.write(
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
          await uploads.end(upload);
          const change = {
            name: "Object Created",
            reason: "CompleteMultipartUpload",
            bucket: Bucket,
            key: Key,
          } as const;
          announce(context, call, change, object);
          return {
            Bucket,
            Key,
            ETag: `"${object.etag}"`,
            Location: `/${Bucket}/${Key}`,
            ...versionMember(store, Bucket, object),
            ...encryption(store, Bucket),
          };
        } finally {
          await scratch.discard(whole);
        }
      },
    }),

    AbortMultipartUpload: operation({
      parse: (input) => parseInput(z.object(uploadPlace), input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => [
        { action: "s3:AbortMultipartUpload", resource: `arn:aws:s3:::${Bucket}/${Key}` },
      ],
      async run({ Bucket, Key, UploadId }) {
        await uploads.end(uploads.get(UploadId, Bucket, Key));
        return {};
      },
    }),

    ListParts: operation({
      parse: (input) => parseInput(z.object(uploadPlace), input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => [
        { action: "s3:ListMultipartUploadParts", resource: `arn:aws:s3:::${Bucket}/${Key}` },
      ],
      async run({ Bucket, Key, UploadId }) {
        const { parts } = uploads.get(UploadId, Bucket, Key);
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
          Uploads: uploads
            .to(Bucket)
            .filter(({ key }) => key.startsWith(Prefix))
            .map(({ id, key, initiated }) => ({ UploadId: id, Key: key, Initiated: initiated })),
        };
      },
    }),
  };
}
