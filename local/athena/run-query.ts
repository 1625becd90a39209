/**
 * Runs the statements that read tables: SELECT, UNLOAD, INSERT INTO and CREATE TABLE AS.
 */
import { partitionsToCreate, registerPartitions } from "./partitions";
import { coerce } from "../../athena-sql/dialect/casts";
import { coercible, typeName } from "../../athena-sql/trino/types";
import type { ResultColumn } from "../../athena-sql/dialect/translate";
import { translate } from "../../athena-sql/dialect/translate";
import { hiveType } from "./parquet-types";
import { resolveTables } from "./resolve-tables";
import { writeResult } from "./result-file";
import { columnInfo, NOTHING, type Outcome, type Run } from "./run";
import { planScans } from "./scans";
import { type Location, locationText, parseLocation } from "./storage";
import { columnType, isParquet, isView, refuseIceberg } from "./tables";
import { notSupported, QueryError } from "../../athena-sql/trino/errors";
import type { Statement } from "../../athena-sql/trino/statements";
import type { Properties, Property } from "../../athena-sql/trino/ddl";
import type { Query } from "../../athena-sql/trino/syntax";
import { compressionOf, partitionFolder, type Rows, upload, writeParquet } from "./write-parquet";
import { fullName } from "./names";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** A query, translated and bound to its files. */
export async function plan(query: Query, run: Run): Promise<{ sql: string; columns: readonly ResultColumn[] }> {
  const tables = await resolveTables(query, run.database, run.catalog);
  const { database, now, parameters, connection, storage, catalog, parquet, scratch } = run;
  const translation = translate(query, { database, now, parameters, tables, scans: [] });
  const planned = await planScans(translation, { catalog, storage, parquet, connection, tables, scratch });
  run.scanned(planned.bytesScanned);
  return { sql: planned.sql, columns: translation.columns };
}

export async function runSelect(query: Query, run: Run): Promise<Outcome> {
  const { sql, columns } = await plan(query, run);
  const { path, rows } = await writeResult(sql, columns, run);
  return { columns: columns.map(columnInfo), extension: "csv", result: { path }, rows };
}

function text(properties: Properties, name: string): string | undefined {
  const value = properties.get(name);
  if (value !== undefined && typeof value !== "string") {
    throw new QueryError("INVALID_TABLE_PROPERTY", `Property ${name} must be a text`);
  }
  return value;
}

function list(properties: Properties, name: string): readonly string[] {
  const value: Property | undefined = properties.get(name);
  if (value === undefined) return [];
  if (typeof value === "string") throw new QueryError("INVALID_TABLE_PROPERTY", `Property ${name} must be an ARRAY`);
  return value.map((item) => item.toLowerCase());
}

function refuseOthers(properties: Properties, known: readonly string[], what: string): void {
  for (const name of properties.keys()) {
    if (!known.includes(name)) throw notSupported(`${what} with the property '${name}'`);
  }
}

/** Partition columns must come last, in their order. */
function checkPartitionColumns(names: readonly string[], columns: readonly ResultColumn[]): void {
  const last = columns.slice(columns.length - names.length).map((column) => column.name);
  if (names.some((name, index) => name !== last[index])) {
    const given = `[${names.join(", ")}]`;
    throw new QueryError(
      "HIVE_COLUMN_ORDER_MISMATCH",
      `Partition keys must be the last columns in the table and in the same order as the table properties: ${given}`,
    );
  }
}

/** Nothing may be there yet: Athena deletes no data to make room. */
async function needEmpty(location: Location, table: string, run: Run): Promise<void> {
  if ((await run.storage.list(location)).length === 0) return;
  const place = locationText(location);
  throw new QueryError(
    "HIVE_PATH_ALREADY_EXISTS",
    `Target directory for table '${table}' already exists: ${place}. You may need to manually clean the data at location '${place}' before retrying. Athena will not delete data in your account.`,
  );
}

function locationOf(given: string): Location {
  const location = parseLocation(given);
  if (!location) throw new QueryError("INVALID_TABLE_PROPERTY", `'${given}' is no location in S3`);
  return location;
}

function needParquet(format: string | undefined, what: string): void {
  if (format?.toUpperCase() !== "PARQUET")
    throw notSupported(`${what} in the format ${format ?? "that was left out"}; name PARQUET`);
}

async function store(
  rows: Rows,
  location: Location,
  keys: readonly string[],
  run: Run,
): Promise<{ urls: string[]; count: number; values: readonly (readonly (string | null)[])[] }> {
  const { files, count } = await writeParquet(rows, run);
  const urls: string[] = [];
  for (const { values, paths } of files) {
    urls.push(...(await upload(paths, { ...location, prefix: location.prefix + partitionFolder(keys, values) }, run)));
  }
  return { urls, count, values: files.map((file) => file.values) };
}

export async function runUnload(statement: Of<"unload">, run: Run): Promise<Outcome> {
  const { properties } = statement;
  refuseOthers(properties, ["format", "compression", "partitioned_by"], "UNLOAD");
  needParquet(text(properties, "format"), "UNLOAD");
  const keys = list(properties, "partitioned_by");
  const compression = compressionOf(text(properties, "compression"));
  const location = locationOf(statement.location);
  const { sql, columns } = await plan(statement.query, run);
  checkPartitionColumns(keys, columns);
  await needEmpty(location, `awsdatacatalog.${run.database}.unload_${run.id.replaceAll("-", "_")}`, run);
  const { urls, count } = await store(
    { sql, columns, partitionColumns: keys.length, compression },
    location,
    keys,
    run,
  );
  return { ...NOTHING, extension: "csv", rows: count, written: urls };
}

export async function runInsert(statement: Of<"insert">, run: Run): Promise<Outcome> {
  const name = fullName(statement.table, run.database);
  const table = await run.catalog.table(name.database, name.table);
  const shown = `awsdatacatalog.${name.database}.${name.table}`;
  if (!table) throw new QueryError("TABLE_NOT_FOUND", `Table '${shown}' does not exist`);
  refuseIceberg(table.Parameters?.table_type, `${name.database}.${name.table}`);
  if (isView(table)) throw new QueryError("NOT_SUPPORTED", "Inserting into views is not supported");
  if (!isParquet(table)) throw notSupported(`INSERT INTO tables of other formats than Parquet (${shown})`);
  const keys = (table.PartitionKeys ?? []).map((key) => key.Name.toLowerCase());
  const all = [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])].map((column) => {
    return { name: column.Name.toLowerCase(), type: columnType(column, table) };
  });
  const { sql, columns } = await plan(statement.query, run);
  const targets = statement.columns ?? all.map((column) => column.name);
  const unknown = targets.find((target) => !all.some((column) => column.name === target));
  if (unknown !== undefined)
    throw new QueryError("COLUMN_NOT_FOUND", `Insert column name does not exist in target table: ${unknown}`);
  const types = targets.map(
    (target) => all.find((column) => column.name === target)?.type ?? { kind: "unknown" as const },
  );
  if (types.length !== columns.length || types.some((type, i) => !coercible(columns[i].type, type))) {
    const [wanted, given] = [types, columns.map((column) => column.type)].map((row) => row.map(typeName).join(", "));
    throw new QueryError(
      "TYPE_MISMATCH",
      `Insert query has mismatched column types: Table: [${wanted}], Query: [${given}]`,
    );
  }
  const values = all.map(({ name: column, type }, index) => {
    const from = targets.indexOf(column);
    const value =
      from < 0
        ? { sql: "NULL", type: { kind: "unknown" as const } }
        : { sql: `c${from + 1}`, type: columns[from].type };
    return `${coerce(value, type).sql} AS c${index + 1}`;
  });
  const rows: Rows = {
    sql: `SELECT ${values.join(", ")} FROM (${sql})`,
    columns: all,
    partitionColumns: keys.length,
    compression: compressionOf(table.Parameters?.["parquet.compression"]),
  };
  const { files, count } = await writeParquet(rows, run);
  const base = locationOf(table.StorageDescriptor?.Location ?? "");
  const known = keys.length ? await run.catalog.partitions(name.database, name.table) : [];
  const urls: string[] = [];
  const fresh: { values: string[]; location: string }[] = [];
  for (const file of files) {
    const partitionValues = file.values.map((value) => value ?? "__HIVE_DEFAULT_PARTITION__");
    const existing = known.find((partition) => partition.Values.join("\0") === partitionValues.join("\0"));
    const own = existing?.StorageDescriptor?.Location;
    const to = own ? locationOf(own) : { ...base, prefix: base.prefix + partitionFolder(keys, file.values) };
    urls.push(...(await upload(file.paths, to, run)));
    if (keys.length && !existing) fresh.push({ values: partitionValues, location: locationText(to) });
  }
  await registerPartitions(table, partitionsToCreate(table, fresh), run, false);
  return { ...NOTHING, extension: "csv", rows: count, written: urls };
}

const CTAS_PROPERTIES = [
  "format",
  "external_location",
  "partitioned_by",
  "write_compression",
  "parquet_compression",
  "table_type",
  "is_external",
];

export async function runCreateTableAs(statement: Of<"create table as">, run: Run): Promise<Outcome> {
  const { properties } = statement;
  refuseIceberg(text(properties, "table_type"), statement.table.join("."));
  refuseOthers(properties, CTAS_PROPERTIES, "CREATE TABLE AS");
  if ((text(properties, "table_type") ?? "HIVE").toUpperCase() !== "HIVE")
    throw notSupported("CREATE TABLE AS for other tables than Hive's");
  needParquet(text(properties, "format") ?? "PARQUET", "CREATE TABLE AS");
  const name = fullName(statement.table, run.database);
  if (await run.catalog.table(name.database, name.table)) {
    if (statement.ifNotExists) return NOTHING;
    throw new QueryError(
      "TABLE_ALREADY_EXISTS",
      `Table 'awsdatacatalog.${name.database}.${name.table}' already exists`,
    );
  }
  const given = text(properties, "external_location");
  if (given !== undefined && run.outputEnforced) {
    throw new QueryError(
      "INVALID_TABLE_PROPERTY",
      "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
    );
  }
  const location = locationOf(given ?? `${run.outputFolder}tables/${run.id}/`);
  const { sql, columns } = await plan(statement.query, run);
  const keys = list(properties, "partitioned_by");
  checkPartitionColumns(keys, columns);
  await needEmpty(location, `${name.database}.${name.table}`, run);
  const compression = compressionOf(text(properties, "write_compression") ?? text(properties, "parquet_compression"));
  const rows: Rows = {
    sql: statement.withData ? sql : `${sql} LIMIT 0`,
    columns,
    partitionColumns: keys.length,
    compression,
  };
  const { urls, count, values } = await store(rows, location, keys, run);
  const catalogColumns = columns.map((column) => ({ Name: column.name, Type: hiveType(column.type) }));
  const TableInput = parquetTable({
    table: name.table,
    location: locationText(location),
    columns: catalogColumns.slice(0, columns.length - keys.length),
    partitionKeys: catalogColumns.slice(columns.length - keys.length),
  });
  await run.catalog.run("CreateTable", { DatabaseName: name.database, TableInput });
  const created = { DatabaseName: name.database, ...TableInput };
  const fresh = values.map((value) => ({
    values: value.map((part) => part ?? "__HIVE_DEFAULT_PARTITION__"),
    location: `${locationText(location)}${partitionFolder(keys, value)}`,
  }));
  if (keys.length) await registerPartitions(created, partitionsToCreate(created, fresh), run, false);
  return { ...NOTHING, extension: "csv", rows: count, written: urls };
}

/** A table of Parquet files in Glue's words. */
export function parquetTable(table: {
  table: string;
  location: string;
  columns: readonly { Name: string; Type: string; Comment?: string }[];
  partitionKeys: readonly { Name: string; Type: string; Comment?: string }[];
  parameters?: Readonly<Record<string, string>>;
}) {
  return {
    Name: table.table,
    TableType: "EXTERNAL_TABLE",
    Parameters: { EXTERNAL: "TRUE", classification: "parquet", ...table.parameters },
    PartitionKeys: [...table.partitionKeys],
    StorageDescriptor: {
      Columns: [...table.columns],
      Location: table.location,
      InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
      SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
    },
  };
}
