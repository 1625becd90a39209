/** The tables of a lake on this machine, with the files of the data that readers see. */
import { paginateGetDatabases, paginateGetPartitions, paginateGetTables, type Table } from "@aws-sdk/client-glue";
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { runsTableName } from "../../audit/data-check-query";
import type { Runtime } from "../../local/runtime";
import type { Lake } from "../lake/lake";

/** Some rows of a table: those of one partition, or all if it has none. */
export interface PublishedRows {
  /** Values by partition key. */
  readonly partition: Readonly<Record<string, string>>;
  /** Paths of Parquet files. */
  readonly files: readonly string[];
}

/** A table or view, as the catalog has it. */
export interface CatalogTable {
  readonly database: string;
  readonly table: string;
  /** Glue types by name, in order. */
  readonly columns: Readonly<Record<string, string>>;
  readonly partitionKeys: Readonly<Record<string, string>>;
  /** Columns that tell the rows of a partition apart, if the program says so. */
  readonly key?: readonly string[];
  /** SQL of a view, as the catalog keeps it. */
  readonly view?: string;
  /** None for a view. */
  readonly rows: readonly PublishedRows[];
}

/** Reads the catalog. Tables of runs that are not published are the framework's own, and left out. */
export async function readCatalog(
  lake: Pick<Lake, "glue" | "s3">,
  runtime: Runtime,
  keys: ReadonlyMap<string, readonly string[]>,
): Promise<CatalogTable[]> {
  const found: CatalogTable[] = [];
  for await (const { DatabaseList = [] } of paginateGetDatabases({ client: lake.glue }, {})) {
    for (const { Name: database = "" } of DatabaseList) {
      const tables: Table[] = [];
      for await (const { TableList = [] } of paginateGetTables({ client: lake.glue }, { DatabaseName: database })) {
        tables.push(...TableList);
      }
      const ofRuns = new Set(tables.map(({ Name = "" }) => runsTableName(Name)));
      for (const table of tables.filter(({ Name = "" }) => !ofRuns.has(Name))) {
        const name = table.Name ?? "";
        const view = table.TableType === "VIRTUAL_VIEW" ? (table.ViewOriginalText ?? "") : undefined;
        found.push({
          database,
          table: name,
          columns: types(table.StorageDescriptor?.Columns),
          partitionKeys: types(table.PartitionKeys),
          ...(keys.has(`${database}.${name}`) ? { key: keys.get(`${database}.${name}`) } : {}),
          ...(view === undefined ? {} : { view }),
          rows: view === undefined ? await publishedRows(database, table, lake, runtime) : [],
        });
      }
    }
  }
  return found;
}

async function publishedRows(
  database: string,
  { Name: table = "", PartitionKeys: keys = [], StorageDescriptor }: Table,
  { glue, s3 }: Pick<Lake, "glue" | "s3">,
  runtime: Runtime,
): Promise<PublishedRows[]> {
  const filesAt = async (location = ""): Promise<string[]> => {
    const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
    const files: string[] = [];
    if (bucket === undefined) return files;
    for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key = "", Size = 0 } of page.Contents ?? []) {
        // As Athena sees them: hidden names and empty files hold no rows.
        const hidden = Key.slice(prefix.length)
          .split("/")
          .some((part) => /^[_.]/.test(part));
        if (Size > 0 && !hidden) files.push(runtime.services.s3.pathOf(bucket, Key));
      }
    }
    return files;
  };
  if (keys.length === 0) return [{ partition: {}, files: await filesAt(StorageDescriptor?.Location) }];
  const rows: PublishedRows[] = [];
  for await (const page of paginateGetPartitions({ client: glue }, { DatabaseName: database, TableName: table })) {
    for (const { Values = [], StorageDescriptor: place } of page.Partitions ?? []) {
      const partition = Object.fromEntries(keys.map(({ Name = "" }, index) => [Name, Values[index] ?? ""]));
      rows.push({ partition, files: await filesAt(place?.Location) });
    }
  }
  return rows;
}

function types(columns: Table["PartitionKeys"] = []): Record<string, string> {
  return Object.fromEntries(columns.map(({ Name = "", Type = "" }) => [Name, Type]));
}
