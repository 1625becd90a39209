/**
 * Parses queries: SELECT and what is built from it.
 */
import { Cursor } from "./cursor";
import { notSupported } from "./errors";
import { parseExpression, parseExpressions, parseSortItems } from "./expressions";
import { parseGrouping } from "./grouping";
import { parseRelations, seesAlias } from "./relations";
import type {
  CommonTable,
  Expression,
  Name,
  Query,
  QueryBody,
  Relation,
  Select,
  SelectItem,
  SetOperator,
  Window,
} from "./syntax";
import { parseWindow } from "./windows";

/**
 * Reads the text of a query, and nothing but one.
 * @throws ParseError for what Athena would not parse, and for what this parser does not know
 */
export function parseQueryText(text: string): Query {
  const cursor = new Cursor(text);
  const query = parseQuery(cursor);
  cursor.needEnd();
  return query;
}

/** A query with its WITH, ORDER BY, OFFSET and LIMIT. */
export function parseQuery(cursor: Cursor): Query {
  const { at } = cursor;
  const commonTables = cursor.take("with") ? parseWith(cursor) : [];
  const body = parseBody(cursor);
  const orderBy = cursor.take("order", "by") ? parseSortItems(cursor) : [];
  let offset: Expression | undefined;
  let limit: Expression | undefined;
  if (cursor.take("offset")) {
    offset = count(cursor);
    if (!cursor.take("rows")) cursor.take("row");
  }
  if (cursor.take("limit")) limit = cursor.take("all") ? undefined : count(cursor);
  else if (cursor.take("fetch")) {
    if (!cursor.take("first")) cursor.need("next");
    limit = cursor.seesAny("row", "rows") ? { kind: "integer", text: "1", at: cursor.at } : count(cursor);
    if (!cursor.take("rows")) cursor.need("row");
    if (cursor.sees("with")) throw notSupported("FETCH FIRST … WITH TIES", cursor.at);
    cursor.need("only");
  }
  return { kind: "query", at, with: commonTables, body, orderBy, offset, limit };
}

function count(cursor: Cursor): Expression {
  const { current, at } = cursor;
  if (current.kind !== "integer" && current.text !== "?") throw cursor.fault("<integer>");
  cursor.advance();
  return current.kind === "integer"
    ? { kind: "integer", text: current.text, at }
    : { kind: "parameter", index: cursor.nextParameter(), at };
}

function parseWith(cursor: Cursor): CommonTable[] {
  if (cursor.take("recursive")) throw notSupported("WITH RECURSIVE", cursor.at);
  const tables: CommonTable[] = [];
  do {
    const { at } = cursor;
    const name = cursor.name();
    let columns: Name[] | undefined;
    if (cursor.take("(")) {
      columns = cursor.names();
      cursor.need(")");
    }
    cursor.need("as", "(");
    tables.push({ name, columns, query: parseQuery(cursor), at });
    cursor.need(")");
  } while (cursor.take(","));
  return tables;
}

// INTERSECT binds tighter than UNION and EXCEPT.
function parseBody(cursor: Cursor): QueryBody {
  let left = parseIntersection(cursor);
  while (cursor.seesAny("union", "except")) left = setOperation(cursor, left, parseIntersection);
  return left;
}

function parseIntersection(cursor: Cursor): QueryBody {
  let left = parseTerm(cursor);
  while (cursor.sees("intersect")) left = setOperation(cursor, left, parseTerm);
  return left;
}

function setOperation(cursor: Cursor, left: QueryBody, right: (cursor: Cursor) => QueryBody): QueryBody {
  const { at } = cursor;
  const operator = cursor.advance().text.toLowerCase() as SetOperator;
  const all = cursor.take("all") || (cursor.take("distinct"), false);
  return { kind: "set", at, operator, all, left, right: right(cursor) };
}

function parseTerm(cursor: Cursor): QueryBody {
  const { at } = cursor;
  if (cursor.take("(")) {
    const query = parseQuery(cursor);
    cursor.need(")");
    return { kind: "nested", at, query };
  }
  if (cursor.take("values")) return { kind: "values", at, rows: parseExpressions(cursor) };
  if (cursor.take("table")) {
    const from: Relation = { at: cursor.at, kind: "table", parts: cursor.qualifiedName() };
    const items: SelectItem[] = [{ kind: "all", at }];
    return { kind: "select", at, distinct: false, items, from, groupBy: [], grouped: false, windows: new Map() };
  }
  return parseSelect(cursor);
}

function parseSelect(cursor: Cursor): Select {
  const { at } = cursor;
  if (!cursor.take("select")) throw cursor.fault("'SELECT', 'TABLE', 'VALUES', '('");
  const distinct = cursor.take("distinct") || (cursor.take("all"), false);
  const items = [parseItem(cursor)];
  while (cursor.take(",")) items.push(parseItem(cursor));
  const from = cursor.take("from") ? parseRelations(cursor) : undefined;
  const where = cursor.take("where") ? parseExpression(cursor) : undefined;
  const grouped = cursor.take("group", "by");
  const groupBy = grouped ? parseGrouping(cursor) : [];
  const having = cursor.take("having") ? parseExpression(cursor) : undefined;
  const windows = new Map<Name, Window>();
  if (cursor.take("window")) {
    do {
      const name = cursor.name();
      cursor.need("as", "(");
      windows.set(name, parseWindow(cursor));
    } while (cursor.take(","));
  }
  return { kind: "select", at, distinct, items, from, where, groupBy, grouped, having, windows };
}

function parseItem(cursor: Cursor): SelectItem {
  const { at } = cursor;
  if (cursor.take("*")) return { kind: "all", at };
  const mark = cursor.mark();
  if (cursor.seesName()) {
    const qualifier = [cursor.name()];
    while (cursor.sees(".") && cursor.peek(1).text !== "*") {
      cursor.advance();
      if (!cursor.seesName()) break;
      qualifier.push(cursor.name());
    }
    if (cursor.take(".", "*")) {
      if (cursor.sees("as")) throw notSupported("names for all columns (t.* AS (…))", cursor.at);
      return { kind: "all", at, qualifier };
    }
    cursor.reset(mark);
  }
  const value = parseExpression(cursor);
  if (cursor.sees(".", "*")) throw notSupported("all fields of a row (row.*)", cursor.at);
  const alias = cursor.take("as") || seesAlias(cursor) ? cursor.name() : undefined;
  return { kind: "expression", value, alias };
}
