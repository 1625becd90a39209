/**
 * Parses GROUP BY.
 */
import type { Cursor } from "./cursor";
import { notSupported, type Position, QueryError } from "./errors";
import { parseExpression, parseExpressions } from "./expressions";
import type { Expression, GroupingElement } from "./syntax";

/** Most grouping sets that a query may have. Trino: "max-grouping-sets". */
const MOST_GROUPING_SETS = 2048;

/** An error of its own kind, and not of syntax: there may be more sets than memory holds. */
function tooManyGroupingSets(count: number, at: Position): QueryError {
  const text = `GROUP BY has ${count} grouping sets but can contain at most ${MOST_GROUPING_SETS}`;
  return new QueryError("TOO_MANY_GROUPING_SETS", text, at);
}

/** What stands after GROUP BY. @throws QueryError TOO_MANY_GROUPING_SETS */
export function parseGrouping(cursor: Cursor): GroupingElement[] {
  const { at: start } = cursor;
  if (!cursor.take("all") && cursor.take("distinct") && cursor.seesAny("rollup", "cube", "grouping")) {
    throw notSupported("GROUP BY DISTINCT", start);
  }
  const elements: GroupingElement[] = [];
  do {
    const { at } = cursor;
    if (cursor.take("rollup", "(")) {
      const parts = compositeParts(cursor);
      cursor.need(")");
      const sets = parts.map((_, index) => parts.slice(0, parts.length - index).flat());
      elements.push({ kind: "sets", at, sets: [...sets, []] });
    } else if (cursor.take("cube", "(")) {
      const parts = compositeParts(cursor);
      cursor.need(")");
      if (2 ** parts.length > MOST_GROUPING_SETS) throw tooManyGroupingSets(2 ** parts.length, at);
      const sets = Array.from({ length: 2 ** parts.length }, (_, mask) =>
        parts.filter((_part, bit) => !(mask & (1 << bit))).flat(),
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
  const count = elements.reduce((total, part) => total * (part.kind === "sets" ? part.sets.length : 1), 1);
  if (count > MOST_GROUPING_SETS) throw tooManyGroupingSets(count, start);
  return elements;
}

/** `(a, b)` counts as one column of a ROLLUP or CUBE. */
function compositeParts(cursor: Cursor): Expression[][] {
  return parseExpressions(cursor).map((part) => (part.kind === "row" ? [...part.elements] : [part]));
}

function groupingSet(cursor: Cursor): Expression[] {
  if (!cursor.sees("(")) return [parseExpression(cursor)];
  cursor.need("(");
  const parts = cursor.sees(")") ? [] : parseExpressions(cursor);
  cursor.need(")");
  return parts;
}
