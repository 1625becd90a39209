/**
 * Deletes what superseded runs left: each partition keeps what is published, the newest runs before it, for a rollback, and
 * whatever is young, for readers and runs that are under way.
 */
import type { GlueClient } from "@aws-sdk/client-glue";
import { DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import { arrivedTableName } from "../formats/file-format";
import { leaseHolderSeconds, leaseKey, withLease } from "../publication/lease";
import { log } from "../invocation/log";
import { list, readText, type ListedObject } from "../storage/objects";
import { pipelineDefinition, type PipelineDefinition } from "../runs/pipeline";
import { findPartition } from "../publication/publication";
import { isNewerRun } from "../runs/run-order";
import {
  keepCheckpoint,
  nextCheckpoint,
  nightOf,
  ownPartitions,
  readCheckpoint,
  type PrunablePartition,
} from "../publication/pruner-checkpoint";
import { unregisterRun } from "../publication/runs-table";
import type { PipelineSettings } from "../invocation/settings";
import { readJson } from "../invocation/schema";
import { parseLocation, readTable, type CatalogTable } from "../publication/catalog-table";

/** What pruning needs. */
export interface PruneContext {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly settings: PipelineSettings;
  readonly now: () => Date;
}

/** What was deleted. */
export interface Pruned {
  readonly runs: number;
  readonly objects: number;
}

/** A run's data below a partition. */
export interface RunFolder {
  /** Ends with `/`. */
  readonly prefix: string;
  readonly run: string;
  /** When its last object was written. */
  readonly modified: Date;
}

/** Seconds that a night's pruning begins anything in: its function has 900, and one partition takes a minute at most. */
const nightSeconds = 600;

/** Handles the daily schedule: the tables that the pipeline publishes, of those that it shares its own partitions. */
export async function prune(_event: unknown, context: PruneContext): Promise<Pruned> {
  const { s3, glue, settings, now } = context;
  const { assets, pipeline } = settings;
  const place = `pipelines/${pipeline}/definition.json`;
  const definition = readJson(await readText(s3, assets, place), pipelineDefinition, place);
  const until = now().getTime() + nightSeconds * 1000;
  const before = await readCheckpoint(s3, assets, pipeline);
  const partitions = await ownPartitions(glue, definition.tables);
  const pruned = { runs: 0, objects: 0 };
  const done: PrunablePartition[] = [];
  for (const partition of nightOf(partitions, before)) {
    if (now().getTime() > until) break;
    const deleted = await prunePartition(partition, definition.superseded, context).catch(onlyIfTaken);
    pruned.runs += deleted.runs;
    pruned.objects += deleted.objects;
    done.push(partition);
  }
  await keepCheckpoint(s3, assets, pipeline, before, nextCheckpoint(partitions, before, done));
  log("info", "Superseded runs pruned", { pipeline }, { ...pruned, partitions: done.length });
  return pruned;
}

/** A partition that is being published at this moment is for the next night. */
function onlyIfTaken(error: Error): Pruned {
  if (error.name !== "LeaseTaken") throw error;
  return { runs: 0, objects: 0 };
}

/**
 * Which runs are to be deleted: pure. What was published last month may have been superseded a minute ago, and have readers
 * still: a run's days count from when the next one wrote its data.
 *
 * @param published location of what readers see
 */
export function prunable(
  folders: readonly RunFolder[],
  published: string,
  { keep, days }: PipelineDefinition["superseded"],
  now: Date,
): RunFolder[] {
  const newestFirst = [...folders].sort((a, b) => (isNewerRun(a.run, b.run) ? -1 : 1));
  const oldest = now.getTime() - days * 24 * 3600 * 1000;
  const isYoung = (folder: RunFolder): boolean => {
    const index = newestFirst.indexOf(folder);
    const andItsSuccessor = newestFirst.slice(Math.max(0, index - 1), index + 1);
    return andItsSuccessor.some(({ modified }) => modified.getTime() >= oldest);
  };
  return newestFirst
    .filter(({ prefix }) => !published.startsWith(prefix))
    .slice(keep)
    .filter((folder) => !isYoung(folder));
}

async function prunePartition(
  { table, values, converted = false }: PrunablePartition,
  superseded: PipelineDefinition["superseded"],
  context: PruneContext,
): Promise<Pruned> {
  const { s3, glue, now } = context;
  const folder = table.prefix + table.partitionKeys.map((key, index) => `${key}=${values[index]}/`).join("");
  const found = await runFolders(s3, table.bucket, folder);
  const candidates = async (): Promise<(RunFolder & { objects: readonly ListedObject[] })[]> => {
    const location = await publishedLocation(glue, table, values);
    if (location === undefined) return [];
    const chosen = prunable(found, parseLocation(location).prefix, superseded, now());
    return found.filter(({ prefix }) => chosen.some((each) => each.prefix === prefix));
  };
  if ((await candidates()).length === 0) return { runs: 0, objects: 0 };
  const until = now().getTime() + (leaseHolderSeconds / 2) * 1000;
  const deleted = { runs: 0, objects: 0 };
  // A rollback may be about to publish one of them: with the lease, what is published stays so until the end.
  return withLease(context, leaseKey(table.database, table.name, values), async () => {
    for (const { run, objects } of await candidates()) {
      // What is left is for the next night.
      if (now().getTime() > until) break;
      await unregisterRun(glue, table, values, run);
      if (converted) await unregisterRun(glue, table, values, run, arrivedTableName(table.name));
      await deleteObjects(s3, table.bucket, objects);
      deleted.runs += 1;
      deleted.objects += objects.length;
    }
    return deleted;
  });
}

async function publishedLocation(glue: GlueClient, table: CatalogTable, values: string[]): Promise<string | undefined> {
  const { database, name, partitionKeys } = table;
  if (partitionKeys.length === 0) return (await readTable(glue, database, name)).storage.Location;
  return (await findPartition(glue, table, values))?.StorageDescriptor?.Location;
}

/** The runs below a partition's folder, with their objects. */
async function runFolders(
  s3: S3Client,
  bucket: string,
  folder: string,
): Promise<(RunFolder & { objects: readonly ListedObject[] })[]> {
  const { objects } = await list(s3, bucket, folder);
  const byRun = new Map<string, ListedObject[]>();
  for (const object of objects) {
    const [run, ...rest] = object.key.slice(folder.length).split("/");
    if (rest.length > 0) byRun.set(run, [...(byRun.get(run) ?? []), object]);
  }
  return [...byRun].map(([run, own]) => ({
    prefix: `${folder}${run}/`,
    run,
    modified: new Date(Math.max(...own.map(({ modified }) => modified.getTime()))),
    objects: own,
  }));
}

/** Deletes objects, a thousand by a call. S3 API reference, "DeleteObjects". */
async function deleteObjects(s3: S3Client, bucket: string, objects: readonly ListedObject[]): Promise<void> {
  for (let start = 0; start < objects.length; start += 1000) {
    const page = objects.slice(start, start + 1000);
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: page.map(({ key }) => ({ Key: key })), Quiet: true },
      }),
    );
    const [failed] = Errors;
    if (failed) {
      throw Object.assign(new Error(`s3://${bucket}/${failed.Key ?? ""} was not deleted: ${failed.Message ?? ""}`), {
        name: failed.Code ?? "DeleteFailed",
      });
    }
  }
}
