/** The tables beside those whose files arrive as text: of the files as they arrived, and of the rows that cannot be read. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  arrivedTableName,
  rejectedColumns,
  rejectedTableName,
  type FileFormat,
} from "../../functions/formats/file-format";
import { AuditedTable } from "../audited-table";
import type { DeclaredFile } from "../checks/declared";
import type { Lake } from "../lake/lake";
import type { IncomingFile } from "./args";
import { arrivedTable } from "./arrived-table";
import type { ConvertedPlaces } from "./places";

/** A table whose files are converted. */
export interface Conversion {
  readonly table: AuditedTable;
  readonly format: FileFormat;
  /** Table of the rows that cannot be read. */
  readonly rejected: AuditedTable;
  readonly places: ConvertedPlaces;
}

/** Creates the tables of all files that are no Parquet files, for each table once. */
export function createConversions(
  lake: Lake,
  incoming: readonly IncomingFile[],
  options: pulumi.CustomResourceOptions,
): Conversion[] {
  const conversions: Conversion[] = [];
  for (const { table, format } of incoming) {
    if (format === undefined || conversions.some((each) => each.table === table)) continue;
    const { tableName, zone, columns, partitionKeys, root, location } = table;
    const rejected = new AuditedTable(rejectedTableName(tableName), {
      lake,
      zone,
      columns: rejectedColumns,
      partitionKeys,
      description: `Rows of the files of ${tableName} that cannot be read, each with the first reason`,
    });
    new aws.glue.CatalogTable(
      arrivedTableName(tableName),
      {
        ...arrivedTable({ table: tableName, columns, partitionKeys, format, root }),
        databaseName: lake.databases[zone].name,
      },
      { ...options, ...lake.dataOptions },
    );
    const arrived = { ...location, table: arrivedTableName(tableName) };
    conversions.push({ table, format, rejected, places: { table: location, arrived, rejected: rejected.location } });
  }
  return conversions;
}

/** The files as the checks see them. */
export function declaredFiles(incoming: readonly IncomingFile[], conversions: readonly Conversion[]): DeclaredFile[] {
  return incoming.map((file) => ({
    ...file,
    rejected: conversions.find(({ table }) => table === file.table)?.rejected,
  }));
}
