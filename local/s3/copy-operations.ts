/** CopyObject: an object made of another one, of any bucket. */
import { z } from "zod";
import { AwsError, operation, type Operations } from "../api";
import { checksumMembers } from "./checksums";
import { encryptionMembers, encryptionOf } from "./encryption";
import { takeInput } from "./input";
import {
  checkRead,
  checkWrite,
  checksumAlgorithm,
  describe,
  description,
  findObject,
  objectArn,
  objectPlace,
  readPermissions,
  versioned,
  versionId,
  versionMember,
  writePermissions,
} from "./object-input";
import { announce, type S3Context } from "./object-operations";
import { lastModified, versionIdOf, type StoredObject } from "./stored-object";

const copyInput = z.object({
  ...objectPlace,
  ...description,
  CopySource: z.string(),
  MetadataDirective: z.enum(["COPY", "REPLACE"]).default("COPY"),
  TaggingDirective: z.enum(["COPY", "REPLACE"]).default("COPY"),
  CopySourceIfMatch: z.string().optional(),
  CopySourceIfNoneMatch: z.string().optional(),
  CopySourceIfModifiedSince: z.date().optional(),
  CopySourceIfUnmodifiedSince: z.date().optional(),
  ChecksumAlgorithm: checksumAlgorithm,
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});

/** Takes `bucket/key?versionId=…`, percent-encoded, apart. */
export function parseCopySource(source: string): { bucket: string; key: string; version?: string } {
  const parts = /^\/?([^/]+)\/([^?]+)(?:\?versionId=([^&]+))?$/.exec(source);
  const version = versionId.safeParse(parts?.[3]);
  if (!parts || !version.success) {
    throw new AwsError("InvalidArgument", `Copy Source must mention the source bucket and key: ${source}`);
  }
  return { bucket: parts[1], key: decodedKey(parts[2]), version: version.data };
}

function decodedKey(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidArgument", `Copy Source is not percent-encoded UTF-8: ${text}`);
  }
}

/** Checks the conditions on the source of a copy. S3 API reference, "CopyObject": a copy that fails one is always 412. */
export function checkSource(
  input: {
    CopySourceIfMatch?: string;
    CopySourceIfNoneMatch?: string;
    CopySourceIfModifiedSince?: Date;
    CopySourceIfUnmodifiedSince?: Date;
  },
  source: StoredObject,
): void {
  try {
    checkRead(
      {
        IfMatch: input.CopySourceIfMatch,
        IfNoneMatch: input.CopySourceIfNoneMatch,
        IfModifiedSince: input.CopySourceIfModifiedSince,
        IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
      },
      source,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  }
}

/**
 * CopyObject. Tags come along, or with the request if it says so, and either is a permission of its own; an object without tags
 * asks for none. S3 user guide, "Required permissions for Amazon S3 API operations", CopyObject.
 */
export function copyOperations(context: S3Context): Operations {
  const { store, place } = context;
  const currentId = async (bucket: string, key: string): Promise<string | undefined> => {
    const current = await store.find(bucket, key);
    return current && versionIdOf(current);
  };

  return {
    CopyObject: operation({
      parse: (input) => takeInput("CopyObject", place, copyInput, input),
      permissions: async ({ Tagging: _, ...input }) => [
        ...(await readPermissions(store, place, "s3:GetObject", parseCopySource(input.CopySource))),
        ...writePermissions(store, place, input),
      ],
      async run(input, call) {
        const { Bucket, Key } = input;
        const { bucket, key, version } = parseCopySource(input.CopySource);
        const source = await findObject(store, call, bucket, key, version);
        checkSource(input, source);
        const replaces = input.MetadataDirective === "REPLACE";
        const isCurrent = version === undefined || versionIdOf(source) === (await currentId(bucket, key));
        const changes = replaces || input.StorageClass !== undefined || input.ServerSideEncryption !== undefined;
        if (!changes && bucket === Bucket && key === Key && isCurrent) {
          throw new AwsError(
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing its metadata.",
          );
        }
        const said = describe(input, place);
        const { contentType, headers, metadata } = replaces ? said : source;
        const tags = input.TaggingDirective === "REPLACE" ? said.tags : source.tags;
        if (tags && Object.keys(tags).length > 0) {
          const copied = { action: versioned("s3:GetObjectTagging", version), resource: objectArn(bucket, key) };
          if (input.TaggingDirective === "COPY") call.demand("s3", copied);
          call.demand("s3", { action: "s3:PutObjectTagging", resource: objectArn(Bucket, Key) });
        }
        const algorithm = input.ChecksumAlgorithm ?? source.checksum?.algorithm;
        const file = await store.scratch.write(store.read(bucket, source), algorithm);
        try {
          const object = await store.place(
            Bucket,
            Key,
            file,
            // A copy is STANDARD unless the request says otherwise.
            {
              contentType,
              headers,
              metadata,
              tags,
              storageClass: said.storageClass,
              encryption: said.encryption,
              checksum: file.checksum,
            },
            { check: (present) => checkWrite(input, present) },
          );
          announce(context, call, { name: "Object Created", reason: "CopyObject", bucket: Bucket, key: Key }, object);
          return {
            CopyObjectResult: {
              ETag: `"${object.etag}"`,
              LastModified: lastModified(object),
              ...(object.checksum && checksumMembers(object.checksum)),
            },
            CopySourceVersionId: versionMember(store, bucket, source).VersionId,
            ...versionMember(store, Bucket, object),
            ...encryptionMembers(place, encryptionOf(store, Bucket, object.encryption)),
          };
        } finally {
          await store.scratch.discard(file);
        }
      },
    }),
  };
}
