/**
 * Resolves the tables and views of a query through the catalog.
 */
import { CATALOG, tableKey } from "../../athena-sql/dialect/relations";
import type { Resolved } from "../../athena-sql/dialect/scope";
import type { Name, Query } from "../../athena-sql/trino/syntax";
import type { CatalogAccess } from "./catalog-access";
import { metadataQuery } from "./metadata-tables";
import { tableNames } from "./table-names";
import { isView, readTable, readView } from "./tables";

/** What the names in a query stand for, by `database.table`; names that stand for nothing are left out. */
export async function resolveTables(
  query: Query,
  database: Name,
  catalog: CatalogAccess,
): Promise<Map<string, Resolved>> {
  const resolved = new Map<string, Resolved>();
  const waiting = [{ query, database }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const parts of tableNames(next.query)) {
      const name = tableKey(parts, next.database);
      const key = `${name.database}.${name.table}`;
      if (resolved.has(key) || name.catalog !== CATALOG) continue;
      const told = await metadataQuery(name.database, name.table, catalog);
      const table = told ? undefined : await catalog.table(name.database, name.table);
      if (told) resolved.set(key, { kind: "view", query: told, database: name.database });
      if (!table) continue;
      const meaning = isView(table) ? readView(table) : readTable(table);
      resolved.set(key, meaning);
      if (meaning.kind === "view") waiting.push(meaning);
    }
  }
  return resolved;
}
