/** One landed table with more attributes than one statement takes, compared with the run before of the same date. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { AuditedTable, DataLake, DataPipeline, type Columns } from "../../../infra";

const lake = new DataLake("wide", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "wide",
  sql: "tests/scenarios/wide-table/sql",
  dataOnDestroy: "delete",
  encryption: "s3",
});

const attributes: Columns = Object.fromEntries(
  Array.from({ length: 200 }, (_, index) => [`a${String(index + 1).padStart(3, "0")}`, "int" as const]),
);
const rows = new AuditedTable<Columns>("wide_rows", {
  lake,
  zone: "landing",
  columns: { id: "int", day: "date", ...attributes },
  audit: {
    grain: ["id"],
    attributes: ["a*"],
    period: { column: "day", pattern: "date" },
    compareWith: "prior run",
  },
});
const pipeline = new DataPipeline("wide", {
  lake,
  source: "all_ef_files",
  incoming: [{ prefix: "wide-", table: rows }],
  audits: { label: "wide", timeGrain: "daily", priorDateFrom: rows, tables: [rows] },
});

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [pipeline.summary];
