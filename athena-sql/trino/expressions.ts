/**
 * Parses expressions of Trino SQL.
 */
import type { Cursor } from "./cursor";
import { parseQuery } from "./queries";
import type { BinaryOperator, ComparisonOperator, Expression, SortItem } from "./syntax";
import { primary } from "./primaries";

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
    } else if (cursor.sees(".") && cursor.peek(1).text !== "*" && cursor.take(".")) {
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
