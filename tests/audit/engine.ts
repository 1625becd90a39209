/**
 * A real engine for change set queries: tables as they lie in the lake, with both dates in one.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Value of a cell in a test table. */
export type Cell = string | number | boolean | null;

/** A database in memory with one schema, `lake`. */
export async function openEngine(): Promise<Engine> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("CREATE SCHEMA lake");
  const digits = Array.from({ length: 9 }, (_, places) => `format('{:.${places}e}', CAST(x AS double))`).join(", ");
  await connection.run(
    `CREATE MACRO shortest(x) AS CASE WHEN typeof(x) = 'FLOAT'
     THEN list_filter([${digits}], lambda text: CAST(text AS float) = x)[1] ELSE CAST(x AS varchar) END`,
  );
  return new Engine(connection);
}

export class Engine {
  constructor(private readonly connection: DuckDBConnection) {}

  /** Replaces table `name`; `columns` are Glue types, `rows` are cells in the columns' order and an exec_date at the end. */
  async fill(
    name: string,
    columns: Readonly<Record<string, string>>,
    rows: readonly (readonly Cell[])[],
  ): Promise<void> {
    const types = Object.entries(columns).map(([column, type]) => `"${column}" ${type.replace("string", "varchar")}`);
    await this.connection.run(`CREATE OR REPLACE TABLE lake."${name}" (${[...types, "exec_date date"].join(", ")})`);
    if (rows.length === 0) return;
    const cell = (value: Cell) => (value === null ? "NULL" : `'${String(value).replace(/'/g, "''")}'`);
    const values = rows.map((row) => `(${row.map(cell).join(", ")})`).join(", ");
    await this.connection.run(`INSERT INTO lake."${name}" VALUES ${values}`);
  }

  /** Runs an Athena query; the rows' values as JSON. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.connection.runAndReadAll(inDuckDb(sql))).getRowObjectsJson() as Record<string, unknown>[];
  }
}

/** The few places where a change set query means something else in DuckDB than in Athena. */
function inDuckDb(sql: string): string {
  return (
    sql
      // Trino takes the shortest digits of a float, DuckDB its binary value; nor is its own text the shortest in a tie.
      .replace(/TRY_CAST\((\w+) AS (decimal\(38,\d+\))\)/g, "TRY_CAST(shortest($1) AS $2)")
      // Trino writes a timestamp's milliseconds always.
      .replace(/CAST\(CAST\((\w+) AS timestamp\(3\)\) AS varchar\)/g, "strftime($1, '%Y-%m-%d %H:%M:%S.%g')")
      // Trino writes exponents as 1.0E25, DuckDB as 1e+25.
      .replace(
        /CAST\(CAST\((\w+) AS double\) AS varchar\)/g,
        `replace(replace(replace(regexp_replace(regexp_replace(upper(CAST(CAST($1 AS double) AS varchar)), ` +
          `'E([+]|(-))0*', 'E\\2'), '^(-?\\d)E', '\\1.0E'), 'INF', 'Infinity'), 'NAN', 'NaN'), '+', '')`,
      )
  );
}
