/**
 * The local Athena's answer to a statement: its parser, its translation, its DuckDB and its texts, without the service around.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { openDatabase } from "../../../local/athena/database";
import type { FloatText } from "../../../local/athena/native/float-text";
import { hearingRefusals } from "../../../local/athena/native/refusals";
import { failureOf } from "../../../local/athena/failures";
import type { Resolved, Session } from "../../../athena-sql/dialect/scope";
import { resultText } from "../../../athena-sql/dialect/text";
import { translate } from "../../../athena-sql/dialect/translate";
import { duckType, quoteName } from "../../../athena-sql/dialect/typed";
import { BeyondDialect, ParseError } from "../../../athena-sql/trino/errors";
import { parseStatement } from "../../../athena-sql/trino/statements";
import { typeName } from "../../../athena-sql/trino/types";
import { parseType } from "../../../athena-sql/trino/type-text";
import type { Answer, Result } from "./answers";

/** An answer, and of a failure whether it says that the local runtime is at its end: `refused`. */
export type LocalAnswer = Answer & { readonly refused?: boolean };

export class LocalAthena {
  private readonly tables = new Map<string, Resolved>();

  private constructor(
    private readonly folder: string,
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  /** @param floatText how casts write REAL and DOUBLE; the recorded Trino is of 2023 */
  static async open(floatText: FloatText = "scientific"): Promise<LocalAthena> {
    const folder = mkdtempSync(join(tmpdir(), "trino-witness-"));
    const instance = await openDatabase(folder, floatText);
    return new LocalAthena(folder, instance, await instance.connect());
  }

  close(): void {
    this.connection.disconnectSync();
    this.instance.closeSync();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes a table of what Trino answered to `SELECT *`. */
  async put(name: string, { types, names = [], rows }: Result): Promise<void> {
    const columns = names.map((column, i) => ({ name: column, type: parseType(types[i]) }));
    const path = join(this.folder, `${name}.csv`);
    const line = (row: readonly (string | null)[]): string =>
      row.map((value) => (value === null ? "" : `"${value.replaceAll('"', '""')}"`)).join(",");
    writeFileSync(path, rows.map(line).join("\n"));
    const read = columns.map((column, i) => `CAST(c${i} AS ${duckType(column.type)}) AS ${quoteName(column.name)}`);
    const texts = columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
    await this.connection.run(
      `CREATE TABLE ${quoteName(name)} AS SELECT ${read.join(", ")} FROM read_csv('${path}', header = false, delim = ',', quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false, columns = {${texts}})`,
    );
    this.tables.set(`default.${name}`, { kind: "table", columns, partitionKeys: [] });
  }

  async ask(sql: string): Promise<LocalAnswer> {
    try {
      const { statement } = parseStatement(sql);
      if (statement.kind !== "query") return { error: `${statement.kind} is no query`, refused: true };
      const session: Session = {
        database: "default",
        now: new Date(),
        tables: this.tables,
        parameters: [],
        scans: [],
      };
      const translation = translate(statement.query, session);
      let duck = translation.sql;
      for (const scan of translation.scans.keys())
        duck = duck.replaceAll(scan.placeholder, () => this.scanned(scan.table));
      const texts = translation.columns.map(({ type }, i) => `${resultText(`c${i + 1}`, type)} AS c${i + 1}`);
      const query = `SELECT ${texts.join(", ")} FROM (${duck})`;
      const read = await hearingRefusals(query, () => this.connection.runAndReadAll(query));
      return {
        types: translation.columns.map(({ type }) => typeName(type)),
        names: translation.columns.map(({ name }) => name),
        rows: read.getRows().map((row) => row.map((value) => (value === null ? null : String(value)))),
      };
    } catch (error) {
      return { error: failureOf(error).reason ?? "", refused: isRefusal(error) };
    }
  }

  private scanned(name: string): string {
    const table = this.tables.get(`default.${name}`);
    if (table?.kind !== "table") throw new Error(`the table ${name} is not here`);
    const columns = table.columns.map((column, i) => `${quoteName(column.name)} AS c${i + 1}`);
    return `(SELECT ${columns.join(", ")} FROM ${quoteName(name)})`;
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof BeyondDialect) return true;
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof ParseError
    ? /local runtime/.test(message)
    : /local runtime/i.test(failureOf(error).reason ?? "");
}
