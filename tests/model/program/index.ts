/** U and V land a file each, W waits for both and is audited, X comes after W and replaces an unpartitioned table. */
import { resolve } from "node:path";

// Functions are packed from the working directory: that of the package.
process.chdir(resolve(__dirname, "../../.."));

import { AuditedTable, DataLake, DataPipeline, type Columns } from "../../../infra";

const lake = new DataLake("model", {
  stage: "test",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "model",
  sql: "tests/model/program/sql",
  dataOnDestroy: "delete",
  encryption: "s3",
  retention: { supersededRuns: 1, supersededDays: 1 },
});

const source = "files";
const columns = { id: "int", amount: "int", version: "int" } as const satisfies Columns;
const lands = (name: "u" | "v") => {
  const files = new AuditedTable(`${name}_files`, { lake, zone: "landing", columns });
  const daily = new AuditedTable(`${name}_daily`, { lake, zone: "processed", columns });
  return new DataPipeline(name, {
    lake,
    source,
    incoming: [{ prefix: `${name}-`, table: files }],
    steps: [{ model: `${name}_daily.sql`, into: daily }],
  });
};
const u = lands("u");
const v = lands("v");

const rows = new AuditedTable("w_rows", {
  lake,
  zone: "processed",
  columns: { origin: "string", ...columns, month: "string" },
  audit: {
    grain: ["origin", "id"],
    attributes: ["amount", "version"],
    period: { column: "month", pattern: "YYYYMM" },
  },
});
const w = new DataPipeline("w", {
  lake,
  after: [u, v],
  steps: [{ model: "w_rows.sql", into: rows }],
  audits: { label: "w", timeGrain: "daily", priorDateFrom: rows, tables: [rows] },
});

const latest = new AuditedTable("x_latest", {
  lake,
  zone: "processed",
  columns: { origin: "string", version: "int", row_count: "bigint", amount: "bigint" },
  partitionKeys: {},
});
const x = new DataPipeline("x", { lake, after: [w], steps: [{ model: "x_latest.sql", into: latest }] });

export const landingBucket = lake.bucketName("landing");
export const assetsBucket = lake.bucketName("glue-assets");
export const workgroup = lake.workgroupName;
export const pipelines = [u, v, w, x].map((pipeline) => pipeline.summary);
