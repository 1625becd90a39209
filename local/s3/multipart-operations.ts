/** Uploads in parts. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { z } from "zod";
import { AwsError, operation, type Operations } from "../api";
import { checksumMembers } from "./checksums";
import { checkSource, parseCopySource } from "./copy-operations";
import { encryptionMembers, encryptionOf } from "./encryption";
import { takeInput } from "./input";
import {
  body,
  checkWrite,
  checksumAlgorithm,
  describe,
  description,
  findObject,
  objectPlace,
  readPermissions,
  versionMember,
  writePermissions,
} from "./object-input";
import { announce, type S3Context } from "./object-operations";
import { byteRange } from "./reading-operations";
import { checkPart, compositeChecksum, namedPart, namedParts, partChecksum, sums } from "./parts";

const uploadPlace = { ...objectPlace, UploadId: z.string() };
const partNumber = z.number().int().min(1).max(10_000);
const uploadInput = z.object(uploadPlace);
const createInput = z.object({
  ...objectPlace,
  ...description,
  ChecksumAlgorithm: checksumAlgorithm,
  ChecksumType: z.enum(["COMPOSITE", "FULL_OBJECT"]).optional(),
});
const partInput = z.object({ ...uploadPlace, PartNumber: partNumber, Body: body.default("") });
const copyInput = z.object({
  ...uploadPlace,
  PartNumber: partNumber,
  CopySource: z.string(),
  CopySourceRange: z.string().optional(),
  CopySourceIfMatch: z.string().optional(),
  CopySourceIfNoneMatch: z.string().optional(),
  CopySourceIfModifiedSince: z.date().optional(),
  CopySourceIfUnmodifiedSince: z.date().optional(),
});
const text = z.string().optional();
const completeInput = z.object({
  ...uploadPlace,
  ...sums,
  MultipartUpload: z.object({
    Parts: z.array(namedPart).min(1),
  }),
  ChecksumType: z.enum(["COMPOSITE", "FULL_OBJECT"]).optional(),
  MpuObjectSize: z.number().int().optional(),
  IfMatch: text,
  IfNoneMatch: text,
});
const partsInput = uploadInput.extend({
  MaxParts: z.number().int().min(0).default(1000),
  PartNumberMarker: z.number().int().min(0).default(0),
});
const listInput = z.object({
  Bucket: objectPlace.Bucket,
  Prefix: z.string().default(""),
  EncodingType: z.literal("url").optional(),
});

/** CreateMultipartUpload, UploadPart, UploadPartCopy, CompleteMultipartUpload, AbortMultipartUpload, ListParts, … */
export function multipartOperations(context: S3Context): Operations {
  const { store, place, now } = context;
  const { uploads, scratch } = store;
  const write = ({ Bucket, Key }: { Bucket: string; Key: string }) => writePermissions(store, place, { Bucket, Key });

  return {
    CreateMultipartUpload: operation({
      parse: (input) => takeInput("CreateMultipartUpload", place, createInput, input),
      permissions: (input) => writePermissions(store, place, input),
      async run(input) {
        const { Bucket, Key, ChecksumAlgorithm: algorithm } = input;
        store.settings(Bucket);
        const type = input.ChecksumType ?? (algorithm === "crc64nvme" ? "FULL_OBJECT" : "COMPOSITE");
        if (type === "COMPOSITE" ? algorithm === "crc64nvme" : algorithm?.startsWith("sha")) {
          throw new AwsError(
            "InvalidRequest",
            `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
          );
        }
        const said = describe(input, place);
        const whole = type === "FULL_OBJECT";
        const upload = uploads.begin({
          bucket: Bucket,
          key: Key,
          description: said,
          algorithm,
          whole,
          initiated: now(),
        });
        return {
          Bucket,
          Key,
          UploadId: upload.id,
          ...(algorithm && { ChecksumAlgorithm: algorithm.toUpperCase(), ChecksumType: type }),
          ...encryptionMembers(place, encryptionOf(store, Bucket, said.encryption)),
        };
      },
    }),

    UploadPart: operation({
      parse: (input) => takeInput("UploadPart", place, partInput, input),
      permissions: (input) => write(input),
      async run({ Bucket, Key, UploadId, PartNumber, Body }) {
        const upload = uploads.get(UploadId, Bucket, Key);
        const file = await scratch.write(Body);
        try {
          checkPart(upload, file.checksum);
        } catch (error) {
          await scratch.discard(file);
          throw error;
        }
        await uploads.keepPart(upload, PartNumber, file, now());
        const sum = partChecksum(file);
        return {
          ETag: `"${file.md5}"`,
          ...sum,
          ...encryptionMembers(place, encryptionOf(store, Bucket, upload.description.encryption)),
        };
      },
    }),

    UploadPartCopy: operation({
      parse: (input) => takeInput("UploadPartCopy", place, copyInput, input),
      permissions: async (input) => [
        ...(await readPermissions(store, place, "s3:GetObject", parseCopySource(input.CopySource))),
        ...write(input),
      ],
      async run(input, call) {
        const upload = uploads.get(input.UploadId, input.Bucket, input.Key);
        const { bucket, key, version } = parseCopySource(input.CopySource);
        const source = await findObject(store, call, bucket, key, version);
        checkSource(input, source);
        const range = byteRange(input.CopySourceRange, source.size);
        const file = await scratch.write(store.read(bucket, source, range?.start, range?.end), upload.algorithm);
        await uploads.keepPart(upload, input.PartNumber, file, now());
        const sum = partChecksum(file);
        return {
          CopyPartResult: { ETag: `"${file.md5}"`, LastModified: now(), ...sum },
          CopySourceVersionId: versionMember(store, bucket, source).VersionId,
        };
      },
    }),

    CompleteMultipartUpload: operation({
      parse: (input) => takeInput("CompleteMultipartUpload", place, completeInput, input, "MalformedXML"),
      permissions: (input) => write(input),
      async run(input, call) {
        const { Bucket, Key, UploadId } = input;
        const upload = uploads.get(UploadId, Bucket, Key);
        const parts = namedParts(upload, input.MultipartUpload.Parts);
        const size = parts.reduce((sum, part) => sum + part.size, 0);
        if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size) {
          throw new AwsError(
            "InvalidRequest",
            `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
          );
        }
        const whole = await scratch.write(
          Readable.from(
            (async function* () {
              for (const part of parts) yield* createReadStream(part.path) as AsyncIterable<Buffer>;
            })(),
          ),
          upload.whole ? upload.algorithm : undefined,
        );
        // An object uploaded in parts has the MD5 of its parts' MD5s. S3 documentation, "Checking object integrity".
        const digest = createHash("md5");
        for (const { md5 } of parts) digest.update(Buffer.from(md5, "hex"));
        try {
          const sum = upload.algorithm && !upload.whole ? compositeChecksum(upload.algorithm, parts) : whole.checksum;
          for (const [member, value] of Object.entries(sum ? checksumMembers(sum) : {})) {
            const said = input[member as keyof typeof input] as string | undefined;
            if (said !== undefined && said !== value && said !== value.replace(/-\d+$/, "")) {
              throw new AwsError("BadDigest", `The ${member} you specified did not match the calculated checksum.`);
            }
          }
          const numbered = input.MultipartUpload.Parts.map(({ PartNumber }, index) => ({
            number: PartNumber,
            size: parts[index].size,
            checksum: upload.algorithm && parts[index].checksum?.value,
          }));
          const object = await store.place(
            Bucket,
            Key,
            whole,
            { ...upload.description, checksum: sum, parts: numbered },
            { etag: `${digest.digest("hex")}-${parts.length}`, check: (present) => checkWrite(input, present) },
          );
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
            ...(sum && checksumMembers(sum)),
            ...versionMember(store, Bucket, object),
            ...encryptionMembers(place, encryptionOf(store, Bucket, object.encryption)),
          };
        } finally {
          await scratch.discard(whole);
        }
      },
    }),

    AbortMultipartUpload: operation({
      parse: (input) => takeInput("AbortMultipartUpload", place, uploadInput, input),
      permissions: ({ Bucket, Key }) => [
        { action: "s3:AbortMultipartUpload", resource: `arn:aws:s3:::${Bucket}/${Key}` },
      ],
      async run({ Bucket, Key, UploadId }) {
        await uploads.end(uploads.get(UploadId, Bucket, Key));
        return {};
      },
    }),

    ListParts: operation({
      parse: (input) => takeInput("ListParts", place, partsInput, input),
      permissions: ({ Bucket, Key }) => [
        { action: "s3:ListMultipartUploadParts", resource: `arn:aws:s3:::${Bucket}/${Key}` },
      ],
      async run({ Bucket, Key, UploadId, MaxParts, PartNumberMarker }) {
        const { parts, algorithm, whole } = uploads.get(UploadId, Bucket, Key);
        const left = [...parts].sort(([a], [b]) => a - b).filter(([number]) => number > PartNumberMarker);
        const listed = left.slice(0, MaxParts);
        return {
          Bucket,
          Key,
          UploadId,
          PartNumberMarker,
          NextPartNumberMarker: listed.at(-1)?.[0] ?? 0,
          MaxParts,
          IsTruncated: listed.length < left.length,
          StorageClass: "STANDARD",
          ...(algorithm && {
            ChecksumAlgorithm: algorithm.toUpperCase(),
            ChecksumType: whole ? "FULL_OBJECT" : "COMPOSITE",
          }),
          Parts: listed.map(([PartNumber, { md5, size, modified, checksum: sum }]) => {
            const members = partChecksum({ checksum: sum });
            return { PartNumber, ETag: `"${md5}"`, Size: size, LastModified: modified, ...members };
          }),
        };
      },
    }),

    ListMultipartUploads: operation({
      parse: (input) => takeInput("ListMultipartUploads", place, listInput, input),
      permissions: ({ Bucket }) => [{ action: "s3:ListBucketMultipartUploads", resource: `arn:aws:s3:::${Bucket}` }],
      async run({ Bucket, Prefix, EncodingType }) {
        store.settings(Bucket);
        return {
          Bucket,
          Prefix,
          EncodingType,
          IsTruncated: false,
          Uploads: uploads
            .to(Bucket)
            .filter(({ key }) => key.startsWith(Prefix))
            .map(({ id, key, initiated }) => ({
              UploadId: id,
              Key: key,
              Initiated: initiated,
              StorageClass: "STANDARD",
            })),
        };
      },
    }),
  };
}
