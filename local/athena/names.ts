/**
 * Names of tables in statements.
 */
import { CATALOG, tableKey } from "../../athena-sql/dialect/relations";
import { QueryError } from "../../athena-sql/trino/errors";
import type { TableName } from "../../athena-sql/trino/statements";

/** Database and table that a statement names. @throws QueryError for another catalog than Glue's */
export function fullName(name: TableName, database: string): { database: string; table: string } {
  const { catalog, ...found } = tableKey(name, database);
  if (catalog !== CATALOG) throw new QueryError("CATALOG_NOT_FOUND", `Catalog '${catalog}' does not exist`);
  return found;
}
