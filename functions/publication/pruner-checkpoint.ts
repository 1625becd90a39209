/**
 * Which partitions a night's pruning comes to. Those that were published more than once each night, as they have superseded
 * runs; of the others, which hold at most what failed runs left, some in turn. So a night costs the same however many dates
 * there are, and one that runs out of time is gone on with by the next.
 */
import { GetPartitionsCommand, type GetPartitionsCommandOutput, type GlueClient } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { optional, readJson, shape, text, type Shape } from "../invocation/schema";
import type { PipelineDefinition } from "../runs/pipeline";
import { list, readText, writeJson } from "../storage/objects";
import { readTable, type CatalogTable } from "./catalog-table";
import { publishedParameters } from "./publication";

/** A partition that may have something to prune; of an unpartitioned table without values. */
export interface PrunablePartition {
  readonly table: CatalogTable;
  readonly values: string[];
  /** Whether a run took another one's place there. */
  readonly replaced: boolean;
  /** Whether its runs show files as they arrived, too. */
  readonly converted?: boolean;
}

const turn = shape({
  /** Place of the partition to go on after, among those that were replaced; from the first, without it. */
  replaced: optional(text),
  /** The same among the others. */
  other: optional(text),
});
/** Where to go on. */
export type PrunerCheckpoint = Shape<typeof turn>;

/** Most partitions that were published once to come to in a night. */
const othersByNight = 100;

/** Key of a pipeline's turn in the assets bucket. */
export function prunerCheckpointKey(pipeline: string): string {
  return `pruned/${pipeline}.json`;
}

/** Reads where to go on. */
export async function readCheckpoint(s3: S3Client, assets: string, pipeline: string): Promise<PrunerCheckpoint> {
  const key = prunerCheckpointKey(pipeline);
  if ((await list(s3, assets, key)).objects.length === 0) return { replaced: undefined, other: undefined };
  return readJson(await readText(s3, assets, key), turn, key);
}

/** Keeps where to go on, if that is somewhere else than before. */
export async function keepCheckpoint(
  s3: S3Client,
  assets: string,
  pipeline: string,
  before: PrunerCheckpoint,
  { replaced, other }: PrunerCheckpoint,
): Promise<void> {
  if (before.replaced === replaced && before.other === other) return;
  await writeJson(s3, assets, prunerCheckpointKey(pipeline), { replaced, other });
}

/** Where a partition stands in the order of turns. */
export function placeOf({ table, values }: Pick<PrunablePartition, "table" | "values">): string {
  return `${table.database}.${table.name} ${values.join("/")}`;
}

/** The partitions of a night in their order: pure. */
export function nightOf(
  partitions: readonly PrunablePartition[],
  { replaced, other }: PrunerCheckpoint,
): PrunablePartition[] {
  const inOrder = [...partitions].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const behind = (those: PrunablePartition[], after = ""): PrunablePartition[] =>
    those.filter((partition) => placeOf(partition) > after);
  const [often, once] = [inOrder.filter((each) => each.replaced), inOrder.filter((each) => !each.replaced)];
  return [...behind(often, replaced), ...behind(once, other).slice(0, othersByNight)];
}

/** Where the next night goes on. @param done the partitions that this night came to */
export function nextCheckpoint(
  partitions: readonly PrunablePartition[],
  before: PrunerCheckpoint,
  done: readonly PrunablePartition[],
): PrunerCheckpoint {
  const goOn = (isReplaced: boolean, from: string | undefined): string | undefined => {
    const last = done.filter(({ replaced }) => replaced === isReplaced).at(-1);
    const after = last ? placeOf(last) : from;
    const left = partitions.some((each) => each.replaced === isReplaced && placeOf(each) > (after ?? ""));
    return left ? after : undefined;
  };
  return { replaced: goOn(true, before.replaced), other: goOn(false, before.other) };
}

/** All partitions of the tables that the pipeline publishes; of those that it shares, its own. */
export async function ownPartitions(
  glue: GlueClient,
  tables: PipelineDefinition["tables"],
): Promise<PrunablePartition[]> {
  const found: PrunablePartition[] = [];
  for (const { database, table: name, own, converted } of tables) {
    const table = await readTable(glue, database, name);
    if (table.partitionKeys.length === 0) found.push({ table, values: [], replaced: true, converted });
    else {
      for (const { Values = [], Parameters = {} } of await partitionsOf(glue, table, own ?? {})) {
        const replaced = Parameters[publishedParameters.priorRun] !== undefined;
        found.push({ table, values: Values, replaced, converted });
      }
    }
  }
  return found;
}

async function partitionsOf(glue: GlueClient, table: CatalogTable, own: Readonly<Record<string, string>>) {
  const terms = Object.entries(own).map(([key, value]) => `${key} = '${value.replace(/'/g, "''")}'`);
  const found: NonNullable<GetPartitionsCommandOutput["Partitions"]> = [];
  let token: string | undefined;
  do {
    const page: GetPartitionsCommandOutput = await glue.send(
      new GetPartitionsCommand({
        DatabaseName: table.database,
        TableName: table.name,
        Expression: terms.length > 0 ? terms.join(" and ") : undefined,
        ExcludeColumnSchema: true,
        NextToken: token,
      }),
    );
    found.push(...(page.Partitions ?? []));
    token = page.NextToken;
  } while (token);
  return found;
}
