/** Operations on the versions of a bucket's objects. */
import { z } from "zod";
import { operation, type Operations } from "../api";
import { takeInput } from "./input";
import type { S3Context } from "./object-operations";
import { isDeleteMarker, lastModified, versionIdOf, type Version } from "./stored-object";

const bucketInput = z.object({ Bucket: z.string().min(1) });

const listInput = bucketInput.extend({
  Prefix: z.string().default(""),
  Delimiter: z.string().optional(),
  KeyMarker: z.string().optional(),
  VersionIdMarker: z.string().optional(),
  MaxKeys: z.number().int().min(0).default(1000),
  EncodingType: z.enum(["url"]).optional(),
});

/** A version in a listing. */
interface Listed {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

/** One page of versions. */
export interface VersionPage {
  readonly versions: readonly Listed[];
  readonly prefixes: readonly string[];
  /** Where the next page begins; absent for the last. */
  readonly next?: { readonly key: string; readonly versionId?: string };
}

/**
 * Cuts a page out of keys in order: pure. Each version counts, and a common prefix counts as one. S3 API reference,
 * "ListObjectVersions".
 */
function versionPage(
  keys: readonly string[],
  historyOf: (key: string) => readonly Version[],
  given: { prefix: string; delimiter?: string; after?: { key: string; versionId?: string }; max: number },
): VersionPage {
  const { prefix, delimiter, after, max } = given;
  const versions: Listed[] = [];
  const prefixes: string[] = [];
  let last: VersionPage["next"];
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const common = cut < 0 || !delimiter ? undefined : key.slice(0, cut + delimiter.length);
    const order = after === undefined ? 1 : Buffer.compare(Buffer.from(key), Buffer.from(after.key));
    if (common !== undefined) {
      if (order <= 0 || common === after?.key || prefixes.at(-1) === common) continue;
      if (versions.length + prefixes.length >= max) return { versions, prefixes, next: last };
      prefixes.push(common);
      last = { key: common };
      continue;
    }
    // A marker without a version is past all versions of its key.
    if (order < 0 || (order === 0 && after?.versionId === undefined)) continue;
    const history = historyOf(key);
    const begin = order === 0 ? history.findIndex((version) => versionIdOf(version) === after?.versionId) + 1 : 0;
    for (const [index, version] of history.entries()) {
      if (index < begin) continue;
      if (versions.length + prefixes.length >= max) return { versions, prefixes, next: last };
      versions.push({ key, version, isLatest: index === 0 });
      last = { key, versionId: versionIdOf(version) };
    }
  }
  return { versions, prefixes };
}

/** ListObjectVersions and GetBucketVersioning; a program turns versions on by its resources. */
export function versionOperations({ store, place }: S3Context): Operations {
  const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;

  return {
    GetBucketVersioning: operation({
      parse: (input) => takeInput("GetBucketVersioning", place, bucketInput, input),
      permissions: ({ Bucket }) => [{ action: "s3:GetBucketVersioning", resource: bucketArn(Bucket) }],
      run: async ({ Bucket }) => ({ Status: store.settings(Bucket).versioning }),
    }),

    ListObjectVersions: operation({
      parse: (input) => takeInput("ListObjectVersions", place, listInput, input),
      permissions: ({ Bucket, Prefix, Delimiter, MaxKeys }) => [
        {
          action: "s3:ListBucketVersions",
          resource: bucketArn(Bucket),
          context: {
            "s3:prefix": Prefix,
            "s3:max-keys": String(MaxKeys),
            ...(Delimiter === undefined ? {} : { "s3:delimiter": Delimiter }),
          },
        },
      ],
      async run(input) {
        const { Bucket, Prefix, Delimiter, KeyMarker, VersionIdMarker, MaxKeys } = input;
        const keys = store.everyKey(Bucket).filter((key) => key.startsWith(Prefix));
        const histories = new Map<string, Version[]>();
        for (const key of keys) histories.set(key, await store.history(Bucket, key));
        const { versions, prefixes, next } = versionPage(keys, (key) => histories.get(key) ?? [], {
          prefix: Prefix,
          delimiter: Delimiter || undefined,
          after: KeyMarker === undefined ? undefined : { key: KeyMarker, versionId: VersionIdMarker },
          max: Math.min(MaxKeys, 1000),
        });
        const about = ({ key, version, isLatest }: Listed) => ({
          Key: key,
          VersionId: versionIdOf(version),
          IsLatest: isLatest,
          LastModified: lastModified(version),
          Owner: { ID: place.account },
        });
        return {
          Name: Bucket,
          Prefix,
          Delimiter,
          KeyMarker: KeyMarker ?? "",
          VersionIdMarker: VersionIdMarker ?? "",
          MaxKeys,
          EncodingType: input.EncodingType,
          IsTruncated: next !== undefined,
          NextKeyMarker: next?.key,
          NextVersionIdMarker: next?.versionId,
          Versions: versions.flatMap((listed) =>
            isDeleteMarker(listed.version)
              ? []
              : [
                  {
                    ...about(listed),
                    ETag: `"${listed.version.etag}"`,
                    Size: listed.version.size,
                    StorageClass: listed.version.storageClass ?? "STANDARD",
                  },
                ],
          ),
          DeleteMarkers: versions.filter(({ version }) => isDeleteMarker(version)).map(about),
          CommonPrefixes: prefixes.map((Prefix) => ({ Prefix })),
        };
      },
    }),
  };
}
