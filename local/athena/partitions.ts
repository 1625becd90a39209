/**
 * Registers and drops partitions: ALTER TABLE … ADD | DROP PARTITION, MSCK REPAIR TABLE, and what writing adds.
 */
import { z } from "zod";
import type { CatalogTable } from "./catalog-access";
import { NOTHING, type Outcome, type Run, textOutcome } from "./run";
import { parseLocation } from "./storage";
import { QueryError } from "../../athena-sql/trino/errors";
import type { Statement } from "../../athena-sql/trino/statements";
import type { PartitionSpec } from "../../athena-sql/trino/ddl";
import { fullName } from "./names";
import { partitionFolder } from "./write-parquet";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

const MOST_CREATED = 100;
const MOST_DELETED = 25;

const batchErrors = z.object({
  Errors: z
    .array(
      z.object({
        PartitionValues: z.array(z.string()).optional(),
        ErrorDetail: z.object({ ErrorCode: z.string(), ErrorMessage: z.string() }),
      }),
    )
    .optional(),
});

/** Partitions in Glue's words: the table's own storage at other places. */
export function partitionsToCreate(
  table: Pick<CatalogTable, "StorageDescriptor">,
  partitions: readonly { values: readonly string[]; location: string }[],
): { Values: string[]; StorageDescriptor: object }[] {
  return partitions.map(({ values, location }) => ({
    Values: [...values],
    StorageDescriptor: { ...table.StorageDescriptor, Location: location },
  }));
}

/** @param skipExisting whether partitions that are there already are left as they are, or are an error */
export async function registerPartitions(
  table: Pick<CatalogTable, "Name" | "DatabaseName">,
  partitions: readonly { Values: string[]; StorageDescriptor: object }[],
  run: Run,
  skipExisting: boolean,
): Promise<void> {
  for (let from = 0; from < partitions.length; from += MOST_CREATED) {
    const output = await run.catalog.run("BatchCreatePartition", {
      DatabaseName: table.DatabaseName,
      TableName: table.Name,
      PartitionInputList: partitions.slice(from, from + MOST_CREATED),
    });
    for (const { PartitionValues, ErrorDetail } of batchErrors.parse(output).Errors ?? []) {
      if (skipExisting && ErrorDetail.ErrorCode === "AlreadyExistsException") continue;
      const text = `${ErrorDetail.ErrorMessage} (${ErrorDetail.ErrorCode}: ${(PartitionValues ?? []).join(", ")})`;
      throw new QueryError("ALREADY_EXISTS", text);
    }
  }
}

async function needTable(statement: { readonly table: readonly string[] }, run: Run): Promise<CatalogTable> {
  const name = fullName(statement.table, run.database);
  const table = await run.catalog.table(name.database, name.table);
  if (!table) throw new QueryError("TABLE_NOT_FOUND", `Table not found ${name.database}.${name.table}`);
  return table;
}

function keysOf(table: CatalogTable): string[] {
  const keys = (table.PartitionKeys ?? []).map((key) => key.Name.toLowerCase());
  if (keys.length === 0)
    throw new QueryError("INVALID_PARTITION", `Table ${table.DatabaseName}.${table.Name} is not a partitioned table`);
  return keys;
}

function valuesOf(spec: PartitionSpec, keys: readonly string[]): string[] {
  const unknown = spec.find(({ column, operator }) => !keys.includes(column) || operator !== "=");
  if (unknown || spec.length !== keys.length) {
    const given = spec.map(({ column, operator }) => `${column} ${operator}`).join(", ");
    throw new QueryError(
      "INVALID_PARTITION",
      `Partition spec {${given}} does not give one value for each of ${keys.join(", ")}`,
    );
  }
  return keys.map((key) => spec.find(({ column }) => column === key)?.value ?? "");
}

export async function addPartitions(statement: Of<"add partitions">, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const keys = keysOf(table);
  const base = parseLocation(table.StorageDescriptor?.Location ?? "");
  const partitions = statement.partitions.map(({ spec, location }) => {
    const values = valuesOf(spec, keys);
    const place = location ?? (base && `s3://${base.bucket}/${base.prefix}${partitionFolder(keys, values)}`);
    if (!place || !parseLocation(place))
      throw new QueryError("INVALID_PARTITION", `'${place ?? ""}' is no location in S3`);
    return { values, location: place };
  });
  await registerPartitions(table, partitionsToCreate(table, partitions), run, statement.ifNotExists);
  return NOTHING;
}

export async function dropPartitions(statement: Of<"drop partitions">, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const keys = keysOf(table);
  const found = z.object({
    Partitions: z.array(z.object({ Values: z.array(z.string()) })),
    NextToken: z.string().optional(),
  });
  for (const spec of statement.specs) {
    const unknown = spec.find(({ column }) => !keys.includes(column));
    if (unknown) throw new QueryError("INVALID_PARTITION", `Table not partitioned by ${unknown.column}`);
    const Expression = spec
      .map(
        ({ column, operator, value }) =>
          `${column} ${operator === "!=" ? "<>" : operator} '${value.replaceAll("'", "''")}'`,
      )
      .join(" AND ");
    const target = { DatabaseName: table.DatabaseName, TableName: table.Name };
    const values: string[][] = [];
    let token: string | undefined;
    do {
      const page = found.parse(await run.catalog.run("GetPartitions", { ...target, Expression, NextToken: token }));
      values.push(...page.Partitions.map((partition) => partition.Values));
      token = page.NextToken;
    } while (token !== undefined);
    if (values.length === 0 && !statement.ifExists) {
      throw new QueryError("INVALID_PARTITION", `Partition not found (${Expression})`);
    }
    for (let from = 0; from < values.length; from += MOST_DELETED) {
      const PartitionsToDelete = values.slice(from, from + MOST_DELETED).map((Values) => ({ Values }));
      await run.catalog.run("BatchDeletePartition", { ...target, PartitionsToDelete });
    }
  }
  return NOTHING;
}

export async function showPartitions(statement: { readonly table: readonly string[] }, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const keys = keysOf(table);
  const partitions = await run.catalog.partitions(table.DatabaseName, table.Name);
  const lines = partitions.map((partition) => partitionFolder(keys, partition.Values).slice(0, -1));
  return textOutcome("partition", lines);
}

/** MSCK REPAIR TABLE: registers the folders `key=value/…` below the table's location. It removes nothing. */
export async function repairTable(statement: Of<"repair">, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const keys = keysOf(table);
  const base = parseLocation(table.StorageDescriptor?.Location ?? "");
  if (!base) throw new QueryError("HIVE_INVALID_METADATA", `Table ${table.Name} has no location in S3`);
  const known = new Set((await run.catalog.partitions(table.DatabaseName, table.Name)).map((p) => p.Values.join("\0")));
  const missing = new Map<string, { values: string[]; location: string }>();
  for (const { key } of await run.storage.list(base)) {
    const parts = key.slice(base.prefix.length).split("/").slice(0, keys.length);
    const pairs = parts.map((part) => part.split("="));
    if (pairs.length < keys.length || pairs.some(([name], i) => name.toLowerCase() !== keys[i])) continue;
    const values = pairs.map(([, ...rest]) => decodeURIComponent(rest.join("=")));
    if (known.has(values.join("\0"))) continue;
    missing.set(values.join("\0"), { values, location: `s3://${base.bucket}/${base.prefix}${parts.join("/")}/` });
  }
  const partitions = [...missing.values()];
  await registerPartitions(table, partitionsToCreate(table, partitions), run, true);
  const names = partitions.map(({ values }) => `${table.Name}:${partitionFolder(keys, values).slice(0, -1)}`);
  const lines = names.length ? [`Partitions not in metastore:\t${names.join("\t")}`] : [];
  return textOutcome("result", [...lines, ...names.map((name) => `Repair: Added partition to metastore ${name}`)]);
}
