/** A model that joins what arrives with a table of the repository. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { AuditedTable, DataLake, DataPipeline, SeedTable } from "../../../infra";

const lake = new DataLake("seeds", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "seeds",
  sql: "tests/scenarios/seeds/sql",
  dataOnDestroy: "delete",
  encryption: "s3",
});

const orders = new AuditedTable("orders", {
  lake,
  zone: "landing",
  columns: { id: "int", country: "string", amount: "double", at: "timestamp" },
  audit: { grain: ["id"], attributes: ["amount"], period: { column: "at", pattern: "timestamp" } },
});
new SeedTable("countries", {
  lake,
  file: "tests/scenarios/seeds/seeds/countries.csv",
  columns: { country: "string", name: "string", rate: "decimal(5,2)", since: "date", tags: "array<string>" },
});
const revenue = new AuditedTable("revenue", {
  lake,
  zone: "processed",
  columns: { month: "string", name: "string", amount: "double" },
  description: "What each country spent",
  about: {
    owner: "sales@example.org",
    tags: ["sales"],
    columns: { amount: "in one currency" },
    personalData: ["name"],
  },
  audit: { grain: ["name"], attributes: ["amount"], period: { column: "month", pattern: "YYYYMM" } },
});
const daily = new DataPipeline("daily", {
  lake,
  source: "all_ef_files",
  incoming: [{ prefix: "orders", table: orders }],
  steps: [{ model: "revenue.sql", into: revenue }],
  audits: { label: "daily", timeGrain: "daily", priorDateFrom: revenue, tables: [orders, revenue] },
});

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [daily.summary];
