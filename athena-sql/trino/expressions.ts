/**
 * Parses expressions of Trino SQL.
 */
import type { Cursor } from "./cursor";
import { ParseError } from "./errors";
import { parseQuery } from "./queries";
import type { BinaryOperator, ComparisonOperator, Expression, SortItem } from "./syntax";
import { caseExpression, cast, interval, position, trim } from "./special-forms";
import { parseOver } from "./windows";

const COMPARISONS: Readonly<Record<string, ComparisonOperator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** An expression of any kind. */
export function parseExpression(cursor: Cursor): Expression {
  return logical(cursor, "or");
}

/** Expressions with commas between. */
export function parseExpressions(cursor: Cursor): Expression[] {
  const expressions = [parseExpression(cursor)];
  while (cursor.take(",")) expressions.push(parseExpression(cursor));
  return expressions;
}

/** What stands after ORDER BY. */
export function parseSortItems(cursor: Cursor): SortItem[] {
  const items: SortItem[] = [];
  do {
    const key = parseExpression(cursor);
    const descending = cursor.take("desc") || (cursor.take("asc"), false);
    let nullsFirst = false;
    if (cursor.take("nulls")) {
      nullsFirst = cursor.take("first");
      if (!nullsFirst) cursor.need("last");
    }
    items.push({ key, descending, nullsFirst });
  } while (cursor.take(","));
  return items;
}

function logical(cursor: Cursor, operator: "and" | "or"): Expression {
  const operand = (): Expression => (operator === "or" ? logical(cursor, "and") : negation(cursor));
  let left = operand();
  for (let { at } = cursor; cursor.take(operator); at = cursor.at) {
    left = { kind: "binary", operator, left, right: operand(), at };
  }
  return left;
}

function negation(cursor: Cursor): Expression {
  const { at } = cursor;
  if (cursor.take("not")) return { kind: "unary", operator: "not", operand: negation(cursor), at };
  return predicate(cursor);
}

function predicate(cursor: Cursor): Expression {
  let left = parseOperand(cursor);
  for (;;) {
    const { at } = cursor;
    const comparison = cursor.current.kind === "symbol" ? COMPARISONS[cursor.current.text] : undefined;
    if (comparison) {
      cursor.advance();
      left = compared(cursor, left, comparison);
      continue;
    }
    const negated = cursor.sees("not") && ["between", "in", "like"].includes(cursor.peek(1).text.toLowerCase());
    if (negated) cursor.advance();
    if (cursor.take("between")) {
      const low = parseOperand(cursor);
      cursor.need("and");
      left = { kind: "between", operand: left, low, high: parseOperand(cursor), negated, at };
    } else if (cursor.take("in")) {
      cursor.need("(");
      left = seesQuery(cursor)
        ? { kind: "in query", operand: left, query: parseQuery(cursor), negated, at }
        : { kind: "in", operand: left, list: parseExpressions(cursor), negated, at };
      cursor.need(")");
    } else if (cursor.take("like")) {
      const pattern = parseOperand(cursor);
      const escape = cursor.take("escape") ? parseOperand(cursor) : undefined;
      left = { kind: "like", operand: left, pattern, escape, negated, at };
    } else if (cursor.take("is")) {
      const not = cursor.take("not");
      if (cursor.take("distinct")) {
        cursor.need("from");
        const operator: BinaryOperator = not ? "is not distinct from" : "is distinct from";
        left = { kind: "binary", operator, left, right: parseOperand(cursor), at };
      } else {
        cursor.need("null");
        left = { kind: "is null", operand: left, negated: not, at };
      }
    } else return left;
  }
}

function compared(cursor: Cursor, left: Expression, operator: ComparisonOperator): Expression {
  const { at } = cursor;
  if (cursor.seesAny("all", "any", "some") && cursor.peek(1).text === "(") {
    const quantifier = cursor.advance().text.toLowerCase() === "all" ? "all" : "any";
    cursor.need("(");
    const query = parseQuery(cursor);
    cursor.need(")");
    return { kind: "quantified", operator, quantifier, left, query, at };
  }
  return { kind: "binary", operator, left, right: parseOperand(cursor), at: left.at };
}

/** An expression without comparisons and logic, as the operands of IN and BETWEEN are. */
export function parseOperand(cursor: Cursor): Expression {
  let left = product(cursor);
  while (cursor.seesAny("+", "-", "||")) {
    const { at } = cursor;
    const operator = cursor.advance().text as BinaryOperator;
    left = { kind: "binary", operator, left, right: product(cursor), at };
  }
  return left;
}

function product(cursor: Cursor): Expression {
  let left = signed(cursor);
  while (cursor.seesAny("*", "/", "%")) {
    const { at } = cursor;
    const operator = cursor.advance().text as BinaryOperator;
    left = { kind: "binary", operator, left, right: signed(cursor), at };
  }
  return left;
}

function signed(cursor: Cursor): Expression {
  const { at } = cursor;
  if (cursor.seesAny("-", "+")) {
    const operator = cursor.advance().text as "-" | "+";
    return { kind: "unary", operator, operand: signed(cursor), at };
  }
  let value = postfix(cursor);
  for (let where = cursor.at; cursor.take("at", "time", "zone"); where = cursor.at) {
    value = { kind: "at time zone", operand: value, zone: postfix(cursor), at: where };
  }
  return value;
}

function postfix(cursor: Cursor): Expression {
  let base = primary(cursor);
  for (;;) {
    const { at } = cursor;
    if (cursor.take("[")) {
      base = { kind: "subscript", base, index: parseExpression(cursor), at };
      cursor.need("]");
    } else if (cursor.take(".")) {
      base = { kind: "field", base, field: cursor.name(), at };
    } else return base;
  }
}

/** Whether a query starts here, perhaps after parentheses. */
export function seesQuery(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.peek(ahead).text === "(") ahead += 1;
  const { kind, text } = cursor.peek(ahead);
  return kind === "word" && ["select", "with", "values", "table"].includes(text.toLowerCase());
}

function primary(cursor: Cursor): Expression {
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
      if (cursor.take("(")) cursor.need(cursor.advance().text, ")");
      return { kind: "current", what: text.replace("current_", "") as "date", at };
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
    case "position":
      if (next.text === "(") return position(cursor);
      break;
    default:
      if (next.kind === "string") {
        cursor.advance();
        return { kind: "typed", type: text, text: cursor.string(), at };
      }
  }
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
    throw new ParseError("the local runtime does not run LISTAGG … ON OVERFLOW", cursor.at);
  }
  let orderBy = cursor.take("order", "by") ? parseSortItems(cursor) : [];
  cursor.need(")");
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
