/** Whether all parts of a table and date are there, by what was declared: pure. */
import { isFault } from "../invocation/fault";
import { list, number, optional, readJson, shape, text } from "../invocation/schema";
import type { CompletenessRule } from "../runs/pipeline";
import type { ListedObject } from "../storage/objects";

/** Why the parts of a prefix are not all there. */
export interface Unfinished {
  readonly prefix: string;
  /** What is awaited, as the end of a sentence: `waits for …`. */
  readonly awaited: string;
  /** Whether what is there contradicts what was declared: more of the same does not mend it. */
  readonly contradicts: boolean;
}

/** Where the parts of a table and date are, and what says that they are complete. */
export interface Parts {
  readonly prefix: string;
  readonly complete?: CompletenessRule;
  /** Whether an object of this key would be a part. */
  readonly isPart: (key: string) => boolean;
  /** The date's folder. */
  readonly folder: string;
  /** Key of the control file, which says it where nothing else is declared. */
  readonly control: string;
}

/** Name below the date's folder of an object beside the parts of a prefix. */
export function besidePrefix(prefix: string, name: string): string {
  return `${prefix.slice(0, prefix.lastIndexOf("/") + 1)}${name}`;
}

/**
 * What is awaited of the parts of a prefix; undefined if they are complete.
 *
 * @param parts what is there of them
 * @param objects all objects of the date's folder
 * @param manifests texts of manifests, by key
 */
export function unfinished(
  { prefix, complete, isPart, folder, control }: Parts,
  parts: readonly ListedObject[],
  objects: readonly ListedObject[],
  manifests: Readonly<Record<string, string>>,
): Unfinished | undefined {
  const waits = (awaited: string): Unfinished => ({ prefix, awaited, contradicts: false });
  const contradicts = (awaited: string): Unfinished => ({ prefix, awaited, contradicts: true });
  const pattern = `${folder}${prefix}*`;
  if (complete?.count !== undefined) {
    const { count } = complete;
    if (parts.length < count) return waits(`${pattern} (${parts.length} of ${count} parts)`);
    if (parts.length === count) return undefined;
    return contradicts(
      `${count} parts at ${pattern} instead of ${parts.length} (${some(parts.map(({ key }) => key))})`,
    );
  }
  if (complete?.manifest !== undefined) {
    const key = `${folder}${besidePrefix(prefix, complete.manifest)}`;
    const manifest = manifests[key] as string | undefined;
    if (manifest === undefined) return waits(`${key} (${partsThere(parts)})`);
    return ofManifest(key, manifest, parts, { isPart, waits, contradicts });
  }
  const marker = complete?.marker === undefined ? control : `${folder}${besidePrefix(prefix, complete.marker)}`;
  const written = objects.find(({ key }) => key === marker);
  if (!written) return waits(`${marker} (${partsThere(parts)})`);
  if (parts.length === 0) return waits(`${pattern}, of which ${marker} says that it is complete`);
  const newer = parts.filter(({ modified }) => modified > written.modified).map(({ key }) => key);
  return newer.length === 0 ? undefined : waits(`${marker} to be written again: newer is ${some(newer)}`);
}

interface Answers extends Pick<Parts, "isPart"> {
  readonly waits: (awaited: string) => Unfinished;
  readonly contradicts: (awaited: string) => Unfinished;
}

function ofManifest(
  key: string,
  manifest: string,
  parts: readonly ListedObject[],
  { isPart, waits, contradicts }: Answers,
): Unfinished | undefined {
  const wrong = (what: string): Unfinished => contradicts(`${key} to be put right: ${what}`);
  let entries: readonly ManifestEntry[];
  try {
    entries = readPartsManifest(manifest, key);
  } catch (error) {
    if (!isFault(error)) throw error;
    return contradicts(`a manifest that can be read: ${error.message.replace(/\.$/, "")}`);
  }
  if (entries.length === 0) return wrong("it lists no file");
  const seen = new Set<string>();
  const there = new Map(parts.map((part) => [part.key, part]));
  const missing: string[] = [];
  for (const entry of entries) {
    if (seen.has(entry.key)) return wrong(`it lists ${entry.key} twice`);
    seen.add(entry.key);
    if (!isPart(entry.key))
      return wrong(`it lists ${entry.key}, which is no part: another prefix, or a name that is never data`);
    const part = there.get(entry.key);
    if (!part) missing.push(entry.key);
    else if (part.size !== entry.size) {
      return wrong(`${entry.key} has ${part.size} bytes, and it lists ${entry.size}`);
    }
  }
  const unlisted = parts.find((part) => !seen.has(part.key));
  if (unlisted) return wrong(`it does not list ${unlisted.key}, which is there`);
  if (missing.length === 0) return undefined;
  return waits(
    `${some(missing)} (${entries.length - missing.length} of the ${entries.length} parts that ${key} lists)`,
  );
}

/** A file that a manifest lists. */
export interface ManifestEntry {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

const partsManifest = shape({
  files: optional(list(shape({ name: text, size: number }))),
  entries: optional(list(shape({ url: text, meta: shape({ content_length: number }) }))),
});

/**
 * Reads a manifest of parts: `{ "files": [{ "name", "size" }] }` with names below the manifest's folder, or the one that Redshift's
 * UNLOAD writes, `{ "entries": [{ "url", "meta": { "content_length" } }] }` (Redshift Developer Guide, "UNLOAD").
 *
 * @throws `ConfigurationInvalid`
 */
function readPartsManifest(manifest: string, key: string): ManifestEntry[] {
  const folder = key.slice(0, key.lastIndexOf("/") + 1);
  const { files = [], entries = [] } = readJson(manifest, partsManifest, key);
  return [
    ...files.map(({ name, size }) => ({ key: `${folder}${name}`, size })),
    ...entries.map(({ url, meta }) => ({ key: url.replace(/^s3:\/\/[^/]+\//, ""), size: meta.content_length })),
  ];
}

function partsThere({ length }: readonly unknown[]): string {
  return length === 1 ? "1 part is there" : `${length} parts are there`;
}

/** The first few, and how many more there are. */
function some(keys: readonly string[]): string {
  const [shown, more] = [keys.slice(0, 3), keys.length - 3];
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
