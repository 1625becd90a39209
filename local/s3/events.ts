/** What S3 tells EventBridge of a changed object. */

/** One change of an object. */
export interface ObjectEvent {
  readonly name: "Object Created" | "Object Deleted";
  readonly reason: "PutObject" | "CopyObject" | "CompleteMultipartUpload" | "DeleteObject";
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** Hexadecimal, without quotes. */
  readonly etag: string;
  /** Orders the events of one key: compare as hexadecimal numbers. */
  readonly sequencer: string;
  readonly requestId: string;
  /** Account that made the request. */
  readonly requester: string;
  readonly time: Date;
}

/** The event's `detail`. S3 documentation, "EventBridge event message structure". */
export function eventDetail(event: ObjectEvent): Record<string, unknown> {
  const { name, bucket, key, size, etag, sequencer, requestId, requester, reason } = event;
  const created = name === "Object Created";
  return {
    version: "0",
    bucket: { name: bucket },
    object: created ? { key, size, etag, sequencer } : { key, sequencer },
    "request-id": requestId,
    requester,
    "source-ip-address": "127.0.0.1",
    reason,
    ...(created ? {} : { "deletion-type": "Permanently Deleted" }),
  };
}
