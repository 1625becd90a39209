/**
 * Makes a run's data the table's data: checks what was written, then points the catalog at it in one call. Readers see the
 * old data or the new, and an older run never takes the place of a newer one.
 */
import {
  CreatePartitionCommand,
  GetPartitionCommand,
  UpdatePartitionCommand,
  UpdateTableCommand,
  type GlueClient,
  type Partition,
} from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import { fault } from "./fault";
import { log } from "./log";
import { list } from "./objects";
import { runScope, type RunScope, type StepRecord } from "./pipeline";
import { readParquetFooter } from "./parquet-footer";
import { flag, number, optional, record, shape, text } from "./shape";
import { parseLocation, readTable, type CatalogTable } from "./table";

/** What publishing needs of AWS. */
export interface PublishClients {
  readonly s3: S3Client;
  readonly glue: GlueClient;
}

const publishTask = shape({
  run: runScope,
  result: shape({
    kind: text as (value: unknown, path: string) => StepRecord["kind"],
    database: text,
    table: text,
    location: text,
    partition: record(text),
    allowEmpty: optional(flag),
    bytesScanned: optional(number),
    queryExecutionId: optional(text),
    sql: optional(text),
    source: optional(shape({ key: text, etag: text })),
  }),
});

/** Partition (or table) parameters that say which run's data is published. */
const runParameter = "tributary.run";
const rowsParameter = "tributary.rows";

/**
 * Publishes the files under a location as a partition of a table, or as the table if it is unpartitioned.
 *
 * @returns the step's record for the manifest
 * @throws `ResultEmpty` if there are no rows and the step does not allow that
 */
export async function publish(event: unknown, { s3, glue }: PublishClients): Promise<StepRecord> {
  const { run, result } = publishTask(event, "");
  const { allowEmpty = false, ...step } = result;
  const table = await readTable(glue, step.database, step.table);
  const rows = await countRows(s3, step.location);
  if (rows === 0 && !allowEmpty) {
    throw fault(
      "ResultEmpty",
      `${step.database}.${step.table} would be published without a row for ${run.exec_date} (run ${run.run}); ` +
        `the data before stays. Set allowEmpty on the step if no rows are an expected result.`,
    );
  }
  const published =
    table.partitionKeys.length > 0
      ? await publishPartition(glue, table, run, step.location, step.partition, rows)
      : await publishTable(glue, table, run, step.location, rows);
  log("info", published ? "Published" : "A newer run had published before", run, { table: table.name, rows });
  return { ...step, rows, published };
}

async function countRows(s3: S3Client, location: string): Promise<number> {
  const { bucket, prefix } = parseLocation(location);
  const { objects } = await list(s3, bucket, prefix);
  const footers = await Promise.all(objects.map((object) => readParquetFooter(s3, bucket, object)));
  return footers.reduce((sum, { rows }) => sum + rows, 0);
}

/** Whether the published run is newer than `run`. Run ids are hexadecimal sequencers: the longer or the higher is newer. */
function isNewer(published: string | undefined, run: string): boolean {
  if (!published) return false;
  const width = Math.max(published.length, run.length);
  return published.padStart(width, "0") > run.padStart(width, "0");
}

async function publishPartition(
  glue: GlueClient,
  table: CatalogTable,
  run: RunScope,
  location: string,
  partition: Record<string, string>,
  rows: number,
): Promise<boolean> {
  const place = { DatabaseName: table.database, TableName: table.name };
  const values = table.partitionKeys.map((key) => {
    if (partition[key] === undefined) {
      throw fault("ConfigurationInvalid", `${table.name}: no value for its partition key ${key}.`);
    }
    return partition[key];
  });
  const next = {
    Values: values,
    StorageDescriptor: { ...table.storage, Location: location },
    Parameters: { [runParameter]: run.run, [rowsParameter]: String(rows) },
  };
  let current = await findPartition(glue, place, values);
  if (!current) {
    try {
      await glue.send(new CreatePartitionCommand({ ...place, PartitionInput: next }));
      return true;
    } catch (error) {
      if ((error as Error).name !== "AlreadyExistsException") throw error;
      current = await findPartition(glue, place, values);
    }
  }
  if (isNewer(current?.Parameters?.[runParameter], run.run)) return false;
  await glue.send(new UpdatePartitionCommand({ ...place, PartitionValueList: values, PartitionInput: next }));
  return true;
}

async function findPartition(
  glue: GlueClient,
  place: { DatabaseName: string; TableName: string },
  values: string[],
): Promise<Partition | undefined> {
  try {
    return (await glue.send(new GetPartitionCommand({ ...place, PartitionValues: values }))).Partition;
  } catch (error) {
    if ((error as Error).name === "EntityNotFoundException") return undefined;
    throw error;
  }
}

async function publishTable(
  glue: GlueClient,
  table: CatalogTable,
  run: RunScope,
  location: string,
  rows: number,
): Promise<boolean> {
  const { entry } = table;
  if (isNewer(entry.Parameters?.[runParameter], run.run)) return false;
  await glue.send(
    new UpdateTableCommand({
      DatabaseName: table.database,
      VersionId: entry.VersionId,
      TableInput: {
        Name: table.name,
        Description: entry.Description,
        TableType: entry.TableType,
        PartitionKeys: entry.PartitionKeys,
        StorageDescriptor: { ...table.storage, Location: location },
        Parameters: { ...entry.Parameters, [runParameter]: run.run, [rowsParameter]: String(rows) },
      },
    }),
  );
  return true;
}
