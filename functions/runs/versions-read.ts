/** What two runs read of a table, where its execution dates do not tell: as relations of SQL, from the table of all runs. */
import type { GlueClient } from "@aws-sdk/client-glue";
import { runsTableName } from "../../audit/data-check-query";
import type { TableVersion, TableVersions } from "../../audit/explanation/scope";
import { relationOfRun } from "../../audit/own-run";
import { readTable } from "../publication/catalog-table";
import { findPartition, partitionValues } from "../publication/publication";
import type { Maker } from "./makers";
import { ownDataOf } from "./own-data";

/**
 * Both versions of a table; undefined where its dates tell, and where one of the runs did not write it or its data is not kept.
 *
 * @param byRun whether two runs of one date are compared: then no date tells
 */
export async function readVersions(
  glue: GlueClient,
  now: Maker | undefined,
  before: Maker | undefined,
  byRun: boolean,
): Promise<TableVersions | undefined> {
  if (!now || !before) return undefined;
  if (!byRun && Object.keys(now.partition).length > 0) return undefined;
  const [current, prior] = [await versionOf(glue, now), await versionOf(glue, before)];
  return current && prior && { current, prior };
}

async function versionOf(glue: GlueClient, maker: Maker): Promise<TableVersion | undefined> {
  const { database, table, partition, run } = maker;
  const values = partitionValues(await readTable(glue, database, table), partition);
  const runs = { database, name: runsTableName(table) };
  if (!(await findPartition(glue, runs, [...values, run]))) return undefined;
  return { relation: relationOfRun(await ownDataOf(maker, glue), run), where: "TRUE" };
}
