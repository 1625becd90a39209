/**
 * Runs the statements that tell about the catalog: SHOW and DESCRIBE.
 */
import { RE2JS } from "re2js";
import type { CatalogColumn, CatalogTable } from "./catalog-access";
import { type Outcome, type Run, textOutcome } from "./run";
import { isView, viewSql } from "./tables";
import { fullName } from "./names";
import { QueryError } from "../../athena-sql/trino/errors";
import type { Statement } from "../../athena-sql/trino/statements";

type Of<Kind extends Statement["kind"]> = Extract<Statement, { kind: Kind }>;

// Athena, "SHOW TABLES": a regular expression of Hive, where `*` stands for any characters and `|` for a choice.
function matcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const body = pattern.replace(/[.+?^${}()[\]\\]/g, (c) => (c === "." ? "." : `\\${c}`)).replace(/(?<!\.)\*/g, ".*");
  const regex = RE2JS.compile(body, RE2JS.CASE_INSENSITIVE);
  return (name) => regex.matches(name);
}

export async function showTables(statement: Of<"show tables">, run: Run): Promise<Outcome> {
  const database = statement.database ?? run.database;
  if ((await run.catalog.find("GetDatabase", { Name: database })) === undefined) {
    throw new QueryError("SCHEMA_NOT_FOUND", `SemanticException [Error 10072]: Database does not exist: ${database}`);
  }
  const matches = matcher(statement.pattern);
  const tables = (await run.catalog.tablesOf(database)).filter((table) => matches(table.Name));
  const shown = statement.what === "views" ? tables.filter(isView) : tables;
  return textOutcome(
    statement.what === "views" ? "views" : "tab_name",
    shown.map((table) => table.Name),
  );
}

export async function showDatabases(statement: Of<"show databases">, run: Run): Promise<Outcome> {
  const matches = matcher(statement.pattern);
  const names = (await run.catalog.databases()).map((database) => database.Name).filter(matches);
  return textOutcome("database_name", names);
}

async function needTable(statement: { table: readonly string[] }, run: Run): Promise<CatalogTable> {
  const name = fullName(statement.table, run.database);
  const table = await run.catalog.table(name.database, name.table);
  if (!table)
    throw new QueryError(
      "TABLE_NOT_FOUND",
      `SemanticException [Error 10001]: Table not found ${name.database}.${name.table}`,
    );
  return table;
}

function columnsOf(table: CatalogTable): CatalogColumn[] {
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
}

// Hive pads its columns to twenty characters.
const pad = (text: string): string => text.padEnd(20);

export async function showColumns(statement: { table: readonly string[] }, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  return textOutcome(
    "field",
    columnsOf(table).map((column) => pad(column.Name)),
  );
}

export async function describe(statement: { table: readonly string[] }, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const line = (column: CatalogColumn): string =>
    [column.Name, column.Type ?? "", column.Comment ?? ""].map(pad).join("\t");
  const lines = columnsOf(table).map(line);
  if (table.PartitionKeys?.length) {
    const head = ["# col_name", "data_type", "comment"].map(pad).join("\t");
    lines.push("", pad("# Partition Information"), head, "", ...table.PartitionKeys.map(line));
  }
  return textOutcome("col_name\tdata_type\tcomment", lines);
}

/** Athena, "SHOW CREATE VIEW": the statement that makes the view. */
export async function showCreateView(statement: { table: readonly string[] }, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const name = `${table.DatabaseName}.${table.Name}`;
  if (!isView(table)) throw new QueryError("NOT_SUPPORTED", `Relation '${name}' is a table, not a view`);
  return textOutcome("Create View", [`CREATE VIEW ${name} AS`, ...viewSql(table).sql.split("\n")]);
}

/** Athena, "SHOW TBLPROPERTIES": all of a table's, or the value of the one that is named. */
export async function showProperties(statement: Of<"show tblproperties">, run: Run): Promise<Outcome> {
  const { Parameters = {}, DatabaseName, Name } = await needTable(statement, run);
  const { property } = statement;
  if (property === undefined) {
    const lines = Object.entries(Parameters).map((each) => each.join("\t"));
    return textOutcome("prpt_name\tprpt_value", lines);
  }
  const none = `Table ${DatabaseName}.${Name} does not have property: ${property}`;
  return textOutcome("prpt_value", [Parameters[property] ?? none]);
}

export async function showCreateTable(statement: { table: readonly string[] }, run: Run): Promise<Outcome> {
  const table = await needTable(statement, run);
  const name = `\`${table.DatabaseName}.${table.Name}\``;
  if (isView(table))
    return textOutcome("createtab_stmt", [`CREATE VIEW ${name} AS`, ...viewSql(table).sql.split("\n")]);
  const list = (columns: readonly CatalogColumn[]): string[] =>
    columns.map(({ Name, Type, Comment }, index) => {
      const comment = Comment ? ` COMMENT '${Comment}'` : "";
      return `  \`${Name}\` ${Type ?? "string"}${comment}${index === columns.length - 1 ? ")" : ", "}`;
    });
  const storage = table.StorageDescriptor;
  const keys = table.PartitionKeys ?? [];
  const parameters = Object.entries(table.Parameters ?? {}).map(([key, value]) => `  '${key}'='${value}'`);
  return textOutcome("createtab_stmt", [
    `CREATE EXTERNAL TABLE ${name}(`,
    ...list(storage?.Columns ?? []),
    ...(keys.length ? ["PARTITIONED BY ( ", ...list(keys)] : []),
    "ROW FORMAT SERDE ",
    `  '${storage?.SerdeInfo?.SerializationLibrary ?? ""}' `,
    "STORED AS INPUTFORMAT ",
    `  '${storage?.InputFormat ?? ""}' `,
    "OUTPUTFORMAT ",
    `  '${String(storage?.OutputFormat ?? "")}'`,
    "LOCATION",
    `  '${storage?.Location ?? ""}'`,
    ...(parameters.length ? ["TBLPROPERTIES (", parameters.join(", \n").concat(")")] : []),
  ]);
}
