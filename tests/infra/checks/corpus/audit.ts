/** Mistakes in audits and data checks. */
import { type Case, lake } from "./case";

export const auditCases: readonly Case[] = [
  {
    name: "a grain column misspelt",
    change: [lake, 'grain: ["plant_id", "hour"]', 'grain: ["plant_id", "hours"]'],
    finds: ["audit-specification", "lake.js:16:25", "audit of readings: 'hours' is no column of the table"],
  },
  {
    name: "an attribute misspelt",
    change: [lake, 'attributes: ["tons"],\n    period', 'attributes: ["ton"],\n    period'],
    finds: ["audit-specification", "lake.js:17:18", "audit of readings: 'ton' is no column of the table"],
  },
  {
    name: "an attribute that is in the grain",
    change: [lake, 'attributes: ["tons"],\n    period', 'attributes: ["hour"],\n    period'],
    finds: [
      "audit-specification",
      "lake.js:17:18",
      "audit of readings: 'hour' is in the grain: what identifies a row can't change in it",
    ],
  },
  {
    name: "a period pattern that does not fit",
    change: [lake, 'column: "hour", pattern: "timestamp"', 'column: "hour", pattern: "YYYYMM"'],
    finds: [
      "audit-specification",
      "lake.js:18:40",
      "audit of readings: 'YYYYMM' can't be read from hour, which has type timestamp",
    ],
  },
  {
    name: "a period column misspelt",
    change: [lake, 'column: "day", pattern', 'column: "days", pattern'],
    finds: ["audit-specification", "lake.js:26:77", "audit of per_day: 'days' is no column of the table"],
  },
  {
    name: "too many grain columns",
    change: [lake, 'grain: ["plant_id", "hour"]', 'grain: ["plant_id", "hour", "state", "fuel", "amount", "name"]'],
    finds: ["audit-specification", "lake.js:16:12", "audit of readings: grain has 6 columns; the audit table takes 5"],
  },
  {
    name: "a condition with a column misspelt",
    change: [lake, "state = 'OH'", "stat = 'OH'"],
    finds: ["audit-condition", "lake.js:19:27", "audit of readings: there is no column 'stat' here"],
  },
  {
    name: "a condition that ends the statement",
    change: [lake, "state = 'OH'", "state = 'OH'; drop table x"],
    finds: [
      "audit-specification",
      "lake.js:19:27",
      "audit of readings: 'state = 'OH'; drop table x' is no condition: a ; ends the statement",
    ],
  },
  {
    name: "a label that is too long",
    change: [lake, 'label: "daily"', `label: "${"d".repeat(51)}"`],
    finds: ["audit-specification", "lake.js:50:20", "the label has 51 characters; the audit table takes 50"],
  },
  {
    name: "a table that declares no audit",
    change: [lake, "tables: [readings, perDay]", "tables: [readings, plants]"],
    finds: ["no-audit", "lake.js:50:91", "plants declares no audit"],
  },
  {
    name: "a reference table without dates",
    change: [lake, 'audit: { grain: ["day", "state"]', 'partitionKeys: {}, audit: { grain: ["day", "state"]'],
    finds: [
      "prior-date-table",
      "lake.js:50:64",
      "per_day has no partitions by exec_date, so there is no date before to compare with",
    ],
  },
  {
    name: "a data check of a column misspelt",
    change: [lake, 'notNull: ["day"]', 'notNull: ["days"]'],
    finds: ["data-check", "lake.js:27:24", "check of per_day: 'days' is no column of the table"],
  },
  {
    name: "a data check whose query is wrong",
    change: [lake, "where tons < 0", "where tonnes < 0"],
    finds: ["data-check", "lake.js:27:62", "check of per_day: there is no column 'tonnes' here"],
  },
];
