/**
 * Tables that tell of the catalog: those of `information_schema`, and `"<table>$partitions"`. Each is read as a view whose query
 * holds the rows, so that the engine needs to know nothing of them. Athena user guide, "Query the AWS Glue Data Catalog".
 */
import { CATALOG } from "../../athena-sql/dialect/relations";
import { Cursor } from "../../athena-sql/trino/cursor";
import { parseQuery } from "../../athena-sql/trino/queries";
import type { Name, Query } from "../../athena-sql/trino/syntax";
import { typeName } from "../../athena-sql/trino/types";
import { parseType } from "../../athena-sql/trino/type-text";
import type { CatalogAccess, CatalogColumn, CatalogTable } from "./catalog-access";
import { columnType, isView, viewSql } from "./tables";

/** The database of the tables that tell of all others. */
export const INFORMATION_SCHEMA = "information_schema";

/** A table's columns with their types, and its rows as texts. */
interface Rows {
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly (string | null)[])[];
}

const texts = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, "varchar"]));

/** The query of a table that tells of the catalog; undefined if the name is none of theirs. */
export async function metadataQuery(database: Name, table: Name, catalog: CatalogAccess): Promise<Query | undefined> {
  const found =
    database === INFORMATION_SCHEMA
      ? await informationSchema(table, catalog)
      : table.endsWith("$partitions")
        ? await partitionsOf(database, table.slice(0, -"$partitions".length), catalog)
        : undefined;
  return found && rowsQuery(found);
}

async function informationSchema(table: Name, catalog: CatalogAccess): Promise<Rows | undefined> {
  switch (table) {
    case "schemata": {
      const rows = (await catalog.databases()).map(({ Name }) => [CATALOG, Name]);
      return { columns: texts("catalog_name", "schema_name"), rows };
    }
    case "tables": {
      const rows = (await everyTable(catalog)).map((each) => [...place(each), isView(each) ? "VIEW" : "BASE TABLE"]);
      return { columns: texts("table_catalog", "table_schema", "table_name", "table_type"), rows };
    }
    case "views": {
      const rows = (await everyTable(catalog)).filter(isView).map((each) => [...place(each), viewSql(each).sql]);
      return { columns: texts("table_catalog", "table_schema", "table_name", "view_definition"), rows };
    }
    case "columns": {
      const rows = (await everyTable(catalog)).flatMap((each) => columnsOf(each));
      const columns = {
        ...texts("table_catalog", "table_schema", "table_name", "column_name"),
        ordinal_position: "bigint",
        ...texts("column_default", "is_nullable", "data_type", "comment", "extra_info"),
      };
      return { columns, rows };
    }
    default:
      return undefined;
  }
}

/** Those of all databases, in the order of their names. */
async function everyTable(catalog: CatalogAccess): Promise<CatalogTable[]> {
  const databases = await catalog.databases();
  return (await Promise.all(databases.map(({ Name }) => catalog.tablesOf(Name)))).flat();
}

function place({ DatabaseName, Name }: CatalogTable): string[] {
  return [CATALOG, DatabaseName, Name];
}

function columnsOf(table: CatalogTable): (string | null)[][] {
  const keys = table.PartitionKeys ?? [];
  const columns: readonly CatalogColumn[] = [...(table.StorageDescriptor?.Columns ?? []), ...keys];
  return columns.map((column, index) => [
    ...place(table),
    column.Name.toLowerCase(),
    String(index + 1),
    null,
    "YES",
    typeName(columnType(column, table)),
    column.Comment ?? null,
    keys.includes(column) ? "partition key" : null,
  ]);
}

/** "List partitions for a specific table" of the guide. A table without partitions has none of this name. */
async function partitionsOf(database: Name, name: Name, catalog: CatalogAccess): Promise<Rows | undefined> {
  const table = await catalog.table(database, name);
  const keys = table?.PartitionKeys ?? [];
  if (!table || keys.length === 0) return undefined;
  const columns = keys.map((key) => [key.Name.toLowerCase(), typeName(columnType(key, table))]);
  const rows = (await catalog.partitions(database, name)).map(({ Values }) => Values);
  return { columns: Object.fromEntries(columns) as Rows["columns"], rows };
}

/** `SELECT` of rows that stand in the statement. */
function rowsQuery({ columns, rows }: Rows): Query {
  const names = Object.keys(columns);
  const types = Object.values(columns).map((type) => typeName(parseType(type)));
  const cell = (text: string | null): string => (text === null ? "NULL" : `'${text.replaceAll("'", "''")}'`);
  const nothing = `(${names.map(() => "NULL").join(", ")})`;
  const lines = rows.length === 0 ? nothing : rows.map((row) => `(${row.map(cell).join(", ")})`).join(", ");
  const cells = names.map((_, index) => `c${index + 1}`);
  const select = names.map((name, index) => `CAST(${cells[index]} AS ${types[index]}) AS "${name}"`);
  const sql = `SELECT ${select.join(", ")} FROM (VALUES ${lines}) AS t (${cells.join(", ")})`;
  const cursor = new Cursor(rows.length === 0 ? `${sql} WHERE false` : sql);
  const query = parseQuery(cursor);
  cursor.needEnd();
  return query;
}
