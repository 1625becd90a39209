/** Asks the caller for what a statement needs of what it is about, before it does anything. */
import type { Statement } from "../../athena-sql/trino/statements";
import { fullName } from "./names";
import { requiredAccess, statementAccess } from "./required-access";
import type { Run } from "./run";

/** @throws QueryError PERMISSION_DENIED */
export async function demandStatementAccess(statement: Statement, run: Run): Promise<void> {
  const { catalog } = run;
  catalog.demandDatabase(requiredAccess.defaultDatabase.actions, "default");
  const needs = statementAccess[statement.kind];
  if (!needs) return;
  catalog.demandDatabase(needs.everyDatabase ?? [], "*");
  const name = "table" in statement ? fullName(statement.table, run.database) : undefined;
  const named = "database" in statement ? statement.database : undefined;
  const database = name?.database ?? named ?? run.database;
  catalog.demandDatabase(needs.database ?? [], database);
  catalog.demandTable(needs.everyTable ?? [], database, "*");
  if (!name) return;
  catalog.demandTable(needs.table ?? [], database, name.table);
  if (needs.partitions === undefined) return;
  const table = await catalog.table(database, name.table);
  if (table?.PartitionKeys?.length) catalog.demandTable(needs.partitions, database, name.table);
}
