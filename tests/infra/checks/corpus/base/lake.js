// A small lake that is right. Every case of the corpus makes one mistake in it.
const columns = {
  plant_id: "int",
  hour: "timestamp",
  state: "string",
  fuel: "string",
  tons: "double",
  amount: "decimal(12,2)",
  name: "string",
};

const readings = table("readings", {
  zone: "landing",
  columns,
  audit: {
    grain: ["plant_id", "hour"],
    attributes: ["tons"],
    period: { column: "hour", pattern: "timestamp" },
    filter: { conditions: "state = 'OH'" },
  },
});
const plants = table("plants", { zone: "landing", columns: { plant_id: "int", name: "string", opened: "date" } });
const perDay = table("per_day", {
  zone: "processed",
  columns: { day: "date", state: "string", tons: "double", readings: "bigint" },
  audit: { grain: ["day", "state"], attributes: ["tons"], period: { column: "day", pattern: "date" } },
  checks: [{ notNull: ["day"] }, { name: "tons add up", sql: "select * from candidate where tons < 0" }],
});
const perPlant = table("per_plant", {
  zone: "processed",
  columns: { plant_id: "int", name: "string", tons: "double", spent: "decimal(38,2)", tags: "array<string>" },
});

const daily = pipeline("daily", {
  source: "meters",
  incoming: [
    { prefix: "readings-1996", table: readings },
    { prefix: "plants", table: plants },
  ],
  lateAfterHour: 6,
  timeZone: "Europe/Berlin",
  steps: [{ model: "daily/per_day.sql", into: perDay }],
  parameters: { unit: "tons" },
});

const monthly = pipeline("monthly", {
  after: [daily],
  cadence: { every: "month", day: 2 },
  steps: [{ model: "daily/per_plant.sql", into: perPlant }],
  audits: { label: "daily", timeGrain: "daily", priorDateFrom: perDay, tables: [readings, perDay] },
});

role("meters-dev-daily-land", [
  {
    Sid: "ReadIncoming",
    Effect: "Allow",
    Action: ["s3:GetObject"],
    Resource: ["arn:aws:s3:::acme-landing/incoming/*"],
  },
  { Sid: "Trace", Effect: "Allow", Action: ["xray:PutTraceSegments"], Resource: ["*"] },
]);
environment("meters-dev-daily-land", { LANDING_BUCKET: "acme-landing", ASSETS_BUCKET: "acme-glue-assets" });
rule("meters-dev-daily", {
  source: ["aws.s3"],
  detail: { object: { key: [{ wildcard: "incoming/meters/*/daily.done" }] } },
});
machine("meters-dev-daily", {
  QueryLanguage: "JSONata",
  StartAt: "Land",
  States: {
    Land: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Arguments: { Payload: "{% $states.input %}" },
      TimeoutSeconds: 900,
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }],
      Next: "Done",
    },
    Done: { Type: "Succeed" },
    Failed: { Type: "Fail" },
  },
});

table("fuels", {
  zone: "landing",
  columns: { fuel: "varchar(4)", factor: "decimal(5,2)", since: "date" },
  partitionKeys: {},
  seed: "seeds/fuels.csv",
});
