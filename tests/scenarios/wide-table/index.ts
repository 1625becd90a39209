/**
 * One landed table with more attributes than one statement takes, compared with the run before of the same date; names without dates; and
 * totals by name, compared with the run before and with the date before.
 */
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
const names = new AuditedTable("row_names", {
  lake,
  zone: "landing",
  columns: { id: "int", name: "string" },
  partitionKeys: {},
});
const totals = (table: string, compareWith: "prior run" | "prior date") =>
  new AuditedTable(table, {
    lake,
    zone: "processed",
    columns: { name: "string", day: "date", total: "bigint" },
    audit: { grain: ["name"], attributes: ["total"], period: { column: "day", pattern: "date" }, compareWith },
  });
const byRun = totals("totals_by_run", "prior run");
const byDate = totals("totals_by_date", "prior date");
const pipeline = new DataPipeline("wide", {
  lake,
  source: "all_ef_files",
  incoming: [
    { prefix: "wide-", table: rows },
    { prefix: "names", table: names },
  ],
  steps: [
    { model: "totals.sql", into: byRun },
    { model: "totals.sql", into: byDate },
  ],
  audits: { label: "wide", timeGrain: "daily", priorDateFrom: rows, tables: [rows, byRun, byDate] },
});

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [pipeline.summary];
