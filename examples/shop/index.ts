import * as pulumi from "@pulumi/pulumi";
import { AuditedTable, DataLake, DataPipeline } from "tributary";

const lake = new DataLake("shop", {
  stage: pulumi.getStack(),
  account: "111122223333",
  region: "eu-central-1",
  bucketPrefix: "acme-shop",
  dataOnDestroy: "delete",
  encryption: "s3",
});

const orders = new AuditedTable("orders", {
  lake,
  zone: "landing",
  columns: { order_id: "bigint", ordered_at: "timestamp", country: "string", amount: "decimal(12,2)" },
  checks: [{ unique: ["order_id"] }],
  audit: {
    grain: ["order_id"],
    attributes: ["amount"],
    period: { column: "ordered_at", pattern: "timestamp" },
  },
});

const revenue = new AuditedTable("revenue", {
  lake,
  zone: "processed",
  columns: { month: "string", country: "string", amount: "decimal(38,2)" },
  checks: [{ unique: ["month", "country"] }],
  audit: {
    grain: ["month", "country"],
    attributes: ["amount"],
    period: { column: "month", pattern: "YYYYMM" },
  },
});

const daily = new DataPipeline("shop_daily", {
  lake,
  source: "orders",
  incoming: [{ prefix: "orders", table: orders, format: { csv: {} } }],
  steps: [{ model: "revenue.sql", into: revenue }],
  audits: { label: "shop_daily", timeGrain: "monthly", priorDateFrom: revenue, tables: [orders, revenue] },
});

// The `tributary` command finds the lake by these.
export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [daily.summary];
