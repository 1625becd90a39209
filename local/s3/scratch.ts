/** Files that are written aside before they become objects. */
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checksum, type ChecksumAlgorithm, type StoredChecksum } from "./checksums";
import { RequestBody } from "./request-body";

/** A file that was written aside and awaits its place. */
export interface WrittenFile {
  readonly path: string;
  readonly size: number;
  /** Hexadecimal MD5. */
  readonly md5: string;
  /** The checksum that was asked for, or that the bytes came with. */
  readonly checksum?: StoredChecksum;
}

/** A folder of files that belong to nobody yet. */
export class Scratch {
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Writes bytes to a file of their own, with a checksum of `algorithm` if one is given. */
  async write(body: Readable | Uint8Array | string, algorithm?: ChecksumAlgorithm): Promise<WrittenFile> {
    const path = join(this.folder, randomUUID());
    const hash = createHash("md5");
    let size = 0;
    const source = body instanceof Readable ? body : Readable.from([Buffer.from(body)]);
    const sum = algorithm && checksum(algorithm);
    try {
      await pipeline(
        source,
        async function* (chunks: AsyncIterable<Buffer | string>) {
          for await (const chunk of chunks) {
            const bytes = Buffer.from(chunk);
            hash.update(bytes);
            sum?.update(bytes);
            size += bytes.length;
            yield bytes;
          }
        },
        createWriteStream(path),
      );
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    const brought = body instanceof RequestBody ? body.checksum : undefined;
    return {
      path,
      size,
      md5: hash.digest("hex"),
      checksum: algorithm && sum ? { algorithm, value: sum.digest() } : brought,
    };
  }

  /** Forgets a file; one that has found its place is left alone. */
  async discard(file: WrittenFile): Promise<void> {
    await rm(file.path, { force: true });
  }
}
