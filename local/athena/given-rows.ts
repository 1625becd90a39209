/**
 * Athena over tables whose rows are given: the same dialect and engine as everywhere, without a catalog, a bucket or a server.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { cast } from "../../athena-sql/dialect/casts";
import type { Resolved, TableColumn } from "../../athena-sql/dialect/scope";
import { resultText } from "../../athena-sql/dialect/text";
import { translate, type Translation } from "../../athena-sql/dialect/translate";
import { nullOf } from "../../athena-sql/dialect/typed";
import { parseStatement } from "../../athena-sql/trino/statements";
import { notSupported } from "../../athena-sql/trino/errors";
import { castOfText, type TrinoType } from "../../athena-sql/trino/types";
import { parseType } from "../../athena-sql/trino/type-text";
import { openDatabase } from "./database";
import { failureOf } from "./failures";
import { hearingRefusals } from "./native/refusals";

/** A table and its rows. */
export interface GivenTable {
  readonly database: string;
  readonly table: string;
  /** Glue types by name, in order. */
  readonly columns: Readonly<Record<string, string>>;
  readonly partitionKeys: Readonly<Record<string, string>>;
  /** Cells of the columns, then of the partition keys: text as Athena casts it, JSON for arrays, maps and structs, or NULL. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A SELECT over given tables. */
export interface GivenQuery {
  readonly sql: string;
  readonly tables: readonly GivenTable[];
  /** What `now()` says. */
  readonly now: Date;
  /** Glue types that columns of the result are cast to, by name. @default as the query has them */
  readonly as?: Readonly<Record<string, string>>;
}

/** A result. */
export interface GivenResult {
  /** Names, and the types that the query gave them before a cast. */
  readonly columns: readonly { readonly name: string; readonly type: TrinoType }[];
  /** Each value's text as Athena writes it to a result file; `undefined` for NULL. */
  readonly rows: readonly (readonly (string | undefined)[])[];
}

/** An engine; close it when it is not needed any more. */
export class GivenRows {
  private made = 0;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly folder: string,
  ) {}

  static async open(): Promise<GivenRows> {
    const folder = mkdtempSync(join(tmpdir(), "tributary-rows-"));
    if (open.size === 0) process.once("exit", removeAll);
    open.add(folder);
    return new GivenRows(await openDatabase(folder), folder);
  }

  /**
   * Runs a query. Throws an Error with Athena's message: for SQL that Athena refuses, for what fails while it runs, and for a value
   * that its type does not hold.
   */
  async run({ sql, tables, now, as = {} }: GivenQuery): Promise<GivenResult> {
    const connection = await this.instance.connect();
    try {
      const { statement } = parseStatement(sql);
      if (statement.kind !== "query") throw notSupported(`${statement.kind} over given rows`);
      const resolved = new Map(tables.map((table) => [`${table.database}.${table.table}`, resolvedTable(table)]));
      const session = { database: "", now, parameters: [], tables: resolved, scans: [] };
      const translation = translate(statement.query, session);
      const filled = await this.fill(translation, tables, now, connection);
      const texts = translation.columns.map(({ name, type }, index) => {
        const wanted = as[name] === undefined ? type : parseType(as[name]);
        return `${resultText(cast({ sql: `c${index + 1}`, type }, wanted).sql, wanted)} AS c${index + 1}`;
      });
      const text = `SELECT ${texts.join(", ")} FROM (${filled})`;
      const answer = await hearingRefusals(text, () => connection.runAndReadAll(text));
      const rows = answer.getRows().map((row) => row.map((value) => (value === null ? undefined : String(value))));
      return { columns: translation.columns, rows };
    } catch (error) {
      throw new Error(failureOf(error).reason, { cause: error });
    } finally {
      connection.disconnectSync();
    }
  }

  /** Makes a table of each that the query reads, and puts it where the query scans it. */
  private async fill(
    { sql, scans }: Translation,
    tables: readonly GivenTable[],
    now: Date,
    connection: DuckDBConnection,
  ): Promise<string> {
    const made = new Map<string, string>();
    for (const scan of scans.keys()) {
      const key = `${scan.database}.${scan.table}`;
      let name = made.get(key);
      if (name === undefined) {
        const given = tables.find(({ database, table }) => `${database}.${table}` === key);
        if (!given) throw new Error(`the scanned table ${key} was not resolved`);
        name = `given_${++this.made}`;
        made.set(key, name);
        await connection.run(`CREATE TEMP TABLE ${name} AS ${rowsSql(given, now)}`);
      }
      sql = sql.replaceAll(scan.placeholder, `(SELECT * FROM ${name})`);
    }
    return sql;
  }

  close(): void {
    this.instance.closeSync();
    rmSync(this.folder, { recursive: true, force: true });
    open.delete(this.folder);
    if (open.size === 0) process.off("exit", removeAll);
  }
}

/** Folders of engines that nobody closed yet. */
const open = new Set<string>();

function removeAll(): void {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
}

function resolvedTable({ columns, partitionKeys }: GivenTable): Resolved {
  const typed = (given: Readonly<Record<string, string>>): TableColumn[] =>
    Object.entries(given).map(([name, type]) => ({ name: name.toLowerCase(), type: parseType(type) }));
  return { kind: "table", columns: typed(columns), partitionKeys: typed(partitionKeys) };
}

/** The rows as DuckDB's columns `c1`, `c2`, …, each cast from text as Trino casts it. */
function rowsSql({ columns, partitionKeys, rows }: GivenTable, now: Date): string {
  const types = [...Object.values(columns), ...Object.values(partitionKeys)].map((type) => parseType(type));
  if (rows.length === 0) {
    return `SELECT ${types.map((type, index) => `${nullOf(type)} AS c${index + 1}`).join(", ")} WHERE false`;
  }
  const names = types.map((_, index) => `v${index + 1}`);
  const values = types.map((type, index) => castOfText(names[index], type));
  const cell = (text: string | null): string =>
    text === null ? "cast(null as varchar)" : `cast('${text.replaceAll("'", "''")}' as varchar)`;
  const lines = rows.map((row) => `(${row.map(cell).join(", ")})`).join(", ");
  const sql = `SELECT ${values.join(", ")} FROM (VALUES ${lines}) AS given (${names.join(", ")})`;
  const { statement } = parseStatement(sql);
  if (statement.kind !== "query") throw new Error("no query");
  return translate(statement.query, { database: "", now, parameters: [], tables: new Map(), scans: [] }).sql;
}
