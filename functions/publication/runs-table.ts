/**
 * The table of all runs of a table, one partition each: it shows data that is not published yet to the checks, and data that
 * no longer is to an audit that compares with the run before. Readers of the table itself see one run per partition only.
 */
import {
  CreatePartitionCommand,
  DeletePartitionCommand,
  UpdatePartitionCommand,
  type GlueClient,
} from "@aws-sdk/client-glue";
import { runsTableName } from "../../audit/data-check-query";
import type { CatalogTable } from "./catalog-table";

/**
 * Shows a run's data; a repeated attempt takes the place of the one before.
 *
 * @param name of the table that shows it, where that is not the table of all runs
 */
export async function registerRun(
  glue: GlueClient,
  table: CatalogTable,
  values: readonly string[],
  run: string,
  location: string,
  name = runsTableName(table.name),
): Promise<void> {
  const place = { DatabaseName: table.database, TableName: name };
  const partition = { Values: [...values, run], StorageDescriptor: { ...table.storage, Location: location } };
  try {
    await glue.send(new CreatePartitionCommand({ ...place, PartitionInput: partition }));
  } catch (error) {
    if ((error as Error).name !== "AlreadyExistsException") throw error;
    await glue.send(
      new UpdatePartitionCommand({ ...place, PartitionValueList: partition.Values, PartitionInput: partition }),
    );
  }
}

/**
 * Takes a run's data away from the table of all runs, before it is deleted.
 *
 * @param name of the table that shows it, where that is not the table of all runs
 */
export async function unregisterRun(
  glue: GlueClient,
  table: CatalogTable,
  values: readonly string[],
  run: string,
  name = runsTableName(table.name),
): Promise<void> {
  const place = { DatabaseName: table.database, TableName: name };
  try {
    await glue.send(new DeletePartitionCommand({ ...place, PartitionValues: [...values, run] }));
  } catch (error) {
    if ((error as Error).name !== "EntityNotFoundException") throw error;
  }
}
