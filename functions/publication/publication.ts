/**
 * Points the catalog at a run's data, each table in one call: readers see its old data or its new. An older run never takes the place of a
 * newer one, however their calls interleave.
 */
import {
  CreatePartitionCommand,
  GetPartitionCommand,
  UpdatePartitionCommand,
  UpdateTableCommand,
  type GlueClient,
  type Partition,
} from "@aws-sdk/client-glue";
import { fault } from "../invocation/fault";
import { atMost, CALLS_AT_ONCE } from "../invocation/concurrency";
import { leaseKey, withLeases, type LeaseContext } from "./lease";
import { list } from "../storage/objects";
import { isNewerRun } from "../runs/run-order";
import { parseLocation, readTable, type CatalogTable } from "./catalog-table";

/** What publishing needs. */
export interface PublicationContext extends LeaseContext {
  readonly glue: GlueClient;
}

/** Data to be published. */
export interface Publication {
  readonly database: string;
  readonly table: string;
  /** `s3://…/` of the run's files. */
  readonly location: string;
  /** Partition values by key; empty for an unpartitioned table. */
  readonly partition: Readonly<Record<string, string>>;
  readonly execDate: string;
  readonly run: string;
  readonly rows: number;
  /** Whether the run takes the place of a newer one all the same: a rollback. @default false */
  readonly rollback?: boolean;
}

/** Partition (or table) parameters that say whose data is published. */
export const publishedParameters = {
  run: "tributary.run",
  /** The run that was published for the partition before. */
  priorRun: "tributary.prior_run",
  execDate: "tributary.exec_date",
  rows: "tributary.rows",
} as const;

/**
 * Publishes data of one run, each table unless a newer run has, all within one lease on each partition: so nothing of another run
 * comes in between, and what cannot begin changes nothing.
 *
 * @returns for each whether it is published
 * @throws an error named `LeaseTaken`, or Glue's `ConcurrentModificationException`, if another publishes at this moment: to be
 * tried again; `ConfigurationInvalid` if the data to roll back to is not there any more
 */
export async function publishTogether(
  publications: readonly Publication[],
  context: PublicationContext,
): Promise<boolean[]> {
  const { glue } = context;
  const places = await atMost(CALLS_AT_ONCE, publications, async (publication) => {
    const table = await readTable(glue, publication.database, publication.table);
    return { publication, table, values: partitionValues(table, publication.partition) };
  });
  const keys = places.map(({ table, values }) => leaseKey(table.database, table.name, values));
  return withLeases(context, keys, async () => {
    // Whoever prunes holds the lease, too: what is there now stays.
    for (const { publication } of places) if (publication.rollback) await requireData(publication, context);
    return atMost(CALLS_AT_ONCE, places, async ({ publication, table, values }) => {
      if (values.length > 0) return publishPartition(glue, table, values, publication);
      return publishTable(glue, await readTable(glue, table.database, table.name), publication);
    });
  });
}

/** Publishes data of one table, see {@link publishTogether}. */
export async function publishData(publication: Publication, context: PublicationContext): Promise<boolean> {
  const [published] = await publishTogether([publication], context);
  return published;
}

async function requireData({ location, rows, table, run }: Publication, { s3 }: PublicationContext): Promise<void> {
  const { bucket, prefix } = parseLocation(location);
  if (rows === 0 || (await list(s3, bucket, prefix)).objects.length > 0) return;
  throw fault(
    "ConfigurationInvalid",
    `${table} cannot be rolled back to run ${run}: nothing is at ${location} any more; it was pruned.`,
  );
}

/** Values of a table's partition keys in their order. Throws `ConfigurationInvalid` if one is not given. */
export function partitionValues(table: CatalogTable, partition: Readonly<Record<string, string>>): string[] {
  return table.partitionKeys.map((key) => {
    const value = partition[key] as string | undefined;
    if (value !== undefined) return value;
    throw fault("ConfigurationInvalid", `${table.name}: no value for its partition key ${key}.`);
  });
}

async function publishPartition(
  glue: GlueClient,
  table: CatalogTable,
  values: string[],
  publication: Publication,
): Promise<boolean> {
  const place = { DatabaseName: table.database, TableName: table.name };
  const current = await findPartition(glue, table, values);
  const published = current?.Parameters?.[publishedParameters.run];
  if (!publication.rollback && published && isNewerRun(published, publication.run)) return false;
  // A repeated publication of the same run has the same run before it.
  const before = published === publication.run ? current?.Parameters?.[publishedParameters.priorRun] : published;
  const next = {
    Values: values,
    StorageDescriptor: { ...table.storage, Location: publication.location },
    Parameters: { ...parametersOf(publication), ...(before && { [publishedParameters.priorRun]: before }) },
  };
  if (current)
    await glue.send(new UpdatePartitionCommand({ ...place, PartitionValueList: values, PartitionInput: next }));
  else await glue.send(new CreatePartitionCommand({ ...place, PartitionInput: next }));
  return true;
}

/** A partition of the catalog; undefined if it is not there. */
export async function findPartition(
  glue: GlueClient,
  table: Pick<CatalogTable, "database" | "name">,
  values: string[],
): Promise<Partition | undefined> {
  try {
    const place = { DatabaseName: table.database, TableName: table.name, PartitionValues: values };
    return (await glue.send(new GetPartitionCommand(place))).Partition;
  } catch (error) {
    if ((error as Error).name === "EntityNotFoundException") return undefined;
    throw error;
  }
}

/** What the catalog says of the data that readers see in a place, see {@link publishedParameters}; nothing if none is there. */
export async function shownParameters(
  glue: GlueClient,
  { database, table, partition }: Pick<Publication, "database" | "table" | "partition">,
): Promise<Readonly<Record<string, string | undefined>>> {
  const found = await readTable(glue, database, table);
  const values = partitionValues(found, partition);
  return (values.length === 0 ? found.entry : await findPartition(glue, found, values))?.Parameters ?? {};
}

/** A table holds the data of its newest date. The update is refused if the table changed since it was read. */
async function publishTable(glue: GlueClient, table: CatalogTable, publication: Publication): Promise<boolean> {
  const { entry } = table;
  if (!publication.rollback && isNewerData(entry.Parameters ?? {}, publication)) return false;
  await glue.send(
    new UpdateTableCommand({
      DatabaseName: table.database,
      VersionId: entry.VersionId,
      TableInput: {
        Name: table.name,
        Description: entry.Description,
        TableType: entry.TableType,
        PartitionKeys: entry.PartitionKeys,
        StorageDescriptor: { ...table.storage, Location: publication.location },
        Parameters: { ...entry.Parameters, ...parametersOf(publication) },
      },
    }),
  );
  return true;
}

/** Whether a table's published data is of a later date, or of a newer run of the same date. */
function isNewerData(published: Record<string, string>, { execDate, run }: Publication): boolean {
  const publishedRun = published[publishedParameters.run];
  if (!publishedRun) return false;
  const publishedDate = published[publishedParameters.execDate] ?? "";
  return publishedDate === execDate ? isNewerRun(publishedRun, run) : publishedDate > execDate;
}

function parametersOf({ run, execDate, rows }: Publication): Record<string, string> {
  return {
    [publishedParameters.run]: run,
    [publishedParameters.execDate]: execDate,
    [publishedParameters.rows]: String(rows),
  };
}
