/**
 * One running query: what it is, what it may use, and what becomes of it.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogAccess } from "./catalog-access";
import type { ResultColumn } from "../../athena-sql/dialect/translate";
import type { ParquetFiles } from "./parquet-files";
import type { Preparing } from "./preparing";
import type { ResultColumnInfo } from "./query-log";
import type { Storage } from "./storage";
import type { Expression, Name } from "../../athena-sql/trino/syntax";
import type { TrinoType } from "../../athena-sql/trino/types";

/** What a statement runs with. */
export interface Run {
  readonly id: string;
  readonly database: Name;
  readonly now: Date;
  readonly connection: DuckDBConnection;
  readonly storage: Storage;
  readonly catalog: CatalogAccess;
  readonly parquet: ParquetFiles;
  /** Values of the statement's `?`. */
  readonly parameters: readonly Expression[];
  /** The workgroup's prepared statements. */
  readonly preparing: Preparing;
  /** An empty folder of this query's own. */
  readonly scratch: string;
  /** Folder for results, `s3://…/`. */
  readonly outputFolder: string;
  /** Whether the workgroup decides where data goes. */
  readonly outputEnforced: boolean;
  /** Notes what the query will read. @throws QueryCancelled beyond the workgroup's limit */
  scanned(bytes: number): void;
}

/** What a statement gives: the file to store as its result. */
export interface Outcome {
  readonly columns: readonly ResultColumnInfo[];
  /** `.csv` results begin with the columns' names. */
  readonly extension: "csv" | "txt";
  readonly result: { path: string } | { text: string };
  readonly rows?: number;
  /** Objects that were written, for the manifest. */
  readonly written?: readonly string[];
}

/** A query that is stopped, not failed. */
export class QueryCancelled extends Error {}

const PRECISION: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 17,
  double: 17,
};

/** A result's column as Athena describes it: `real` is called `float` there. */
export function columnInfo({ name, type }: ResultColumn): ResultColumnInfo {
  return { name, type: typeLabel(type), precision: precisionOf(type), scale: type.kind === "decimal" ? type.scale : 0 };
}

function typeLabel(type: TrinoType): string {
  return type.kind === "real" ? "float" : type.kind;
}

function precisionOf(type: TrinoType): number {
  if (type.kind === "decimal") return type.precision;
  if (type.kind === "varchar" || type.kind === "char") return type.length ?? 2147483647;
  if (type.kind === "varbinary") return 1073741824;
  if ("precision" in type) return type.precision;
  return PRECISION[type.kind] ?? 0;
}

/** The result of a statement that gives lines of text. */
export function textOutcome(column: string, lines: readonly string[]): Outcome {
  return {
    columns: [{ name: column, type: "string", precision: 0, scale: 0 }],
    extension: "txt",
    result: { text: lines.join("\n") },
  };
}

/** The result of a statement that gives nothing. */
export const NOTHING: Outcome = { columns: [], extension: "txt", result: { text: "" } };
