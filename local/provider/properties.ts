/**
 * Properties as Pulumi's engine hands them to a provider and takes them back: plain values, with a marker for what is not
 * known yet, and with assets and archives in their wire form.
 */
import { isDeepStrictEqual } from "node:util";
import { specialArchiveSig, specialAssetSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** Property values by name. */
export type Properties = Readonly<Record<string, unknown>>;

/** Where the AWS provider keeps the names of the properties that it filled in itself. */
export const DEFAULTS = "__defaults";

/** Reads a message's properties. */
export function propertiesOf(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** Writes properties into a message; members without a value are left out. */
export function structOf(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

/** The properties that a program may set: without what the provider keeps for itself. */
export function withoutInternals(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith("__")));
}

/** Whether a value is, or holds, something that is not known yet. */
export function hasUnknowns(value: unknown): boolean {
  if (value === unknownValue) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknowns);
}

/** Whether what is at `path`, or what it would be in, is not known yet. */
export function isUnknownAt(value: unknown, path: readonly PropertyKey[]): boolean {
  if (value === unknownValue) return true;
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return false;
  return isUnknownAt((value as Record<PropertyKey, unknown>)[step], rest);
}

/** Names of the properties that differ; an asset or archive does if its content does, a value not known yet always. */
export function changedProperties(before: Properties, after: Properties): string[] {
  const [old, wanted] = [withoutInternals(before), withoutInternals(after)];
  const names = new Set([...Object.keys(old), ...Object.keys(wanted)]);
  return [...names].filter((name) => !isDeepStrictEqual(comparable(old[name]), comparable(wanted[name])));
}

/** A value without what may differ while it means the same: how an asset is brought along, and members without a value. */
function comparable(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value ?? undefined;
  if (Array.isArray(value)) return value.map(comparable);
  const members = value as Properties;
  const kind = members[specialSigKey];
  if ((kind === specialAssetSig || kind === specialArchiveSig) && members.hash) return members.hash;
  return Object.fromEntries(
    Object.entries(members)
      .map(([name, member]) => [name, comparable(member)] as const)
      .filter(([, member]) => member !== undefined),
  );
}
