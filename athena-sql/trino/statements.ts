/**
 * Parses whole statements: Trino's queries and what Athena adds to them (UNLOAD, partitions, Hive's DDL).
 */
import { Cursor } from "./cursor";
import { notSupported, ParseError } from "./errors";
import {
  parseColumns,
  parsePartitionSpec,
  parseProperties,
  parseTableClauses,
  type HiveColumns,
  type PartitionSpec,
  type Properties,
  type TableClauses,
} from "./ddl";
import { parseExpression } from "./expressions";
import { parseQuery } from "./queries";
import type { Name, Query } from "./syntax";

/** A table as named in a statement: `[catalog.]database.table` or `table`. */
export type TableName = readonly Name[];

export type Statement =
  | { readonly kind: "query"; readonly query: Query }
  | { readonly kind: "unload"; readonly query: Query; readonly location: string; readonly properties: Properties }
  | { readonly kind: "insert"; readonly table: TableName; readonly columns?: readonly Name[]; readonly query: Query }
  | {
      readonly kind: "create table as";
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly properties: Properties;
      readonly query: Query;
      readonly withData: boolean;
    }
  | {
      readonly kind: "create table";
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly columns: HiveColumns;
      readonly clauses: TableClauses;
    }
  | {
      readonly kind: "create view";
      readonly view: TableName;
      readonly replace: boolean;
      readonly query: Query;
      readonly sql: string;
    }
  | {
      readonly kind: "create database";
      readonly database: Name;
      readonly ifNotExists: boolean;
      readonly clauses: TableClauses;
    }
  | { readonly kind: "drop"; readonly what: "table" | "view"; readonly table: TableName; readonly ifExists: boolean }
  | { readonly kind: "drop database"; readonly database: Name; readonly ifExists: boolean; readonly cascade: boolean }
  | {
      readonly kind: "add partitions";
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly partitions: readonly { readonly spec: PartitionSpec; readonly location?: string }[];
    }
  | {
      readonly kind: "drop partitions";
      readonly table: TableName;
      readonly ifExists: boolean;
      readonly specs: readonly PartitionSpec[];
    }
  | { readonly kind: "set table properties"; readonly table: TableName; readonly properties: Properties }
  | { readonly kind: "repair"; readonly table: TableName }
  | {
      readonly kind: "show tables";
      readonly what: "tables" | "views";
      readonly database?: Name;
      readonly pattern?: string;
    }
  | { readonly kind: "show databases"; readonly pattern?: string }
  | { readonly kind: "show tblproperties"; readonly table: readonly Name[]; readonly property?: string }
  | {
      readonly kind: "show partitions" | "show columns" | "show create table" | "show create view" | "describe";
      readonly table: TableName;
    }
  | { readonly kind: "prepare"; readonly name: Name; readonly sql: string }
  /** `values` are the texts of the expressions after USING. */
  | { readonly kind: "execute"; readonly name: Name; readonly values: readonly string[] }
  | { readonly kind: "deallocate"; readonly name: Name };

/** A parsed statement and how many `?` it has. */
export interface Parsed {
  readonly statement: Statement;
  readonly parameters: number;
}

/**
 * Parses one statement.
 * @throws ParseError for what Athena would not parse, and for statements that the local runtime does not know
 */
export function parseStatement(text: string): Parsed {
  // Athena's DDL is Hive's, with its quotes; Trino's part has none of these words at its start.
  const ddl =
    /^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)*(create\s+(external|database|schema|table)|drop|alter|msck|show|desc)/i.test(
      text,
    );
  const cursor = new Cursor(text, ddl);
  const statement = read(cursor);
  cursor.needEnd();
  // A prepared statement's `?` wait for EXECUTE.
  return { statement, parameters: statement.kind === "prepare" ? 0 : cursor.parameterCount };
}

function read(cursor: Cursor): Statement {
  if (cursor.seesAny("select", "with", "values", "table", "(")) return { kind: "query", query: parseQuery(cursor) };
  if (cursor.take("unload")) return unload(cursor);
  if (cursor.take("insert", "into")) return insert(cursor);
  if (cursor.take("create")) return create(cursor);
  if (cursor.take("drop")) return drop(cursor);
  if (cursor.take("alter", "table")) return alter(cursor);
  if (cursor.take("msck", "repair", "table")) return { kind: "repair", table: cursor.qualifiedName() };
  if (cursor.take("show")) return show(cursor);
  if (cursor.take("describe") || cursor.take("desc")) {
    if (!cursor.take("formatted")) cursor.take("extended");
    return { kind: "describe", table: cursor.qualifiedName() };
  }
  if (cursor.take("prepare")) return prepare(cursor);
  if (cursor.take("execute")) return execute(cursor);
  if (cursor.take("deallocate", "prepare")) return { kind: "deallocate", name: cursor.name() };
  if (cursor.seesAny(...FOREIGN_STATEMENTS)) throw notSupported(cursor.current.text.toUpperCase(), cursor.at);
  throw new ParseError(
    `mismatched input '${cursor.current.text}'. The local runtime runs SELECT, INSERT INTO, UNLOAD, CREATE, DROP, ` +
      "ALTER TABLE … ADD | DROP PARTITION, SHOW, DESCRIBE, MSCK REPAIR TABLE, PREPARE, EXECUTE and DEALLOCATE PREPARE.",
    cursor.at,
  );
}

// Statements that Athena has and this runtime does not.
const FOREIGN_STATEMENTS = ["explain", "merge", "delete", "update", "vacuum", "optimize"];

// Athena, "Use prepared statements": SELECT, INSERT INTO, CREATE TABLE AS and UNLOAD have parameters.
const PREPARED: readonly Statement["kind"][] = ["query", "insert", "create table as", "unload"];

function prepare(cursor: Cursor): Statement {
  const name = cursor.name();
  cursor.need("from");
  const { start } = cursor.current;
  const { at } = cursor;
  const { kind } = read(cursor);
  if (!PREPARED.includes(kind)) throw new ParseError(`PREPARE takes no ${kind.toUpperCase()}`, at);
  return { kind: "prepare", name, sql: cursor.text.slice(start, cursor.current.start).trim() };
}

function execute(cursor: Cursor): Statement {
  const name = cursor.name();
  const values: string[] = [];
  if (cursor.take("using")) {
    do {
      const { start } = cursor.current;
      parseExpression(cursor);
      values.push(cursor.text.slice(start, cursor.current.start).trim());
    } while (cursor.take(","));
  }
  return { kind: "execute", name, values };
}

function unload(cursor: Cursor): Statement {
  cursor.need("(");
  const query = parseQuery(cursor);
  cursor.need(")", "to");
  const location = cursor.string();
  return { kind: "unload", query, location, properties: cursor.take("with") ? parseProperties(cursor) : new Map() };
}

function insert(cursor: Cursor): Statement {
  const table = cursor.qualifiedName();
  const mark = cursor.mark();
  let columns: Name[] | undefined;
  if (cursor.take("(")) {
    if (cursor.seesName()) {
      columns = cursor.names();
      cursor.need(")");
    } else cursor.reset(mark);
  }
  return { kind: "insert", table, columns, query: parseQuery(cursor) };
}

function ifNotExists(cursor: Cursor): boolean {
  return cursor.take("if", "not", "exists");
}

function create(cursor: Cursor): Statement {
  const replace = cursor.take("or", "replace");
  if (cursor.take("view")) {
    const view = cursor.qualifiedName();
    cursor.need("as");
    const from = cursor.current.start;
    const query = parseQuery(cursor);
    return { kind: "create view", view, replace, query, sql: cursor.text.slice(from, cursor.current.start).trim() };
  }
  if (cursor.take("database") || cursor.take("schema")) {
    const skip = ifNotExists(cursor);
    return { kind: "create database", database: cursor.name(), ifNotExists: skip, clauses: parseTableClauses(cursor) };
  }
  const external = cursor.take("external");
  cursor.need("table");
  const skip = ifNotExists(cursor);
  const table = cursor.qualifiedName();
  if (cursor.take("(")) {
    const columns = parseColumns(cursor);
    return { kind: "create table", table, ifNotExists: skip, columns, clauses: parseTableClauses(cursor) };
  }
  if (external) throw cursor.fault("'('");
  const properties: Properties = cursor.take("with") ? parseProperties(cursor) : new Map();
  cursor.need("as");
  const query = parseQuery(cursor);
  const withData = !cursor.take("with", "no", "data");
  if (withData) cursor.take("with", "data");
  return { kind: "create table as", table, ifNotExists: skip, properties, query, withData };
}

function drop(cursor: Cursor): Statement {
  if (cursor.take("database") || cursor.take("schema")) {
    const ifExists = cursor.take("if", "exists");
    const database = cursor.name();
    const cascade = cursor.take("cascade") || (cursor.take("restrict"), false);
    return { kind: "drop database", database, ifExists, cascade };
  }
  const what = cursor.take("view") ? "view" : (cursor.need("table"), "table" as const);
  const ifExists = cursor.take("if", "exists");
  return { kind: "drop", what, table: cursor.qualifiedName(), ifExists };
}

function alter(cursor: Cursor): Statement {
  const table = cursor.qualifiedName();
  if (cursor.take("add")) {
    const skip = ifNotExists(cursor);
    const partitions = [];
    if (!cursor.sees("partition")) throw unknownAlter(cursor);
    while (cursor.take("partition")) {
      const spec = parsePartitionSpec(cursor);
      partitions.push({ spec, location: cursor.take("location") ? cursor.string() : undefined });
    }
    return { kind: "add partitions", table, ifNotExists: skip, partitions };
  }
  if (cursor.take("set", "tblproperties")) {
    return { kind: "set table properties", table, properties: parseProperties(cursor) };
  }
  if (!cursor.take("drop")) throw unknownAlter(cursor);
  const ifExists = cursor.take("if", "exists");
  const specs: PartitionSpec[] = [];
  do {
    cursor.need("partition");
    specs.push(parsePartitionSpec(cursor));
  } while (cursor.take(","));
  return { kind: "drop partitions", table, ifExists, specs };
}

function unknownAlter(cursor: Cursor): ParseError {
  return new ParseError(
    "the local runtime runs ALTER TABLE … ADD PARTITION, DROP PARTITION and SET TBLPROPERTIES only",
    cursor.at,
  );
}

function show(cursor: Cursor): Statement {
  const pattern = (): string | undefined => {
    cursor.take("like");
    return cursor.current.kind === "string" ? cursor.string() : undefined;
  };
  if (cursor.take("databases") || cursor.take("schemas")) return { kind: "show databases", pattern: pattern() };
  if (cursor.seesAny("tables", "views")) {
    const what = cursor.advance().text.toLowerCase() as "tables" | "views";
    const database = cursor.take("in") || cursor.take("from") ? cursor.name() : undefined;
    return { kind: "show tables", what, database, pattern: pattern() };
  }
  if (cursor.take("partitions")) return { kind: "show partitions", table: cursor.qualifiedName() };
  if (cursor.take("columns")) {
    if (!cursor.take("in")) cursor.need("from");
    const table = cursor.qualifiedName();
    // `SHOW COLUMNS IN table IN database`.
    const database = cursor.take("in") || cursor.take("from") ? [cursor.name()] : [];
    return { kind: "show columns", table: [...database, ...table] };
  }
  if (cursor.take("tblproperties")) {
    const table = cursor.qualifiedName();
    if (!cursor.take("(")) return { kind: "show tblproperties", table };
    const property = cursor.string();
    cursor.need(")");
    return { kind: "show tblproperties", table, property };
  }
  if (cursor.take("create", "table")) return { kind: "show create table", table: cursor.qualifiedName() };
  if (cursor.take("create", "view")) return { kind: "show create view", table: cursor.qualifiedName() };
  throw cursor.fault(
    "'COLUMNS', 'CREATE TABLE', 'CREATE VIEW', 'DATABASES', 'PARTITIONS', 'TABLES', 'TBLPROPERTIES', 'VIEWS'",
  );
}
