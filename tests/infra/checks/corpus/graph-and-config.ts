/** Mistakes in the graph of pipelines, and in their settings. */
import { type Case, perDay, lake } from "./case";

export const graphAndConfigCases: readonly Case[] = [
  {
    name: "a table that two pipelines write",
    change: [
      lake,
      'steps: [{ model: "daily/per_plant.sql", into: perPlant }],',
      'incoming: [{ prefix: "p", table: plants }],\n  steps: [{ model: "daily/per_plant.sql", into: perPlant }],',
    ],
    finds: ["written-twice", "lake.js:49:36", "plants is written here, and by daily already"],
  },
  {
    name: "a delimiter of two characters",
    change: [lake, "table: plants },", 'table: plants, format: { csv: { delimiter: "||" } } },'],
    finds: ["file-format", "lake.js:38:68", '"||" is no character'],
  },
  {
    name: "a quote that is the delimiter",
    change: [lake, "table: plants },", "table: plants, format: { csv: { quote: ',' } } },"],
    finds: ["file-format", "lake.js:38:64", '"," is the delimiter already'],
  },
  {
    name: "an escape that is the quote",
    change: [lake, "table: plants },", "table: plants, format: { csv: { escape: '\"' } } },"],
    finds: ["file-format", "lake.js:38:65", '"\\"" is the quote already'],
  },
  {
    name: "a text for NULL in JSON",
    change: [lake, "table: plants },", 'table: plants, format: { jsonLines: { nullText: "" } } },'],
    finds: ["file-format", "lake.js:38:73", "jsonLines has no option 'nullText'"],
  },
  {
    name: "two formats of a file",
    change: [lake, "table: plants },", "table: plants, format: { csv: {}, jsonLines: {} } },"],
    finds: ["file-format", "lake.js:38:48", "a file has one format, not csv and jsonLines"],
  },
  {
    name: "a type that no field of text holds",
    change: [
      lake,
      '{ prefix: "plants", table: plants },',
      '{ prefix: "plants", table: plants },\n    { prefix: "tags", table: table("tags", { zone: "landing", columns: { tags: "array<string>" } }), format: { csv: {} } },',
    ],
    finds: ["file-format", "lake.js:39:110", "no field of text holds the array<string> of tags.tags"],
  },
  {
    name: "a pattern of a column that is no date",
    change: [lake, "table: plants },", 'table: plants, format: { csv: { patterns: { name: "%Y" } } } },'],
    finds: ["file-format", "lake.js:38:75", "name is string, and a pattern is for dates and timestamps"],
  },
  {
    name: "a pattern of no column",
    change: [lake, "table: plants },", 'table: plants, format: { csv: { patterns: { open: "%Y" } } } },'],
    finds: ["file-format", "lake.js:38:75", "plants has no column 'open'"],
  },
  {
    name: "a pattern of another language",
    change: [lake, "table: plants },", 'table: plants, format: { csv: { patterns: { opened: "dd.MM.yyyy" } } } },'],
    finds: ["file-format", "lake.js:38:77", "'dd.MM.yyyy' is no pattern"],
  },
  {
    name: "a pattern that Athena does not know",
    change: [lake, "table: plants },", 'table: plants, format: { csv: { patterns: { opened: "%D" } } } },'],
    finds: ["file-format", "lake.js:38:77", "Athena's date_parse does not know %D"],
  },
  {
    name: "a bound of rejected rows that is none",
    change: [lake, "table: plants },", "table: plants, format: { csv: { rejected: { atMost: -1 } } } },"],
    finds: ["file-format", "lake.js:38:77", "-1 is no number of rows"],
  },
  {
    name: "a table that two steps write",
    change: [lake, "into: perDay }],", 'into: perDay }, { model: "daily/per_day.sql", into: perDay }],'],
    finds: ["written-twice", "lake.js:42:93", "per_day is written here, and by this pipeline already"],
  },
  {
    name: "a table that nothing writes",
    change: [lake, '    { prefix: "plants", table: plants },\n', ""],
    finds: ["never-written", "lake.js:48:20", "plants is read here, and nothing writes it"],
  },
  {
    name: "a table of a pipeline that is not upstream",
    change: [
      lake,
      "after: [daily],",
      'source: "meters",\n  incoming: [{ prefix: "x", table: table("x", { zone: "landing", columns: { a: "int" } }) }],',
    ],
    finds: ["not-upstream", "lake.js:50:20", "readings is read here, and daily, which writes it, is not upstream"],
  },
  {
    name: "a step that reads what a later one writes",
    change: [
      lake,
      'steps: [{ model: "daily/per_day.sql", into: perDay }],\n  parameters',
      'steps: [{ model: "daily/total.sql", into: table("total", { zone: "processed", columns: { tons: "double" } }) }, { model: "daily/per_day.sql", into: perDay }],\n  parameters',
    ],
    finds: ["step-order", "lake.js:42:20", "per_day is read here, and a later step writes it"],
  },
  {
    name: "pipelines that wait for one another",
    change: [perDay, "from sums\n", 'from sums, (select max(tons) as most from {{ table("per_plant") }})\n'],
    finds: ["pipeline-cycle", "lake.js:42:20", "pipelines wait for one another: daily → monthly → daily"],
  },
  {
    name: "two pipelines of one name",
    change: [lake, 'pipeline("monthly"', 'pipeline("daily"'],
    finds: ["duplicate-pipeline", "lake.js:46:26", "there are two pipelines 'daily'"],
  },
  {
    name: "an audit of a table that a pipeline beside it writes",
    change: [
      lake,
      "tables: [readings, perDay] },\n});",
      'tables: [readings, perDay] },\n});\npipeline("beside", { source: "meters", incoming: [{ prefix: "other", table: table("other", { zone: "landing", columns: { a: "int" } }) }], audits: { label: "daily", timeGrain: "daily", priorDateFrom: perDay, tables: [perDay] } });',
    ],
    finds: ["not-upstream", "lake.js:52:218", "per_day is read here, and daily, which writes it, is not upstream"],
  },
  {
    name: "a pipeline's name in capitals",
    change: [lake, 'pipeline("monthly"', 'pipeline("Monthly"'],
    finds: ["pipeline-name", "lake.js:46:26", "'Monthly' is no name of a pipeline"],
  },
  {
    name: "a source that is no folder",
    change: [lake, 'source: "meters"', 'source: "meters/1996"'],
    finds: ["pipeline-source", "lake.js:35:11", "'meters/1996' is no folder name below incoming/"],
  },
  {
    name: "a pipeline that nothing starts",
    change: [lake, 'role("meters', 'pipeline("idle", { source: "meters" });\nrole("meters'],
    finds: ["never-starts", "lake.js:53:1", "nothing would ever start idle"],
  },
  {
    name: "a pipeline without a source",
    change: [lake, '  source: "meters",\n  incoming', "  incoming"],
    finds: ["pipeline-source", "lake.js:34:15", "daily has incoming files and no source"],
  },
  {
    name: "a source that is not the upstream's",
    change: [lake, "after: [daily],", 'after: [daily],\n  source: "other",'],
    finds: ["pipeline-source", "lake.js:47:11", "daily has the source 'meters', and monthly 'other'"],
  },
  {
    name: "a prefix registered twice",
    change: [lake, 'prefix: "plants"', 'prefix: "readings-1996"'],
    finds: ["duplicate-prefix", "lake.js:38:15", "'readings-1996' is registered twice"],
  },
  {
    name: "a prefix that is no file name",
    change: [lake, 'prefix: "plants"', 'prefix: "plants/*"'],
    finds: ["duplicate-prefix", "lake.js:38:15", "'plants/*' is no start of a file's name"],
  },
  {
    name: "a model misspelt",
    change: [lake, "daily/per_plant.sql", "daily/per_plants.sql"],
    finds: ["unknown-model", "lake.js:49:20", "there is no model 'daily/per_plants.sql'"],
  },
  {
    name: "a day that not every month has",
    change: [lake, "day: 2 }", "day: 31 }"],
    finds: ["cadence", "lake.js:48:35", "not every month has a day 31"],
  },
  {
    name: "a month that the year has not",
    change: [lake, '{ every: "month", day: 2 }', '{ every: "year", month: 13, day: 2 }'],
    finds: ["cadence", "lake.js:48:36", "a year has no month 13"],
  },
  {
    name: "an hour that the day has not",
    change: [lake, "lateAfterHour: 6", "lateAfterHour: 24"],
    finds: ["hour", "lake.js:40:18", "a day has no hour 24"],
  },
  {
    name: "a time zone misspelt",
    change: [lake, "Europe/Berlin", "Europe/Berlim"],
    finds: ["time-zone", "lake.js:41:13", "there is no time zone 'Europe/Berlim'"],
  },
  {
    name: "a parameter's name that AWS keeps for itself",
    change: [lake, "after: [daily],", 'after: [daily],\n  parameterName: "/aws/daily",'],
    finds: ["parameter-name", "lake.js:48:18", "'/aws/daily' is no name of a parameter"],
  },
  {
    name: "a bucket's name that is too long",
    change: [lake, "const daily =", `name("bucket", "${"b".repeat(64)}");\nconst daily =`],
    finds: [
      "name-too-long",
      "lake.js:1:1",
      `the bucket's name '${"b".repeat(64)}' has 64 characters; S3 documentation, "General purpose bucket naming rules" allows 63`,
    ],
  },
  {
    name: "a function's name that is too long",
    change: [lake, 'environment("meters-dev-daily-land"', `environment("meters-dev-daily-${"l".repeat(50)}"`],
    finds: [
      "name-too-long",
      "lake.js:34:24",
      `the function's name 'meters-dev-daily-${"l".repeat(50)}' has 67 characters; Lambda API reference, "CreateFunction" allows 64`,
    ],
  },
  {
    name: "an environment that is too large",
    change: [lake, 'LANDING_BUCKET: "acme-landing"', `LANDING_BUCKET: "${"x".repeat(5000)}"`],
    finds: ["too-large", "lake.js:34:24", "the environment of meters-dev-daily-land has 5056 bytes; Lambda takes 4096"],
  },
  {
    name: "an event pattern that is too large",
    change: [lake, "incoming/meters/*/daily.done", "i".repeat(2100)],
    finds: [
      "too-large",
      "lake.js:34:24",
      "the event pattern of meters-dev-daily has 2167 characters; EventBridge takes 2048",
    ],
  },
  {
    name: "a prefix that takes another pipeline's files",
    change: [
      lake,
      'role("meters-dev-daily-land", [',
      'pipeline("beside", { source: "meters", incoming: [{ prefix: "plant", table: table("other", { zone: "landing", columns: { a: "int" } }) }] });\nrole("meters-dev-daily-land", [',
    ],
    finds: ["ambiguous-prefix", "lake.js:53:61", "'plant' takes the files of 'plants' of daily, too"],
  },
  {
    name: "parts in a folder of another pipeline's parts",
    change: [
      lake,
      'role("meters-dev-daily-land", [',
      'pipeline("beside", { source: "meters", announcedBy: "source", incoming: [{ prefix: "all/", files: "many", table: table("other", { zone: "landing", columns: { a: "int" } }) }] });\npipeline("third", { source: "meters", announcedBy: "source", incoming: [{ prefix: "all/eu/", files: "many", table: table("third", { zone: "landing", columns: { a: "int" } }) }] });\nrole("meters-dev-daily-land", [',
    ],
    finds: ["ambiguous-prefix", "lake.js:53:84", "'all/' takes the files of 'all/eu/' of third, too"],
  },
  {
    name: "a prefix of one file here and of many there",
    change: [
      lake,
      'role("meters-dev-daily-land", [',
      'pipeline("beside", { source: "meters", announcedBy: "source", incoming: [{ prefix: "plants", files: "many", table: table("other", { zone: "landing", columns: { a: "int" } }) }] });\nrole("meters-dev-daily-land", [',
    ],
    finds: ["ambiguous-prefix", "lake.js:53:84", "'plants' is many files here, and one of daily"],
  },
  {
    name: "a prefix that is a control file's name",
    change: [lake, '{ prefix: "plants", table: plants }', '{ prefix: "plants.done", table: plants }'],
    finds: ["ambiguous-prefix", "lake.js:38:15", "'plants.done' is the name of a control file or marker"],
  },
  {
    name: "a model that reads its own earlier dates",
    change: [perDay, "from sums\n", 'from sums, (select max(tons) as most from {{ table("per_day") }})\n'],
    finds: ["own-history", "lake.js:42:20", "per_day is made of its own earlier dates, and dates run side by side"],
  },
  {
    name: "a partition key that a run has no value for",
    change: [
      lake,
      'columns: { plant_id: "int", name: "string", opened: "date" } });',
      'columns: { plant_id: "int", name: "string", opened: "date" }, partitionKeys: { exec_date: "date", region: "string" } });',
    ],
    finds: ["partition-keys", "lake.js:38:32", "plants has the partition key 'region', and a run has no value for it"],
  },
  {
    name: "an event pattern that is too complex",
    change: [lake, "incoming/meters/*/daily.done", "i*i*i*i*i*i*"],
    finds: [
      "too-large",
      "lake.js:34:24",
      "the event pattern of meters-dev-daily is too complex for EventBridge: one key can match more than 10 beginnings of its wildcards",
    ],
  },
];
