/**
 * Glue's API for databases and tables; that for partitions is beside it.
 */
import { z } from "zod";
import { AwsError, type Operations, type Place } from "../api";
import { matchesWildcard } from "../wildcard";
import type { Catalog } from "./catalog";
import { withCatalogKey } from "./encryption";
import { glueOperation } from "./glue-operation";
import { page, pageInput } from "./pages";
import { partitionOperations } from "./partition-operations";
import { GluePermissions } from "./permissions";
import { databaseInput, tableInput } from "./catalog-schema";

const catalogId = { CatalogId: z.string().optional() };
const name = z.string().min(1).max(255);

/** Operations of the Glue Data Catalog to register with the Api as `glue`. */
export function glueOperations(catalog: Catalog, place: Place): Operations {
  const operations = {
    ...databaseOperations(catalog, place),
    ...tableOperations(catalog, place),
    ...partitionOperations(catalog, place),
  };
  return withCatalogKey(operations, catalog, place);
}

function databaseOperations(catalog: Catalog, place: Place): Operations {
  const may = new GluePermissions(place);
  return {
    CreateDatabase: glueOperation({
      input: z.object({ ...catalogId, DatabaseInput: databaseInput, Tags: z.unknown().optional() }),
      permissions: ({ DatabaseInput }) => may.database("CreateDatabase", DatabaseInput.Name),
      run: ({ DatabaseInput }) => {
        catalog.createDatabase(DatabaseInput);
        return {};
      },
    }),
    GetDatabase: glueOperation({
      input: z.object({ ...catalogId, Name: name }),
      permissions: ({ Name }) => may.database("GetDatabase", Name),
      run: ({ Name }) => ({ Database: catalog.getDatabase(Name) }),
    }),
    GetDatabases: glueOperation({
      input: z.object({ ...catalogId, ...pageInput(100), ResourceShareType: z.string().optional() }),
      permissions: () => may.database("GetDatabases", "*"),
      run: (input) => {
        const { items, next } = page(catalog.getDatabases(), input, 100);
        return { DatabaseList: items, NextToken: next };
      },
    }),
    UpdateDatabase: glueOperation({
      input: z.object({ ...catalogId, Name: name, DatabaseInput: databaseInput }),
      permissions: ({ Name }) => may.database("UpdateDatabase", Name),
      run: ({ Name, DatabaseInput }) => {
        catalog.getDatabase(Name);
        if (DatabaseInput.Name !== Name.toLowerCase()) {
          throw new AwsError("InvalidInputException", "A database cannot be renamed.");
        }
        catalog.putDatabase(DatabaseInput);
        return {};
      },
    }),
    DeleteDatabase: glueOperation({
      input: z.object({ ...catalogId, Name: name }),
      // What is inside goes too, so the caller needs the permission on all of it.
      permissions: ({ Name }) => may.table("DeleteDatabase", Name, "*"),
      run: ({ Name }) => {
        catalog.deleteDatabase(Name);
        return {};
      },
    }),
  };
}

function tableOperations(catalog: Catalog, place: Place): Operations {
  const may = new GluePermissions(place);
  const indexes = { PartitionIndexes: z.array(z.unknown()).max(0, "partition indexes are not supported").optional() };
  return {
    CreateTable: glueOperation({
      input: z.object({ ...catalogId, DatabaseName: name, TableInput: tableInput, ...indexes }),
      permissions: ({ DatabaseName, TableInput }) => may.table("CreateTable", DatabaseName, TableInput.Name),
      run: ({ DatabaseName, TableInput }) => {
        catalog.createTable(DatabaseName, TableInput);
        return {};
      },
    }),
    GetTable: glueOperation({
      input: z.object({ ...catalogId, DatabaseName: name, Name: name }),
      permissions: ({ DatabaseName, Name }) => may.table("GetTable", DatabaseName, Name),
      run: ({ DatabaseName, Name }) => ({ Table: catalog.getTable(DatabaseName, Name) }),
    }),
    GetTables: glueOperation({
      input: z.object({ ...catalogId, DatabaseName: name, Expression: z.string().optional(), ...pageInput(100) }),
      permissions: ({ DatabaseName }) => may.table("GetTables", DatabaseName, "*"),
      run: (input) => {
        const wanted = input.Expression === undefined ? undefined : tablePattern(input.Expression);
        const tables = catalog.getTables(input.DatabaseName).filter((table) => wanted?.(table.Name) ?? true);
        const { items, next } = page(tables, input, 100);
        return { TableList: items, NextToken: next };
      },
    }),
    UpdateTable: glueOperation({
      input: z.object({
        ...catalogId,
        DatabaseName: name,
        TableInput: tableInput,
        SkipArchive: z.boolean().optional(),
        VersionId: z.string().optional(),
      }),
      permissions: ({ DatabaseName, TableInput }) => may.table("UpdateTable", DatabaseName, TableInput.Name),
      run: ({ DatabaseName, TableInput, VersionId, SkipArchive }) => {
        const table = catalog.getTable(DatabaseName, TableInput.Name);
        if (VersionId !== undefined && VersionId !== table.VersionId) {
          const text = `Update table failed due to concurrent modifications: the table has version ${table.VersionId}.`;
          throw new AwsError("ConcurrentModificationException", text);
        }
        catalog.putTable(DatabaseName, TableInput, { skipArchive: SkipArchive });
        return {};
      },
    }),
    DeleteTable: glueOperation({
      input: z.object({ ...catalogId, DatabaseName: name, Name: name }),
      permissions: ({ DatabaseName, Name }) => may.table("DeleteTable", DatabaseName, Name),
      run: ({ DatabaseName, Name }) => {
        catalog.deleteTable(DatabaseName, Name);
        return {};
      },
    }),
    GetTableVersions: glueOperation({
      input: z.object({ ...catalogId, DatabaseName: name, TableName: name, ...pageInput(100) }),
      permissions: ({ DatabaseName, TableName }) => may.table("GetTableVersions", DatabaseName, TableName),
      run: (input) => {
        const versions = catalog.tableVersions(input.DatabaseName, input.TableName);
        const { items, next } = page(versions, input, 100);
        return { TableVersions: items.map((Table) => ({ Table, VersionId: Table.VersionId })), NextToken: next };
      },
    }),
    DeleteTableVersion: glueOperation({
      input: z.object({ ...catalogId, DatabaseName: name, TableName: name, VersionId: z.string() }),
      permissions: ({ DatabaseName, TableName }) => may.table("DeleteTableVersion", DatabaseName, TableName),
      run: ({ DatabaseName, TableName, VersionId }) => {
        if (!catalog.deleteTableVersion(DatabaseName, TableName, VersionId)) {
          throw new AwsError("EntityNotFoundException", `Table version not found: ${VersionId}.`);
        }
        return {};
      },
    }),
  };
}

// Hive's patterns: `*` for any text, `|` between alternatives.
function tablePattern(text: string): (name: string) => boolean {
  const alternatives = text.split("|").map((part) => part.toLowerCase().split("*"));
  return (name) => alternatives.some((wildcard) => matchesWildcard(wildcard, name.toLowerCase()));
}
