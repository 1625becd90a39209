/** A pipeline of more files than the wildcards of one event pattern can name. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { AuditedTable, DataLake, DataPipeline } from "../../../infra";

const lake = new DataLake("many", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "many",
  sql: "tests/scenarios/many-files/sql",
  dataOnDestroy: "delete",
  encryption: "s3",
});

const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, "0"));
const incoming = months.map((month) => ({
  prefix: `month-${month}`,
  table: new AuditedTable(`month_${month}`, { lake, zone: "landing", columns: { id: "int" } }),
}));
const pipeline = new DataPipeline("many", { lake, source: "all_ef_files", incoming });

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [pipeline.summary];
