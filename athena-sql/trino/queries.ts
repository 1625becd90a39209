/**
 * Parses queries: SELECT and what is built from it.
 */
import { Cursor } from "./cursor";
import { ParseError } from "./errors";
import { parseExpression, parseExpressions, parseSortItems, seesQuery } from "./expressions";
import type {
  Alias,
  CommonTable,
  Expression,
  GroupingElement,
  JoinType,
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
  if (cursor.take("recursive")) throw new ParseError("the local runtime does not run WITH RECURSIVE", cursor.at);
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
    if (cursor.take(".", "*")) return { kind: "all", at, qualifier };
    cursor.reset(mark);
  }
  const value = parseExpression(cursor);
  const alias = cursor.take("as") || seesAlias(cursor) ? cursor.name() : undefined;
  return { kind: "expression", value, alias };
}

function parseGrouping(cursor: Cursor): GroupingElement[] {
  if (!cursor.take("all")) cursor.take("distinct");
  const elements: GroupingElement[] = [];
  do {
    const { at } = cursor;
    if (cursor.take("rollup", "(")) {
      const parts = parseExpressions(cursor);
      cursor.need(")");
      const sets = parts.map((_, index) => parts.slice(0, parts.length - index));
      elements.push({ kind: "sets", at, sets: [...sets, []] });
    } else if (cursor.take("cube", "(")) {
      const parts = parseExpressions(cursor);
      cursor.need(")");
      const sets = Array.from({ length: 2 ** parts.length }, (_, mask) =>
        parts.filter((_part, bit) => !(mask & (1 << bit))),
      );
      elements.push({ kind: "sets", at, sets });
    } else if (cursor.take("grouping", "sets")) {
      cursor.need("(");
      const sets: Expression[][] = [];
      do sets.push(groupingSet(cursor));
      while (cursor.take(","));
      cursor.need(")");
      elements.push({ kind: "sets", at, sets });
    } else if (cursor.sees("(", ")")) {
      cursor.need("(", ")");
      elements.push({ kind: "sets", at, sets: [[]] });
    } else {
      // `GROUP BY (a, b)` is a row constructor to the eye, but groups by both.
      const value = parseExpression(cursor);
      const parts = value.kind === "row" ? value.elements : [value];
      elements.push(...parts.map((part) => ({ kind: "expression" as const, value: part })));
    }
  } while (cursor.take(","));
  return elements;
}

function groupingSet(cursor: Cursor): Expression[] {
  if (!cursor.sees("(")) return [parseExpression(cursor)];
  cursor.need("(");
  const parts = cursor.sees(")") ? [] : parseExpressions(cursor);
  cursor.need(")");
  return parts;
}

function parseRelations(cursor: Cursor): Relation {
  let left = parseJoins(cursor);
  for (let { at } = cursor; cursor.take(","); at = cursor.at) {
    left = { kind: "join", type: "cross", left, right: parseJoins(cursor), at };
  }
  return left;
}

function parseJoins(cursor: Cursor): Relation {
  let left = parsePrimary(cursor);
  for (;;) {
    const { at } = cursor;
    const type = joinType(cursor);
    if (!type) return left;
    const right = parsePrimary(cursor);
    if (type === "cross") left = { kind: "join", type, left, right, at };
    else if (cursor.take("using")) {
      cursor.need("(");
      left = { kind: "join", type, left, right, using: cursor.names(), at };
      cursor.need(")");
    } else {
      cursor.need("on");
      left = { kind: "join", type, left, right, on: parseExpression(cursor), at };
    }
  }
}

function joinType(cursor: Cursor): JoinType | undefined {
  if (cursor.sees("natural")) throw new ParseError("Natural join not supported", cursor.at);
  if (cursor.take("cross", "join")) return "cross";
  if (cursor.take("join") || cursor.take("inner", "join")) return "inner";
  for (const type of ["left", "right", "full"] as const) {
    if (cursor.take(type)) {
      cursor.take("outer");
      cursor.need("join");
      return type;
    }
  }
  return undefined;
}

function parsePrimary(cursor: Cursor): Relation {
  const { at } = cursor;
  if (cursor.take("unnest", "(")) {
    const values = parseExpressions(cursor);
    cursor.need(")");
    const ordinality = cursor.take("with", "ordinality");
    return { kind: "unnest", values, ordinality, alias: parseAlias(cursor), at };
  }
  const lateral = cursor.sees("lateral", "(") && cursor.take("lateral");
  if (cursor.sees("(")) {
    const mark = cursor.mark();
    cursor.advance();
    if (lateral || seesQuery(cursor)) {
      try {
        const query = parseQuery(cursor);
        cursor.need(")");
        return { kind: "derived", query, lateral, alias: parseAlias(cursor), at };
      } catch (error) {
        // `((select 1) cross join t)`: what starts like a query is a relation. If it is neither, tell about the query.
        if (lateral || cursor.tokens[mark + 1].text !== "(") throw error;
        cursor.reset(mark + 1);
      }
    }
    const relation = parseRelations(cursor);
    cursor.need(")");
    const alias = parseAlias(cursor);
    return alias ? { kind: "parenthesised", relation, alias, at } : relation;
  }
  const parts = cursor.qualifiedName();
  if (cursor.sees("for") || cursor.sees("tablesample")) {
    throw new ParseError(`the local runtime does not run ${cursor.current.text.toUpperCase()} on tables`, cursor.at);
  }
  return { kind: "table", parts, alias: parseAlias(cursor), at };
}

// These words are names in Trino, but after a relation or a column they start the next clause.
function seesAlias(cursor: Cursor): boolean {
  return cursor.seesName() && !cursor.seesAny("tablesample", "offset", "limit", "fetch", "window");
}

function parseAlias(cursor: Cursor): Alias | undefined {
  if (!cursor.take("as") && !seesAlias(cursor)) return undefined;
  const name = cursor.name();
  if (!cursor.take("(")) return { name };
  const columns = cursor.names();
  cursor.need(")");
  return { name, columns };
}
