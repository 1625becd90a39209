/** A table of the Glue catalog, as the functions see it. */
import { GetTableCommand, type GlueClient, type StorageDescriptor, type Table } from "@aws-sdk/client-glue";
import { fault } from "../invocation/fault";

/** Table parameter with the location below which all runs of a table keep their data. */
export const rootParameter = "tributary.root";

/** Table parameter with its tags, a comma between two. */
export const tagsParameter = "tributary.tags";

/** Parameter of a column that says something of a person: `true`. */
export const personalDataParameter = "tributary.personal_data";

/** The catalog's entry with the members that each table of a lake has. */
export interface CatalogTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly partitionKeys: readonly string[];
  readonly storage: StorageDescriptor;
  /** The entry as the catalog returned it. */
  readonly entry: Table;
  /** Where the table's runs keep their data: bucket and prefix, the prefix ending with `/`. */
  readonly bucket: string;
  readonly prefix: string;
}

/** Splits `s3://bucket/prefix` into its parts; the prefix ends with `/`. */
export function parseLocation(location: string): { bucket: string; prefix: string } {
  const parts = /^s3:\/\/([^/]+)\/(.*?)\/*$/.exec(location);
  if (!parts)
    throw fault("ConfigurationInvalid", `'${location}' is not a location in S3; expected s3://<bucket>/<prefix>.`);
  return { bucket: parts[1], prefix: parts[2] === "" ? "" : `${parts[2]}/` };
}

/** Reads a table from the catalog. */
export async function readTable(glue: GlueClient, database: string, name: string): Promise<CatalogTable> {
  const { Table: entry } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }));
  const storage = entry?.StorageDescriptor;
  if (!entry || !storage?.Location) {
    throw fault("ConfigurationInvalid", `The catalog's table ${database}.${name} has no location in S3.`);
  }
  return {
    database,
    name,
    columns: (storage.Columns ?? []).map((column) => ({ name: column.Name ?? "", type: column.Type ?? "string" })),
    partitionKeys: (entry.PartitionKeys ?? []).map((key) => key.Name ?? ""),
    storage,
    entry,
    // Publishing an unpartitioned table moves its location; the parameter keeps the place below which its runs write.
    ...parseLocation(entry.Parameters?.[rootParameter] ?? storage.Location),
  };
}
