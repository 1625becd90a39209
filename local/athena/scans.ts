/**
 * Turns the scans of a translated query into DuckDB relations over the very files that the catalog's partitions name.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CatalogAccess, CatalogPartition, CatalogTable } from "./catalog-access";
import { cast } from "../../athena-sql/dialect/casts";
import { PATH, type Resolved, type TableColumn } from "../../athena-sql/dialect/scope";
import type { Scan } from "../../athena-sql/dialect/scan";
import type { Translation } from "../../athena-sql/dialect/translate";
import { duckType, nullOf, quote, quoteName } from "../../athena-sql/dialect/typed";
import type { ParquetColumns, ParquetFiles } from "./parquet-files";
import { readValue } from "./parquet-types";
import { type DataFile, parseLocation, type Storage } from "./storage";
import { isText, textColumns, textRelation } from "./text-tables";
import { isParquet } from "./tables";
import { notSupported, QueryError } from "../../athena-sql/trino/errors";
import { type TrinoType, typeName, VARCHAR } from "../../athena-sql/trino/types";

/** What a query has at hand to find its data. */
export interface ScanContext {
  readonly catalog: CatalogAccess;
  readonly storage: Storage;
  readonly parquet: ParquetFiles;
  readonly connection: DuckDBConnection;
  readonly tables: ReadonlyMap<string, Resolved>;
  /** The query's own folder. */
  readonly scratch: string;
}

/** A query that DuckDB can run. */
export interface PlannedQuery {
  readonly sql: string;
  /** Compressed size of the columns that have to be read: what Athena bills. */
  readonly bytesScanned: number;
}

/** @throws QueryError for data that Athena could not read either, and for permissions that the caller lacks */
export async function planScans(translation: Translation, context: ScanContext): Promise<PlannedQuery> {
  let { sql } = translation;
  let bytesScanned = 0;
  for (const [scan, needed] of translation.scans) {
    // Named is more than needed: a query's own WITH may offer it in vain.
    const withPath = sql.includes(`${scan.alias}.${quoteName(PATH)}`);
    const relation = await scanRelation(scan, needed, withPath, context);
    // A function, since the text may hold `$`.
    sql = sql.replaceAll(scan.placeholder, () => relation.sql);
    bytesScanned += relation.bytes;
  }
  return { sql, bytesScanned };
}

interface Slice {
  /** DuckDB constants of the partition's values. */
  readonly values: readonly string[];
  readonly location: string;
}

async function scanRelation(
  scan: Scan,
  needed: ReadonlySet<string>,
  withPath: boolean,
  context: ScanContext,
): Promise<{ sql: string; bytes: number }> {
  const table = await context.catalog.table(scan.database, scan.table);
  const shape = context.tables.get(`${scan.database}.${scan.table}`);
  if (!table || shape?.kind !== "table") throw new Error(`the scanned table ${scan.table} was not resolved`);
  const text = isText(table) ? textColumns(table, shape) : undefined;
  if (!text && !isParquet(table)) {
    throw notSupported(`tables of other formats than Parquet and lines of text (${scan.database}.${scan.table})`);
  }
  const slices = await slicesOf(table, shape.partitionKeys, scan, context);
  const branches = new Map<string, Branch>();
  let bytes = 0;
  for (const { values, location: place } of slices) {
    const location = parseLocation(place);
    if (!location) throw new QueryError("HIVE_INVALID_METADATA", `Location '${place}' is no place in S3`);
    for (const file of await context.storage.dataFiles(location)) {
      if (text) bytes += file.size;
      const present: ParquetColumns = text ? new Map() : await context.parquet.columns(file, context.connection);
      const types: string[] = [];
      const columns = shape.columns.map((column, index) => {
        if (text) return text[index];
        if (!needed.has(column.name)) return nullOf(column.type);
        const found = present.get(column.name);
        bytes += found?.bytes ?? 0;
        types.push(String(found?.type));
        return fileColumn(column, present, file);
      });
      // A file's own place in the list tells its partition, unless a column hides it.
      const hidden = text !== undefined || present.has(FILE_INDEX);
      const apart = hidden ? [...values, ...(withPath ? [file.key] : [])] : [];
      // Files that are read in the same way make one branch; where names of lambda parameters differ, they don't.
      const key = [...columns, ...types, ...apart].join("\n");
      const branch = branches.get(key);
      if (branch) branch.files.push({ file, values });
      else branches.set(key, { files: [{ file, values }], columns });
    }
  }
  const from = (files: readonly DataFile[]): string =>
    text ? textRelation(table, files, context.scratch) : parquetRelation(files);
  return { sql: `(${relationSql([...branches.values()], shape, from, withPath)})`, bytes };
}

/** Files that are read in the same way, each with the DuckDB constants of its partition. */
interface Branch {
  readonly files: { readonly file: DataFile; readonly values: readonly string[] }[];
  readonly columns: readonly string[];
}

/** DuckDB's virtual column: which of the listed files a row is from, counted from 0. DuckDB documentation, "Reading Multiple Files". */
const FILE_INDEX = "file_index";

/**
 * The partition's values of a branch's rows. One read of many files is far cheaper to group and to join than a UNION ALL of
 * reads, of which DuckDB groups each by itself first.
 */
function partitionColumns({ files }: Branch): string[] {
  const [first] = files;
  return first.values.map((_, key) => byFile(files.map(({ values }) => values[key])));
}

/** A row's own of constants that are given by file. */
function byFile(constants: readonly string[]): string {
  const [first] = constants;
  if (constants.every((constant) => constant === first)) return first;
  return `list_extract([${constants.join(", ")}], CAST(${FILE_INDEX} AS BIGINT) + 1)`;
}

/** Where a branch's rows are from: what Athena's hidden column `$path` says. */
function pathColumn({ files }: Branch): string {
  return byFile(files.map(({ file: { bucket, key } }) => quote(`s3://${bucket}/${key}`)));
}

function fileColumn(column: TableColumn, present: ParquetColumns, file: DataFile): string {
  const found = present.get(column.name);
  if (!found) return nullOf(column.type);
  const value = readValue(quoteName(found.name), found.type, column.type);
  if (value === undefined) {
    const place = `s3://${file.bucket}/${file.key}`;
    throw new QueryError(
      "HIVE_BAD_DATA",
      `Field ${column.name}'s type ${String(found.type)} in parquet file ${place} is incompatible with type ${typeName(column.type)} defined in table schema`,
    );
  }
  return value;
}

function relationSql(
  branches: readonly Branch[],
  shape: Extract<Resolved, { kind: "table" }>,
  from: (files: readonly DataFile[]) => string,
  withPath: boolean,
): string {
  if (branches.length === 0) {
    const columns = [...shape.columns, ...shape.partitionKeys].map(({ type }, i) => `${nullOf(type)} AS c${i + 1}`);
    if (withPath) columns.push(`${nullOf(VARCHAR)} AS ${quoteName(PATH)}`);
    return `SELECT ${columns.join(", ")} WHERE false`;
  }
  return branches
    .map((branch) => {
      const columns = [...branch.columns, ...partitionColumns(branch)];
      const list = columns.map((column, i) => `${column} AS c${i + 1}`);
      if (withPath) list.push(`${pathColumn(branch)} AS ${quoteName(PATH)}`);
      return `SELECT ${list.join(", ")} FROM ${from(branch.files.map(({ file }) => file))}`;
    })
    .join(" UNION ALL ");
}

function parquetRelation(files: readonly DataFile[]): string {
  const paths = files.map((file) => quote(file.path)).join(", ");
  return `read_parquet([${paths}], hive_partitioning = false, union_by_name = false)`;
}

async function slicesOf(
  table: CatalogTable,
  keys: readonly TableColumn[],
  scan: Scan,
  context: ScanContext,
): Promise<Slice[]> {
  if (keys.length === 0) return [{ values: [], location: table.StorageDescriptor?.Location ?? "" }];
  const partitions = await context.catalog.partitions(scan.database, scan.table);
  const slices = partitions.map((partition): Slice => {
    return {
      values: keys.map((key, index) => partitionValue(partition, index, key.type)),
      location: partition.StorageDescriptor?.Location ?? "",
    };
  });
  return prune(slices, scan, context);
}

/** Hive's name for a partition whose value is NULL. */
const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

function partitionValue(partition: CatalogPartition, index: number, type: TrinoType): string {
  const text = partition.Values[index];
  if (text === undefined || text === NULL_PARTITION) return nullOf(type);
  if (type.kind === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw new QueryError("HIVE_INVALID_PARTITION_VALUE", `Invalid partition value '${text}' for DATE partition key`);
  }
  if (type.kind === "date" && isDay(text)) return `DATE ${quote(text)}`;
  return cast({ sql: quote(text), type: VARCHAR }, type).sql;
}

/** Whether a `YYYY-MM-DD` is in the calendar; what is not fails the query, as a cast does. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

// DuckDB itself decides which partitions meet the conditions. A condition that NULL meets could keep rows that only an
// outer join makes, so it does not choose partitions; nor does one that fails, as the query may never come to it.
async function prune(slices: Slice[], scan: Scan, context: ScanContext): Promise<Slice[]> {
  if (scan.conditions.length === 0 || slices.length === 0) return slices;
  const keys = slices[0].values.length;
  const shape = context.tables.get(`${scan.database}.${scan.table}`);
  if (shape?.kind !== "table") return slices;
  const names = Array.from({ length: keys }, (_, i) => `c${shape.columns.length + i + 1}`);
  const nulls = shape.partitionKeys.map((key) => `CAST(NULL AS ${duckType(key.type)})`);
  const rows = [[-1, ...nulls], ...slices.map((slice, i) => [i, ...slice.values])].map((row) => `(${row.join(", ")})`);
  const tests = scan.conditions.map((condition) => `coalesce(${condition}, false)`).join(", ");
  const sql = `SELECT slice, ${tests} FROM (VALUES ${rows.join(", ")}) AS ${scan.alias}(slice, ${names.join(", ")})`;
  let results: readonly (readonly unknown[])[];
  try {
    results = (await context.connection.runAndReadAll(sql)).getRows();
  } catch {
    return slices;
  }
  const ofNull = results.find(([slice]) => slice === -1) ?? [];
  const kept = new Set(
    results
      .filter((row) => row.slice(1).every((met, i) => met === true || ofNull[i + 1] === true))
      .map(([slice]) => slice),
  );
  return slices.filter((_, index) => kept.has(index));
}
