/**
 * Databases, tables and partitions in the words of Glue's API, and how they are read from untrusted input.
 */
import { z } from "zod";

const parameters = z.record(z.string(), z.string()).optional();
const text = z.string().optional();

export const column = z.object({ Name: z.string().min(1).max(255), Type: text, Comment: text, Parameters: parameters });

const storageDescriptor = z.object({
  Columns: z.array(column).optional(),
  Location: text,
  InputFormat: text,
  OutputFormat: text,
  Compressed: z.boolean().optional(),
  NumberOfBuckets: z.number().optional(),
  SerdeInfo: z.object({ Name: text, SerializationLibrary: text, Parameters: parameters }).optional(),
  BucketColumns: z.array(z.string()).optional(),
  SortColumns: z.array(z.object({ Column: z.string(), SortOrder: z.number() })).optional(),
  Parameters: parameters,
  SkewedInfo: z.unknown().optional(),
  StoredAsSubDirectories: z.boolean().optional(),
});

/** Names in the catalog are lower case, whatever case they were given in. */
const name = z
  .string()
  .min(1)
  .max(255)
  .transform((given) => given.toLowerCase());

export const databaseInput = z.object({
  Name: name,
  Description: text,
  LocationUri: text,
  Parameters: parameters,
  CreateTableDefaultPermissions: z.unknown().optional(),
});

export const tableInput = z.object({
  Name: name,
  Description: text,
  Owner: text,
  LastAccessTime: z.coerce.date().optional(),
  Retention: z.number().optional(),
  StorageDescriptor: storageDescriptor.optional(),
  PartitionKeys: z.array(column).optional(),
  ViewOriginalText: text,
  ViewExpandedText: text,
  TableType: text,
  Parameters: parameters,
});

export const partitionInput = z.object({
  Values: z.array(z.string()).min(1),
  LastAccessTime: z.coerce.date().optional(),
  StorageDescriptor: storageDescriptor.optional(),
  Parameters: parameters,
  LastAnalyzedTime: z.coerce.date().optional(),
});

export type Column = z.infer<typeof column>;
export type DatabaseInput = z.infer<typeof databaseInput>;
export type TableInput = z.infer<typeof tableInput>;
export type PartitionInput = z.infer<typeof partitionInput>;

/** A database as `GetDatabase` gives it. */
export interface Database extends DatabaseInput {
  readonly CreateTime: Date;
  readonly CatalogId: string;
}

/** A table as `GetTable` gives it. */
export interface Table extends TableInput {
  readonly DatabaseName: string;
  readonly CreateTime: Date;
  readonly UpdateTime: Date;
  readonly VersionId: string;
  readonly CatalogId: string;
  readonly IsRegisteredWithLakeFormation: boolean;
}

/** A partition as `GetPartition` gives it. */
export interface Partition extends PartitionInput {
  readonly DatabaseName: string;
  readonly TableName: string;
  readonly CreationTime: Date;
  readonly CatalogId: string;
}

/** What is kept of a table: times as ISO 8601 text. */
export const storedTable = z.object({
  input: tableInput,
  created: z.string(),
  updated: z.string(),
  version: z.number(),
  /** Definitions before this one, the newest first. */
  archive: z.array(z.object({ input: tableInput, updated: z.string(), version: z.number() })).default([]),
});
/** What is kept of a partition. */
export const storedPartition = z.object({ input: partitionInput, created: z.string() });
export const storedDatabases = z.record(z.string(), z.object({ input: databaseInput, created: z.string() }));

export type StoredTable = z.infer<typeof storedTable>;
export type StoredPartition = z.infer<typeof storedPartition>;
export type StoredDatabases = z.infer<typeof storedDatabases>;
