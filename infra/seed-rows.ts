/** The rows of a seed: read from its file, checked against its columns, and written as a view. Pure. */
import { nearestName } from "../audit/nearest-name";
import { castOfText, typeName } from "../athena-sql/trino/types";
import { CsvError, readCsv, type CsvField } from "../rows/csv";
import { valueFault } from "../rows/value-fault";
import type { ReadSource } from "./checks/finding";
import { typeOf } from "./checks/queries";
import type { Columns } from "./columns";

/** A seed as it is declared. */
export interface DeclaredSeed {
  readonly file: string;
  readonly columns: Columns;
}

/** A mistake in a seed's file; without a place there is no file. */
export type ReportSeed = (message: string, at?: { readonly line: number; readonly column: number }) => void;

/** Cells in the order of the columns. */
export interface SeedRows {
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Reads a seed; whatever is wrong with it is reported, and its rows are then none. */
export function readSeed({ file, columns }: DeclaredSeed, read: ReadSource, report: ReportSeed): SeedRows {
  const text = read(file);
  if (text === undefined) {
    report(`there is no file ${file} in the program's folder`);
    return { rows: [] };
  }
  let faulty = false;
  const fault = (message: string, at: CsvField): void => {
    faulty = true;
    report(message, at);
  };
  try {
    const { header, rows } = readCsv(text);
    const names = Object.keys(columns);
    for (const field of header) {
      const name = field.text ?? "";
      if (names.includes(name)) continue;
      const meant = nearestName(name, names);
      fault(
        `'${name}' is no column of the table: ${meant ? `did you mean '${meant}'?` : `it has ${names.join(", ")}`}`,
        field,
      );
    }
    const order = names.map((name) => header.findIndex(({ text: each }) => each === name));
    names.forEach((name, index) => {
      if (order[index] < 0) fault(`the header lacks the column '${name}'`, header[0]);
    });
    for (const row of rows) {
      row.forEach((field, index) => {
        const name = header[index].text ?? "";
        if (field.text === null || columns[name] === undefined) return;
        const type = typeOf(columns[name]);
        // What is no type is told where the columns are declared.
        const why = type.kind === "unknown" ? undefined : valueFault(field.text, type);
        if (why !== undefined) fault(`${name}: ${why}`, field);
      });
    }
    return { rows: faulty ? [] : rows.map((row) => order.map((at) => row[at].text)) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    report(error.message, error);
    return { rows: [] };
  }
}

/** The query that gives a seed's rows, each value cast as Athena reads it. */
export function seedQuery(columns: Columns, rows: SeedRows["rows"]): string {
  const types = Object.values(columns).map(typeOf);
  const names = Object.keys(columns).map((name) => `"${name}"`);
  const values = types.map((type, index) => `${castOfText(names[index], type)} AS ${names[index]}`).join(", ");
  const lines = rows.length > 0 ? rows : [types.map(() => null)];
  const cell = (text: string | null): string =>
    text === null ? "CAST(NULL AS varchar)" : `'${text.replaceAll("'", "''")}'`;
  const list = lines.map((row) => `(${row.map(cell).join(", ")})`).join(",\n  ");
  return `SELECT ${values}\nFROM (VALUES\n  ${list}\n) AS seed (${names.join(", ")})${rows.length > 0 ? "" : "\nWHERE false"}`;
}

/**
 * The text under which the catalog keeps a seed, as Athena keeps views: "Presto View" with a definition in base64.
 * https://trino.io/docs/current/connector/hive.html, "Hive views", calls it Trino's own representation.
 */
export function seedView(columns: Columns, rows: SeedRows["rows"], database: string): string {
  const definition = {
    originalSql: seedQuery(columns, rows),
    catalog: "awsdatacatalog",
    schema: database,
    columns: Object.entries(columns).map(([name, type]) => ({ name, type: typeName(typeOf(type)) })),
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`;
}
