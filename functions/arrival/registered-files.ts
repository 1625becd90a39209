/** Which of a pipeline's registered files are there: shared by the trigger and the watcher. */
import type { S3Client } from "@aws-sdk/client-s3";
import { readText, type ListedObject } from "../storage/objects";
import {
  completionMarkerKey,
  controlFileKey,
  incomingFolder,
  type FoundFile,
  type PipelineDefinition,
  type RegisteredFile,
} from "../runs/pipeline";
import { besidePrefix, unfinished, type Unfinished } from "./completeness";

/** What a folder of incoming files holds for one pipeline. */
export interface RegisteredFiles {
  /** Data files in the order of the registration; the parts of a table in the order of their keys. */
  readonly found: readonly FoundFile[];
  /** What is expected and not there: a registered prefix or an upstream's completion marker, as keys. */
  readonly missing: readonly string[];
  /** Prefixes of one file with more than one object. */
  readonly duplicated: readonly { readonly prefix: string; readonly keys: readonly string[] }[];
  /** Prefixes of many files of which not all are there, or others than were declared. */
  readonly unfinished: readonly Unfinished[];
}

/** What tells one pipeline's files from another's. */
export type Registration = Pick<PipelineDefinition, "pipeline" | "source" | "incoming" | "after">;

/** Whether a file's name says that it is a control file or a completion marker. */
export function isReservedName(name: string): boolean {
  return name.endsWith(".done") || name.endsWith(".completed");
}

/**
 * Whether engines pass over an object: its name, or that of a folder above it, begins with `_` or `.` (Athena User Guide, "Specify a
 * table location in Amazon S3"), or it stands for a folder (S3 console; Hadoop's `_$folder$`).
 *
 * @param name key below the date's folder
 */
export function isHidden(name: string): boolean {
  return name.endsWith("/") || name.endsWith("_$folder$") || name.split("/").some((part) => /^[_.]/.test(part));
}

/**
 * The registration that a file belongs to: that of the longest prefix which its name starts with, so `co2-1996` does not take the
 * file of `co2-1996-OH`. Files in folders belong to prefixes with folders only. Control files, completion markers and what engines
 * pass over are never data, nor is what says that others are complete.
 *
 * @param name key below the date's folder
 */
export function registrationOf<T extends Pick<RegisteredFile, "prefix" | "complete">>(
  incoming: readonly T[],
  name: string,
): T | undefined {
  if (isReservedName(name) || isHidden(name)) return undefined;
  if (incoming.some((each) => tellers(each).includes(name))) return undefined;
  return incoming
    .filter(({ prefix }) => name.startsWith(prefix) && (prefix.includes("/") || !name.includes("/")))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** Names below the date's folder of the objects that say when parts are complete. */
export function tellers({ prefix, complete }: Pick<RegisteredFile, "prefix" | "complete">): string[] {
  return [complete?.marker, complete?.manifest].flatMap((name) =>
    name === undefined ? [] : [besidePrefix(prefix, name)],
  );
}

/** Keys of the objects that say when parts are complete: those that are declared, whether they are there or not. */
export function tellingKeys({ source, incoming }: Pick<Registration, "source" | "incoming">, date: string): string[] {
  const folder = incomingFolder(source, date);
  return incoming.flatMap((each) => tellers(each).map((name) => `${folder}${name}`));
}

/** Keys of everything in a date's folder that a pipeline goes by, but for its control file. */
export function awaitedKeys(
  definition: Pick<Registration, "source" | "incoming" | "after">,
  date: string,
  objects: readonly ListedObject[],
): string[] {
  const { source, incoming, after } = definition;
  const folder = incomingFolder(source, date);
  const data = objects.filter(({ key }) => registrationOf(incoming, key.slice(folder.length)) !== undefined);
  return [
    ...data.map(({ key }) => key),
    ...tellingKeys(definition, date),
    ...after.map((upstream) => completionMarkerKey(source, date, upstream)),
  ];
}

/** Matches the objects of one date's folder with what the pipeline registers, and reads the manifests among them. */
export async function readRegisteredFiles(
  definition: Registration,
  date: string,
  objects: readonly ListedObject[],
  { s3, landing }: { readonly s3: S3Client; readonly landing: string },
): Promise<RegisteredFiles> {
  const folder = incomingFolder(definition.source, date);
  const manifests: Record<string, string> = {};
  for (const { prefix, complete } of definition.incoming) {
    const key = complete?.manifest === undefined ? "" : `${folder}${besidePrefix(prefix, complete.manifest)}`;
    if (objects.some((object) => object.key === key)) manifests[key] = await readText(s3, landing, key);
  }
  return matchRegisteredFiles(definition, date, objects, manifests);
}

/**
 * Matches the objects of one date's folder with what the pipeline registers: pure.
 *
 * @param manifests texts of the manifests that are there, by key
 */
export function matchRegisteredFiles(
  definition: Registration,
  date: string,
  objects: readonly ListedObject[],
  manifests: Readonly<Record<string, string>> = {},
): RegisteredFiles {
  const { source, incoming, after, pipeline } = definition;
  const folder = incomingFolder(source, date);
  const inside = objects.filter(({ key }) => key.startsWith(folder));
  const owned = new Map<RegisteredFile, ListedObject[]>(incoming.map((each) => [each, []]));
  for (const object of inside) {
    const owner = registrationOf(incoming, object.key.slice(folder.length));
    if (owner) owned.get(owner)?.push(object);
  }

  const found: FoundFile[] = [];
  const missing: string[] = [];
  const duplicated: { prefix: string; keys: string[] }[] = [];
  const open: Unfinished[] = [];
  for (const registered of incoming) {
    const { prefix, database, table, files, complete } = registered;
    const matches = (owned.get(registered) ?? []).sort((a, b) => (a.key < b.key ? -1 : 1));
    if (files === "many") {
      const control = controlFileKey(source, date, pipeline);
      const isPart = (key: string): boolean =>
        key.startsWith(folder) && registrationOf(incoming, key.slice(folder.length)) === registered;
      const told = unfinished({ prefix, complete, isPart, folder, control }, matches, inside, manifests);
      if (told) open.push(told);
    } else if (matches.length === 0) missing.push(`${folder}${prefix}*`);
    else if (matches.length > 1) duplicated.push({ prefix, keys: matches.map(({ key }) => key) });
    if (files === "many" || matches.length === 1) {
      found.push(...matches.map(({ key, etag, size }) => ({ key, etag, size, database, table })));
    }
  }
  for (const upstream of after) {
    const marker = completionMarkerKey(source, date, upstream);
    if (!inside.some(({ key }) => key === marker)) missing.push(marker);
  }
  return { found, missing, duplicated, unfinished: open };
}
