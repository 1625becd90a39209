/** What Athena needs of whoever has it run queries: pure. */
import type { Grants, Statement, TablePlace } from "../permissions";

/** What a task queries. */
export interface Queries {
  readonly reads: readonly TablePlace[];
  /** Tables whose data is unloaded. */
  readonly writes: readonly TablePlace[];
  /** Views that are made, and the tables that they show. */
  readonly views: readonly TablePlace[];
  /** Bucket of results. */
  readonly results: string;
}

/**
 * What Athena needs in the name of a task that queries: it acts with its caller's identity. Athena user guide, "Configure access
 * to databases and tables in the AWS Glue Data Catalog" and "Control access to Amazon S3 from Athena"; Step Functions developer
 * guide, "IAM policies for Amazon Athena calls".
 */
export function queryStatements(grant: Grants, { reads, writes, views, results }: Queries): Statement[] {
  const written = [...writes.map(({ bucket }) => bucket), results];
  return [
    grant.readDataCatalog("ReadDataCatalog"),
    // Athena reads the database `default` whatever the query is about.
    grant.readDatabases("ReadDatabases", ["default", ...[...reads, ...views].map(({ database }) => database)]),
    ...grant.readTables("ReadSourceTables", reads),
    ...grant.scanPartitions("ReadSourcePartitions", reads),
    ...grant.listBelow("ListData", [...reads, ...writes]),
    ...grant.readBelow("ReadSources", reads),
    ...grant.uploadBelow("WriteTargets", writes),
    grant.locateBuckets("LocateBuckets", [...reads.map(({ bucket }) => bucket), ...written]),
    grant.listUploads("ListUploads", written),
    grant.listBucket("ListResults", results),
    grant.uploadObjects("WriteResults", results, ["*"]),
  ];
}
