/**
 * What single rows add to aggregates.
 */
import type { Expression } from "../../athena-sql/trino/syntax";
import {
  aggregatesIn,
  callNode,
  type CallExpression,
  doubleOf,
  joined,
  notNull,
  numberNode,
  valueWhere,
} from "./expressions";
import { isNotFollowed, linear, nameOf, type NotFollowed } from "./linear-form";

/** What one row adds to an expression of aggregates, and by which of them: `sum`, `count`, `sum and count`. */
export function rowAmount(
  expression: Expression,
): { readonly amount: Expression; readonly method: string } | NotFollowed {
  const aggregates = aggregatesIn(expression);
  const odd = aggregates.find(({ name, distinct }) => distinct || !["sum", "count", "count_if"].includes(name));
  if (odd) return { notFollowed: nameOf(odd) };
  const terms = linear(expression, (part) => part.kind === "call" && aggregates.includes(part));
  if (isNotFollowed(terms)) return terms;
  if (terms.length === 0) return { notFollowed: "a value that is the same for all rows of a group" };
  if (terms.some(({ factors }) => factors.some((factor) => aggregatesIn(factor).length > 0))) {
    return { notFollowed: "a CASE or product over aggregates" };
  }
  const parts = terms.map(({ factors, atom }) => {
    const value = joined("*", [...factors, valueInRow(atom as CallExpression)].map(doubleOf));
    return terms.length > 1 ? callNode("coalesce", [value, numberNode("0E0")]) : value;
  });
  const names = aggregates.map(({ name }) => (name === "sum" ? "sum" : "count"));
  const method = names.filter((name, index) => names.indexOf(name) === index).join(" and ");
  return { amount: joined("+", parts), method };
}

/** What one row adds to `sum(x)`, `count(x)`, `count(*)` or `count_if(x)`. */
function valueInRow({ name, args, filter }: CallExpression): Expression {
  const [argument] = args;
  const one = numberNode("1E0");
  const counted = argument === undefined ? one : valueWhere(notNull(argument), one);
  const value = name === "sum" ? argument : name === "count_if" ? valueWhere(argument, one) : counted;
  return filter ? valueWhere(filter, value) : value;
}
