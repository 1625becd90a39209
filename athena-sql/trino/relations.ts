/**
 * Parses what stands in FROM.
 */
import type { Cursor } from "./cursor";
import { notSupported, ParseError } from "./errors";
import { parseExpression, parseExpressions, seesQuery } from "./expressions";
import { parseQuery } from "./queries";
import type { Alias, JoinType, Relation } from "./syntax";

/** Relations with commas between. */
export function parseRelations(cursor: Cursor): Relation {
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
        return withoutForms(cursor, { kind: "derived", query, lateral, alias: parseAlias(cursor), at });
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
  if (cursor.sees("table", "(")) throw notSupported("table functions", at);
  if (cursor.sees("json_table", "(")) throw notSupported("JSON_TABLE", at);
  const parts = cursor.qualifiedName();
  if (cursor.sees("for") || cursor.sees("tablesample")) {
    throw notSupported(`${cursor.current.text.toUpperCase()} on tables`, cursor.at);
  }
  return withoutForms(cursor, { kind: "table", parts, alias: parseAlias(cursor), at });
}

/** What may stand behind a relation and is not run here. */
function withoutForms(cursor: Cursor, relation: Relation): Relation {
  for (const form of ["tablesample", "match_recognize"]) {
    if (cursor.sees(form)) throw notSupported(form.toUpperCase(), cursor.at);
  }
  return relation;
}

// These words are names in Trino, but after a relation or a column they start the next clause.
export function seesAlias(cursor: Cursor): boolean {
  return cursor.seesName() && !cursor.seesAny("tablesample", "match_recognize", "offset", "limit", "fetch", "window");
}

function parseAlias(cursor: Cursor): Alias | undefined {
  if (!cursor.take("as") && !seesAlias(cursor)) return undefined;
  const name = cursor.name();
  if (!cursor.take("(")) return { name };
  const columns = cursor.names();
  cursor.need(")");
  return { name, columns };
}
