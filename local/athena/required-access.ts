/**
 * What Athena asks its caller for: it reads the catalog and S3 with the caller's rights. Data, with the AWS page of each row; the
 * program grants from the same pages, not from here.
 */
import type { Statement } from "../../athena-sql/trino/statements";

/** AWS pages, by the names that they have. */
const FINE_GRAINED = "Athena user guide, Configure access to databases and tables in the AWS Glue Data Catalog";
const STEP_FUNCTIONS = "Step Functions developer guide, IAM policies for Amazon Athena calls";
const S3 = "Athena user guide, Control access to Amazon S3 from Athena";

/** Actions on one thing. */
export interface Requirement {
  readonly page: string;
  readonly actions: readonly string[];
}

/** What a statement needs of whatever it reads and writes, whichever statement it is. */
export const requiredAccess = {
  /** The data catalog, of each query that is started. */
  dataCatalog: { page: STEP_FUNCTIONS, actions: ["athena:GetDataCatalog"] },
  /** The database `default`, whether or not it is used or there. */
  defaultDatabase: { page: FINE_GRAINED, actions: ["glue:GetDatabase"] },
  /** Each database of a table that is used. */
  database: { page: FINE_GRAINED, actions: ["glue:GetDatabase"] },
  /** Each table that is used. */
  table: { page: FINE_GRAINED, actions: ["glue:GetTable"] },
  /** Each of them that has partitions. */
  partitions: { page: STEP_FUNCTIONS, actions: ["glue:GetPartitions", "glue:GetPartition", "glue:BatchGetPartition"] },
  /** Each bucket of data that is read or written. Listing below a location is a call of its own. */
  dataBucket: { page: S3, actions: ["s3:GetBucketLocation"] },
  /** The bucket of results, before a query is accepted. */
  resultsBucket: { page: STEP_FUNCTIONS, actions: ["s3:GetBucketLocation", "s3:ListBucket"] },
  /** Each bucket that is written to, with data or results. */
  writtenBucket: { page: STEP_FUNCTIONS, actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"] },
  /** Each object that is written: those of any size may be uploaded in parts. */
  writtenObject: {
    page: STEP_FUNCTIONS,
    actions: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
  },
} satisfies Readonly<Record<string, Requirement>>;

/** What a statement needs of what it is about. */
export interface StatementRequirement {
  /** Actions on the database that it names, or that of its table. */
  readonly database?: readonly string[];
  /** Actions on the table that it names. */
  readonly table?: readonly string[];
  /** The same, if the table has partitions. */
  readonly partitions?: readonly string[];
  /** Actions on all tables of the database. */
  readonly everyTable?: readonly string[];
  /** Actions on all databases. */
  readonly everyDatabase?: readonly string[];
}

/** The examples that AWS gives for statements of DDL, by statement; their page is {@link FINE_GRAINED}. */
export const statementAccess: Readonly<Partial<Record<Statement["kind"], StatementRequirement>>> = {
  "create database": { database: ["glue:GetDatabase", "glue:CreateDatabase"] },
  "drop database": {
    database: ["glue:GetDatabase", "glue:DeleteDatabase"],
    everyTable: ["glue:GetTables", "glue:GetTable", "glue:DeleteTable"],
  },
  "show databases": { everyDatabase: ["glue:GetDatabases"] },
  "create table": { database: ["glue:GetDatabase"], table: ["glue:GetTable", "glue:CreateTable"] },
  "create table as": { database: ["glue:GetDatabase"], table: ["glue:GetTable", "glue:CreateTable"] },
  "show tables": { database: ["glue:GetDatabase"], everyTable: ["glue:GetTables"] },
  drop: {
    database: ["glue:GetDatabase"],
    table: ["glue:GetTable", "glue:DeleteTable"],
    partitions: ["glue:GetPartitions", "glue:GetPartition", "glue:DeletePartition"],
  },
};
