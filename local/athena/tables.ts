/**
 * What a table or view of the catalog is to a query.
 */
import type { CatalogColumn, CatalogTable } from "./catalog-access";
import { CATALOG } from "../../athena-sql/dialect/relations";
import type { Resolved, TableColumn } from "../../athena-sql/dialect/scope";
import { Cursor } from "../../athena-sql/trino/cursor";
import { notSupported, ParseError, QueryError } from "../../athena-sql/trino/errors";
import { parseQuery } from "../../athena-sql/trino/queries";
import type { Name } from "../../athena-sql/trino/syntax";
import { parseType } from "../../athena-sql/trino/type-text";

/** Whether an entry of the catalog is a view. */
export function isView(table: CatalogTable): boolean {
  return table.TableType === "VIRTUAL_VIEW";
}

/** A type of the catalog. Hive's `decimal` is decimal(10,0), unlike Trino's. */
export function columnType(column: CatalogColumn, table: CatalogTable): TableColumn["type"] {
  const text = column.Type ?? "string";
  try {
    return parseType(/^decimal$/i.test(text) ? "decimal(10,0)" : text.toLowerCase());
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const place = `${table.DatabaseName}.${table.Name}.${column.Name}`;
    throw new QueryError("HIVE_INVALID_METADATA", `Column ${place} has the type '${text}', which is none of Athena's`);
  }
}

/** The columns of a table. Throws a QueryError for one that is not read here. */
export function readTable(table: CatalogTable): Resolved {
  const name = `${table.DatabaseName}.${table.Name}`;
  const parameters = table.Parameters ?? {};
  refuseIceberg(parameters.table_type, name);
  if (parameters["projection.enabled"] === "true") throw notSupported(`partition projection (table ${name})`);
  const columns = (list: readonly CatalogColumn[] = []): TableColumn[] =>
    list.map((column) => ({ name: column.Name.toLowerCase(), type: columnType(column, table) }));
  return {
    kind: "table",
    columns: columns(table.StorageDescriptor?.Columns),
    partitionKeys: columns(table.PartitionKeys),
  };
}

/** docs/decisions.md says why. @throws QueryError NOT_SUPPORTED */
export function refuseIceberg(tableType: string | undefined, name: string): void {
  if (tableType?.toUpperCase() === "ICEBERG") throw notSupported(`Iceberg tables (${name})`);
}

/** Whether a table's files are Parquet, the one format that is read here. */
export function isParquet(table: CatalogTable): boolean {
  const storage = table.StorageDescriptor;
  const names = [storage?.SerdeInfo?.SerializationLibrary, storage?.InputFormat];
  return names.some((name) => /parquet/i.test(name ?? ""));
}

const PRESTO_VIEW = /^\/\* Presto View: ([\w+/=]+) \*\/$/;

/** The text under which a view is kept in the catalog, as Athena does it. */
export function viewText(sql: string, database: Name, columns: readonly { name: Name; type: string }[]): string {
  const definition = { originalSql: sql, catalog: CATALOG, schema: database, columns };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString("base64")} */`;
}

/** The query of a view, which is in the catalog as plain SQL or in {@link viewText}'s form. */
export function viewSql(table: CatalogTable): { sql: string; database: Name } {
  const text = (table.ViewOriginalText ?? "").trim();
  const encoded = PRESTO_VIEW.exec(text);
  if (!encoded) return { sql: text, database: table.DatabaseName };
  const definition = JSON.parse(Buffer.from(encoded[1], "base64").toString()) as {
    originalSql: string;
    schema?: string;
  };
  return { sql: definition.originalSql, database: definition.schema ?? table.DatabaseName };
}

/** The query of a view. */
export function readView(table: CatalogTable): Resolved {
  const { sql, database } = viewSql(table);
  try {
    const cursor = new Cursor(sql);
    const query = parseQuery(cursor);
    cursor.needEnd();
    return { kind: "view", query, database };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new QueryError(
      "INVALID_VIEW",
      `Failed parsing stored view '${table.DatabaseName}.${table.Name}': ${error.message}`,
    );
  }
}
