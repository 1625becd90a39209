/** Mistakes in what a pipeline takes: registered files, and dates of other pipelines. */
import { type Case, perDay, lake } from "./case";

export const incomingFileCases: readonly Case[] = [
  ...[
    { name: "one file in a folder", file: '"plants/a"', says: "'plants/a' is no start of a file's name" },
    { name: "parts in no folder", file: '"/plants/", files: "many", complete: { count: 2 }', says: "'/plants/' is no start of a file's name" }, // prettier-ignore
    { name: "a file that Athena passes over", file: '"_plants"', says: "'_plants' is the start of a name that Athena passes over" }, // prettier-ignore
    { name: "parts in a folder that Athena passes over", file: '"a/.b/", files: "many", complete: { count: 2 }', says: "'a/.b/' is the start of a name that Athena passes over" }, // prettier-ignore
  ].map(({ name, file, says }): Case => ({
    name,
    change: [lake, 'prefix: "plants"', `prefix: ${file}`],
    finds: ["duplicate-prefix", "lake.js:38:15", says],
  })),
  {
    name: "a pipeline that only reads another's latest date",
    change: [lake, "after: [daily],", 'source: "other",\n  after: [{ pipeline: daily, needs: "latest" }],'],
    finds: ["never-starts", "lake.js:46:17", "nothing would ever start monthly"],
  },
  {
    name: "a latest date that the pipeline does not ask for",
    change: [perDay, "exec_date) | indent", "latest.weather) | indent"],
    finds: [
      "unknown-parameter",
      "sql/daily/per_day.sql:5:48",
      "the pipeline does not read the latest date of 'weather'",
    ],
  },
  {
    name: "parts that nobody knows to be complete",
    change: [lake, 'prefix: "plants"', 'prefix: "plants/", files: "many"'],
    finds: ["incoming-files", "lake.js:38:33", "nobody would know when all parts of 'plants/' are there"],
  },
  ...[
    { name: "one file that says when parts are complete", file: "complete: { count: 1 }", says: "'plants' is one file and says when parts are complete", column: 35 }, // prettier-ignore
    { name: "parts that are complete by two things", file: 'files: "many", complete: { count: 1, marker: "_SUCCESS" }', says: "parts are complete by count and marker" }, // prettier-ignore
    { name: "parts that are complete by nothing", file: 'files: "many", complete: {}', says: "parts are complete by nothing" }, // prettier-ignore
    { name: "no parts", file: 'files: "many", complete: { count: 0 }', says: "there are no 0 parts" },
    { name: "a marker in a folder", file: 'files: "many", complete: { marker: "a/_SUCCESS" }', says: "'a/_SUCCESS' is no name of an object" }, // prettier-ignore
    { name: "a marker that is a control file", file: 'files: "many", complete: { marker: "x.done" }', says: "'x.done' is the name of a control file or marker of the lake" }, // prettier-ignore
  ].map(({ name, file, says, column = 50 }): Case => ({
    name,
    change: [lake, 'prefix: "plants"', `prefix: "plants", ${file}`],
    finds: ["incoming-files", `lake.js:38:${column}`, says],
  })),
];
