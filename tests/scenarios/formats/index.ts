/** A lake whose files are CSV, compressed, and lines of JSON. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { AuditedTable, DataLake, DataPipeline } from "../../../infra";

const lake = new DataLake("formats", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "formats",
  sql: "tests/scenarios/formats/sql",
  dataOnDestroy: "delete",
  encryption: "s3",
});

const sales = new AuditedTable("sales", {
  lake,
  zone: "landing",
  columns: { id: "int", shop: "string", amount: "decimal(10,2)", at: "timestamp" },
  audit: { grain: ["id"], attributes: ["amount"], period: { column: "at", pattern: "timestamp" } },
});
const shops = new AuditedTable("shops", {
  lake,
  zone: "landing",
  columns: { shop: "string", opened: "date", rate: "double" },
  checks: [{ unique: ["shop"] }],
});
const revenue = new AuditedTable("revenue", {
  lake,
  zone: "processed",
  columns: { month: "string", shop: "string", amount: "double" },
  audit: { grain: ["shop"], attributes: ["amount"], period: { column: "month", pattern: "YYYYMM" } },
});
const rejections = new AuditedTable("rejections", {
  lake,
  zone: "processed",
  columns: { reason: "string", found: "bigint" },
});
const daily = new DataPipeline("daily", {
  lake,
  source: "all_ef_files",
  incoming: [
    { prefix: "sales", table: sales, format: { csv: { delimiter: ";" } } },
    {
      prefix: "shops/",
      table: shops,
      files: "many",
      complete: { marker: "_SUCCESS" },
      format: { jsonLines: { patterns: { opened: "%d.%m.%Y" }, rejected: { atMost: 1 } } },
    },
  ],
  steps: [
    { model: "revenue.sql", into: revenue },
    { model: "rejections.sql", into: rejections, allowEmpty: true },
  ],
  audits: { label: "daily", timeGrain: "daily", priorDateFrom: revenue, tables: [sales, revenue] },
});

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [daily.summary];
