/** Operations on the tags of objects and buckets. */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations } from "../api";
import { takeInput } from "./input";
import { findObject, objectArn, objectPlace, versioned, versionId, versionMember } from "./object-input";
import type { S3Context } from "./object-operations";
import { versionIdOf } from "./stored-object";
import { tagging, tagSet, tagsOf, type Tags } from "./tags";

const objectInput = z.object({ ...objectPlace, VersionId: versionId });
const objectTagging = objectInput.extend({ Tagging: tagging });
const bucketInput = z.object({ Bucket: objectPlace.Bucket });
const bucketTagging = bucketInput.extend({ Tagging: tagging });

/** GetObjectTagging, PutObjectTagging, DeleteObjectTagging, and the same of buckets. */
export function taggingOperations({ store, place }: S3Context): Operations {
  const permit = (action: string, input: z.infer<typeof objectInput>) => [
    { action: versioned(`s3:${action}`, input.VersionId), resource: objectArn(input.Bucket, input.Key) },
  ];
  const setTags = async ({ Bucket, Key, VersionId }: z.infer<typeof objectInput>, call: Call, tags?: Tags) => {
    const object = await findObject(store, call, Bucket, Key, VersionId);
    store.describe(Bucket, Key, versionIdOf(object), { tags });
    return versionMember(store, Bucket, object);
  };
  const ofBucket = (action: string, bucket: string) => [{ action: `s3:${action}`, resource: `arn:aws:s3:::${bucket}` }];

  return {
    GetObjectTagging: operation({
      parse: (input) => takeInput("GetObjectTagging", place, objectInput, input),
      permissions: (input) => permit("GetObjectTagging", input),
      async run({ Bucket, Key, VersionId }, call) {
        const object = await findObject(store, call, Bucket, Key, VersionId);
        return { TagSet: tagSet(object.tags), ...versionMember(store, Bucket, object) };
      },
    }),

    PutObjectTagging: operation({
      parse: (input) => takeInput("PutObjectTagging", place, objectTagging, input, "MalformedXML"),
      permissions: (input) => permit("PutObjectTagging", input),
      run: (input, call) => setTags(input, call, tagsOf(input.Tagging.TagSet, 10)),
    }),

    DeleteObjectTagging: operation({
      parse: (input) => takeInput("DeleteObjectTagging", place, objectInput, input),
      permissions: (input) => permit("DeleteObjectTagging", input),
      run: (input, call) => setTags(input, call),
    }),

    GetBucketTagging: operation({
      parse: (input) => takeInput("GetBucketTagging", place, bucketInput, input),
      permissions: ({ Bucket }) => ofBucket("GetBucketTagging", Bucket),
      async run({ Bucket }) {
        const { tags } = store.settings(Bucket);
        if (!tags) throw new AwsError("NoSuchTagSet", "The TagSet does not exist", 404, { BucketName: Bucket });
        return { TagSet: tagSet(tags) };
      },
    }),

    PutBucketTagging: operation({
      parse: (input) => takeInput("PutBucketTagging", place, bucketTagging, input, "MalformedXML"),
      permissions: ({ Bucket }) => ofBucket("PutBucketTagging", Bucket),
      async run({ Bucket, Tagging }) {
        store.configure(Bucket, { tags: tagsOf(Tagging.TagSet, 50) });
        return {};
      },
    }),

    DeleteBucketTagging: operation({
      parse: (input) => takeInput("DeleteBucketTagging", place, bucketInput, input),
      // S3 documentation, "Actions for Amazon S3": it is the right to put them.
      permissions: ({ Bucket }) => ofBucket("PutBucketTagging", Bucket),
      async run({ Bucket }) {
        store.configure(Bucket, { tags: undefined });
        return {};
      },
    }),
  };
}
