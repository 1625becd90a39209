/** Operations on buckets, and listings of what is in them. */
import { z } from "zod";
import { AwsError, operation, type Operations } from "../api";
import { takeInput } from "./input";
import type { S3Context } from "./object-operations";
import { lastModified } from "./stored-object";

const bucketInput = z.object({ Bucket: z.string().min(1) });

const bucketsInput = z.object({
  Prefix: z.string().default(""),
  MaxBuckets: z.number().int().min(1).max(10_000).default(10_000),
  ContinuationToken: z.string().optional(),
  BucketRegion: z.string().optional(),
});
const createInput = z.object({
  ...bucketInput.shape,
  ACL: z.literal("private").optional(),
  ObjectOwnership: z.literal("BucketOwnerEnforced").optional(),
  CreateBucketConfiguration: z.strictObject({ LocationConstraint: z.string().optional() }).optional(),
});

const listing = {
  Bucket: z.string().min(1),
  Prefix: z.string().default(""),
  Delimiter: z.string().optional(),
  MaxKeys: z.number().int().min(0).default(1000),
  EncodingType: z.enum(["url"]).optional(),
};
const listV2Input = z.object({
  ...listing,
  ListType: z.literal("2").optional(),
  ContinuationToken: z.string().optional(),
  StartAfter: z.string().optional(),
  FetchOwner: z.boolean().default(false),
});
const listV1Input = z.object({ ...listing, Marker: z.string().optional() });

/** One page of a listing. */
export interface ListedPage {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  /** The last key or common prefix of this page, if more follows. */
  readonly more?: string;
}

/** Cuts a page out of sorted keys: pure. A common prefix counts as one entry. S3 documentation, "ListObjectsV2". */
function listPage(
  sortedKeys: readonly string[],
  { prefix, delimiter, after, max }: { prefix: string; delimiter?: string; after?: string; max: number },
): ListedPage {
  const keys: string[] = [];
  const prefixes: string[] = [];
  const bytes = (text: string): Buffer => Buffer.from(text);
  let last: string | undefined;
  for (const key of sortedKeys) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const common = cut < 0 || !delimiter ? undefined : key.slice(0, cut + delimiter.length);
    if (after !== undefined && (Buffer.compare(bytes(key), bytes(after)) <= 0 || common === after)) continue;
    if (common !== undefined && prefixes.at(-1) === common) continue;
    if (keys.length + prefixes.length >= max) return { keys, prefixes, more: last };
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { keys, prefixes };
}

/** ListBuckets, CreateBucket, DeleteBucket, HeadBucket, GetBucketLocation, ListObjects, ListObjectsV2. */
export function bucketOperations({ store, place }: S3Context): Operations {
  const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
  const listPermission = (input: { Bucket: string; Prefix: string; Delimiter?: string; MaxKeys: number }) => [
    {
      action: "s3:ListBucket",
      resource: bucketArn(input.Bucket),
      context: {
        "s3:prefix": input.Prefix,
        "s3:max-keys": String(input.MaxKeys),
        ...(input.Delimiter === undefined ? {} : { "s3:delimiter": input.Delimiter }),
      },
    },
  ];
  const page = async (
    input: { Bucket: string; Prefix: string; Delimiter?: string; MaxKeys: number },
    after: string | undefined,
    withOwner: boolean,
  ) => {
    const found = listPage(store.keys(input.Bucket, input.Prefix), {
      prefix: input.Prefix,
      delimiter: input.Delimiter || undefined,
      after,
      max: Math.min(input.MaxKeys, 1000),
    });
    const contents: Record<string, unknown>[] = [];
    for (const key of found.keys) {
      const object = await store.find(input.Bucket, key);
      if (!object) continue;
      contents.push({
        Key: key,
        LastModified: lastModified(object),
        ETag: `"${object.etag}"`,
        ChecksumAlgorithm: object.checksum?.algorithm.toUpperCase(),
        Size: object.size,
        StorageClass: object.storageClass ?? "STANDARD",
        ...(withOwner && { Owner: { ID: place.account } }),
      });
    }
    return {
      more: found.more,
      members: {
        Name: input.Bucket,
        Prefix: input.Prefix,
        Delimiter: input.Delimiter,
        MaxKeys: input.MaxKeys,
        IsTruncated: found.more !== undefined,
        Contents: contents,
        CommonPrefixes: found.prefixes.map((Prefix) => ({ Prefix })),
      },
    };
  };

  return {
    ListBuckets: operation({
      parse: (input) => takeInput("ListBuckets", place, bucketsInput, input),
      permissions: () => [{ action: "s3:ListAllMyBuckets", resource: "*" }],
      async run({ Prefix, MaxBuckets, ContinuationToken, BucketRegion }) {
        const found = store
          .list()
          .filter(({ name }) => name.startsWith(Prefix) && (BucketRegion ?? place.region) === place.region)
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .filter(({ name }) => ContinuationToken === undefined || name > ContinuationToken);
        const listed = found.slice(0, MaxBuckets);
        return {
          Buckets: listed.map(({ name, created }) => ({
            Name: name,
            CreationDate: created,
            BucketRegion: place.region,
          })),
          Owner: { ID: place.account },
          Prefix: Prefix === "" ? undefined : Prefix,
          ContinuationToken: listed.length < found.length ? listed.at(-1)?.name : undefined,
        };
      },
    }),

    CreateBucket: operation({
      parse: (input) => takeInput("CreateBucket", place, createInput, input),
      permissions: ({ Bucket }) => [{ action: "s3:CreateBucket", resource: bucketArn(Bucket) }],
      async run({ Bucket, CreateBucketConfiguration }) {
        // The oldest region has no name here, and asks for none.
        const region = CreateBucketConfiguration?.LocationConstraint || "us-east-1";
        if (region !== place.region) {
          const message = `The ${region} location constraint is incompatible for the region specific endpoint this request was sent to.`;
          throw new AwsError("IllegalLocationConstraintException", message);
        }
        if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(Bucket)) {
          throw new AwsError("InvalidBucketName", `The specified bucket is not valid: ${Bucket}`);
        }
        if (store.has(Bucket)) {
          throw new AwsError("BucketAlreadyOwnedByYou", `You own the bucket ${Bucket} already.`, 409);
        }
        store.createBucket(Bucket);
        return { Location: `/${Bucket}` };
      },
    }),

    DeleteBucket: operation({
      parse: (input) => takeInput("DeleteBucket", place, bucketInput, input),
      permissions: ({ Bucket }) => [{ action: "s3:DeleteBucket", resource: bucketArn(Bucket) }],
      async run({ Bucket }) {
        await store.deleteBucket(Bucket);
        return {};
      },
    }),

    HeadBucket: operation({
      parse: (input) => takeInput("HeadBucket", place, bucketInput, input),
      permissions: ({ Bucket }) => [{ action: "s3:ListBucket", resource: bucketArn(Bucket) }],
      async run({ Bucket }) {
        if (!store.has(Bucket)) throw new AwsError("NotFound", "Not Found", 404);
        return { BucketRegion: place.region };
      },
    }),

    GetBucketLocation: operation({
      parse: (input) => takeInput("GetBucketLocation", place, bucketInput, input),
      permissions: ({ Bucket }) => [{ action: "s3:GetBucketLocation", resource: bucketArn(Bucket) }],
      async run({ Bucket }) {
        store.settings(Bucket);
        // The oldest region has no name here. S3 API reference, "GetBucketLocation".
        return { LocationConstraint: place.region === "us-east-1" ? "" : place.region };
      },
    }),

    ListObjectsV2: operation({
      parse: (input) => takeInput("ListObjectsV2", place, listV2Input, input),
      permissions: (input) => listPermission(input),
      async run(input) {
        const token = input.ContinuationToken;
        const after = token === undefined ? input.StartAfter : Buffer.from(token, "base64url").toString();
        const { members, more } = await page(input, after, input.FetchOwner);
        return {
          ...members,
          KeyCount: members.Contents.length + members.CommonPrefixes.length,
          ContinuationToken: token,
          StartAfter: input.StartAfter,
          NextContinuationToken: more === undefined ? undefined : Buffer.from(more).toString("base64url"),
          EncodingType: input.EncodingType,
        };
      },
    }),

    ListObjects: operation({
      parse: (input) => takeInput("ListObjects", place, listV1Input, input),
      permissions: (input) => listPermission(input),
      async run(input) {
        const { members, more } = await page(input, input.Marker, true);
        return { ...members, Marker: input.Marker ?? "", NextMarker: more, EncodingType: input.EncodingType };
      },
    }),
  };
}
