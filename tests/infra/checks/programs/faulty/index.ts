/** A lake with a mistake of each kind: all of them are told together. */
import { AuditedTable, DataLake, DataPipeline } from "../../../../../infra";

const lake = new DataLake("meters", {
  stage: "dev",
  account: "111122223333",
  region: "us-east-1",
  bucketPrefix: "acme",
});
const readings = new AuditedTable("readings", { lake, zone: "landing", columns: { state: "string", ton: "double" } });
const perState = new AuditedTable("per_state", {
  lake,
  zone: "processed",
  columns: { state: "string", tons: "double" },
  audit: { grain: ["state"], attributes: ["tons"], period: { column: "state", pattern: "date" } },
});
const daily = new DataPipeline("daily", {
  lake,
  source: "meters",
  incoming: [{ prefix: "readings", table: readings }],
  steps: [{ model: "daily/per_state.sql", into: perState }],
  audits: { label: "daily", timeGrain: "daily", priorDateFrom: perState, tables: [perState] },
});
new DataPipeline("weekly", {
  lake,
  after: [daily],
  cadence: { every: "month", day: 31 },
  steps: [{ model: "daily/per_stat.sql", into: perState }],
});
new DataPipeline("a_name_that_is_too_long_for_what_is_made_of_it", { lake, after: [daily] });
new DataPipeline("beside", {
  lake,
  source: "meters",
  incoming: [
    {
      prefix: "other",
      table: new AuditedTable("readings", { lake, zone: "processed", columns: { day: "datetime" as "date" } }),
    },
  ],
  transform: {
    stateMachine: (args) => void (args.definition = '{"StartAt":"Nowhere","States":{"Here":{"Type":"Succeed"}}}'),
  },
});
