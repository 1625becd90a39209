/**
 * How a column of a model is measured: as a sum of amounts of source rows, as a quotient of two such sums (an average is one),
 * or as the extreme of their values.
 */
import type { TypedColumn } from "../config";
import {
  followable,
  grouped,
  type Needed,
  neededOutputs,
  replaced,
  rowsBehind,
  rowsOfColumn,
  rowsOfExpression,
  selectOf,
  textsBeside,
  unionOf,
} from "./contributing-rows";
import { keyNames, markNames, type Origin, type Search, textOf, valueMarks } from "./row-marks";
import { type Expression, everyPart, readExpression } from "./expression";
import { isNotFollowed, linear, type NotFollowed, quotient, type Term } from "./linear";
import type { SelectText } from "./query-text";
import {
  aggregatesIn,
  type Block,
  isGrouped,
  itemsOf,
  quoted,
  resolve,
  type SourceTable,
  sourcesOf,
  windowsIn,
} from "./scope";
import { tokensOf } from "./tokens";

/** Rows with their amounts. */
export interface Measure {
  /** `sum` of amount_1; `quotient` of the sums of amount_1 and amount_2; the largest or smallest amount_1. */
  readonly kind: "sum" | "quotient" | "max" | "min";
  /** SELECT of the needed columns, of `markNames()`, amount_1 and amount_2. */
  readonly sql: string;
}

/** Measures an output column of a block. */
export function measureOf(
  block: Block,
  column: number,
  needed: readonly Needed[],
  search: Search,
): Measure | NotFollowed {
  const sum = rowsOfColumn(block, column, needed, search);
  if (!isNotFollowed(sum)) return { kind: "sum", sql: withAmounts(sum, needed, "amount_1", "CAST(NULL AS double)") };
  const select = followable(block);
  if (isNotFollowed(select)) return select;
  if (select.kind === "union") return sum;
  const item = readExpression(itemsOf(block, select)[column].text);
  if (windowsIn(item).length > 0) return sum;
  const quotientParts = quotient(item);
  if (quotientParts) {
    const { over, under } = quotientParts;
    const inside: Search = { ...search, method: item.kind === "call" && item.name === "avg" ? "average" : "quotient" };
    const above = rowsOfExpression(block, select, over, needed, inside);
    const below = rowsOfExpression(block, select, under, needed, inside);
    if (isNotFollowed(above)) return above;
    if (isNotFollowed(below)) return below;
    const sql = unionOf([
      withAmounts(above, needed, "amount_1", "CAST(NULL AS double)"),
      withAmounts(below, needed, "CAST(NULL AS double)", "amount_1"),
    ]);
    return isNotFollowed(sql) ? sql : { kind: "quotient", sql };
  }
  return extreme(block, select, item, needed, search) ?? passedThrough(block, select, item, needed, search) ?? sum;
}

/** `min(x)` or `max(x)`. */
function extreme(
  block: Block,
  select: SelectText,
  item: Expression,
  needed: readonly Needed[],
  search: Search,
): Measure | NotFollowed | undefined {
  if (item.kind !== "call" || item.args.length !== 1) return undefined;
  const { name, filter } = item;
  if (name !== "min" && name !== "max") return undefined;
  const [argument] = item.args;
  const value = filter ? readExpression(`CASE WHEN ${filter.text} THEN ${argument.text} END`) : argument;
  const sql = grouped(block, select, needed, (given) =>
    rowsBehind(block, select, { given, amounts: [value], method: name }, search),
  );
  if (isNotFollowed(sql)) return sql;
  return { kind: name, sql: withAmounts(sql, needed, "amount_1", "CAST(NULL AS double)") };
}

/** A column of a computed relation as it is: measured as it is measured there. */
function passedThrough(
  block: Block,
  select: SelectText,
  item: Expression,
  needed: readonly Needed[],
  search: Search,
): Measure | NotFollowed | undefined {
  if (isGrouped(block, select)) return undefined;
  const place = item.kind === "column" ? resolve(sourcesOf(block, select), item) : undefined;
  if (place?.source.kind !== "block") return undefined;
  const { source } = place;
  const items = itemsOf(block, select);
  const given = needed.map(({ index, name }) => `${items[index].text} AS ${quoted(name)}`);
  const texts = [...needed.map(({ index }) => items[index].text), ...textsBeside(select, source)];
  const inner = measureOf(source.block, source.columns.indexOf(place.column), neededOutputs(source, texts), search);
  if (isNotFollowed(inner)) return inner;
  const marks = [...markNames(), "amount_1", "amount_2"].map((name) => `${quoted(source.relation.alias)}.${name}`);
  return { ...inner, sql: selectOf(block, select, [...given, ...marks], replaced(select, source, inner.sql)) };
}

function withAmounts(sql: string, needed: readonly Needed[], first: string, second: string): string {
  const names = [...needed.map(({ name }) => quoted(name)), ...markNames()];
  return `SELECT ${names.join(", ")}, ${first} AS amount_1, ${second} AS amount_2 FROM (${sql}) AS contributing`;
}

/** An addend that is a column of the same row. */
interface Sibling {
  readonly column: TypedColumn;
  readonly factor: string;
  readonly side: 1 | 2;
}

/**
 * Measures a column that is arithmetic between other columns of its row (`total = oh + in`, `rate = tons / mwh`) by those;
 * undefined if it is none. `partition` is the SQL condition for the rows of the date.
 */
export function arithmeticOf(
  block: Block,
  column: number,
  result: SourceTable,
  partition: string,
  search: Search,
): Measure | undefined {
  const { body } = block.query;
  if (body.kind !== "select") return undefined;
  const items = itemsOf(block, body).map(({ name, text }) => ({ name, expression: readExpression(text) }));
  const item = items[column];
  const sides = siblingsOf(block, body, items, item.expression, item.name);
  if (sides)
    return {
      kind: "sum",
      sql: siblingRows(
        sides.map((each) => ({ ...each, side: 1 })),
        result,
        partition,
        search,
      ),
    };
  const parts = quotient(item.expression);
  const over = parts && siblingsOf(block, body, items, parts.over, item.name);
  const under = parts && siblingsOf(block, body, items, parts.under, item.name);
  if (!over || !under) return undefined;
  const all: Sibling[] = [
    ...over.map((each) => ({ ...each, side: 1 as const })),
    ...under.map((each) => ({ ...each, side: 2 as const })),
  ];
  return { kind: "quotient", sql: siblingRows(all, result, partition, search) };

  function siblingsOf(
    inner: Block,
    select: SelectText,
    outputs: readonly { name: string; expression: Expression }[],
    expression: Expression,
    own: string,
  ): Omit<Sibling, "side">[] | undefined {
    const atoms = termsOf(inner, select, expression);
    if (!atoms || atoms.length === 0) return undefined;
    const found = atoms.map(({ factors, key }) => {
      const sibling = outputs.find((output) => {
        const single = output.name !== own && output.name ? termsOf(inner, select, output.expression) : undefined;
        return single?.length === 1 && single[0].factors.length === 0 && single[0].key === key;
      });
      const known = sibling && result.columns.find((each) => each.column === sibling.name);
      const constant = factors.every((factor) =>
        everyPart(readExpression(factor)).every(({ kind }) => kind !== "column"),
      );
      return known && constant ? { column: known, factor: ["1E0", ...factors].join(" * ") } : undefined;
    });
    const all = found.filter((each) => each !== undefined);
    return all.length === found.length ? all : undefined;
  }
}

/** The addends of an expression, each with a text that is the same for the same value. */
function termsOf(
  block: Block,
  select: SelectText,
  expression: Expression,
): { readonly factors: readonly string[]; readonly key: string }[] | undefined {
  const sources = sourcesOf(block, select);
  const aggregates = isGrouped(block, select) ? aggregatesIn(expression) : undefined;
  const isAtom = (part: Expression) =>
    aggregates ? part.kind === "call" && aggregates.includes(part) : part.kind === "column";
  const terms = linear(expression, isAtom);
  if (isNotFollowed(terms)) return undefined;
  return terms.map(({ factors, atom }: Term) => {
    const place = atom.kind === "column" ? resolve(sources, atom) : undefined;
    const words = tokensOf(atom.text).map(({ kind, text }) => (kind === "string" ? `'${text}'` : text));
    return { factors, key: place ? `${place.source.relation.alias}.${place.column}` : words.join(" ") };
  });
}

/** The values of other columns in the same rows, as amounts. */
function siblingRows(siblings: readonly Sibling[], result: SourceTable, partition: string, search: Search): string {
  const selects = siblings.map(({ column, factor, side }) => {
    const origin: Origin = { table: result, attributes: [column], method: "arithmetic", with: [] };
    const known = search.origins.findIndex(
      (each) =>
        each.method === "arithmetic" &&
        each.table.table === result.table &&
        each.attributes[0]?.column === column.column,
    );
    const number = known >= 0 ? known : search.origins.push(origin) - 1;
    const keys = keyNames().map((name, index) => {
      const key = result.grain.at(index);
      return `${key ? textOf(quoted(key.column), key.type) : "CAST(NULL AS varchar)"} AS ${name}`;
    });
    const amount = `${factor} * CAST(${quoted(column.column)} AS double)`;
    const nothing = "CAST(NULL AS double)";
    return (
      `SELECT ${result.grain.map((key, index) => `${quoted(key.column)} AS grain_${index + 1}`).join(", ")}, ` +
      `${number} AS row_origin, ${keys.join(", ")}, ${valueMarks(quoted(column.column), column.type).join(", ")}, ` +
      `${side === 1 ? amount : nothing} AS amount_1, ${side === 2 ? amount : nothing} AS amount_2 ` +
      `FROM ${quoted(result.database)}.${quoted(result.table)} WHERE ${partition}`
    );
  });
  return selects.join(" UNION ALL ");
}
