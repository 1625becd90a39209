/**
 * Change set queries on the local Athena: tables as they lie in the lake, a partition for each date in a folder of its own.
 */
import { AthenaWorld } from "../local/athena/world";

/** Value of a cell in a test table. */
export type Cell = string | number | boolean | null;

/** Rows of a partition, by the values of its keys. */
export interface FilledPartition {
  readonly values: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** An Athena with one database, `lake`. */
export async function openEngine(): Promise<Engine> {
  const world = await new AthenaWorld().withLake();
  await world.call("glue", "CreateDatabase", { DatabaseInput: { Name: "lake" } });
  return new Engine(world);
}

export class Engine {
  private fills = 0;

  constructor(readonly world: AthenaWorld) {}

  /** Replaces table `name`; `columns` are Glue types, `rows` are cells in the columns' order and an exec_date at the end. */
  async fill(
    name: string,
    columns: Readonly<Record<string, string>>,
    rows: readonly (readonly Cell[])[],
  ): Promise<void> {
    const dates = [...new Set(rows.map((row) => String(row.at(-1))))];
    const partitions = dates.map((date) => ({
      values: [date],
      rows: rows.filter((row) => row.at(-1) === date).map((row) => row.slice(0, -1)),
    }));
    await this.fillPartitions(name, columns, { exec_date: "date" }, partitions);
  }

  /** Replaces table `name`, with any partition keys. */
  async fillPartitions(
    name: string,
    columns: Readonly<Record<string, string>>,
    keys: Readonly<Record<string, string>>,
    partitions: readonly FilledPartition[],
  ): Promise<void> {
    const { world } = this;
    const storage = (Location: string) => ({
      Columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })),
      Location,
      InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    });
    await world.call("glue", "DeleteTable", { DatabaseName: "lake", Name: name }).catch(() => undefined);
    await world.call("glue", "CreateTable", {
      DatabaseName: "lake",
      TableInput: {
        Name: name,
        TableType: "EXTERNAL_TABLE",
        PartitionKeys: Object.entries(keys).map(([Name, Type]) => ({ Name, Type })),
        StorageDescriptor: storage(`s3://lake/${name}/`),
      },
    });
    for (const { values, rows } of partitions) {
      if (rows.length === 0) continue;
      this.fills += 1;
      const folder = `s3://lake/${name}/${this.fills}/`;
      await world.rows(`UNLOAD (${valuesQuery(columns, rows)}) TO '${folder}' WITH (format = 'PARQUET')`);
      await world.call("glue", "CreatePartition", {
        DatabaseName: "lake",
        TableName: name,
        PartitionInput: { Values: values, StorageDescriptor: storage(folder) },
      });
    }
  }

  /** Runs a query; its rows by column: doubles as numbers, all else as the text that Athena gives. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    const { id, Status } = await this.world.execute(sql);
    if (Status.State !== "SUCCEEDED") throw new Error(`${Status.StateChangeReason}\n${sql}`);
    const { ResultSet } = await this.world.call<{
      ResultSet: { ResultSetMetadata: { ColumnInfo: { Name: string; Type: string }[] } };
    }>("athena", "GetQueryResults", { QueryExecutionId: id });
    const columns = ResultSet.ResultSetMetadata.ColumnInfo;
    const [, ...rows] = await this.world.results(id);
    return rows.map((row) =>
      Object.fromEntries(
        columns.map(({ Name, Type }, index) => {
          const value = row[index] ?? null;
          return [Name, Type === "double" && value !== null ? Number(value) : value];
        }),
      ),
    );
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** Rows as SQL. */
function valuesQuery(columns: Readonly<Record<string, string>>, rows: readonly (readonly Cell[])[]): string {
  const names = Object.keys(columns);
  const cell = (value: Cell) => (value === null ? "NULL" : `'${String(value).replace(/'/g, "''")}'`);
  const values = rows.map((row) => `(${row.map(cell).join(", ")})`).join(", ");
  const sqlTypes: Record<string, string> = { string: "varchar", float: "real", timestamp: "timestamp(3)" };
  const typed = names.map((name) => `CAST("${name}" AS ${sqlTypes[columns[name]] ?? columns[name]}) AS "${name}"`);
  return `SELECT ${typed.join(", ")} FROM (VALUES ${values}) AS cells (${names.map((name) => `"${name}"`).join(", ")})`;
}
