/**
 * Expressions of the syntax tree: what is in them, and new ones made of them.
 */
import { printExpression } from "../../athena-sql/trino/print";
import { type Call, type Expression, partsOf } from "../../athena-sql/trino/syntax";
import { DOUBLE } from "../../athena-sql/trino/types";

export type CaseExpression = Extract<Expression, { kind: "case" }>;
export type CallExpression = Expression & { kind: "call" };

/** An expression and all expressions in it; queries inside it are not entered. */
export function everyPart(expression: Expression): Expression[] {
  return [expression, ...partsOf(expression).flatMap(everyPart)];
}

/** What decides which value a CASE has. */
export function conditionsOf({ operand, branches }: CaseExpression): Expression[] {
  return [...(operand ? [operand] : []), ...branches.map(({ when }) => when)];
}

/** The values that a CASE can have. */
export function valuesOf({ branches, otherwise }: CaseExpression): Expression[] {
  return [...branches.map(({ then }) => then), ...(otherwise ? [otherwise] : [])];
}

/** The calls in an expression that make one value of many rows. */
export function aggregatesIn(expression: Expression): CallExpression[] {
  const own = expression.kind === "call" && expression.over === undefined && isAggregate(expression.name);
  return own ? [expression] : partsOf(expression).flatMap(aggregatesIn);
}

/** Whether a query stands somewhere in an expression. */
export function holdsQuery(expression: Expression): boolean {
  return everyPart(expression).some((part) => "query" in part);
}

/** Conditions that hold together. */
export function conjuncts(expression: Expression | undefined): Expression[] {
  if (!expression) return [];
  if (expression.kind !== "binary" || expression.operator !== "and") return [expression];
  return [...conjuncts(expression.left), ...conjuncts(expression.right)];
}

/** Conditions put together; undefined for none. */
export function joinedBy(operator: "and" | "or", conditions: readonly Expression[]): Expression | undefined {
  const [first, ...more] = conditions;
  return first && more.reduce<Expression>((left, right) => ({ kind: "binary", operator, left, right, at }), first);
}

/** A text that is the same for expressions that are written the same. */
export function sameText(left: Expression, right: Expression): boolean {
  return printExpression(left) === printExpression(right);
}

/** An expression in which other names stand for names. */
export function renamed(
  expression: Expression,
  rename: (name: Expression & { kind: "name" }) => Expression,
): Expression {
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== "object" || part === null) return part;
    if ("kind" in part && part.kind === "name" && "parts" in part) return rename(part as Expression & { kind: "name" });
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, visit(value)]));
  };
  return visit(expression) as Expression;
}

const at = { line: 1, column: 1 };

/** `alias.column`. */
export function nameNode(...parts: readonly string[]): Expression {
  return { kind: "name", parts, at };
}

/** A number: `1E0`. */
export function numberNode(text: string): Expression {
  return { kind: "double", text, at };
}

/** A value as double. */
export function doubleOf(operand: Expression): Expression {
  return { kind: "cast", operand, type: DOUBLE, safe: false, at };
}

/** Values one after the other with an operator between them. */
export function joined(operator: "+" | "*" | "/", values: readonly Expression[]): Expression {
  return values.reduce((left, right) => ({ kind: "binary", operator, left, right, at }));
}

/** `CASE WHEN condition THEN value END`. */
export function valueWhere(when: Expression, then: Expression, otherwise?: Expression): Expression {
  return { kind: "case", branches: [{ when, then }], otherwise, at };
}

/** `value IS NOT NULL`. */
export function notNull(operand: Expression): Expression {
  return { kind: "is null", operand, negated: true, at };
}

/** A call of a function. */
export function callNode(name: string, args: readonly Expression[], filter?: Call["filter"]): Expression {
  return { kind: "call", name, args, star: false, distinct: false, orderBy: [], filter, at };
}

/** Trino documentation, "Aggregate functions". */
function isAggregate(name: string): boolean {
  return (
    "any_value approx_distinct approx_most_frequent approx_percentile approx_set arbitrary array_agg avg bitwise_and_agg " +
    "bitwise_or_agg bool_and bool_or checksum corr count count_if covar_pop covar_samp entropy every geometric_mean " +
    "histogram kurtosis listagg map_agg map_union max max_by merge min min_by multimap_agg numeric_histogram qdigest_agg " +
    "reduce_agg regr_intercept regr_slope skewness stddev stddev_pop stddev_samp sum tdigest_agg var_pop var_samp variance"
  )
    .split(" ")
    .includes(name);
}
