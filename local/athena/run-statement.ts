/**
 * Which statement is run by what, and how Athena classifies it.
 */
import { addPartitions, dropPartitions, repairTable, showPartitions } from "./partitions";
import type { QueryRecord } from "./query-log";
import { createDatabase, createTable, createView, dropDatabase, dropTable, setTableProperties } from "./run-ddl";
import { runCreateTableAs, runInsert, runSelect, runUnload } from "./run-query";
import {
  describe,
  showColumns,
  showCreateTable,
  showCreateView,
  showDatabases,
  showProperties,
  showTables,
} from "./run-show";
import { NOTHING, type Outcome, type Run } from "./run";
import { demandStatementAccess } from "./statement-access";
import type { Statement } from "../../athena-sql/trino/statements";

/** `StatementType` and `SubstatementType` of GetQueryExecution. */
export function classify(statement: Statement): Pick<QueryRecord, "statementType" | "substatementType"> {
  const substatementType = SUBSTATEMENTS[statement.kind] ?? statement.kind.toUpperCase().replaceAll(" ", "_");
  if (["query", "unload", "insert"].includes(statement.kind)) return { statementType: "DML", substatementType };
  const utility = statement.kind.startsWith("show") || statement.kind === "describe";
  return { statementType: utility ? "UTILITY" : "DDL", substatementType };
}

const SUBSTATEMENTS: Partial<Record<Statement["kind"], string>> = {
  query: "SELECT",
  "create table as": "CREATE_TABLE_AS_SELECT",
  "add partitions": "ALTER_TABLE_ADD_PARTITION",
  "drop partitions": "ALTER_TABLE_DROP_PARTITION",
  "set table properties": "ALTER_TABLE_SET_PROPERTIES",
  repair: "MSCK_REPAIR_TABLE",
  describe: "DESCRIBE_TABLE",
  deallocate: "DEALLOCATE_PREPARE",
};

/** @throws QueryError, ParseError, QueryCancelled or an error of DuckDB */
export async function runStatement(statement: Statement, run: Run): Promise<Outcome> {
  await demandStatementAccess(statement, run);
  switch (statement.kind) {
    case "query":
      return runSelect(statement.query, run);
    case "unload":
      return runUnload(statement, run);
    case "insert":
      return runInsert(statement, run);
    case "create table as":
      return runCreateTableAs(statement, run);
    case "create table":
      return createTable(statement, run);
    case "create view":
      return createView(statement, run);
    case "create database":
      return createDatabase(statement, run);
    case "drop":
      return dropTable(statement, run);
    case "drop database":
      return dropDatabase(statement, run);
    case "add partitions":
      return addPartitions(statement, run);
    case "drop partitions":
      return dropPartitions(statement, run);
    case "set table properties":
      return setTableProperties(statement, run);
    case "repair":
      return repairTable(statement, run);
    case "show tables":
      return showTables(statement, run);
    case "show databases":
      return showDatabases(statement, run);
    case "show partitions":
      return showPartitions(statement, run);
    case "show columns":
      return showColumns(statement, run);
    case "show tblproperties":
      return showProperties(statement, run);
    case "show create table":
      return showCreateTable(statement, run);
    case "show create view":
      return showCreateView(statement, run);
    case "describe":
      return describe(statement, run);
    case "prepare":
      run.preparing.put(statement.name, statement.sql);
      return NOTHING;
    case "deallocate":
      run.preparing.delete(statement.name);
      return NOTHING;
    case "execute":
      throw new Error("EXECUTE runs what it stands for: the engine replaces it when it is accepted");
  }
}
