/**
 * What Athena asks its caller for, statement by statement. Athena user guide, "Configure access to databases and tables in the AWS
 * Glue Data Catalog" (examples of permissions) and "Control access to Amazon S3 from Athena"; Step Functions developer guide, "IAM
 * policies for Amazon Athena calls".
 */
import { expect } from "chai";
import { AthenaWorld, PARQUET } from "./world";

const glue = (resource: string): string => `arn:aws:glue:us-east-1:123456789012:${resource}`;
const database = glue("database/db");
const table = glue("table/db/t");

/** Actions by resource. */
type Access = Readonly<Record<string, readonly string[]>>;

/** What every statement needs before it does anything. */
const always: Access = {
  "arn:aws:athena:us-east-1:123456789012:workgroup/primary": ["athena:StartQueryExecution"],
  "arn:aws:athena:us-east-1:123456789012:datacatalog/AwsDataCatalog": ["athena:GetDataCatalog"],
  [glue("catalog")]: ["glue:GetDatabase"],
  [glue("database/default")]: ["glue:GetDatabase"],
  "arn:aws:s3:::results": ["s3:GetBucketLocation", "s3:ListBucket"],
};

const uploads = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
const partitions = ["glue:GetPartitions", "glue:GetPartition", "glue:BatchGetPartition"];
const reads: Access = {
  [database]: ["glue:GetDatabase", "glue:GetTable", ...partitions],
  [table]: ["glue:GetTable", ...partitions],
  "arn:aws:s3:::lake": ["s3:GetBucketLocation", "s3:ListBucket"],
};

/** What else a statement needs; each begins in a lake with the partitioned table `db.t`. */
const statements: Readonly<Record<string, Access>> = {
  // And what each needs at its end, when the statement has done its work: to write results.
  "SELECT 1": { "arn:aws:s3:::results": ["s3:ListBucketMultipartUploads"], "arn:aws:s3:::results/here/*": uploads },
  "SELECT a FROM t": reads,
  [`UNLOAD (SELECT a FROM t) TO 's3://out/made/' ${PARQUET}`]: {
    ...reads,
    "arn:aws:s3:::out": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    "arn:aws:s3:::out/made/*": uploads,
  },
  "CREATE TABLE made WITH (format = 'PARQUET', external_location = 's3://out/made/') AS SELECT a FROM t": {
    [glue("table/db/made")]: ["glue:GetTable", "glue:CreateTable"],
    "arn:aws:s3:::out/made/*": uploads,
  },
  "CREATE EXTERNAL TABLE made (a int) STORED AS PARQUET LOCATION 's3://lake/made/'": {
    [database]: ["glue:GetDatabase", "glue:GetTable", "glue:CreateTable"],
    [glue("table/db/made")]: ["glue:GetTable", "glue:CreateTable"],
  },
  "DROP TABLE t": {
    [database]: ["glue:GetDatabase", "glue:GetTable", "glue:DeleteTable"],
    [table]: ["glue:GetTable", "glue:DeleteTable", "glue:GetPartitions", "glue:GetPartition", "glue:DeletePartition"],
  },
  "SHOW TABLES": {
    [database]: ["glue:GetDatabase", "glue:GetTables"],
    [glue("table/db/*")]: ["glue:GetTables"],
  },
  "CREATE DATABASE made": { [glue("database/made")]: ["glue:GetDatabase", "glue:CreateDatabase"] },
  "DROP DATABASE db CASCADE": {
    [database]: ["glue:GetDatabase", "glue:DeleteDatabase", "glue:GetTables", "glue:GetTable", "glue:DeleteTable"],
    [glue("table/db/*")]: ["glue:GetTables", "glue:GetTable", "glue:DeleteTable"],
  },
  "SHOW DATABASES": { [glue("database/*")]: ["glue:GetDatabases"] },
};

describe("Athena asks its caller", () => {
  let world: AthenaWorld;
  beforeEach(async () => {
    world = await new AthenaWorld().withLake();
    await world.call("s3", "CreateBucket", { Bucket: "out" });
    await world.dated();
  });
  afterEach(() => world.close());

  /** Why a query was not accepted, or did not succeed; undefined if it did. */
  const refusalOf = async (sql: string): Promise<string | undefined> => {
    try {
      const { State, StateChangeReason = "" } = (await world.execute(sql)).Status;
      return State === "SUCCEEDED" ? undefined : StateChangeReason;
    } catch (error) {
      return (error as Error).message;
    }
  };

  for (const [sql, own] of Object.entries(statements)) {
    const title = sql.replace(/ \(?WITH .*/, "");
    it(`for ${title}`, async () => {
      for (const access of [always, own]) {
        for (const [resource, actions] of Object.entries(access)) {
          for (const action of actions) {
            world.refused.add(`${action} ${resource}`);
            expect(await refusalOf(sql), `without ${action} on ${resource}`).to.include(action);
            world.refused.clear();
            // A statement that is refused has done nothing, or has left what an unload leaves.
            for (const key of await world.keys("out"))
              await world.call("s3", "DeleteObject", { Bucket: "out", Key: key });
          }
        }
      }
      expect(await refusalOf(sql)).to.equal(undefined);
    });
  }
});
