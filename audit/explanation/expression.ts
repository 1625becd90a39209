/**
 * Reads an expression of a model as far as explanations need it: sums, products, calls, CASE and columns are told apart; what
 * else there is (conditions, LIKE, subscripts, …) is kept as a whole with the expressions in it.
 */
import { auditError } from "../audit-error";
import { behindClosing, isName, isText, type Token, tokensOf } from "./tokens";

/** An expression; `text` is its SQL. */
export type Expression = { readonly text: string } & (
  | { readonly kind: "constant" }
  | { readonly kind: "column"; readonly qualifier?: string; readonly name: string }
  | { readonly kind: "negative"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: string }
  | CaseExpression
  | Call
  /** `what` names it where it can't be followed; `parts` are the expressions in it. */
  | { readonly kind: "whole"; readonly what: string; readonly parts: readonly Expression[] }
);

/** CASE, or `if(…)`, which is one. */
export interface CaseExpression {
  readonly kind: "case";
  readonly text: string;
  /** What stands between CASE and the first WHEN, if anything. */
  readonly operand?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
}

/** A function call. */
export interface Call {
  readonly kind: "call";
  readonly text: string;
  readonly name: string;
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  /** Condition of FILTER (WHERE …). */
  readonly filter?: Expression;
  /** It has OVER (…). */
  readonly window: boolean;
}

/** Reads an expression. Throws an AuditError for text that is none. */
export function readExpression(sql: string): Expression {
  const reader: Reader = { sql, tokens: tokensOf(sql), at: 0 };
  const expression = loose(reader);
  if (reader.at < reader.tokens.length) throw auditError(`${JSON.stringify(sql)} can't be read as an expression.`);
  return expression;
}

/** The expressions directly inside another. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "negative":
    case "cast":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "case":
      return [...conditionsOf(expression), ...valuesOf(expression)];
    case "call":
      return [...expression.args, ...(expression.filter ? [expression.filter] : [])];
    case "whole":
      return expression.parts;
    default:
      return [];
  }
}

/** What decides which value a CASE has. */
export function conditionsOf({ operand, branches }: CaseExpression): Expression[] {
  return [...(operand ? [operand] : []), ...branches.map(({ when }) => when)];
}

/** The values that a CASE can have. */
export function valuesOf({ branches, otherwise }: CaseExpression): Expression[] {
  return [...branches.map(({ then }) => then), ...(otherwise ? [otherwise] : [])];
}

/** An expression and all expressions in it. */
export function everyPart(expression: Expression): Expression[] {
  return [expression, ...partsOf(expression).flatMap(everyPart)];
}

interface Reader {
  readonly sql: string;
  readonly tokens: readonly Token[];
  at: number;
}

/** Words that join operands to conditions; what they make is kept whole. */
const joining: readonly string[] = [
  ...["and", "or", "not", "between", "in", "like", "escape", "is", "distinct", "from", "for", "both", "leading"],
  ...["trailing", "=", "<>", "!=", "<", "<=", ">", ">=", "||", "%", "->", "=>"],
];

/** Words that end an expression inside CASE, CAST and calls. */
const ending: readonly string[] = ["when", "then", "else", "end", "as", "order", ")", "]", ","];

function peek(reader: Reader, ahead = 0): Token | undefined {
  return reader.tokens.at(reader.at + ahead);
}

function sees(reader: Reader, ...texts: readonly string[]): boolean {
  return reader.at < reader.tokens.length && isText(peek(reader), ...texts);
}

function take(reader: Reader, ...texts: readonly string[]): boolean {
  if (!sees(reader, ...texts)) return false;
  reader.at += 1;
  return true;
}

function need(reader: Reader, text: string): void {
  if (!take(reader, text)) throw auditError(`${JSON.stringify(reader.sql)} lacks ${text.toUpperCase()}.`);
}

function slice(reader: Reader, from: number): string {
  return reader.sql.slice(reader.tokens[from].start, reader.tokens[reader.at - 1].end);
}

/** A condition or any other expression. */
function loose(reader: Reader): Expression {
  const from = reader.at;
  const parts: Expression[] = [];
  let joined = 0;
  while (reader.at < reader.tokens.length && !sees(reader, ...ending)) {
    if (take(reader, ...joining)) joined += 1;
    else if (sees(reader, "at") && isText(peek(reader, 1), "time") && isText(peek(reader, 2), "zone")) {
      reader.at += 3;
      joined += 1;
    } else parts.push(sum(reader));
  }
  if (parts.length === 0) throw auditError(`${JSON.stringify(reader.sql)} lacks an expression.`);
  if (joined === 0 && parts.length === 1) return parts[0];
  return { kind: "whole", what: "a condition", parts, text: slice(reader, from) };
}

function sum(reader: Reader): Expression {
  const from = reader.at;
  let left = product(reader);
  while (sees(reader, "+", "-")) {
    const operator = reader.tokens[reader.at].text as "+" | "-";
    reader.at += 1;
    const right = product(reader);
    left = { kind: "binary", operator, left, right, text: slice(reader, from) };
  }
  return left;
}

function product(reader: Reader): Expression {
  const from = reader.at;
  let left = signed(reader);
  while (sees(reader, "*", "/")) {
    const operator = reader.tokens[reader.at].text as "*" | "/";
    reader.at += 1;
    const right = signed(reader);
    left = { kind: "binary", operator, left, right, text: slice(reader, from) };
  }
  return left;
}

function signed(reader: Reader): Expression {
  const from = reader.at;
  if (take(reader, "-")) {
    const operand = signed(reader);
    return { kind: "negative", operand, text: slice(reader, from) };
  }
  take(reader, "+");
  let value = primary(reader);
  while (sees(reader, "[", ".")) {
    if (sees(reader, "[")) reader.at = behindClosing(reader.tokens, reader.at);
    else reader.at += 2;
    value = { kind: "whole", what: "a part of a value", parts: [value], text: slice(reader, from) };
  }
  return value;
}

function primary(reader: Reader): Expression {
  const from = reader.at;
  const token = peek(reader);
  if (!token || reader.at >= reader.tokens.length) throw auditError(`${JSON.stringify(reader.sql)} ends too early.`);
  const next = peek(reader, 1);
  const constant = (tokens: number): Expression => {
    reader.at += tokens;
    return { kind: "constant", text: slice(reader, from) };
  };
  if (token.kind === "number" || token.kind === "string") return constant(1);
  if (isText(token, "null", "true", "false", "*", "?", "current_date", "current_timestamp", "localtimestamp"))
    return constant(1);
  if (isText(token, "interval") && (next?.kind === "string" || isText(next, "-", "+"))) {
    const unit = next?.kind === "string" ? 3 : 4;
    return constant(isText(peek(reader, unit), "to") ? unit + 2 : unit);
  }
  // `date '…'`, `timestamp '…'`
  if (token.kind === "word" && next?.kind === "string") return constant(2);
  if (isText(token, "(")) return parenthesised(reader);
  if (isText(token, "case")) return caseOf(reader);
  if (isText(token, "cast", "try_cast") && isText(next, "(")) return cast(reader);
  if (isText(token, "array") && isText(next, "[")) return bracketed(reader, 1, "ARRAY");
  if (isText(next, "(") && (token.kind === "word" || token.kind === "quoted")) return call(reader);
  if (isName(token)) return column(reader);
  throw auditError(`${JSON.stringify(reader.sql)} can't be read at ${token.text}.`);
}

function column(reader: Reader): Expression {
  const from = reader.at;
  const parts = [reader.tokens[reader.at].text];
  reader.at += 1;
  while (sees(reader, ".") && isName(peek(reader, 1))) {
    parts.push(reader.tokens[reader.at + 1].text);
    reader.at += 2;
  }
  const name = parts[parts.length - 1];
  return {
    kind: "column",
    name,
    ...(parts.length > 1 && { qualifier: parts[parts.length - 2] }),
    text: slice(reader, from),
  };
}

function parenthesised(reader: Reader): Expression {
  const from = reader.at;
  if (isText(peek(reader, 1), "select", "with")) {
    reader.at = behindClosing(reader.tokens, reader.at);
    return { kind: "whole", what: "a subquery in an expression", parts: [], text: slice(reader, from) };
  }
  reader.at += 1;
  const elements = list(reader);
  need(reader, ")");
  const text = slice(reader, from);
  if (elements.length === 1) return { ...elements[0], text };
  return { kind: "whole", what: "a row", parts: elements, text };
}

function bracketed(reader: Reader, ahead: number, what: string): Expression {
  const from = reader.at;
  reader.at += ahead + 1;
  const parts = sees(reader, "]") ? [] : list(reader);
  need(reader, "]");
  return { kind: "whole", what, parts, text: slice(reader, from) };
}

function list(reader: Reader): Expression[] {
  const elements = [loose(reader)];
  while (take(reader, ",")) elements.push(loose(reader));
  return elements;
}

function caseOf(reader: Reader): Expression {
  const from = reader.at;
  need(reader, "case");
  const operand = sees(reader, "when") ? undefined : loose(reader);
  const branches: { when: Expression; then: Expression }[] = [];
  while (take(reader, "when")) {
    const when = loose(reader);
    need(reader, "then");
    branches.push({ when, then: loose(reader) });
  }
  const otherwise = take(reader, "else") ? loose(reader) : undefined;
  need(reader, "end");
  return { kind: "case", operand, branches, otherwise, text: slice(reader, from) };
}

function cast(reader: Reader): Expression {
  const from = reader.at;
  const end = behindClosing(reader.tokens, from + 1);
  reader.at += 2;
  const operand = loose(reader);
  need(reader, "as");
  const type = reader.sql.slice(reader.tokens[reader.at].start, reader.tokens[end - 2].end).toLowerCase();
  reader.at = end;
  return { kind: "cast", operand, type, text: slice(reader, from) };
}

function call(reader: Reader): Expression {
  const from = reader.at;
  const name = reader.tokens[from].text;
  reader.at += 2;
  const distinct = take(reader, "distinct");
  if (!distinct) take(reader, "all");
  // extract(year from x)
  if (name === "extract") reader.at += 2;
  const args = sees(reader, ")", "order")
    ? []
    : isText(peek(reader), "select", "with")
      ? subquery(reader)
      : list(reader);
  if (sees(reader, "order")) reader.at = behindClosing(reader.tokens, from + 1) - 1;
  need(reader, ")");
  if (sees(reader, "within") && isText(peek(reader, 1), "group"))
    reader.at = behindClosing(reader.tokens, reader.at + 2);
  let filter: Expression | undefined;
  if (sees(reader, "filter") && isText(peek(reader, 1), "(")) {
    reader.at += 2;
    need(reader, "where");
    filter = loose(reader);
    need(reader, ")");
  }
  if (sees(reader, "ignore", "respect")) reader.at += 2;
  const window = sees(reader, "over");
  if (window) reader.at = isText(peek(reader, 1), "(") ? behindClosing(reader.tokens, reader.at + 1) : reader.at + 2;
  const text = slice(reader, from);
  if (name === "if" && args.length > 1) {
    return { kind: "case", branches: [{ when: args[0], then: args[1] }], otherwise: args.at(2), text };
  }
  return { kind: "call", name, args, distinct, filter, window, text };
}

/** `exists (select …)`, `in (select …)` */
function subquery(reader: Reader): Expression[] {
  const from = reader.at;
  let depth = 0;
  while (depth > 0 || !sees(reader, ")")) {
    if (reader.at >= reader.tokens.length) throw auditError(`${JSON.stringify(reader.sql)} ends too early.`);
    if (sees(reader, "(")) depth += 1;
    if (sees(reader, ")")) depth -= 1;
    reader.at += 1;
  }
  return [{ kind: "whole", what: "a subquery in an expression", parts: [], text: slice(reader, from) }];
}
