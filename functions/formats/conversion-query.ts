/** The queries that make typed rows of arrived ones, and tell those that cannot be read. Pure. */
import { matches, type PartitionValue } from "../../audit/data-check-query";
import { identifier } from "../../audit/identifier";
import { literal } from "../../audit/literal";
import { arrivedColumns, arrivedTableName, csvCharacters, textValues, type FileFormat } from "./file-format";
import { isTrimmed, knownForm } from "./value-forms";

/** Files of a table that a run received. */
export interface ArrivedFiles {
  readonly database: string;
  readonly table: string;
  /** Glue types of the table's columns by name, in order. */
  readonly columns: Readonly<Record<string, string>>;
  readonly format: FileFormat;
  /** Partition of the run's files. */
  readonly partition: readonly PartitionValue[];
}

/** A SELECT of the rows that can be read, with the columns of the table. */
export function convertedQuery(arrived: ArrivedFiles): string {
  const columns = Object.keys(arrived.columns).map((name, index) => `v${index + 1} AS ${identifier(name)}`);
  return `${readRows(arrived)}\nSELECT ${columns.join(", ")}\nFROM judged\nWHERE fault IS NULL`;
}

/** A SELECT of the rows that cannot be read, each with the first thing that is wrong with it: `rejectedColumns`. */
export function rejectedQuery(arrived: ArrivedFiles): string {
  const names = Object.keys(arrived.columns);
  const of = (part: (name: string, index: number) => string): string =>
    `CASE fault ${names.map((name, index) => `WHEN ${index + 1} THEN ${part(name, index)}`).join(" ")} END`;
  const reasons = names.map((name, index) => {
    const form = knownForm(arrived.columns[name], textValues(arrived.format).patterns?.[name]);
    return `WHEN ${index + 1} THEN ${literal(form.not)}`;
  });
  const whole = wholeRowFaults(arrived).map(({ code, reason }) => `WHEN ${code} THEN ${literal(reason)}`);
  return [
    readRows(arrived),
    `SELECT file, row_text,`,
    `  ${of((name) => literal(name))} AS column_name,`,
    `  ${of((_, index) => `t${index + 1}`)} AS value,`,
    `  CASE fault ${[...whole, ...reasons].join(" ")} END AS reason`,
    `FROM judged\nWHERE fault IS NOT NULL`,
  ].join("\n");
}

/** What may be wrong with a row as a whole: a condition of `arrived`, and what it is called. */
function wholeRowFaults({ format, columns }: ArrivedFiles): { code: number; condition: string; reason: string }[] {
  if ("jsonLines" in format) {
    const condition = `NOT regexp_like(line, '^\\s*\\{') OR try(json_parse(line)) IS NULL`;
    return [{ code: -1, condition, reason: "no JSON object" }];
  }
  const count = Object.keys(columns).length;
  return [
    { code: -1, condition: `f${count} IS NULL`, reason: `less than ${count} fields` },
    { code: -2, condition: "beyond IS NOT NULL", reason: `more than ${count} fields` },
  ];
}

/**
 * Definitions of `judged`: of each row its file and text, the texts and values of its columns (`t1`, `v1`, …), and `fault`, the
 * position of the first column that cannot be read.
 */
function readRows(arrived: ArrivedFiles): string {
  const { database, table, columns, format, partition } = arrived;
  const fields = arrivedColumns(format, Object.keys(columns));
  const types = Object.values(columns);
  const { patterns = {} } = textValues(format);
  const texts = Object.keys(columns).map((name, index) => `${textOf(arrived, name, index)} AS t${index + 1}`);
  const values = Object.keys(columns).map((name, index) => {
    return `${knownForm(types[index], patterns[name]).value(`t${index + 1}`)} AS v${index + 1}`;
  });
  const faults = [
    ...wholeRowFaults(arrived).map(({ code }) => `WHEN whole = ${code} THEN ${code}`),
    ...types.map((_, index) => `WHEN t${index + 1} IS NOT NULL AND v${index + 1} IS NULL THEN ${index + 1}`),
  ];
  const whole = wholeRowFaults(arrived).map(({ code, condition }) => `WHEN ${condition} THEN ${code}`);
  // A line with nothing on it is no row.
  const isRow = "csv" in format ? "f1 IS NOT NULL" : "trim(line) <> ''";
  return [
    `WITH arrived AS (\n  SELECT "$path" AS file, ${fields.join(", ")}\n  FROM ${identifier(database)}.${identifier(arrivedTableName(table))}`,
    `  WHERE ${matches(partition)}\n),`,
    `texts AS (\n  SELECT file, ${rowText(fields, format)} AS row_text, CASE ${whole.join(" ")} END AS whole,\n    ${texts.join(",\n    ")}`,
    `  FROM arrived\n  WHERE ${isRow}\n),`,
    `typed AS (\n  SELECT *,\n    ${values.join(",\n    ")}\n  FROM texts\n),`,
    `judged AS (\n  SELECT *, CASE ${faults.join("\n    ")} END AS fault\n  FROM typed\n)`,
  ].join("\n");
}

/** SQL of a column's text; NULL if there is nothing. */
function textOf({ columns, format }: ArrivedFiles, name: string, index: number): string {
  if ("jsonLines" in format) {
    const path = literal(`$["${name}"]`);
    // An object or a list is its JSON text.
    return `coalesce(json_extract_scalar(line, ${path}), nullif(json_format(json_extract(line, ${path})), 'null'))`;
  }
  const { nullText } = csvCharacters(format.csv);
  const field = `f${index + 1}`;
  return `nullif(${isTrimmed(columns[name]) ? `trim(${field})` : field}, ${literal(nullText)})`;
}

/** Most elements of an array that is written in SQL are 254 (Trino, `ArrayConstructor`). */
const longestArray = 100;

/** SQL of a whole row's text: a JSON line as it is, a CSV row as the JSON array of its fields. */
function rowText(fields: readonly string[], format: FileFormat): string {
  if ("jsonLines" in format) return "line";
  const arrays: string[] = [];
  for (let from = 0; from < fields.length; from += longestArray) {
    arrays.push(`ARRAY[${fields.slice(from, from + longestArray).join(", ")}]`);
  }
  return `json_format(CAST(filter(${arrays.join(" || ")}, field -> field IS NOT NULL) AS json))`;
}
