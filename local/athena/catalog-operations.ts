/**
 * Athena's API for data catalogs, which is a view of Glue's.
 */
import { RE2JS } from "re2js";
import { z } from "zod";
import { AwsError, operation, type Operations, type Permission } from "../api";
import { CatalogAccess, type CatalogColumn, type CatalogTable } from "./catalog-access";
import type { AthenaEngine } from "./engine";
import { reads } from "./operation-parts";
import { pageOf } from "./pages";
import { QueryError } from "../../athena-sql/trino/errors";

const NAME = "AwsDataCatalog";

const page = {
  MaxResults: z.number().int().min(1).max(50).optional(),
  NextToken: z.string().optional(),
  WorkGroup: z.string().optional(),
};
const getCatalog = z.object({ Name: z.string(), WorkGroup: z.string().optional() });
const listDatabases = z.object({ CatalogName: z.string(), ...page });
const getDatabase = z.object({ CatalogName: z.string(), DatabaseName: z.string(), WorkGroup: z.string().optional() });
const listTables = z.object({
  CatalogName: z.string(),
  DatabaseName: z.string(),
  Expression: z.string().optional(),
  ...page,
});
const getTable = getDatabase.extend({ TableName: z.string() });

/** @internal part of `athenaOperations` */
export function catalogOperations(engine: AthenaEngine): Operations {
  const { account, region } = engine.place;
  const on =
    (action: string) =>
    (input: { CatalogName?: string; Name?: string }): Permission[] => [
      {
        action: `athena:${action}`,
        resource: `arn:aws:athena:${region}:${account}:datacatalog/${input.CatalogName ?? input.Name ?? NAME}`,
      },
    ];
  return {
    GetDataCatalog: operation<z.infer<typeof getCatalog>, object>({
      parse: reads(getCatalog),
      permissions: on("GetDataCatalog"),
      run: async ({ Name }) => {
        needCatalog(Name);
        return { DataCatalog: { Name: NAME, Type: "GLUE", Parameters: { "catalog-id": account } } };
      },
    }),
    ListDataCatalogs: operation<object, object>({
      parse: reads(z.object(page)),
      permissions: () => [{ action: "athena:ListDataCatalogs", resource: "*" }],
      run: async () => ({ DataCatalogsSummary: [{ CatalogName: NAME, Type: "GLUE" }] }),
    }),
    GetDatabase: operation<z.infer<typeof getDatabase>, object>({
      parse: reads(getDatabase),
      permissions: on("GetDatabase"),
      run: async ({ CatalogName, DatabaseName }, call) => {
        needCatalog(CatalogName);
        const output = await new CatalogAccess(call, engine.place).find("GetDatabase", { Name: DatabaseName });
        if (output === undefined) throw missing(`Database ${DatabaseName} not found.`);
        const { Database } = output as { Database: { Name: string; Description?: string; Parameters?: object } };
        return {
          Database: { Name: Database.Name, Description: Database.Description, Parameters: Database.Parameters },
        };
      },
    }),
    ListDatabases: operation<z.infer<typeof listDatabases>, object>({
      parse: reads(listDatabases),
      permissions: on("ListDatabases"),
      run: async (input, call) => {
        needCatalog(input.CatalogName);
        const all = await refusable(new CatalogAccess(call, engine.place).databases());
        const { items, NextToken } = pageOf(all, input);
        return { DatabaseList: items.map(({ Name, Description }) => ({ Name, Description })), NextToken };
      },
    }),
    ListTableMetadata: operation<z.infer<typeof listTables>, object>({
      parse: reads(listTables),
      permissions: on("ListTableMetadata"),
      run: async (input, call) => {
        needCatalog(input.CatalogName);
        const wanted = tablePattern(input.Expression ?? ".*");
        const tables = await refusable(new CatalogAccess(call, engine.place).tablesOf(input.DatabaseName));
        const { items, NextToken } = pageOf(
          tables.filter((table) => wanted.matches(table.Name)),
          input,
        );
        return { TableMetadataList: items.map(metadata), NextToken };
      },
    }),
    GetTableMetadata: operation<z.infer<typeof getTable>, object>({
      parse: reads(getTable),
      permissions: on("GetTableMetadata"),
      run: async ({ CatalogName, DatabaseName, TableName }, call) => {
        needCatalog(CatalogName);
        const table = await refusable(new CatalogAccess(call, engine.place).table(DatabaseName, TableName));
        if (!table) throw missing(`EntityNotFoundException: Entity Not Found: ${DatabaseName}.${TableName}`);
        return { TableMetadata: metadata(table) };
      },
    }),
  };
}

// Athena API Reference, "ListTableMetadata": a regular expression for the names.
function tablePattern(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    throw new AwsError("InvalidRequestException", `Expression ${expression}: ${(error as Error).message}`);
  }
}

function missing(message: string): AwsError {
  return new AwsError("MetadataException", message);
}

function needCatalog(name: string): void {
  if (name.toLowerCase() !== NAME.toLowerCase())
    throw new AwsError("InvalidRequestException", `DataCatalog ${name} was not found`);
}

async function refusable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof QueryError ? missing(error.message) : error;
  }
}

function metadata(table: CatalogTable): object {
  const column = ({ Name, Type, Comment }: CatalogColumn): object => ({ Name, Type, Comment });
  return {
    Name: table.Name,
    CreateTime: table.CreateTime,
    TableType: table.TableType,
    Columns: (table.StorageDescriptor?.Columns ?? []).map(column),
    PartitionKeys: (table.PartitionKeys ?? []).map(column),
    Parameters: {
      ...table.Parameters,
      location: table.StorageDescriptor?.Location,
      inputformat: table.StorageDescriptor?.InputFormat,
      "serde.serialization.lib": table.StorageDescriptor?.SerdeInfo?.SerializationLibrary,
    },
  };
}
