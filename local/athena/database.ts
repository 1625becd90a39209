/**
 * The DuckDB that runs translated queries: its settings, and what the dialect needs of it.
 */
import { mkdirSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { quote } from "../../athena-sql/dialect/typed";
import type { FloatText } from "./native/float-text";
import { installDialect } from "./native/install";

/** Megabytes that queries have together: half of the machine's memory, 8 GB at most. */
const MEMORY_MB = Math.min(8192, Math.floor(totalmem() / 2 ** 21));

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
  // A query that needs more fails, and the machine goes on.
  await connection.run(`SET memory_limit = '${MEMORY_MB}MB'`);
  await installDialect(connection, floatText);
  connection.disconnectSync();
  return instance;
}
