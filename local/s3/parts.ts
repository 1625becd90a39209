/** The parts of an upload, as a client lists them in the end. */
import { z } from "zod";
import { AwsError } from "../api";
import { checksum, type ChecksumAlgorithm, type StoredChecksum } from "./checksums";
import type { Upload } from "./uploads";

/** All parts but the last have at least this many bytes. S3 documentation, "Multipart upload limits". */
const smallestPart = 5 * 1024 * 1024;

const text = z.string().optional();
/** Members that tell a checksum. */
export const sums = {
  ChecksumCRC32: text,
  ChecksumCRC32C: text,
  ChecksumCRC64NVME: text,
  ChecksumSHA1: text,
  ChecksumSHA256: text,
};

/** A part as a client names it. */
export const namedPart = z.object({ PartNumber: z.number().int().min(1).max(10_000), ETag: z.string(), ...sums });
type NamedPart = z.infer<typeof namedPart>;

type Part = Upload["parts"] extends Map<number, infer T> ? T : never;

/** The member that tells a part's checksum. */
export function partChecksum(part: { readonly checksum?: StoredChecksum } | undefined): Record<string, string> {
  if (!part?.checksum) return {};
  const { algorithm, value } = part.checksum;
  return { [`Checksum${algorithm.toUpperCase()}`]: value };
}

/** The parts that a list names, in its order. Throws what S3 answers to a list that is not the upload's. */
export function namedParts({ parts }: Upload, named: readonly NamedPart[]): Part[] {
  if (named.some(({ PartNumber }, index) => index > 0 && PartNumber <= named[index - 1].PartNumber)) {
    throw new AwsError("InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  return named.map(({ PartNumber, ETag, ...said }, index) => {
    const part = parts.get(PartNumber);
    const kept = partChecksum(part);
    const differs = Object.entries(said).some(([member, value]) => value !== undefined && kept[member] !== value);
    if (!part || part.md5 !== ETag.replace(/"/g, "") || differs) {
      throw new AwsError("InvalidPart", `Part ${PartNumber} could not be found, or its entity tag does not match.`);
    }
    if (index < named.length - 1 && part.size < smallestPart) {
      throw new AwsError(
        "EntityTooSmall",
        `Part ${PartNumber} has ${part.size} bytes; only the last may be below 5 MiB.`,
      );
    }
    return part;
  });
}

/** The checksum of the parts' checksums. S3 documentation, "Checking object integrity": composite checksums. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly Part[]): StoredChecksum {
  const sum = checksum(algorithm);
  for (const part of parts) sum.update(Buffer.from(part.checksum?.value ?? "", "base64"));
  return { algorithm, value: `${sum.digest()}-${parts.length}` };
}

/** Checks a part's checksum against what the upload was begun with. */
export function checkPart({ algorithm }: Upload, given: StoredChecksum | undefined): void {
  if (algorithm === undefined || given?.algorithm === algorithm) return;
  const actual = given?.algorithm ?? "null";
  throw new AwsError(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm}, actual checksum Type: ${actual}`,
  );
}
