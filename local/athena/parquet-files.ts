/**
 * What is in a Parquet file: its columns, their types and how many bytes each takes.
 */
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import { quote } from "../../athena-sql/dialect/typed";
import type { DataFile } from "./storage";
import { QueryError } from "../../athena-sql/trino/errors";

/** One column of a file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: DuckDBType;
  /** Compressed size in bytes: what Athena scans to read it. */
  readonly bytes: number;
}

/** Columns by lower-case name. */
export type ParquetColumns = ReadonlyMap<string, ParquetColumn>;

/** Reads footers, each version of a file once. */
export class ParquetFiles {
  private readonly known = new Map<string, ParquetColumns>();

  /** @throws QueryError HIVE_BAD_DATA for files of another format */
  async columns(file: DataFile, connection: DuckDBConnection): Promise<ParquetColumns> {
    const key = `${file.path} ${file.version} ${file.size}`;
    const known = this.known.get(key);
    if (known) return known;
    const columns = await this.read(file, connection);
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(key, columns);
    return columns;
  }

  private async read(file: DataFile, connection: DuckDBConnection): Promise<ParquetColumns> {
    const path = quote(file.path);
    try {
      const empty = await connection.run(`SELECT * FROM read_parquet(${path}) LIMIT 0`);
      const sizes = await connection.runAndReadAll(
        `SELECT split_part(path_in_schema, ', ', 1), CAST(sum(total_compressed_size) AS DOUBLE) FROM parquet_metadata(${path}) GROUP BY 1`,
      );
      const bytes = new Map(sizes.getRows().map(([name, size]) => [String(name), Number(size)]));
      const types = empty.columnTypes();
      return new Map(
        empty.columnNames().map((name, index): [string, ParquetColumn] => {
          return [name.toLowerCase(), { name, type: types[index], bytes: bytes.get(name) ?? 0 }];
        }),
      );
    } catch (error) {
      const { message } = error as Error;
      if (/magic bytes|too small|not a parquet file|Invalid Input|corrupt/i.test(message)) {
        const place = `s3://${file.bucket}/${file.key}`;
        throw new QueryError("HIVE_BAD_DATA", `Not valid Parquet file: ${place} expected magic number: PAR1`);
      }
      throw error;
    }
  }
}
