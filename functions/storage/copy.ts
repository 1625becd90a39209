/** Copies an object of any size, if it is still the one that was found. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
  type CompletedPart,
  type S3Client,
} from "@aws-sdk/client-s3";

/** An object to copy. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** How much is copied by one call, in bytes. */
export interface CopyLimits {
  /** Largest object that one call copies: 5 GB (S3 documentation, "Copying, moving, and renaming objects"). */
  readonly whole: number;
  /** Size of parts; there are 10,000 at most ("Amazon S3 multipart upload limits"). */
  readonly part: number;
}

/** What S3 takes. Parts of 512 MiB make 5 TB of 10,000. */
export const copyLimits: CopyLimits = { whole: 5 * 1024 ** 3, part: 512 * 1024 ** 2 };

/** Parts that are copied at a time. */
const atOnce = 8;

/**
 * Copies `source` to `key` of `bucket`.
 *
 * @throws S3's `PreconditionFailed` if the source is another object by now
 */
export async function copyObject(
  s3: S3Client,
  source: CopySource,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  limits: CopyLimits = copyLimits,
): Promise<void> {
  const target = { Bucket: bucket, Key: key };
  const from = {
    CopySource: `${source.bucket}/${source.key.split("/").map(encodeURIComponent).join("/")}`,
    CopySourceIfMatch: `"${source.etag}"`,
  };
  if (source.size <= limits.whole) {
    // Tags stay behind, as they do when parts are copied: taking them along needs permissions on tags of both objects, which
    // depend on what somebody tagged. API reference, CopyObject, "x-amz-tagging-directive".
    await s3.send(new CopyObjectCommand({ ...target, ...from, TaggingDirective: "REPLACE" }));
    return;
  }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
  try {
    const parts: CompletedPart[] = [];
    const count = Math.ceil(source.size / limits.part);
    for (let first = 0; first < count; first += atOnce) {
      const numbers = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => first + index);
      const copied = await Promise.all(
        numbers.map(async (number): Promise<CompletedPart> => {
          const start = number * limits.part;
          const end = Math.min(start + limits.part, source.size) - 1;
          const { CopyPartResult } = await s3.send(
            new UploadPartCopyCommand({
              ...target,
              ...from,
              UploadId,
              PartNumber: number + 1,
              CopySourceRange: `bytes=${start}-${end}`,
            }),
          );
          return { PartNumber: number + 1, ETag: CopyPartResult?.ETag };
        }),
      );
      parts.push(...copied);
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    throw error;
  }
}
