/**
 * Runs the statements that change the catalog only: databases, tables and views.
 */
import { hiveType } from "./parquet-types";
import { textStorage } from "./text-tables";
import { parquetTable, plan } from "./run-query";
import { NOTHING, type Outcome, type Run } from "./run";
import { INFORMATION_SCHEMA } from "./metadata-tables";
import { tableNames } from "./table-names";
import { isView, refuseIceberg, viewText } from "./tables";
import { fullName } from "./names";
import { notSupported, QueryError } from "../../athena-sql/trino/errors";
import type { Statement } from "../../athena-sql/trino/statements";
import type { Properties } from "../../athena-sql/trino/ddl";
import { typeName } from "../../athena-sql/trino/types";
import { parseType } from "../../athena-sql/trino/type-text";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

/** CREATE [OR REPLACE] VIEW; the view's query is translated, so that its errors come now. */
export async function createView(statement: Of<"create view">, run: Run): Promise<Outcome> {
  const name = fullName(statement.view, run.database);
  const existing = await run.catalog.table(name.database, name.table);
  if (existing && !isView(existing)) {
    throw new QueryError("TABLE_ALREADY_EXISTS", `Table already exists: '${name.database}.${name.table}'`);
  }
  if (existing && !statement.replace) {
    throw new QueryError("TABLE_ALREADY_EXISTS", `View already exists: '${name.database}.${name.table}'`);
  }
  const told = tableNames(statement.query).find((parts) => parts.at(-2) === INFORMATION_SCHEMA);
  if (told) {
    // Athena user guide, "Query the AWS Glue Data Catalog", Considerations and limitations.
    throw new QueryError("NOT_SUPPORTED", `CREATE VIEW on ${told.join(".")}: a view cannot show ${INFORMATION_SCHEMA}`);
  }
  const { columns } = await plan(statement.query, { ...run, scanned: () => undefined });
  const TableInput = {
    Name: name.table,
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    PartitionKeys: [],
    StorageDescriptor: {
      Columns: columns.map((column) => ({ Name: column.name, Type: hiveType(column.type) })),
      Location: "",
    },
    ViewOriginalText: viewText(
      statement.sql,
      run.database,
      columns.map((column) => ({ name: column.name, type: typeName(column.type) })),
    ),
    ViewExpandedText: "/* Presto View */",
  };
  await run.catalog.run(existing ? "UpdateTable" : "CreateTable", { DatabaseName: name.database, TableInput });
  return NOTHING;
}

export async function dropTable(statement: Of<"drop">, run: Run): Promise<Outcome> {
  const name = fullName(statement.table, run.database);
  const table = await run.catalog.table(name.database, name.table);
  if (!table) {
    if (statement.ifExists) return NOTHING;
    throw new QueryError("TABLE_NOT_FOUND", `Table not found ${name.database}.${name.table}`);
  }
  if (isView(table) !== (statement.what === "view")) {
    const kind = isView(table) ? "a view" : "a table";
    throw new QueryError(
      "NOT_SUPPORTED",
      `${name.database}.${name.table} is ${kind}, which DROP ${statement.what.toUpperCase()} does not drop`,
    );
  }
  await run.catalog.run("DeleteTable", { DatabaseName: name.database, Name: name.table });
  return NOTHING;
}

function texts(properties: Properties): Record<string, string> {
  return Object.fromEntries([...properties].map(([key, value]) => [key, String(value)]));
}

/** CREATE EXTERNAL TABLE, of Parquet files or of lines of text. */
export async function createTable(statement: Of<"create table">, run: Run): Promise<Outcome> {
  const { clauses } = statement;
  refuseIceberg(texts(clauses.properties).table_type, statement.table.join("."));
  const format = clauses.storedAs ?? clauses.serde ?? "";
  const lines = textStorage(format, texts(clauses.serdeProperties));
  if (!lines && !/parquet/i.test(format)) {
    throw notSupported(
      `CREATE TABLE of other formats than Parquet, OpenCSVSerde and LazySimpleSerDe (STORED AS ${format || "TEXTFILE"})`,
    );
  }
  if (!clauses.location) throw new QueryError("SYNTAX_ERROR", "CREATE EXTERNAL TABLE needs a LOCATION");
  const name = fullName(statement.table, run.database);
  if (await run.catalog.table(name.database, name.table)) {
    if (statement.ifNotExists) return NOTHING;
    throw new QueryError("TABLE_ALREADY_EXISTS", `Table ${name.table} already exists`);
  }
  const columns = (list: typeof statement.columns): { Name: string; Type: string; Comment?: string }[] =>
    list.map(({ name: Name, type: Type, comment: Comment }) => {
      parseType(Type);
      return { Name, Type, Comment };
    });
  const parquet = parquetTable({
    table: name.table,
    location: clauses.location,
    columns: columns(statement.columns),
    partitionKeys: columns(clauses.partitionedBy),
    parameters: texts(clauses.properties),
  });
  const TableInput = {
    ...parquet,
    ...(lines && {
      Parameters: { EXTERNAL: "TRUE", ...texts(clauses.properties) },
      StorageDescriptor: { ...parquet.StorageDescriptor, ...lines },
    }),
    Description: clauses.comment,
  };
  await run.catalog.run("CreateTable", { DatabaseName: name.database, TableInput });
  return NOTHING;
}

/** ALTER TABLE … SET TBLPROPERTIES. */
export async function setTableProperties(statement: Of<"set table properties">, run: Run): Promise<Outcome> {
  const name = fullName(statement.table, run.database);
  const table = await run.catalog.table(name.database, name.table);
  if (!table) throw new QueryError("TABLE_NOT_FOUND", `Table not found ${name.database}.${name.table}`);
  const { DatabaseName, ...input } = table;
  const TableInput = { ...input, Parameters: { ...table.Parameters, ...texts(statement.properties) } };
  await run.catalog.run("UpdateTable", { DatabaseName, TableInput });
  return NOTHING;
}

export async function createDatabase(statement: Of<"create database">, run: Run): Promise<Outcome> {
  const { clauses, database } = statement;
  const existing = await run.catalog.find("GetDatabase", { Name: database });
  if (existing !== undefined) {
    if (statement.ifNotExists) return NOTHING;
    throw new QueryError("SCHEMA_ALREADY_EXISTS", `Database ${database} already exists`);
  }
  const DatabaseInput = {
    Name: database,
    Description: clauses.comment,
    LocationUri: clauses.location,
    Parameters: texts(clauses.properties),
  };
  await run.catalog.run("CreateDatabase", { DatabaseInput });
  return NOTHING;
}

export async function dropDatabase(statement: Of<"drop database">, run: Run): Promise<Outcome> {
  const { database } = statement;
  if ((await run.catalog.find("GetDatabase", { Name: database })) === undefined) {
    if (statement.ifExists) return NOTHING;
    throw new QueryError("SCHEMA_NOT_FOUND", `Database does not exist: ${database}`);
  }
  if (!statement.cascade && (await run.catalog.tablesOf(database)).length > 0) {
    throw new QueryError("SCHEMA_NOT_EMPTY", `Database ${database} is not empty. One or more tables exist.`);
  }
  await run.catalog.run("DeleteDatabase", { Name: database });
  return NOTHING;
}
