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
  writePermissions,
} from "./object-input";
import { emptyEtag, isDeleteMarker, versionIdOf, type StoredObject, type Version } from "./stored-object";
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

/** PutObject, GetObject, HeadObject, DeleteObject, DeleteObjects and object tags. */
export function objectOperations(context: S3Context): Operations {
  const { store, place } = context;
  const permit = (action: string, bucket: string, key: string, use?: "kms:Decrypt" | "kms:GenerateDataKey") =>
    objectPermissions(store, place, action, bucket, key, use);

  const read = async (
    input: z.infer<typeof readInput>,
    call: Call,
  ): Promise<{ object: StoredObject; range?: { start: number; end: number } }> => {
    const object = await findObject(store, call, input.Bucket, input.Key, input.VersionId);
    checkRead(input, object);
    return { object, range: byteRange(input.Range, object.size) };
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
      permissions: (input) => writePermissions(store, place, input),
      async run(input, call) {
        const { Bucket, Key } = input;
        store.settings(Bucket);
        const file = await store.scratch.write(input.Body instanceof Uint8Array ? Buffer.from(input.Body) : input.Body);
        try {
          const object = await store.place(Bucket, Key, file, describe(input), {
            check: (present) => checkWrite(input, present),
          });
          announce(context, call, { name: "Object Created", reason: "PutObject", bucket: Bucket, key: Key }, object);
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
      async run(input, call) {
        const { object, range } = await read(input, call);
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
      async run(input, call) {
        try {
          const { object, range } = await read(input, call);
          return { ...described(store, input.Bucket, object), ...rangeMembers(object, range) };
        } catch (error) {
          // A HEAD response has no body to name the error: clients know it as NotFound.
          if (error instanceof AwsError && error.status === 404) throw new AwsError("NotFound", "Not Found", 404);
          throw error;
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
      async run({ Bucket, Key, VersionId }, call) {
        const object = await findObject(store, call, Bucket, Key, VersionId);
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
      async run({ Bucket, Key, VersionId, Tagging }, call) {
        const object = await findObject(store, call, Bucket, Key, VersionId);
        const tags = Object.fromEntries(Tagging.TagSet.map((tag) => [tag.Key, tag.Value]));
        store.describe(Bucket, Key, versionIdOf(object), { tags });
        return versionMember(store, Bucket, object);
      },
    }),
  };
}
