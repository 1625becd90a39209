/** CopyObject: an object made of another one, of any bucket. */
import { z } from "zod";
import { AwsError, operation, type Operations } from "../api";
import { parseInput } from "../http/parse-input";
import {
  checkRead,
  checkWrite,
  describe,
  description,
  encryption,
  findObject,
  objectArn,
  objectPermissions,
  objectPlace,
  versionId,
  versionMember,
} from "./object-input";
import { announce, versioned, type S3Context } from "./object-operations";
import { lastModified, versionIdOf } from "./stored-object";

const copyInput = z.object({
  ...objectPlace,
  ...description,
  CopySource: z.string(),
  MetadataDirective: z.enum(["COPY", "REPLACE"]).default("COPY"),
  TaggingDirective: z.enum(["COPY", "REPLACE"]).default("COPY"),
  CopySourceIfMatch: z.string().optional(),
  CopySourceIfNoneMatch: z.string().optional(),
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
  return { bucket: parts[1], key: decodeURIComponent(parts[2]), version: version.data };
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
      parse: (input) => parseInput(copyInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key, CopySource }) => {
        const source = parseCopySource(CopySource);
        return [
          ...objectPermissions(
            store,
            place,
            versioned("s3:GetObject", source.version),
            source.bucket,
            source.key,
            "kms:Decrypt",
          ),
          ...objectPermissions(store, place, "s3:PutObject", Bucket, Key, "kms:GenerateDataKey"),
        ];
      },
      async run(input, call) {
        const { Bucket, Key } = input;
        const { bucket, key, version } = parseCopySource(input.CopySource);
        const source = await findObject(store, call, bucket, key, version);
        checkRead({ IfMatch: input.CopySourceIfMatch, IfNoneMatch: input.CopySourceIfNoneMatch }, source);
        const replaces = input.MetadataDirective === "REPLACE";
        const isCurrent = version === undefined || versionIdOf(source) === (await currentId(bucket, key));
        const changes = replaces || input.StorageClass !== undefined;
        if (!changes && bucket === Bucket && key === Key && isCurrent) {
          throw new AwsError(
            "InvalidRequest",
            "This copy request is illegal because it is trying to copy an object to itself without changing its metadata.",
          );
        }
        const said = describe(input);
        const { contentType, headers, metadata } = replaces ? said : source;
        const tags = input.TaggingDirective === "REPLACE" ? said.tags : source.tags;
        if (tags && Object.keys(tags).length > 0) {
          const copied = { action: versioned("s3:GetObjectTagging", version), resource: objectArn(bucket, key) };
          if (input.TaggingDirective === "COPY") call.demand("s3", copied);
          call.demand("s3", { action: "s3:PutObjectTagging", resource: objectArn(Bucket, Key) });
        }
        const file = await store.scratch.write(store.read(bucket, source));
        try {
          const object = await store.place(
            Bucket,
            Key,
            file,
            // A copy is STANDARD unless the request says otherwise.
            { contentType, headers, metadata, tags, storageClass: said.storageClass },
            { check: (present) => checkWrite(input, present) },
          );
          announce(context, call, { name: "Object Created", reason: "CopyObject", bucket: Bucket, key: Key }, object);
          return {
            CopyObjectResult: { ETag: `"${object.etag}"`, LastModified: lastModified(object) },
            CopySourceVersionId: versionMember(store, bucket, source).VersionId,
            ...versionMember(store, Bucket, object),
            ...encryption(store, Bucket),
          };
        } finally {
          await store.scratch.discard(file);
        }
      },
    }),
  };
}
