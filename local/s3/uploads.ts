/** Uploads in parts that are under way. They live in memory: when the runtime closes they are gone, as if they had been aborted. */
import { randomUUID } from "node:crypto";
import { AwsError } from "../api";
import type { ChecksumAlgorithm } from "./checksums";
import type { Scratch, WrittenFile } from "./scratch";
import type { ObjectDescription } from "./stored-object";

/** An upload and the parts that have arrived. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly description: ObjectDescription;
  /** Of the checksum that each part brings. */
  readonly algorithm?: ChecksumAlgorithm;
  /** Whether the object's checksum is that of its bytes; otherwise it is one of its parts' checksums. */
  readonly whole: boolean;
  readonly initiated: Date;
  /** By part number. */
  readonly parts: Map<number, WrittenFile & { readonly modified: Date }>;
}

/** All uploads of the runtime. */
export class Uploads {
  private readonly uploads = new Map<string, Upload>();

  constructor(private readonly scratch: Scratch) {}

  /** Begins an upload. */
  begin(upload: Omit<Upload, "id" | "parts">): Upload {
    const begun: Upload = { ...upload, id: randomUUID(), parts: new Map() };
    this.uploads.set(begun.id, begun);
    return begun;
  }

  /** The uploads to a bucket, the oldest first. */
  to(bucket: string): Upload[] {
    return [...this.uploads.values()].filter((upload) => upload.bucket === bucket);
  }

  /** An upload. Throws `NoSuchUpload`. */
  get(id: string, bucket: string, key: string): Upload {
    const upload = this.uploads.get(id);
    if (upload?.bucket === bucket && upload.key === key) return upload;
    const message = "The specified upload does not exist. It may have been aborted or completed.";
    throw new AwsError("NoSuchUpload", message, 404, { UploadId: id });
  }

  /** Keeps a part, in place of an earlier one of that number. */
  async keepPart(upload: Upload, number: number, file: WrittenFile, modified: Date): Promise<void> {
    const replaced = upload.parts.get(number);
    upload.parts.set(number, { ...file, modified });
    if (replaced) await this.scratch.discard(replaced);
  }

  /** Ends an upload: its parts are gone. */
  async end({ id, parts }: Upload): Promise<void> {
    this.uploads.delete(id);
    for (const part of parts.values()) await this.scratch.discard(part);
  }
}
