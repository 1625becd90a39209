/** Operations on single objects. */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations, type Place } from "../api";
import { parseInput } from "../http/parse-input";
import type { ObjectChange, ObjectEvent } from "./events";
import {
  body,
  checkDelete,
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
  versionId,
  versionMember,
} from "./object-input";
import { emptyEtag, isDeleteMarker, lastModified, versionIdOf, type StoredObject, type Version } from "./stored-object";
import type { S3Store } from "./store";

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
  change: Pick<ObjectChange, "name" | "reason" | "deletionType" | "bucket" | "key">,
  version: Version,
): void {
  const { eventBridge, versioning } = store.settings(change.bucket);
  if (!eventBridge) return;
  const { size, etag } = isDeleteMarker(version) ? { size: 0, etag: emptyEtag } : version;
  onEvent({
    ...change,
    size,
    etag,
    versionId: versioning === undefined ? undefined : versionIdOf(version),
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
  VersionId: versionId,
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

const deleteInput = z.object({ ...objectPlace, VersionId: versionId, IfMatch: z.string().optional() });

const deletionsInput = z.object({
  Bucket: objectPlace.Bucket,
  Delete: z.object({
    Objects: z
      .array(z.object({ Key: z.string().min(1), VersionId: versionId }))
      .min(1)
      .max(1000),
    Quiet: z.boolean().default(false),
  }),
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

/** The action on an object, or on one of its versions. S3 documentation, "Actions for Amazon S3". */
export function versioned(action: string, version: string | undefined): string {
  if (version === undefined) return action;
  return action.endsWith("Tagging") ? action.replace(/Tagging$/, "VersionTagging") : `${action}Version`;
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
    const object = await findObject(store, input.Bucket, input.Key, input.VersionId);
    checkRead(input, object);
    return { object, range: byteRange(input.Range, object.size) };
  };
  const created = (
    reason: ObjectChange["reason"],
    bucket: string,
    key: string,
    object: StoredObject,
    call: Call,
  ): void => announce(context, call, { name: "Object Created", reason, bucket, key }, object);
  const currentId = async (bucket: string, key: string): Promise<string | undefined> => {
    const current = await store.find(bucket, key);
    return current && versionIdOf(current);
  };
  const rangeMembers = (object: StoredObject, range: { start: number; end: number } | undefined) =>
    range && {
      ContentLength: range.end - range.start + 1,
      ContentRange: `bytes ${range.start}-${range.end}/${object.size}`,
    };
  const remove = async (input: z.infer<typeof deleteInput>, call: Call): Promise<Record<string, unknown>> => {
    const { Bucket: bucket, Key: key, VersionId } = input;
    const check = (present: StoredObject | undefined): void => checkDelete(input, present);
    const { removed, marker } =
      VersionId === undefined
        ? await store.delete(bucket, key, check)
        : await store.deleteVersion(bucket, key, VersionId, check);
    const changed = marker ?? removed;
    if (changed) {
      const deletionType = marker ? "Delete Marker Created" : "Permanently Deleted";
      announce(context, call, { name: "Object Deleted", reason: "DeleteObject", deletionType, bucket, key }, changed);
    }
    // Deleting what is not there succeeds, and is no event.
    if (store.settings(bucket).versioning === undefined) return {};
    const isMarker = changed !== undefined && isDeleteMarker(changed);
    return { ...(isMarker && { DeleteMarker: true }), VersionId: changed ? versionIdOf(changed) : VersionId };
  };
  const tagPlace = z.object({ ...objectPlace, VersionId: versionId });

  return {
    PutObject: operation({
      parse: (input) => parseInput(putInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key }) => permit("s3:PutObject", Bucket, Key, "kms:GenerateDataKey"),
      async run(input, call) {
        const { Bucket, Key } = input;
        store.settings(Bucket);
        const file = await store.scratch.write(input.Body instanceof Uint8Array ? Buffer.from(input.Body) : input.Body);
        try {
          const object = await store.place(Bucket, Key, file, describe(input), {
            check: (present) => checkWrite(input, present),
          });
          created("PutObject", Bucket, Key, object, call);
          return {
            ETag: `"${object.etag}"`,
            Size: object.size,
            ...versionMember(store, Bucket, object),
            ...encryption(store, Bucket),
          };
        } finally {
          await store.scratch.discard(file);
        }
      },
    }),

    GetObject: operation({
      parse: (input) => parseInput(readInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key, VersionId }) =>
        permit(versioned("s3:GetObject", VersionId), Bucket, Key, "kms:Decrypt"),
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
      permissions: ({ Bucket, Key, VersionId }) =>
        permit(versioned("s3:GetObject", VersionId), Bucket, Key, "kms:Decrypt"),
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
          ...permit(versioned("s3:GetObject", source.version), source.bucket, source.key, "kms:Decrypt"),
          ...permit("s3:PutObject", Bucket, Key, "kms:GenerateDataKey"),
        ];
      },
      async run(input, call) {
        const { Bucket, Key } = input;
        const { bucket, key, version } = parseCopySource(input.CopySource);
        const source = await findObject(store, bucket, key, version);
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
        const { contentType, headers, metadata, tags } = source;
        const said = describe(input);
        const file = await store.scratch.write(store.read(bucket, source));
        try {
          const object = await store.place(
            Bucket,
            Key,
            file,
            // A copy is STANDARD unless the request says otherwise.
            { ...(replaces ? said : { contentType, headers, metadata, tags }), storageClass: said.storageClass },
            { check: (present) => checkWrite(input, present) },
          );
          created("CopyObject", Bucket, Key, object, call);
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

    DeleteObject: operation({
      parse: (input) => parseInput(deleteInput, input, "InvalidArgument"),
      permissions: ({ Bucket, Key, VersionId }) => permit(versioned("s3:DeleteObject", VersionId), Bucket, Key),
      run: (input, call) => remove(input, call),
    }),

    DeleteObjects: operation({
      parse: (input) => parseInput(deletionsInput, input, "MalformedXML"),
      permissions: ({ Bucket, Delete }) =>
        Delete.Objects.map(({ Key, VersionId }) => ({
          action: versioned("s3:DeleteObject", VersionId),
          resource: objectArn(Bucket, Key),
        })),
      async run({ Bucket, Delete }, call) {
        const deleted: Record<string, unknown>[] = [];
        for (const { Key, VersionId } of Delete.Objects) {
          const done = await remove({ Bucket, Key, VersionId }, call);
          const marker = done.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId } : {};
          deleted.push({ Key, VersionId, ...marker });
        }
        return { Deleted: Delete.Quiet ? [] : deleted };
      },
    }),

    GetObjectTagging: operation({
      parse: (input) => parseInput(tagPlace, input, "InvalidArgument"),
      permissions: ({ Bucket, Key, VersionId }) => permit(versioned("s3:GetObjectTagging", VersionId), Bucket, Key),
      async run({ Bucket, Key, VersionId }) {
        const object = await findObject(store, Bucket, Key, VersionId);
        const tags = Object.entries(object.tags ?? {}).map(([Name, Value]) => ({ Key: Name, Value }));
        return { TagSet: tags, ...versionMember(store, Bucket, object) };
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
      permissions: ({ Bucket, Key, VersionId }) => permit(versioned("s3:PutObjectTagging", VersionId), Bucket, Key),
      async run({ Bucket, Key, VersionId, Tagging }) {
        const object = await findObject(store, Bucket, Key, VersionId);
        const tags = Object.fromEntries(Tagging.TagSet.map((tag) => [tag.Key, tag.Value]));
        store.describe(Bucket, Key, versionIdOf(object), { tags });
        return versionMember(store, Bucket, object);
      },
    }),
  };
}
