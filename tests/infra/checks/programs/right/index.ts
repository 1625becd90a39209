/** A lake that is right; it says how long its checks took. */
import { AuditedTable, DataLake, DataPipeline } from "../../../../../infra";

const lake = new DataLake("meters", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "acme",
});
const readings = new AuditedTable("readings", { lake, zone: "landing", columns: { state: "string", tons: "double" } });
const perState = new AuditedTable("per_state", {
  lake,
  zone: "processed",
  columns: { state: "string", tons: "double" },
});
new DataPipeline("daily", {
  lake,
  source: "meters",
  incoming: [{ prefix: "readings", table: readings }],
  steps: [{ model: "daily/per_state.sql", into: perState }],
});

export const milliseconds = lake.gate.passed().then(() => lake.checks.milliseconds);
