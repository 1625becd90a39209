/**
 * Columns that are arithmetic between other columns of their row (`total = oh + in`, `rate = tons / mwh`): measured by those, as
 * the table has them, so that an explanation goes on with the columns that people know.
 */
import { printExpression, quotedName } from "../../athena-sql/trino/print";
import type { Expression, Select } from "../../athena-sql/trino/syntax";
import type { TypedColumn } from "../config";
import { aggregatesIn, doubleOf, everyPart, joined, nameNode } from "./expressions";
import { bothStates, dateCondition, datedRows, marks } from "./base-table";
import { isNotFollowed, linear, quotient } from "./linear-form";
import type { Measure } from "./measure";
import type { Search } from "./origin";
import { type Block, bodyOf, isGrouped, itemsOf, resolve, type SourceTable, sourcesOf } from "./scope";
import { type MarkedRows, paddedUnion } from "./marked-rows";

/** An addend that is a column of the same row. */
interface Sibling {
  readonly column: TypedColumn;
  readonly factors: readonly Expression[];
}

/** Measures a column of a model by others of its row; undefined if it is none of that kind. */
export function arithmeticOf(block: Block, column: number, result: SourceTable, search: Search): Measure | undefined {
  const body = bodyOf(block);
  if (body.kind !== "select") return undefined;
  const { select } = body;
  const { name, value } = itemsOf(block, select)[column];
  const siblings = (expression: Expression) => siblingsOf(block, select, expression, name, result);
  const sum = siblings(value);
  if (sum) return { kind: "sum", rows: siblingRows(sum, result, search) };
  const parts = quotient(value);
  const over = parts && siblings(parts.over);
  const under = parts && siblings(parts.under);
  if (!over || !under) return undefined;
  return {
    kind: "quotient",
    rows: siblingRows(over, result, search),
    under: siblingRows(under, result, search),
  };
}

function siblingsOf(
  block: Block,
  select: Select,
  expression: Expression,
  own: string,
  result: SourceTable,
): Sibling[] | undefined {
  const outputs = itemsOf(block, select).filter(({ name }) => name !== "" && name !== own);
  const atoms = termsOf(block, select, expression);
  if (!atoms || atoms.length === 0) return undefined;
  const found = atoms.map(({ factors, key }): Sibling | undefined => {
    const sibling = outputs.find(({ value }) => {
      const single = termsOf(block, select, value);
      return single?.length === 1 && single[0].factors.length === 0 && single[0].key === key;
    });
    const known = sibling && result.columns.find((each) => each.column === sibling.name);
    const constant = factors.every((factor) => everyPart(factor).every(({ kind }) => kind !== "name"));
    return known && constant ? { column: known, factors } : undefined;
  });
  const all = found.filter((each) => each !== undefined);
  return all.length === found.length ? all : undefined;
}

/** The addends of an expression, each with a text that is the same for the same value. */
function termsOf(
  block: Block,
  select: Select,
  expression: Expression,
): { readonly factors: readonly Expression[]; readonly key: string }[] | undefined {
  const sources = sourcesOf(block, select);
  const aggregates = isGrouped(block, select) ? aggregatesIn(expression) : undefined;
  const isAtom = (part: Expression) =>
    aggregates ? part.kind === "call" && aggregates.includes(part) : part.kind === "name";
  const terms = linear(expression, isAtom);
  if (isNotFollowed(terms)) return undefined;
  return terms.map(({ factors, atom }) => {
    const place = resolve(sources, atom);
    return { factors, key: place ? `${place.source.alias}.${place.column}` : printExpression(atom) };
  });
}

/** The values of other columns in the same rows, as amounts. */
function siblingRows(siblings: readonly Sibling[], result: SourceTable, search: Search): MarkedRows {
  const dates = datedRows(result, [dateCondition(result, search.dates.execDate)], search);
  const parts = siblings.map(({ column, factors }): MarkedRows => {
    const grain = result.grain.map((key) => key.column);
    const use = {
      used: [...new Set([column.column, ...grain])],
      attributes: [column.column],
      others: [],
      method: "arithmetic",
    };
    const amount = joined("*", [...factors, nameNode(column.column)].map(doubleOf));
    const given = grain.map((key, index) => `${quotedName(key)} AS grain_${index + 1}`);
    const list = [
      ...given,
      marks.row(1),
      marks.state(1),
      `(${printExpression(amount)}) * ${marks.weight} AS ${marks.amount}`,
    ];
    return {
      sql: `SELECT ${list.join(", ")} FROM (${bothStates(result, use, dates, { ...search, method: undefined, uses: undefined })}) AS sibling`,
      columns: grain.map((_, index) => `grain_${index + 1}`),
      positions: 1,
    };
  });
  return paddedUnion(parts);
}
