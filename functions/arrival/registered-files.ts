/** Which of a pipeline's registered files are there: pure, shared by the trigger and the watcher. */
import type { ListedObject } from "../storage/objects";
import { incomingFolder, completionMarkerKey, type FoundFile, type PipelineDefinition } from "../runs/pipeline";

/** What a folder of incoming files holds for one pipeline. */
export interface RegisteredFiles {
  /** Data files, one per registered prefix, in the order of the registration. */
  readonly found: readonly FoundFile[];
  /** What is expected and not there: a registered prefix or an upstream's completion marker, as keys. */
  readonly missing: readonly string[];
  /** Registered prefixes with more than one object. */
  readonly duplicated: readonly { readonly prefix: string; readonly keys: readonly string[] }[];
}

/** Whether a file's name says that it is a control file or a completion marker. */
export function isReservedName(name: string): boolean {
  return name.endsWith(".done") || name.endsWith(".completed");
}

/**
 * Matches the objects of one date's folder with what the pipeline registers. A file belongs to a prefix if its name starts
 * with it; the longest registered prefix wins, so `co2-1996` does not take the file of `co2-1996-OH`. Control files and
 * completion markers are never data, whatever their names start with.
 */
export function matchRegisteredFiles(
  definition: Pick<PipelineDefinition, "source" | "incoming" | "after">,
  date: string,
  objects: readonly ListedObject[],
): RegisteredFiles {
  const folder = incomingFolder(definition.source, date);
  const names = objects.filter(({ key }) => key.startsWith(folder) && !key.slice(folder.length).includes("/"));
  const files = names.filter(({ key }) => !isReservedName(key));
  const owner = (key: string): string | undefined =>
    definition.incoming
      .map(({ prefix }) => prefix)
      .filter((prefix) => key.slice(folder.length).startsWith(prefix))
      .sort((a, b) => b.length - a.length)[0];

  const found: FoundFile[] = [];
  const missing: string[] = [];
  const duplicated: { prefix: string; keys: string[] }[] = [];
  for (const { prefix, database, table } of definition.incoming) {
    const matches = files.filter(({ key }) => owner(key) === prefix);
    if (matches.length === 0) missing.push(`${folder}${prefix}*`);
    else if (matches.length > 1) duplicated.push({ prefix, keys: matches.map(({ key }) => key).sort() });
    else {
      const [{ key, etag, size }] = matches;
      found.push({ key, etag, size, database, table });
    }
  }
  for (const upstream of definition.after) {
    const marker = completionMarkerKey(definition.source, date, upstream);
    if (!names.some(({ key }) => key === marker)) missing.push(marker);
  }
  return { found, missing, duplicated };
}
