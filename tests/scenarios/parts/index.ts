/** Orders that arrive as a folder of parts, as Spark writes it; clicks that a manifest lists, with rates that change seldom; totals by region, audited. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { AuditedTable, DataLake, DataPipeline } from "../../../infra";

const lake = new DataLake("parts", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "parts",
  sql: "tests/scenarios/parts/sql",
  dataOnDestroy: "delete",
  encryption: "s3",
});

const orders = new AuditedTable("orders", {
  lake,
  zone: "landing",
  columns: { id: "int", day: "date", region: "string", tons: "double" },
  audit: { grain: ["id"], attributes: ["tons"], period: { column: "day", pattern: "date" } },
});
const totals = new AuditedTable("totals", {
  lake,
  zone: "processed",
  columns: { region: "string", day: "date", tons: "double" },
  audit: { grain: ["region"], attributes: ["tons"], period: { column: "day", pattern: "date" } },
});
const clicks = new AuditedTable("clicks", { lake, zone: "landing", columns: { id: "int" } });

const pipeline = new DataPipeline("totals", {
  lake,
  source: "all_ef_files",
  incoming: [{ prefix: "orders/", table: orders, files: "many", complete: { marker: "_SUCCESS" } }],
  steps: [{ model: "totals.sql", into: totals }],
  audits: { label: "totals", timeGrain: "daily", priorDateFrom: totals, tables: [orders, totals] },
});
const rates = new AuditedTable("rates", { lake, zone: "landing", columns: { rate: "int" } });
const seldom = new DataPipeline("rates", { lake, source: "finance", incoming: [{ prefix: "rates", table: rates }] });
const rated = new AuditedTable("rated_clicks", { lake, zone: "processed", columns: { id: "int", rate: "int" } });
const listed = new DataPipeline("clicks", {
  lake,
  source: "all_ef_files",
  after: [{ pipeline: seldom, needs: "latest" }],
  steps: [{ model: "rated_clicks.sql", into: rated }],
  incoming: [{ prefix: "clicks/part-", table: clicks, files: "many", complete: { manifest: "manifest.json" } }],
});

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [pipeline.summary, seldom.summary, listed.summary];
