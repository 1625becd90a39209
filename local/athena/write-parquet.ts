/**
 * Writes a query's rows as Parquet: into scratch files first, then to S3.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ResultColumn } from "../../athena-sql/dialect/translate";
import { quote, quoteName } from "../../athena-sql/dialect/typed";
import { resultText } from "../../athena-sql/dialect/text";
import { writtenValue } from "./parquet-types";
import type { Run } from "./run";
import { type Location, locationText } from "./storage";
import { notSupported, QueryError } from "../../athena-sql/trino/errors";

/** Athena writes at most this many partitions in one statement. */
const MOST_PARTITIONS = 100;

/** Rows to write. `sql` gives them as columns `c1`, `c2`, … */
export interface Rows {
  readonly sql: string;
  readonly columns: readonly ResultColumn[];
  /** The last so many columns are partition values, not data. */
  readonly partitionColumns: number;
  /** Compression of the Parquet files, as DuckDB calls it. */
  readonly compression: string;
}

/** Files of one partition, or all of them. */
export interface WrittenFiles {
  /** Partition values as text, in order; null for NULL. */
  readonly values: readonly (string | null)[];
  /** Paths in the scratch folder. */
  readonly paths: readonly string[];
}

/** Athena's names of compressions. @throws QueryError for those that are not written here */
export function compressionOf(given: string | undefined): string {
  const name = (given ?? "GZIP").toUpperCase();
  const known: Record<string, string> = { SNAPPY: "snappy", ZSTD: "zstd", GZIP: "gzip", NONE: "uncompressed" };
  if (!known[name]) throw notSupported(`Parquet files with ${name} compression`);
  return known[name];
}

/** Writes rows into the run's scratch folder. Without rows there are no files. */
export async function writeParquet(rows: Rows, run: Run): Promise<{ files: readonly WrittenFiles[]; count: number }> {
  const data = rows.columns.length - rows.partitionColumns;
  const names = rows.columns.map((column) => column.name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new QueryError("DUPLICATE_COLUMN_NAME", `Column name '${twice}' specified more than once`);
  if (data < 1) throw new QueryError("INVALID_TABLE_PROPERTY", "Table contains only partition columns");
  const columns = rows.columns.map(({ name, type }, index) => {
    const value = `c${index + 1}`;
    return `${index < data ? writtenValue(value, type) : resultText(value, type)} AS ${quoteName(name)}`;
  });
  const target = join(run.scratch, rows.partitionColumns ? "parts" : "data.parquet");
  const options = ["FORMAT parquet", `COMPRESSION ${rows.compression}`];
  if (rows.partitionColumns) options.push(`PARTITION_BY (${names.slice(data).map(quoteName).join(", ")})`);
  const copy = `COPY (SELECT ${columns.join(", ")} FROM (${rows.sql})) TO ${quote(target)} (${options.join(", ")})`;
  const result = await run.connection.runAndReadAll(copy);
  const count = Number(result.getRows()[0]?.[0] ?? 0);
  if (count === 0 || !existsSync(target)) return { files: [], count: 0 };
  const files = rows.partitionColumns
    ? partitionFiles(target, rows.partitionColumns)
    : [{ values: [], paths: [target] }];
  if (files.length > MOST_PARTITIONS) {
    const text = `Exceeded limit of ${MOST_PARTITIONS} open writers for partitions/buckets`;
    throw new QueryError("HIVE_TOO_MANY_OPEN_PARTITIONS", text);
  }
  return { files, count };
}

function partitionFiles(folder: string, depth: number): WrittenFiles[] {
  if (depth === 0) return [{ values: [], paths: readdirSync(folder).map((file) => join(folder, file)) }];
  return readdirSync(folder).flatMap((part) => {
    const text = decodeURIComponent(part.slice(part.indexOf("=") + 1));
    const value = text === "__HIVE_DEFAULT_PARTITION__" ? null : text;
    return partitionFiles(join(folder, part), depth - 1).map(({ values, paths }) => ({
      values: [value, ...values],
      paths,
    }));
  });
}

/** `k=v/…/` of a partition, as Hive names folders. */
export function partitionFolder(keys: readonly string[], values: readonly (string | null)[]): string {
  return keys
    .map((key, index) => {
      const value = values[index];
      const text =
        value === null ? "__HIVE_DEFAULT_PARTITION__" : value.replace(/["#%'*/:=?\\{[\]^]/g, (c) => escapeHex(c));
      return `${key}=${text}/`;
    })
    .join("");
}

function escapeHex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Puts scratch files below a location; their names begin with the query's time, as Athena's do. @returns their URLs */
export async function upload(paths: readonly string[], to: Location, run: Run): Promise<string[]> {
  const stamp = run.now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "_");
  const urls: string[] = [];
  for (const [index, path] of paths.entries()) {
    const key = `${to.prefix}${stamp}_${String(index).padStart(5, "0")}_${run.id}.parquet`;
    await run.storage.put(to.bucket, key, { path });
    urls.push(`${locationText({ bucket: to.bucket, prefix: "" })}${key}`);
  }
  return urls;
}
