/**
 * Sums taken apart: an expression as a sum of atoms (columns, or aggregates), each with the factors it is multiplied by.
 */
import { type CaseExpression, type Expression, everyPart, readExpression, valuesOf } from "./expression";

/** Why something can't be followed, as a phrase: `window function lag`. */
export interface NotFollowed {
  readonly notFollowed: string;
}

/** One addend: the product of `factors` (SQL) and an atom. */
export interface Term {
  readonly factors: readonly string[];
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
  switch (expression.kind) {
    case "negative":
      return scaled(linear(expression.operand, isAtom), "-1");
    case "cast":
      return isNumber(expression.type) ? linear(expression.operand, isAtom) : refused(expression);
    case "case":
      return ofCase(expression, isAtom);
    case "binary": {
      const { operator, left, right } = expression;
      const holds = (side: Expression) => everyPart(side).some(isAtom);
      if (operator === "+") return both(linear(left, isAtom), linear(right, isAtom));
      if (operator === "-") return both(linear(left, isAtom), scaled(linear(right, isAtom), "-1"));
      if (operator === "*" && !holds(left)) return scaled(linear(right, isAtom), left.text);
      if (operator === "*" && !holds(right)) return scaled(linear(left, isAtom), right.text);
      if (operator === "/" && !holds(right)) {
        return scaled(linear(left, isAtom), `(1E0 / CAST(${right.text} AS double))`);
      }
      return { notFollowed: operator === "*" ? "a product of two values" : "a quotient of two values" };
    }
    case "call":
      return isTransparent(expression) ? linear(expression.args[0], isAtom) : refused(expression);
    default:
      return refused(expression);
  }
}

/** Numerator and denominator of an expression that is a quotient, or an average, perhaps scaled; undefined if it is none. */
export function quotient(
  expression: Expression,
): { readonly over: Expression; readonly under: Expression } | undefined {
  const scale = (inner: Expression, change: (text: string) => string) => {
    const found = quotient(inner);
    return found && { over: readExpression(change(`(${found.over.text})`)), under: found.under };
  };
  const constant = (side: Expression) =>
    everyPart(side).every(({ kind }) => !["column", "call", "whole"].includes(kind));
  switch (expression.kind) {
    case "negative":
      return scale(expression.operand, (text) => `-${text}`);
    case "cast":
      return isNumber(expression.type) ? quotient(expression.operand) : undefined;
    case "binary": {
      const { operator, left, right } = expression;
      if (operator === "/") {
        const divided = constant(right) ? scale(left, (text) => `${text} / ${right.text}`) : undefined;
        return divided ?? { over: left, under: right };
      }
      if (operator === "*" && constant(right)) return scale(left, (text) => `${text} * ${right.text}`);
      if (operator === "*" && constant(left)) return scale(right, (text) => `${left.text} * ${text}`);
      return undefined;
    }
    case "call": {
      const { name, args, distinct, window, filter } = expression;
      if (name === "avg" && !distinct && !window && args.length === 1) {
        const kept = filter ? ` FILTER (WHERE ${filter.text})` : "";
        const of = (aggregate: string) => readExpression(`${aggregate}(${args[0].text})${kept}`);
        return { over: of("sum"), under: of("count") };
      }
      return isTransparent(expression) ? quotient(expression.args[0]) : undefined;
    }
    default:
      return undefined;
  }
}

/** How an expression that can't be followed is called. */
export function nameOf(expression: Expression): string {
  if (expression.kind === "call") {
    if (expression.window) return `window function ${expression.name}`;
    return `${expression.name}(${expression.distinct ? "DISTINCT " : ""}…)`;
  }
  return expression.kind === "whole" ? expression.what : expression.text;
}

/** Functions that leave a number what it is, as far as sums go. */
function isTransparent(expression: Expression & { kind: "call" }): boolean {
  const { name, args, window } = expression;
  if (window || args.length === 0) return false;
  if (name === "coalesce") return args.slice(1).every(isZero);
  if (name === "nullif") return args.length === 2 && isZero(args[1]);
  return name === "round" || name === "truncate";
}

function isZero(expression: Expression): boolean {
  if (expression.kind === "cast") return isZero(expression.operand);
  return expression.kind === "constant" && Number(expression.text.replace(/[()]/g, "")) === 0;
}

function isNumber(type: string): boolean {
  return /^(tinyint|smallint|int|integer|bigint|real|float|double|decimal)\b/.test(type);
}

function refused(expression: Expression): NotFollowed {
  return { notFollowed: nameOf(expression) };
}

function both(left: Term[] | NotFollowed, right: Term[] | NotFollowed): Term[] | NotFollowed {
  if (isNotFollowed(left)) return left;
  return isNotFollowed(right) ? right : [...left, ...right];
}

function scaled(terms: Term[] | NotFollowed, factor: string): Term[] | NotFollowed {
  if (isNotFollowed(terms)) return terms;
  return terms.map(({ factors, atom }) => ({ atom, factors: [...factors, factor] }));
}

/** Each value counts where its condition holds. */
function ofCase(expression: CaseExpression, isAtom: (part: Expression) => boolean): Term[] | NotFollowed {
  const { operand, branches, otherwise } = expression;
  let terms: Term[] | NotFollowed = [];
  valuesOf(expression).forEach((value, chosen) => {
    const whens = branches.map(({ when }, index) => `WHEN ${when.text} THEN ${index === chosen ? "1E0" : "0E0"}`);
    const last = otherwise && chosen === branches.length ? "1E0" : "0E0";
    const factor = `CASE ${operand ? `${operand.text} ` : ""}${whens.join(" ")} ELSE ${last} END`;
    terms = both(terms, scaled(linear(value, isAtom), factor));
  });
  return terms;
}
