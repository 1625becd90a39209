/**
 * Parses the parts of Athena's DDL: column lists, partition specifications, properties and table clauses.
 */
import type { Cursor } from "./cursor";
import { ParseError } from "./errors";
import type { Name } from "./syntax";

/** A WITH property: a text, or texts in an `ARRAY[…]`. */
export type Property = string | readonly string[];
export type Properties = ReadonlyMap<Name, Property>;

/** `PARTITION (exec_date = '2024-11-09')`: texts by column; the operator is `=` but in DROP PARTITION. */
export type PartitionSpec = readonly { readonly column: Name; readonly operator: string; readonly value: string }[];

/** Columns of Hive's DDL. */
export type HiveColumns = readonly { readonly name: Name; readonly type: string; readonly comment?: string }[];

/** What may follow the columns of CREATE EXTERNAL TABLE. */
export interface TableClauses {
  readonly comment?: string;
  readonly location?: string;
  readonly partitionedBy: HiveColumns;
  /** Name of the format (`parquet`) or of the SerDe's class. */
  readonly storedAs?: string;
  readonly serde?: string;
  readonly serdeProperties: Properties;
  readonly properties: Properties;
}

/** `(format = 'PARQUET', partitioned_by = ARRAY['a'])`; numbers and booleans become text. */
export function parseProperties(cursor: Cursor): Properties {
  const properties = new Map<string, Property>();
  cursor.need("(");
  do {
    const key = cursor.current.kind === "string" ? cursor.string().toLowerCase() : cursor.name();
    cursor.need("=");
    properties.set(key, property(cursor));
  } while (cursor.take(","));
  cursor.need(")");
  return properties;
}

function property(cursor: Cursor): Property {
  if (cursor.take("array", "[")) {
    const values: string[] = [];
    if (!cursor.sees("]")) {
      do values.push(cursor.string());
      while (cursor.take(","));
    }
    cursor.need("]");
    return values;
  }
  return literal(cursor);
}

function literal(cursor: Cursor): string {
  const sign = cursor.take("-") ? "-" : "";
  const { current } = cursor;
  if (["string", "integer", "decimal", "double"].includes(current.kind)) return sign + cursor.advance().text;
  if (cursor.seesAny("true", "false")) return cursor.advance().text.toLowerCase();
  // `DATE '2024-11-09'`: the value is the text.
  if (cursor.take("date") || cursor.take("timestamp")) return cursor.string();
  throw cursor.fault("<literal>");
}

/** `(exec_date = '2024-11-09', table_name = 'x')`. */
export function parsePartitionSpec(cursor: Cursor): PartitionSpec {
  cursor.need("(");
  const spec = [];
  do {
    const column = cursor.name();
    const operator = cursor.advance().text;
    if (!["=", "<", ">", "<=", ">=", "<>", "!="].includes(operator)) throw cursor.fault("'='");
    spec.push({ column, operator, value: literal(cursor) });
  } while (cursor.take(","));
  cursor.need(")");
  return spec;
}

/** Columns after the opening parenthesis, to the closing one. Types stay as written, in lower case. */
export function parseColumns(cursor: Cursor): HiveColumns {
  const columns = [];
  do {
    const name = cursor.name();
    const from = cursor.current.start;
    let depth = 0;
    let end = from;
    while (depth > 0 || !cursor.seesAny(",", ")", "comment")) {
      if (cursor.current.kind === "end") throw cursor.fault("')'");
      const token = cursor.advance();
      depth += "<(".includes(token.text) ? 1 : ">)".includes(token.text) ? -1 : 0;
      end = token.end;
    }
    const type = cursor.text.slice(from, end).toLowerCase().replace(/\s+/g, "");
    columns.push({ name, type, comment: cursor.take("comment") ? cursor.string() : undefined });
  } while (cursor.take(","));
  cursor.need(")");
  return columns;
}

/** The clauses of CREATE EXTERNAL TABLE and CREATE DATABASE, in any order. */
export function parseTableClauses(cursor: Cursor): TableClauses {
  const found: { -readonly [K in keyof TableClauses]: TableClauses[K] } = {
    partitionedBy: [],
    serdeProperties: new Map(),
    properties: new Map(),
  };
  for (;;) {
    if (cursor.take("comment")) found.comment = cursor.string();
    else if (cursor.take("partitioned", "by", "(")) found.partitionedBy = parseColumns(cursor);
    else if (cursor.take("row", "format", "serde")) found.serde = cursor.string();
    else if (cursor.take("with", "serdeproperties")) found.serdeProperties = parseProperties(cursor);
    else if (cursor.take("with", "dbproperties")) found.properties = parseProperties(cursor);
    else if (cursor.take("stored", "as", "inputformat")) {
      found.storedAs = cursor.string();
      cursor.need("outputformat");
      cursor.string();
    } else if (cursor.take("stored", "as")) found.storedAs = cursor.name();
    else if (cursor.take("location")) found.location = cursor.string();
    else if (cursor.take("tblproperties")) found.properties = parseProperties(cursor);
    else if (cursor.seesAny("clustered", "row")) {
      throw new ParseError(`the local runtime does not run ${cursor.current.text.toUpperCase()} … here`, cursor.at);
    } else return found;
  }
}
