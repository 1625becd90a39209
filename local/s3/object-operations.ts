/** Operations on single objects. */
import { z } from "zod";
import { AwsError, operation, type Call, type Operations, type Place } from "../api";
import { checksumMembers } from "./checksums";
import { encryptionMembers, encryptionOf } from "./encryption";
import type { ObjectChange, ObjectEvent } from "./events";
import { takeInput } from "./input";
import {
  body,
  checkDelete,
  checkWrite,
  checksumAlgorithm,
  describe,
  description,
  objectArn,
  objectPlace,
  versioned,
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
  ChecksumAlgorithm: checksumAlgorithm,
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
});

const deleteInput = z.object({ ...objectPlace, VersionId: versionId, IfMatch: z.string().optional() });

const deletionsInput = z.object({
  Bucket: objectPlace.Bucket,
  Delete: z.object({
    Objects: z
      .array(z.strictObject({ Key: z.string().min(1), VersionId: versionId, ETag: z.string().optional() }))
      .min(1)
      .max(1000),
    Quiet: z.boolean().default(false),
  }),
});

/** PutObject, DeleteObject, DeleteObjects. */
export function objectOperations(context: S3Context): Operations {
  const { store, place } = context;
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
  return {
    PutObject: operation({
      parse: (input) => takeInput("PutObject", place, putInput, input),
      permissions: (input) => writePermissions(store, place, input),
      async run(input, call) {
        const { Bucket, Key } = input;
        store.settings(Bucket);
        const file = await store.scratch.write(input.Body, input.ChecksumAlgorithm);
        try {
          const object = await store.place(
            Bucket,
            Key,
            file,
            { ...describe(input, place), checksum: file.checksum },
            {
              check: (present) => checkWrite(input, present),
            },
          );
          announce(context, call, { name: "Object Created", reason: "PutObject", bucket: Bucket, key: Key }, object);
          return {
            ETag: `"${object.etag}"`,
            Size: object.size,
            ...versionMember(store, Bucket, object),
            ...(object.checksum && checksumMembers(object.checksum)),
            ...encryptionMembers(place, encryptionOf(store, Bucket, object.encryption)),
          };
        } finally {
          await store.scratch.discard(file);
        }
      },
    }),

    DeleteObject: operation({
      parse: (input) => takeInput("DeleteObject", place, deleteInput, input),
      permissions: ({ Bucket, Key, VersionId }) => [
        { action: versioned("s3:DeleteObject", VersionId), resource: objectArn(Bucket, Key) },
      ],
      run: (input, call) => remove(input, call),
    }),

    DeleteObjects: operation({
      parse: (input) => takeInput("DeleteObjects", place, deletionsInput, input, "MalformedXML"),
      permissions: ({ Bucket, Delete }) =>
        Delete.Objects.map(({ Key, VersionId }) => ({
          action: versioned("s3:DeleteObject", VersionId),
          resource: objectArn(Bucket, Key),
        })),
      async run({ Bucket, Delete }, call) {
        const deleted: Record<string, unknown>[] = [];
        const failed: Record<string, unknown>[] = [];
        store.settings(Bucket);
        for (const { Key, VersionId, ETag } of Delete.Objects) {
          try {
            const done = await remove({ Bucket, Key, VersionId, IfMatch: ETag }, call);
            const marker = done.DeleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId } : {};
            deleted.push({ Key, VersionId, ...marker });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            failed.push({ Key, VersionId, Code: error.code, Message: error.message });
          }
        }
        return { Deleted: Delete.Quiet ? [] : deleted, Errors: failed };
      },
    }),
  };
}
