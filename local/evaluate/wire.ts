/**
 * Property values as Pulumi puts them on the wire, turned into plain data.
 */
import {
  specialArchiveSig,
  specialAssetSig,
  specialOutputValueSig,
  specialResourceSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime";
import { readAsset, writeArchive } from "./archives";

/**
 * The plain value of a wire value: secrets unwrapped, assets read, archives written under `archives`, references to
 * resources as their ids. Paths are relative to `base`, the program's folder. What is not known yet (in preview) is `undefined`, and missing from the object it belongs to.
 */
function plainValue(value: unknown, archives: string, base: string): unknown {
  if (value === unknownValue) return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plainValue(item, archives, base) ?? null);
  const members = value as Readonly<Record<string, unknown>>;
  switch (members[specialSigKey]) {
    case undefined:
      return plainObject(members, archives, base);
    case specialSecretSig:
    case specialOutputValueSig:
      return plainValue(members.value, archives, base);
    case specialResourceSig:
      return plainValue(members.id ?? members.urn, archives, base);
    case specialAssetSig:
      return readAsset(value, base);
    case specialArchiveSig:
      return writeArchive(value, archives, base);
    default:
      throw new Error(`Pulumi sent a kind of value that the local runtime does not know: ${JSON.stringify(value)}`);
  }
}

/** {@link plainValue} of each member that is known. */
export function plainObject(
  members: Readonly<Record<string, unknown>>,
  archives: string,
  base: string,
): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(members)) {
    const known = plainValue(member, archives, base);
    if (known !== undefined) plain[key] = known;
  }
  return plain;
}

/**
 * A wire value as Pulumi's engine answers for a resource that does not change: from the stack's state, which knows an archive by
 * its hash and has no contents for whoever takes it over.
 */
export function withoutContents(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutContents);
  const members = value as Readonly<Record<string, unknown>>;
  if (members[specialSigKey] === specialArchiveSig) return { [specialSigKey]: specialArchiveSig, assets: {} };
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, withoutContents(member)]));
}
