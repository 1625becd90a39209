/** Records a test from a lake: rows of a date of each table that a model reads, and what the model makes of them now. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { quotedName } from "../../athena-sql/trino/print";
import { writtenName } from "../../athena-sql/trino/reserved-words";
import { parseType } from "../../athena-sql/trino/type-text";
import { isStructure } from "../../athena-sql/trino/types";
import { GivenRows, type GivenTable } from "../../local/athena/given-rows";
import { writeCsv } from "../../rows/csv";
import { CommandError } from "../command-error";
import { renderStep, stepOf, type LakeModels } from "../lake/lake-models";
import type { TableSummary } from "../lake/lake-summary";
import type { Rows } from "../presentation/table";
import { seedTable } from "./run-test";
import { readTestFile, testFileEnd } from "./test-file";

/** What to record. */
export interface Recording {
  /** Path of the model below the folder of models. */
  readonly model: string;
  /** Execution date. */
  readonly date: string;
  /** Most rows of each table. */
  readonly rows: number;
  /** Conditions in Athena SQL by table. */
  readonly where: Readonly<Record<string, string>>;
}

/** Asks the lake. */
export type Ask = (sql: string) => Promise<Rows>;

/**
 * Adds a test to a model's file, and writes the CSV files that it names.
 *
 * @param project folder of the program
 * @returns paths of what was written, in the project
 * @throws CommandError for a model that no step has, a condition on a table that it does not read, and if the test is there already
 */
export async function recordTest(
  recording: Recording,
  lakes: readonly LakeModels[],
  project: string,
  ask: Ask,
): Promise<string[]> {
  const { model, date, where } = recording;
  const step = stepOf(lakes, model);
  const { summary, target } = step;
  const stray = Object.keys(where).find((table) => !step.step.reads.includes(table));
  if (stray !== undefined)
    throw new CommandError(`${model} does not read ${stray}; it reads ${step.step.reads.join(", ")}.`);
  const name = `recorded from ${date}`;
  const stem = model.replace(/\.sql$/, "");
  const path = `${summary.folder}/${stem}${testFileEnd}`;
  const read = (file: string): string | undefined =>
    existsSync(join(project, file)) ? readFileSync(join(project, file), "utf8") : undefined;
  const before = read(path);
  if (before !== undefined && readTestFile(path, summary.folder, read).tests.some((test) => test.name === name)) {
    throw new CommandError(`${path} has a test '${name}' already: remove it, or give it another name.`);
  }
  const folder = `${stem.split("/").at(-1) ?? stem}.recorded/${date}`;
  const files: Record<string, string> = {};
  const given: GivenTable[] = [];
  for (const table of summary.tables.filter(({ table: each }) => step.step.reads.includes(each))) {
    if (table.seed !== undefined) {
      given.push(seedTable(table, step.seeds[table.table]));
      continue;
    }
    const columns = recordedColumns(table);
    const { rows } = await ask(recordingQuery(table, columns, recording));
    files[`${folder}/${table.table}.csv`] = writeCsv(columns, rows);
    const all = [...Object.keys(table.columns), ...Object.keys(table.partitionKeys)];
    const cells = rows.map((row) =>
      all.map((column) => (columns.includes(column) ? (row[columns.indexOf(column)] ?? null) : date)),
    );
    given.push({ ...table, rows: cells });
  }
  const expected = `${folder}/expected.csv`;
  const engine = await GivenRows.open();
  try {
    const now = new Date(`${date}T00:00:00Z`);
    const made = await engine.run({ sql: renderStep(step, date), tables: given, now, as: target.columns });
    files[expected] = writeCsv(
      made.columns.map((column) => column.name),
      made.rows,
    );
  } finally {
    engine.close();
  }
  const lines = given
    .filter(({ table }) => files[`${folder}/${table}.csv`] !== undefined)
    .map(({ table }) => `    ${table}: { csv: ${folder}/${table}.csv }\n`)
    .join("");
  const test = `"${name}":\n  exec_date: ${date}\n  given:\n${lines}  expect: { csv: ${expected} }\n`;
  files[`${stem.split("/").at(-1) ?? stem}${testFileEnd}`] =
    before === undefined ? test : `${before.trimEnd()}\n\n${test}`;
  return Object.entries(files).map(([file, text]) => {
    const own = `${dirname(path)}/${file}`;
    mkdirSync(dirname(join(project, own)), { recursive: true });
    writeFileSync(join(project, own), text);
    return own;
  });
}

/** All columns but the date, which is the test's. */
function recordedColumns({ columns, partitionKeys }: TableSummary): string[] {
  return [...Object.keys(columns), ...Object.keys(partitionKeys)].filter(
    (name) => partitionKeys[name] === undefined || name !== "exec_date",
  );
}

function recordingQuery(table: TableSummary, columns: readonly string[], { date, rows, where }: Recording): string {
  const types = { ...table.columns, ...table.partitionKeys };
  const structured = (name: string): boolean => isStructure(parseType(types[name]));
  // JSON is how a test writes values of several parts.
  const values = columns.map((name) =>
    structured(name) ? `json_format(cast(${quotedName(name)} as json)) as ${quotedName(name)}` : quotedName(name),
  );
  const condition = where[table.table];
  const conditions = [
    ...(table.partitionKeys.exec_date === undefined ? [] : [`exec_date = date '${date}'`]),
    ...(condition === undefined ? [] : [`(${condition})`]),
  ];
  // In one order, so that recording again gives the same rows.
  const order = columns.filter((name) => !structured(name)).map(quotedName);
  return [
    `select ${values.join(", ")} from ${table.database}.${writtenName(table.table)}`,
    ...(conditions.length > 0 ? [`where ${conditions.join(" and ")}`] : []),
    ...(order.length > 0 ? [`order by ${order.join(", ")}`] : []),
    `limit ${rows}`,
  ].join(" ");
}
