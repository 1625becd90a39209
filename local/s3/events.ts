/** What S3 tells EventBridge of a changed object. */

/** What happened to an object. */
export interface ObjectChange {
  readonly name: "Object Created" | "Object Deleted" | "Object Storage Class Changed";
  /** Absent for a change of storage class. */
  readonly reason?: "PutObject" | "CopyObject" | "CompleteMultipartUpload" | "DeleteObject" | "Lifecycle Expiration";
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Hexadecimal, without quotes. */
  readonly etag: string;
  /** Of the version that was created, deleted or moved, or of the delete marker; absent where no versions are kept. */
  readonly versionId?: string;
  /** For deletions. Default: `Permanently Deleted`. */
  readonly deletionType?: "Permanently Deleted" | "Delete Marker Created";
  /** For changes of storage class. */
  readonly storageClass?: string;
}

/** A change as it is told. */
export interface ObjectEvent extends ObjectChange {
  /** Orders the events of one key; see sequencers.ts. */
  readonly sequencer: string;
  readonly requestId: string;
  /** Account that made the request, or S3 itself for what lifecycle rules do. */
  readonly requester: string;
  readonly time: Date;
}

/** The event's `detail`. S3 documentation, "EventBridge event message structure". */
export function eventDetail(event: ObjectEvent): Record<string, unknown> {
  const { name, bucket, key, size, etag, versionId, sequencer, requestId, requester, reason } = event;
  const deleted = name === "Object Deleted";
  return {
    version: "0",
    bucket: { name: bucket },
    object: {
      key,
      ...(deleted ? {} : { size }),
      ...(deleted && event.deletionType !== "Delete Marker Created" ? {} : { etag }),
      ...(versionId === undefined ? {} : { "version-id": versionId }),
      ...(name === "Object Storage Class Changed" ? {} : { sequencer }),
    },
    "request-id": requestId,
    requester,
    // What a lifecycle rule does comes from nowhere.
    ...(requester === "s3.amazonaws.com" ? {} : { "source-ip-address": "127.0.0.1" }),
    ...(reason === undefined ? {} : { reason }),
    ...(deleted ? { "deletion-type": event.deletionType ?? "Permanently Deleted" } : {}),
    ...(event.storageClass === undefined ? {} : { "destination-storage-class": event.storageClass }),
  };
}
