/**
 * Parses OVER and WINDOW clauses.
 */
import type { Cursor } from "./cursor";
import { parseExpression, parseExpressions, parseSortItems } from "./expressions";
import type { FrameBound, Name, Window } from "./syntax";

/** The window of a function call, if it has one. */
export function parseOver(cursor: Cursor): Window | Name | undefined {
  if (!cursor.sees("over")) return undefined;
  const after = cursor.peek(1);
  if (after.text !== "(" && after.kind !== "word" && after.kind !== "quoted") return undefined;
  cursor.advance();
  return cursor.take("(") ? parseWindow(cursor) : cursor.name();
}

/** A window's specification after its opening parenthesis, to the closing one. */
export function parseWindow(cursor: Cursor): Window {
  const base = cursor.seesName() && !cursor.seesAny("partition", "rows", "range", "groups") ? cursor.name() : undefined;
  const partitionBy = cursor.take("partition", "by") ? parseExpressions(cursor) : [];
  const orderBy = cursor.take("order", "by") ? parseSortItems(cursor) : [];
  let frame: Window["frame"];
  if (cursor.seesAny("rows", "range", "groups")) {
    const unit = cursor.advance().text.toLowerCase() as "rows";
    if (cursor.take("between")) {
      const start = bound(cursor);
      cursor.need("and");
      frame = { unit, start, end: bound(cursor) };
    } else frame = { unit, start: bound(cursor) };
  }
  cursor.need(")");
  return { base, partitionBy, orderBy, frame };
}

function bound(cursor: Cursor): FrameBound {
  if (cursor.take("current", "row")) return { kind: "current row" };
  const unbounded = cursor.take("unbounded");
  const distance = unbounded ? undefined : parseExpression(cursor);
  const side = cursor.take("preceding") ? "preceding" : (cursor.need("following"), "following" as const);
  return distance ? { kind: side, distance } : { kind: `unbounded ${side}` };
}
