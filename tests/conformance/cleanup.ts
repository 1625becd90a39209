/** Removes what the scenario left: its incoming files, its run records, its partitions and their data. */
import { BatchDeletePartitionCommand, paginateGetPartitions, paginateGetTables } from "@aws-sdk/client-glue";
import { DeleteObjectsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { readDefinitions } from "../../cli/lake/definitions";
import type { Lake } from "../../cli/lake/lake";

/** Most keys of one call. S3 API reference, "DeleteObjects". */
const mostKeys = 1000;

/** Whether a lake has runs or partitions: the scenario is for a stage of its own. */
export async function isUsed(lake: Lake): Promise<boolean> {
  const { s3, outputs } = lake;
  if ((await keysBelow(lake, outputs.assetsBucket, "pipeline_executions/")).length > 0) return true;
  if ((await keysBelow({ s3 }, outputs.landingBucket, "incoming/")).length > 0) return true;
  return (await partitions(lake)).length > 0;
}

/** Removes everything of all dates: there are no others. */
export async function cleanUp(lake: Lake): Promise<void> {
  for (const { database, table, values, location } of await partitions(lake)) {
    const { bucket, prefix } = placeOf(location);
    await deleteBelow(lake, bucket, prefix);
    await lake.glue.send(
      new BatchDeletePartitionCommand({
        DatabaseName: database,
        TableName: table,
        PartitionsToDelete: [{ Values: values }],
      }),
    );
  }
  for (const root of await roots(lake)) await deleteBelow(lake, root.bucket, root.prefix);
  const { landingBucket, assetsBucket } = lake.outputs;
  await deleteBelow(lake, landingBucket, "incoming/");
  for (const prefix of ["pipeline_executions/", "leases/", "backfills/"]) await deleteBelow(lake, assetsBucket, prefix);
}

interface Partition {
  readonly database: string;
  readonly table: string;
  readonly values: string[];
  readonly location: string;
}

/** Databases of the lake's own tables. */
async function databases(lake: Lake): Promise<string[]> {
  const tables = (await readDefinitions(lake)).flatMap(({ tables: written }) => written);
  return [...new Set(tables.map(({ database }) => database))];
}

async function partitions(lake: Lake): Promise<Partition[]> {
  const found: Partition[] = [];
  for (const { database, table } of await tables(lake)) {
    const pages = paginateGetPartitions({ client: lake.glue }, { DatabaseName: database, TableName: table });
    for await (const { Partitions = [] } of pages) {
      for (const { Values = [], StorageDescriptor } of Partitions) {
        found.push({ database, table, values: Values, location: StorageDescriptor?.Location ?? "" });
      }
    }
  }
  return found;
}

async function tables(lake: Lake): Promise<{ database: string; table: string; location: string }[]> {
  const found: { database: string; table: string; location: string }[] = [];
  for (const database of await databases(lake)) {
    for await (const { TableList = [] } of paginateGetTables({ client: lake.glue }, { DatabaseName: database })) {
      for (const { Name = "", TableType, StorageDescriptor } of TableList) {
        if (TableType !== "VIRTUAL_VIEW")
          found.push({ database, table: Name, location: StorageDescriptor?.Location ?? "" });
      }
    }
  }
  return found;
}

/** Where the tables' data lies: what failed attempts left is in no partition. */
async function roots(lake: Lake): Promise<{ bucket: string; prefix: string }[]> {
  return (await tables(lake)).map(({ location }) => placeOf(location)).filter(({ prefix }) => prefix !== "");
}

function placeOf(location: string): { bucket: string; prefix: string } {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  return { bucket, prefix };
}

async function keysBelow({ s3 }: Pick<Lake, "s3">, Bucket: string, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
  }
  return keys;
}

async function deleteBelow(lake: Lake, bucket: string, prefix: string): Promise<void> {
  const keys = await keysBelow(lake, bucket, prefix);
  for (let from = 0; from < keys.length; from += mostKeys) {
    const Objects = keys.slice(from, from + mostKeys).map((Key) => ({ Key }));
    const { Errors = [] } = await lake.s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    if (Errors.length > 0) throw new Error(`${Errors[0]?.Key} could not be deleted: ${Errors[0]?.Message}`);
  }
}
