/** What a statement would do to the lake, found by reading it: pure. `query` runs what only reads. */
import { BeyondDialect, ParseError } from "../../athena-sql/trino/errors";
import { parseStatement, type Statement, type TableName } from "../../athena-sql/trino/statements";

/** What a statement changes. */
export interface Effect {
  /** Ends the sentence "This statement …", e.g. `drops the table landing_db_dev.x`. */
  readonly does: string;
  /** Table, or database, or place of files that it changes; nothing if that cannot be read from it. */
  readonly changes?: { readonly database: string; readonly table?: string } | { readonly location: string };
}

/** A table that runs publish. */
export interface PublishedTable {
  readonly database: string;
  readonly table: string;
  readonly pipeline: string;
}

/** What Athena only reads for, by its first word. */
const READS = /^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/|\()*(select|with|values|table|show|describe|desc|explain)\b/i;

/** The effect of a statement; `undefined` if it only reads. */
export function effectOf(sql: string): Effect | undefined {
  let statement: Statement;
  try {
    ({ statement } = parseStatement(sql));
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof BeyondDialect)) throw error;
    // Athena says what is wrong with a query, better than we could.
    return unknownEffect(sql);
  }
  switch (statement.kind) {
    case "insert":
      return onTable("adds rows to", statement.table);
    case "create table as":
    case "create table":
      return onTable("creates the table", statement.table);
    case "create view":
      return onTable(statement.replace ? "replaces the view" : "creates the view", statement.view);
    case "create database":
      return { does: `creates the database ${statement.database}`, changes: { database: statement.database } };
    case "drop":
      return onTable(`drops the ${statement.what}`, statement.table);
    case "drop database":
      return { does: `drops the database ${statement.database}`, changes: { database: statement.database } };
    case "add partitions":
      return onTable("adds partitions to", statement.table);
    case "drop partitions":
      return onTable("drops partitions of", statement.table);
    case "repair":
      return onTable("adds the partitions that it finds to", statement.table);
    case "prepare":
      return { does: `keeps the prepared statement ${statement.name} in the workgroup` };
    case "deallocate":
      return { does: `removes the prepared statement ${statement.name} of the workgroup` };
    case "unload":
      return { does: `writes files to ${statement.location}`, changes: { location: statement.location } };
    default:
      return unknownEffect(sql);
  }
}

/** What the parser does not know is judged by its first word. */
function unknownEffect(sql: string): Effect | undefined {
  if (READS.test(sql)) return undefined;
  const word = /[\p{L}\p{N}_]+/u.exec(sql)?.[0] ?? "nothing";
  return { does: `begins with ${word}, which is not known to only read` };
}

function onTable(does: string, name: TableName): Effect {
  const [table, database = "default"] = [...name].reverse();
  return { does: `${does} ${database}.${table}`, changes: { database, table } };
}

/**
 * The tables among those that runs publish that an effect would touch: an unknown one touches none that we know of. A run keeps
 * its data below `<database>/<table>/` in the zone's bucket.
 */
export function publishedAmong({ changes }: Effect, published: readonly PublishedTable[]): PublishedTable[] {
  if (!changes) return [];
  return published.filter(({ database, table }) => {
    if ("location" in changes) return `${changes.location}/`.includes(`/${database}/${table}/`);
    return changes.database === database && (changes.table === undefined || changes.table === table);
  });
}
