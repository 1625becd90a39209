/**
 * What single rows add to aggregates.
 */
import { type Call, type Expression, readExpression } from "./expression";
import { isNotFollowed, linear, nameOf, type NotFollowed } from "./linear";
import { aggregatesIn } from "./scope";

/** What one row adds to an expression of aggregates. */
export function amountOf(
  expression: Expression,
): { readonly amount: Expression; readonly method: string } | NotFollowed {
  const aggregates = aggregatesIn(expression);
  const odd = aggregates.find(({ name, distinct }) => distinct || !["sum", "count", "count_if"].includes(name));
  if (odd) return { notFollowed: nameOf(odd) };
  const terms = linear(expression, (part) => part.kind === "call" && aggregates.includes(part));
  if (isNotFollowed(terms)) return terms;
  if (terms.length === 0) return { notFollowed: "a value that is the same for all rows of a group" };
  if (terms.some(({ factors }) => factors.some((factor) => aggregatesIn(readExpression(factor)).length > 0))) {
    return { notFollowed: "a CASE or product over aggregates" };
  }
  const parts = terms.map(({ factors, atom }) => {
    const value = [...factors, rowValue(atom as Call)].map((each) => `CAST(${each} AS double)`).join(" * ");
    return terms.length > 1 ? `coalesce(${value}, 0)` : value;
  });
  const names = aggregates.map(({ name }) => (name === "sum" ? "sum" : "count"));
  const method = names.filter((name, index) => names.indexOf(name) === index).join(" and ");
  return { amount: readExpression(parts.join(" + ")), method };
}

/** What one row adds to `sum(x)`, `count(x)`, `count(*)` or `count_if(x)`. */
function rowValue({ name, args, filter }: Call): string {
  const [argument] = args;
  const counted =
    argument === undefined || argument.text === "*" ? "1" : `CASE WHEN ${argument.text} IS NOT NULL THEN 1 END`;
  const value =
    name === "sum" ? argument.text : name === "count_if" ? `CASE WHEN ${argument.text} THEN 1 END` : counted;
  return filter ? `CASE WHEN ${filter.text} THEN ${value} END` : value;
}
