/**
 * Parses the smallest parts of expressions: literals, names, calls, parentheses.
 */
import type { Cursor } from "./cursor";
import { notSupported } from "./errors";
import { parseExpression, parseExpressions, parseSortItems, seesQuery } from "./expressions";
import { JSON_FORMS, jsonForm } from "./json-forms";
import { parseQuery } from "./queries";
import { caseExpression, cast, interval, normalize, position, substring, trim, unicodeText } from "./special-forms";
import type { Expression } from "./syntax";
import { parseOver } from "./windows";

export function primary(cursor: Cursor): Expression {
  const { current, at } = cursor;
  switch (current.kind) {
    case "integer":
    case "decimal":
    case "double":
    case "string":
    case "bytes":
      cursor.advance();
      return { kind: current.kind, text: current.text, at };
    case "quoted":
      return reference(cursor);
    case "word":
      return word(cursor);
    default:
      if (cursor.take("?")) return { kind: "parameter", index: cursor.nextParameter(), at };
      if (cursor.take("(")) return parenthesised(cursor);
      throw cursor.fault("<expression>");
  }
}

function parenthesised(cursor: Cursor): Expression {
  const { at } = cursor;
  if (seesQuery(cursor)) {
    const mark = cursor.mark();
    const query = parseQuery(cursor);
    if (cursor.take(")")) return { kind: "scalar query", query, at };
    // `((select 1) + 1)`: the query was only the first operand.
    cursor.reset(mark);
  }
  const mark = cursor.mark();
  if (cursor.take(")")) {
    cursor.need("->");
    return { kind: "lambda", parameters: [], body: parseExpression(cursor), at };
  }
  if (cursor.seesName()) {
    const parameters = [cursor.name()];
    while (cursor.take(",") && cursor.seesName()) parameters.push(cursor.name());
    if (cursor.take(")", "->")) return { kind: "lambda", parameters, body: parseExpression(cursor), at };
    cursor.reset(mark);
  }
  const elements = parseExpressions(cursor);
  cursor.need(")");
  return elements.length === 1 ? elements[0] : { kind: "row", elements, at };
}

function word(cursor: Cursor): Expression {
  const { current, at } = cursor;
  const text = current.text.toLowerCase();
  const next = cursor.peek(1);
  switch (text) {
    case "null":
      cursor.advance();
      return { kind: "null", at };
    case "true":
    case "false":
      cursor.advance();
      return { kind: "boolean", value: text === "true", at };
    case "case":
      return caseExpression(cursor);
    case "current_date":
    case "current_timestamp":
    case "localtimestamp":
    case "current_user":
      cursor.advance();
      if (cursor.take("(")) {
        if (cursor.current.kind !== "integer") throw cursor.fault("<integer>");
        const digits = cursor.advance().text;
        cursor.need(")");
        if (digits !== "3") throw notSupported(`${text} of another precision than 3`, at);
      }
      return { kind: "current", what: text.replace("current_", "") as "date", at };
    case "current_time":
    case "localtime":
    case "current_schema":
    case "current_catalog":
    case "current_path":
      throw notSupported(text, at);
    case "normalize":
      if (next.text === "(") return normalize(cursor);
      break;
    case "substring":
      if (next.text === "(") return substring(cursor);
      break;
    case "exists":
      if (next.text === "(") {
        cursor.advance();
        cursor.need("(");
        const query = parseQuery(cursor);
        cursor.need(")");
        return { kind: "exists", query, at };
      }
      break;
    case "cast":
    case "try_cast":
      if (next.text === "(") return cast(cursor, text === "try_cast");
      break;
    case "interval":
      if (next.kind === "string" || ((next.text === "-" || next.text === "+") && cursor.peek(2).kind === "string")) {
        return interval(cursor);
      }
      break;
    case "array":
      if (next.text === "[") {
        cursor.need("array", "[");
        const elements = cursor.sees("]") ? [] : parseExpressions(cursor);
        cursor.need("]");
        return { kind: "array", elements, at };
      }
      break;
    case "row":
      if (next.text === "(") {
        cursor.need("row", "(");
        const elements = parseExpressions(cursor);
        cursor.need(")");
        return { kind: "row", elements, at };
      }
      break;
    case "extract":
      if (next.text === "(") {
        cursor.need("extract", "(");
        const field = cursor.advance().text.toLowerCase();
        cursor.need("from");
        const operand = parseExpression(cursor);
        cursor.need(")");
        return { kind: "extract", field, operand, at };
      }
      break;
    case "trim":
      if (next.text === "(") return trim(cursor);
      break;
    case "u":
      if (next.text === "&" && cursor.peek(2).kind === "string") return unicodeText(cursor);
      break;
    case "position":
      if (next.text === "(") return position(cursor);
      break;
    default:
      if (next.kind === "string") {
        cursor.advance();
        return { kind: "typed", type: text, text: cursor.string(), at };
      }
  }
  if (JSON_FORMS.includes(text) && next.text === "(") return jsonForm(cursor);
  if (["if", "listagg", "left", "right", "grouping"].includes(text) && next.text === "(")
    return call(cursor, cursor.advance().text.toLowerCase(), at);
  return reference(cursor);
}

/** A column, a lambda's parameter, a lambda or a function call. */
function reference(cursor: Cursor): Expression {
  const { at } = cursor;
  const first = cursor.name();
  if (cursor.take("->")) return { kind: "lambda", parameters: [first], body: parseExpression(cursor), at };
  if (cursor.sees("(")) return call(cursor, first, at);
  const parts = [first];
  while (cursor.sees(".")) {
    cursor.advance();
    parts.push(cursor.name());
  }
  return { kind: "name", parts, at };
}

function call(cursor: Cursor, name: string, at: Expression["at"]): Expression {
  cursor.need("(");
  const star = cursor.take("*");
  const distinct = !star && cursor.take("distinct");
  if (!distinct) cursor.take("all");
  const args = star || cursor.seesAny(")", "order") ? [] : parseExpressions(cursor);
  if (cursor.sees("on", "overflow")) {
    throw notSupported("LISTAGG … ON OVERFLOW", cursor.at);
  }
  let orderBy = cursor.take("order", "by") ? parseSortItems(cursor) : [];
  cursor.need(")");
  if (name === "listagg" && !cursor.sees("within")) throw cursor.fault("'WITHIN'");
  if (cursor.take("within", "group")) {
    cursor.need("(", "order", "by");
    orderBy = parseSortItems(cursor);
    cursor.need(")");
  }
  let filter: Expression | undefined;
  if (cursor.take("filter", "(")) {
    cursor.need("where");
    filter = parseExpression(cursor);
    cursor.need(")");
  }
  let nulls: "ignore" | "respect" | undefined;
  if (cursor.take("ignore", "nulls")) nulls = "ignore";
  else if (cursor.take("respect", "nulls")) nulls = "respect";
  const over = parseOver(cursor);
  return { kind: "call", name, args, star, distinct, orderBy, filter, nulls, over, at };
}
