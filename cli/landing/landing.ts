/** Plays the upstream: puts files into the landing bucket, and writes control files where it is the upstream that announces. */
import { HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { isExecDate } from "../../audit/exec-date";
import { nearestName } from "../../audit/nearest-name";
import { CommandError, usageError } from "../command-error";
import type { Control, Delivery } from "./arguments";
import type { LakeOutputs, PipelineOutput } from "../lake/outputs";

/** An object to write, in the order of writing: all data files before what says that they are complete, and that before the control files that announce them. */
export type Landing = { readonly key: string } & ({ readonly file: string } | { readonly control: true });

/**
 * Decides what is written where. A file belongs to the source of the pipeline that registers its prefix.
 * Without `controls`, each date's files are announced to the pipelines that register one of them and whose source announces;
 * the others have a watcher.
 *
 * @param options.source the pipelines of this source only
 * @throws CommandError for one name twice, and, unless `controls` say what is to happen with it, for a file that no pipeline
 * registers and for a date that does not exist
 */
export function planLanding(
  outputs: Pick<LakeOutputs, "pipelines">,
  deliveries: readonly Delivery[],
  options: { readonly controls?: readonly Control[]; readonly source?: string } = {},
): Landing[] {
  const sources = [...new Set(outputs.pipelines.map(({ source }) => source))];
  const onlySource = sources.length === 1 ? sources[0] : undefined;
  const sourceOf = (name: string): string => {
    const owners = outputs.pipelines.filter(({ source }) => options.source === undefined || source === options.source);
    const owner = owners.find((pipeline) => registers(pipeline, name));
    if (owner) return owner.source;
    // What is done with it, the control files say.
    const asked = options.controls && (options.source ?? onlySource);
    if (asked !== undefined) return asked;
    throw usageError(unregistered(name, owners));
  };

  const marks = (name: string): boolean => outputs.pipelines.some(({ markers }) => markers.includes(name));
  const inOrder = [...deliveries].sort((a, b) => Number(marks(nameOf(a))) - Number(marks(nameOf(b))));
  const files = inOrder.map((delivery) => {
    const { file, date } = delivery;
    const name = nameOf(delivery);
    if (!options.controls && !isExecDate(date)) {
      throw usageError(`--land ${file}@${date}: there is no such date; expected YYYY-MM-DD. Nothing was landed.`);
    }
    return { key: `incoming/${sourceOf(name)}/${date}/${name}`, file };
  });
  const twice = files.find(({ key }, index) => files.findIndex((other) => other.key === key) !== index);
  if (twice) throw usageError(`Two files would be written to ${twice.key}; land them one after the other.`);

  const controls = options.controls
    ? options.controls.map(({ name, date }) => {
        const owner = outputs.pipelines.find((pipeline) => `${pipeline.name}.done` === name);
        const source = options.source ?? owner?.source ?? onlySource ?? sources[0] ?? "";
        return `incoming/${source}/${date}/${name}`;
      })
    : outputs.pipelines
        .filter(({ announcedBy }) => announcedBy === "source")
        .flatMap((pipeline) =>
          deliveries
            .filter((delivery) => registers(pipeline, nameOf(delivery)))
            .map(({ date }) => `incoming/${pipeline.source}/${date}/${pipeline.name}.done`),
        );
  return [...files, ...[...new Set(controls)].map((key) => ({ key, control: true as const }))];
}

function nameOf({ file, name }: Delivery): string {
  return name ?? basename(file);
}

/** Whether a pipeline takes files of that name, or goes by them; of a folder of parts it takes all that stands in it. */
export function registers({ incoming, markers }: Pick<PipelineOutput, "incoming" | "markers">, name: string): boolean {
  if (markers.includes(name)) return true;
  return incoming.some((prefix) => {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    return folder === "" ? name.startsWith(prefix) && !name.includes("/") : name.startsWith(folder);
  });
}

function unregistered(name: string, pipelines: readonly PipelineOutput[]): string {
  const prefixes = [...new Set(pipelines.flatMap(({ incoming }) => incoming))].sort();
  const [meant] = prefixes.flatMap((prefix) => nearestName(name.slice(0, prefix.length), prefixes) ?? []);
  const known = meant === undefined ? `registered are ${prefixes.join(", ")}` : `did you mean ${meant}?`;
  return `No pipeline registers a file named ${name}: ${known}${meant === undefined ? "." : ""} Nothing was landed.`;
}

/** Throws {@link CommandError} that names each file which is not there: before anything is deployed or written. */
export async function requireFiles(deliveries: readonly Delivery[]): Promise<void> {
  const missing: string[] = [];
  for (const { file } of deliveries) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) missing.push(file);
  }
  if (missing.length > 0)
    throw new CommandError(`There is no file ${missing.join(" and no file ")}; nothing was landed.`);
}

/**
 * Puts the files of a folder in its place, each under the folder's own name, as `orders/part-0.parquet`. What tools write for
 * themselves, whose names begin with a period, stays behind.
 *
 * @throws CommandError as {@link requireFiles}
 */
export async function withFilesOfFolders(deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const found = await Promise.all(
    deliveries.map(async (delivery): Promise<Delivery[]> => {
      const folder = resolve(delivery.file);
      const isFolder = (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
      if (!isFolder) return [delivery];
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const names = files.map((file) => relative(folder, file).split(sep).join("/"));
      const kept = names.filter((name) => !name.split("/").some((part) => part.startsWith("."))).sort();
      if (kept.length === 0) throw new CommandError(`There is no file in ${delivery.file}; nothing was landed.`);
      return kept.map((name) => ({
        file: join(folder, name),
        date: delivery.date,
        name: `${basename(folder)}/${name}`,
      }));
    }),
  );
  const files = found.flat();
  await requireFiles(files);
  return files;
}

/** Writes the planned objects one after the other. Answers the keys whose content is another than before. */
export async function land(s3: S3Client, bucket: string, plan: readonly Landing[]): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const landing of plan) {
    const { key } = landing;
    const content =
      "file" in landing
        ? { Body: createReadStream(landing.file), ContentLength: (await stat(landing.file)).size }
        : { Body: "", ContentLength: 0 };
    const before = await etagOf(s3, bucket, key);
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, ...content }));
    if (ETag !== before) changed.add(key);
  }
  return changed;
}

/** ETag of an object; undefined if there is none. */
async function etagOf(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).ETag;
  } catch (error) {
    if ((error as Error).name === "NotFound") return undefined;
    throw error;
  }
}
