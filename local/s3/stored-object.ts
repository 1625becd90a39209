/** What is kept of an object beside its bytes. */
import { z } from "zod";
import { checksumAlgorithms } from "./checksums";

/** Schema of {@link StoredObject}. */
export const storedObject = z.object({
  /** Path of the file, relative to the bucket's folder. */
  path: z.string(),
  size: z.number(),
  etag: z.string(),
  modified: z.string(),
  /** Modification time of the file when this was written: another means that the file was changed by hand. */
  mtimeMs: z.number(),
  /** Absent for the version that S3 calls `null`: one written while the bucket kept no versions. */
  versionId: z.string().optional(),
  /** Absent for STANDARD. */
  storageClass: z.string().optional(),
  contentType: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  /** Absent where no client gave one. */
  checksum: z.object({ algorithm: z.enum(checksumAlgorithms), value: z.string() }).optional(),
  /** How its writer asked to encrypt it; absent where the bucket's default of now is told. */
  encryption: z
    .object({
      algorithm: z.enum(["AES256", "aws:kms"]),
      kmsKey: z.string().optional(),
      bucketKey: z.boolean().optional(),
    })
    .optional(),
  /** The parts that it was uploaded in. */
  parts: z.array(z.object({ number: z.number(), size: z.number(), checksum: z.string().optional() })).optional(),
});

/** Schema of {@link DeleteMarker}. */
export const deleteMarker = z.object({
  deleteMarker: z.literal(true),
  modified: z.string(),
  versionId: z.string().optional(),
});

/** What is known of an object. `etag` has no quotes; `modified` is ISO 8601. */
export type StoredObject = Readonly<z.infer<typeof storedObject>>;

/** What stands where a versioned object was deleted. */
export type DeleteMarker = Readonly<z.infer<typeof deleteMarker>>;

/** One entry in the history of a key. */
export type Version = StoredObject | DeleteMarker;

/** What a client says of an object beside its bytes. */
export type ObjectDescription = Pick<
  StoredObject,
  "contentType" | "headers" | "metadata" | "tags" | "storageClass" | "checksum" | "encryption" | "parts"
>;

/** ETag of no bytes, which events of delete markers carry. */
export const emptyEtag = "d41d8cd98f00b204e9800998ecf8427e";

/** Whether an entry says that the object was deleted. */
export function isDeleteMarker(version: Version): version is DeleteMarker {
  return "deleteMarker" in version;
}

/** The version's id as clients know it. */
export function versionIdOf({ versionId = "null" }: Version): string {
  return versionId;
}

/** When a version was made, as S3 tells: in whole seconds. S3 API reference, "ListObjectsV2": the times of its examples. */
export function lastModified({ modified }: Pick<Version, "modified">): Date {
  return new Date(Math.floor(Date.parse(modified) / 1000) * 1000);
}
