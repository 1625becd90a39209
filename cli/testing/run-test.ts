/** Runs one test: checks its rows against the declared tables, asks the local Athena, compares. */
import { nearestName } from "../../audit/nearest-name";
import { isExecDate } from "../../audit/exec-date";
import { parseType } from "../../athena-sql/trino/type-text";
import type { TrinoType } from "../../athena-sql/trino/types";
import type { GivenRows, GivenTable } from "../../local/athena/given-rows";
import { readCsv } from "../../rows/csv";
import { valueFault } from "../../rows/value-fault";
import { CommandError } from "../command-error";
import type { TableSummary } from "../lake/lake-summary";
import { compareRows, type CellText, type ComparedColumn, type Difference } from "./compare";
import type { PlacedCell, PlacedRow, PlacedTest, TestFault } from "./model-test";
import { renderStep, stepOf, type LakeModels, type ModelStep } from "../lake/lake-models";

/** What a model made. */
export interface MadeRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellText[])[];
}

/** How a test ended. */
export type TestOutcome =
  | { readonly kind: "passed"; readonly made: MadeRows }
  /** The test itself is wrong. */
  | { readonly kind: "faulty"; readonly faults: readonly TestFault[] }
  /** The model did not run to its end. */
  | { readonly kind: "failed"; readonly message: string }
  /** The model makes other rows. */
  | {
      readonly kind: "different";
      readonly made: MadeRows;
      readonly differences: readonly Difference[];
      readonly compared: readonly string[];
      readonly key: readonly string[];
      readonly expected: readonly (readonly CellText[])[];
    };

/** Digits to which sums of floating-point numbers agree, whatever their order. */
const digitsOf: Readonly<Record<string, number>> = { real: 6, double: 12 };

/** Runs a test. It throws nothing that the test or the model could be at fault for. */
export async function runTest(test: PlacedTest, lakes: readonly LakeModels[], engine: GivenRows): Promise<TestOutcome> {
  const faults: TestFault[] = [];
  const fault = (place: string, message: string): void => void faults.push({ place, message });
  let step: ModelStep;
  try {
    step = stepOf(lakes, test.model, test.pipeline);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { kind: "faulty", faults: [{ place: test.place, message: error.message }] };
  }
  if (!isExecDate(test.execDate)) fault(test.datePlace, `'${test.execDate}' is no date that exists: write 2024-11-08`);
  const tables = givenTables(test, step, fault);
  const compared = comparedColumns(test, step.target, fault);
  if (faults.length > 0) return { kind: "faulty", faults };

  const now = new Date(`${test.execDate}T00:00:00Z`);
  const { target } = step;
  try {
    const sql = renderStep(step, test.execDate, { ...step.step.parameters, ...test.parameters });
    const result = await engine.run({ sql, tables, now, as: target.columns });
    const made = { columns: result.columns.map(({ name }) => name), rows: result.rows };
    const expected = await canonical(test.expect.rows, compared, target, { engine, now });
    const columns = compared.map((name): ComparedColumn => {
      const types = [result.columns[made.columns.indexOf(name)].type, parseType(target.columns[name])];
      return { name, digits: fewestDigits(types) };
    });
    const actual = result.rows.map((row) => compared.map((name) => row[made.columns.indexOf(name)]));
    const key = target.key?.every((name) => compared.includes(name)) ? target.key : [];
    const differences = compareRows({ columns, key, expected, actual });
    if (differences.length === 0 && !test.expect.missing) return { kind: "passed", made };
    return { kind: "different", made, differences, compared, key, expected };
  } catch (error) {
    return { kind: "failed", message: (error as Error).message };
  }
}

type Report = (place: string, message: string) => void;

function givenTables(test: PlacedTest, { summary, seeds, step }: ModelStep, fault: Report): GivenTable[] {
  const given = test.given.flatMap(({ table: name, place, rows }): GivenTable[] => {
    const table = summary.tables.find(({ table: each }) => each === name);
    if (!table) {
      const meant = nearestName(name, step.reads);
      fault(place, `there is no table '${name}'${meant ? `: did you mean '${meant}'?` : `; ${reading(step)}`}`);
      return [];
    }
    if (!step.reads.includes(name)) fault(place, `${test.model} does not read ${name}; ${reading(step)}`);
    const types = { ...table.columns, ...table.partitionKeys };
    return [{ ...table, rows: rows.map((row) => givenCells(row, table, types, test.execDate, fault)) }];
  });
  for (const name of step.reads) {
    if (test.given.some(({ table }) => table === name)) continue;
    const seed = summary.tables.find(({ table, seed: file }) => table === name && file !== undefined);
    if (seed) given.push(seedTable(seed, seeds[name]));
    else fault(test.place, `the model reads ${name}, and no rows of it are given: write ${name}: [] if there are none`);
  }
  return given;
}

/** A seed with its own rows: what the program deploys needs not be given. */
export function seedTable(table: TableSummary, text: string): GivenTable {
  const { header, rows } = readCsv(text);
  const order = Object.keys(table.columns).map((name) => header.findIndex((field) => field.text === name));
  return { ...table, rows: rows.map((row) => order.map((at) => row[at].text)) };
}

function reading({ reads }: ModelStep["step"]): string {
  return `the model reads ${reads.join(", ") || "no table"}`;
}

function givenCells(
  row: PlacedRow,
  { table, partitionKeys }: TableSummary,
  types: Readonly<Record<string, string>>,
  execDate: string,
  fault: Report,
): (string | null)[] {
  checkCells(row.cells, table, types, fault);
  return Object.keys(types).map((column) => {
    const cell = row.cells.find((each) => each.column === column);
    if (cell) return cell.text;
    if (partitionKeys[column] === undefined) return null;
    if (column !== "exec_date")
      fault(row.place, `the row says nothing of '${column}', by which ${table} is partitioned`);
    return execDate;
  });
}

function checkCells(
  cells: readonly PlacedCell[],
  table: string,
  types: Readonly<Record<string, string>>,
  fault: Report,
): void {
  for (const { column, text, place } of cells) {
    const type = types[column];
    if (type === undefined) {
      const meant = nearestName(column, Object.keys(types));
      const help = meant ? `did you mean '${meant}'?` : `it has ${Object.keys(types).join(", ")}`;
      fault(place, `${table} has no column '${column}'; ${help}`);
    } else if (text !== null) {
      const why = valueFault(text, parseType(type));
      if (why !== undefined) fault(place, `${column}: ${why}`);
    }
  }
}

/** The columns that the expected rows name, in the table's order; all of them if no rows are expected. */
function comparedColumns({ expect }: PlacedTest, { table, columns }: TableSummary, fault: Report): string[] {
  // A header is checked once, not once for each row.
  for (const row of expect.rows) {
    const cells = expect.columns ? row.cells.filter(({ column }) => columns[column] !== undefined) : row.cells;
    checkCells(cells, table, columns, fault);
  }
  if (expect.columns)
    checkCells(
      expect.columns.map((cell) => ({ ...cell, text: null })),
      table,
      columns,
      fault,
    );
  const named = new Set(
    [...(expect.columns ?? []), ...expect.rows.flatMap(({ cells }) => cells)].map(({ column }) => column),
  );
  const known = Object.keys(columns);
  return named.size === 0 ? known : known.filter((name) => named.has(name));
}

/** Expected values as Athena writes them. */
async function canonical(
  rows: readonly PlacedRow[],
  columns: readonly string[],
  target: TableSummary,
  { engine, now }: { readonly engine: GivenRows; readonly now: Date },
): Promise<readonly (readonly CellText[])[]> {
  const cells = rows.map((row) => columns.map((name) => row.cells.find(({ column }) => column === name)?.text ?? null));
  const types = Object.fromEntries(columns.map((name) => [name, target.columns[name]]));
  const table = { database: "test", table: "expected", columns: types, partitionKeys: {}, rows: cells };
  return (await engine.run({ sql: "select * from test.expected", tables: [table], now })).rows;
}

function fewestDigits(types: readonly TrinoType[]): number | undefined {
  const digits = types.flatMap(({ kind }) => digitsOf[kind] ?? []);
  return digits.length === 0 ? undefined : Math.min(...digits);
}
