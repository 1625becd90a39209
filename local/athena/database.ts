/**
 * The DuckDB that runs translated queries: its settings, and what the dialect needs of it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { quote } from "../../athena-sql/dialect/typed";
import type { FloatText } from "./native/float-text";
import { installDialect } from "./native/install";

/** Opens a database in memory. @param folder where it may write what does not fit into memory */
export async function openDatabase(folder: string, floatText?: FloatText): Promise<DuckDBInstance> {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`SET temp_directory = ${quote(join(folder, "duckdb"))}`);
  await connection.run("SET autoinstall_known_extensions = false");
  await connection.run("SET TimeZone = 'UTC'");
  // One thread a query: sums of floating-point numbers then come out the same each time, to the last bit.
  await connection.run("SET threads = 1");
  await connection.run("SET enable_external_file_cache = false");
  await installDialect(connection, floatText);
  connection.disconnectSync();
  return instance;
}
