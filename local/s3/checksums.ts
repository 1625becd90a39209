/** Checksums that clients send with a body. S3 documentation, "Checking object integrity". */
import { createHash } from "node:crypto";

/** Algorithms, by the end of their header's name. */
export const checksumAlgorithms = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** A checksum that is kept with an object. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of checksums of parts it ends in `-` and their number. */
  readonly value: string;
}

/** Takes bytes, then tells their checksum in base64. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** Starts a checksum. */
export function checksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case "sha1":
    case "sha256": {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
    }
    case "crc32":
      return reflectedCrc([0, 0xedb88320]);
    case "crc32c":
      return reflectedCrc([0, 0x82f63b78]);
    case "crc64nvme":
      return reflectedCrc([0x9a6c9329, 0xac4bc9b5]);
  }
}

/** The algorithm that S3's API calls by a name, e.g. `CRC64NVME`. */
export function algorithmNamed(name: string): ChecksumAlgorithm | undefined {
  return checksumAlgorithms.find((algorithm) => algorithm.toUpperCase() === name);
}

/** The members that tell a checksum. S3 API reference, "GetObjectAttributes": `Checksum`. */
export function checksumMembers({ algorithm, value }: StoredChecksum): Record<string, string> {
  return {
    [`Checksum${algorithm.toUpperCase()}`]: value,
    ChecksumType: value.includes("-") ? "COMPOSITE" : "FULL_OBJECT",
  };
}

/** A CRC whose polynomial is given with its bits reversed, as its higher and lower 32 bits; 32 bits wide if the higher is 0. */
function reflectedCrc([high, low]: readonly [number, number]): Checksum {
  const wide = high !== 0;
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let [h, l] = [0, index];
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = l & 1;
      l = ((l >>> 1) | (h << 31)) >>> 0;
      h >>>= 1;
      if (odd) [h, l] = [(h ^ high) >>> 0, (l ^ low) >>> 0];
    }
    [highs[index], lows[index]] = [h, l];
  }
  let h = wide ? 0xffffffff : 0;
  let l = 0xffffffff;
  return {
    update(bytes) {
      for (const byte of bytes) {
        const index = (l ^ byte) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ lows[index];
        h = (h >>> 8) ^ highs[index];
      }
    },
    digest() {
      const out = Buffer.alloc(8);
      out.writeUInt32BE((wide ? ~h : 0) >>> 0, 0);
      out.writeUInt32BE(~l >>> 0, 4);
      return out.subarray(wide ? 0 : 4).toString("base64");
    },
  };
}
