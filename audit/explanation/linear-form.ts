/**
 * Sums taken apart: an expression as a sum of atoms (columns, or aggregates), each with the factors it is multiplied by.
 */
import { printExpression } from "../../athena-sql/trino/print";
import type { BinaryOperator, Expression } from "../../athena-sql/trino/syntax";
import { isNumeric } from "../../athena-sql/trino/types";
import { callNode, type CaseExpression, conditionsOf, doubleOf, everyPart, joined, numberNode } from "./expressions";
import { valuesOf, valueWhere } from "./expressions";

/** Why something can't be followed, as a phrase: `window function lag`. */
export interface NotFollowed {
  readonly notFollowed: string;
}

/** One addend: the product of `factors` and an atom. */
export interface Term {
  readonly factors: readonly Expression[];
  readonly atom: Expression;
}

/** Whether following ended. */
export function isNotFollowed(found: unknown): found is NotFollowed {
  return typeof found === "object" && found !== null && "notFollowed" in found;
}

/**
 * The addends of an expression; what holds no atom is left out, since it is the same whatever the rows are. NULL counts as
 * nothing, so `coalesce(x, 0)` is `x`; so does rounding, whose difference stays unexplained.
 */
export function linear(expression: Expression, isAtom: (part: Expression) => boolean): Term[] | NotFollowed {
  if (isAtom(expression)) return [{ factors: [], atom: expression }];
  if (!everyPart(expression).some(isAtom)) return [];
  const holds = (side: Expression) => everyPart(side).some(isAtom);
  switch (expression.kind) {
    case "unary": {
      const inner = expression.operator === "not" ? refused(expression) : linear(expression.operand, isAtom);
      return expression.operator === "-" ? scaled(inner, numberNode("-1E0")) : inner;
    }
    case "cast":
      return isNumeric(expression.type) ? linear(expression.operand, isAtom) : refused(expression);
    case "case":
      return ofCase(expression, isAtom);
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "+") return both(linear(left, isAtom), linear(right, isAtom));
      if (operator === "-") return both(linear(left, isAtom), scaled(linear(right, isAtom), numberNode("-1E0")));
      if (operator === "*" && !holds(left)) return scaled(linear(right, isAtom), left);
      if (operator === "*" && !holds(right)) return scaled(linear(left, isAtom), right);
      if (operator === "/" && !holds(right)) {
        return scaled(linear(left, isAtom), joined("/", [numberNode("1E0"), doubleOf(right)]));
      }
      if (operator !== "*" && operator !== "/") return refused(expression);
      return { notFollowed: operator === "*" ? "a product of two values" : "a quotient of two values" };
    }
    case "call": {
      const [first, second, third] = expression.args;
      if (expression.name === "if" && expression.args.length > 1) {
        const asCase: CaseExpression = { ...valueWhere(first, second, third), kind: "case" } as CaseExpression;
        return ofCase(asCase, isAtom);
      }
      return isTransparent(expression) ? linear(first, isAtom) : refused(expression);
    }
    default:
      return refused(expression);
  }
}

/** Numerator and denominator of an expression that is a quotient, or an average, perhaps scaled; undefined if it is none. */
export function quotient(
  expression: Expression,
): { readonly over: Expression; readonly under: Expression } | undefined {
  const scale = (inner: Expression, change: (over: Expression) => Expression) => {
    const found = quotient(inner);
    return found && { over: change(found.over), under: found.under };
  };
  const constant = (side: Expression) =>
    everyPart(side).every((part) => part.kind !== "name" && part.kind !== "call" && !("query" in part));
  switch (expression.kind) {
    case "unary":
      return expression.operator === "not"
        ? undefined
        : scale(expression.operand, (over) => ({ ...expression, operand: over }));
    case "cast":
      return isNumeric(expression.type) ? quotient(expression.operand) : undefined;
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "/") {
        const divided = constant(right) ? scale(left, (over) => ({ ...expression, left: over })) : undefined;
        return divided ?? { over: left, under: right };
      }
      if (operator === "*" && constant(right)) return scale(left, (over) => ({ ...expression, left: over }));
      if (operator === "*" && constant(left)) return scale(right, (over) => ({ ...expression, right: over }));
      return undefined;
    }
    case "call": {
      const { name, args, distinct, over, filter } = expression;
      if (name === "avg" && !distinct && over === undefined && args.length === 1) {
        return { over: callNode("sum", args, filter), under: callNode("count", args, filter) };
      }
      return isTransparent(expression) ? quotient(args[0]) : undefined;
    }
    default:
      return undefined;
  }
}

/** How an expression that can't be followed is called. */
export function nameOf(expression: Expression): string {
  if (expression.kind === "call") {
    if (expression.over !== undefined) return `window function ${expression.name}`;
    return `${expression.name}(${expression.distinct ? "DISTINCT " : ""}…)`;
  }
  if ("query" in expression) return "a subquery in an expression";
  const conditions: readonly Expression["kind"][] = ["between", "in", "like", "is null"];
  const compares: readonly BinaryOperator[] = ["+", "-", "*", "/"];
  if (conditions.includes(expression.kind)) return "a condition";
  if (expression.kind === "binary" && !compares.includes(expression.operator)) return "a condition";
  return printExpression(expression).replace(/"/g, "");
}

/** Functions that leave a number what it is, as far as sums go. */
function isTransparent(expression: Expression & { kind: "call" }): boolean {
  const { name, args, over } = expression;
  if (over !== undefined || args.length === 0) return false;
  if (name === "coalesce") return args.slice(1).every(isZero);
  if (name === "nullif") return args.length === 2 && isZero(args[1]);
  return name === "round" || name === "truncate";
}

function isZero(expression: Expression): boolean {
  if (expression.kind === "cast") return isZero(expression.operand);
  return ["integer", "decimal", "double"].includes(expression.kind) && Number(printExpression(expression)) === 0;
}

function refused(expression: Expression): NotFollowed {
  return { notFollowed: nameOf(expression) };
}

function both(left: Term[] | NotFollowed, right: Term[] | NotFollowed): Term[] | NotFollowed {
  if (isNotFollowed(left)) return left;
  return isNotFollowed(right) ? right : [...left, ...right];
}

function scaled(terms: Term[] | NotFollowed, factor: Expression): Term[] | NotFollowed {
  if (isNotFollowed(terms)) return terms;
  return terms.map(({ factors, atom }) => ({ atom, factors: [...factors, factor] }));
}

/** Each value counts where its condition holds. */
function ofCase(expression: CaseExpression, isAtom: (part: Expression) => boolean): Term[] | NotFollowed {
  if (conditionsOf(expression).some((condition) => everyPart(condition).some(isAtom))) {
    return { notFollowed: "a CASE that looks at what it adds up" };
  }
  const { branches, otherwise } = expression;
  let terms: Term[] | NotFollowed = [];
  valuesOf(expression).forEach((value, chosen) => {
    const number = (index: number) => numberNode(index === chosen ? "1E0" : "0E0");
    const factor: Expression = {
      ...expression,
      branches: branches.map(({ when }, index) => ({ when, then: number(index) })),
      otherwise: otherwise ? number(branches.length) : numberNode("0E0"),
    };
    terms = both(terms, scaled(linear(value, isAtom), factor));
  });
  return terms;
}
