/**
 * The rows behind a column of a model, in both states at once: one SELECT that gives, beside the columns asked for, how much each
 * combination of source rows adds to the column, with the rows in it that changed and their states.
 *
 * A model's joins and conditions stay as they are, so they mean what they mean in the model. Only the SELECT list changes, GROUP
 * BY goes away, tables give their rows of both dates, and a relation whose rows are themselves computed is replaced by the rows
 * behind it, down to tables.
 */
import { printExpression, printOperand, quotedName } from "../../athena-sql/trino/print";
import type { Expression, Select } from "../../athena-sql/trino/syntax";
import { columnsUsed } from "./dated-reads";
import { aggregatesIn, doubleOf, everyPart, holdsQuery, joined, nameNode, notNull, valueWhere } from "./expressions";
import { joinRows } from "./joined-rows";
import { type MarkedRows, unionOf } from "./marked-rows";
import { marks } from "./base-table";
import { isNotFollowed, linear, nameOf, type NotFollowed, type Term } from "./linear-form";
import type { Search } from "./origin";
import { rowAmount } from "./row-amount";
import { isComputedPlace, isRowLevelPlace } from "./row-level";
import {
  type Block,
  bodyOf,
  groupingOf,
  isGrouped,
  itemsOf,
  placesIn,
  resolve,
  type Source,
  sourcesOf,
  windowsIn,
} from "./scope";

/** A column to be given along, under `name`. */
export interface Given {
  readonly name: string;
  readonly value: Expression;
}

/** An output of a block that is needed outside of it, under the name it has there. */
export interface Needed {
  readonly index: number;
  readonly name: string;
}

/** What can be followed of a block: one SELECT, or others one after the other. */
export function followable(
  block: Block,
): { readonly select: Select } | { readonly branches: readonly Block[] } | NotFollowed {
  if (block.query.limit ?? block.query.offset) return { notFollowed: "LIMIT" };
  const body = bodyOf(block);
  if (body.kind === "other") return { notFollowed: body.what };
  if (body.kind === "union") return { branches: body.branches };
  return body.select.distinct ? { notFollowed: "SELECT DISTINCT" } : { select: body.select };
}

/** The rows behind an output of a block. */
export function rowsOfColumn(
  block: Block,
  column: number,
  needed: readonly Needed[],
  search: Search,
): MarkedRows | NotFollowed {
  const found = followable(block);
  if (isNotFollowed(found)) return found;
  if ("branches" in found) {
    return unionOf(found.branches.map((branch) => rowsOfColumn(branch, column, needed, search)));
  }
  const item = itemsOf(block, found.select).at(column);
  if (!item) return { notFollowed: "a column that the query does not have" };
  return rowsOfExpression(block, found.select, item.value, needed, search);
}

/** The same for an expression over the columns of a SELECT. */
export function rowsOfExpression(
  block: Block,
  select: Select,
  expression: Expression,
  needed: readonly Needed[],
  search: Search,
): MarkedRows | NotFollowed {
  const unknown = unknownIn(expression);
  if (unknown) return { notFollowed: nameOf(unknown) };
  const items = itemsOf(block, select);
  const given = needed.map(({ index, name }) => ({ name, value: items[index].value }));
  if (!isGrouped(block, select)) {
    const amounts = addends(block, select, expression);
    const inside = amounts.length > 1 ? { ...search, apart: true } : search;
    return unionOf(amounts.map((amount) => rowsBehind(block, select, { given, amount, method: "row" }, inside)));
  }
  if (!groupingOf(block, select)) return { notFollowed: "GROUPING SETS" };
  if (select.having && !search.top) return { notFollowed: "HAVING" };
  if (given.some(({ value }) => aggregatesIn(value).length > 0 || windowsIn(value).length > 0)) {
    return { notFollowed: "what is computed of a group, in a condition or a key" };
  }
  const amount = rowAmount(expression);
  if (isNotFollowed(amount)) return amount;
  return rowsBehind(block, select, { given, ...amount }, search);
}

/** What stands in an expression's way. */
function unknownIn(expression: Expression): Expression | undefined {
  return everyPart(expression).find((part) => (part.kind === "call" && part.over !== undefined) || "query" in part);
}

/** Addends of an expression over single rows: each column's part in a row where the whole is a number, otherwise the whole. */
function addends(block: Block, select: Select, expression: Expression): Expression[] {
  const sources = sourcesOf(block, select);
  const terms = linear(expression, (part) => resolve(sources, part) !== undefined);
  if (isNotFollowed(terms) || terms.length < 2 || !placesIn(sources, expression).every(isRowLevelPlace)) {
    return [expression];
  }
  return terms.map(({ factors, atom }) =>
    valueWhere(notNull(expression), joined("*", [...factors, atom].map(doubleOf))),
  );
}

/** What rows of a SELECT are to say. */
export interface Wanted {
  readonly given: readonly Given[];
  /** Over the SELECT's relations, a number. */
  readonly amount: Expression;
  readonly method: string;
}

/** The rows that a SELECT reads, before it groups them. */
export function rowsBehind(block: Block, select: Select, wanted: Wanted, search: Search): MarkedRows | NotFollowed {
  const sources = sourcesOf(block, select);
  if (placesIn(sources, wanted.amount).every(isRowLevelPlace)) {
    const { amount } = wanted;
    return selected(block, select, sources, { ...wanted, counted: [amount], mentioned: [amount], amount }, search);
  }
  const isColumn = (part: Expression) => resolve(sources, part) !== undefined;
  const isDeep = (part: Expression) => {
    const place = resolve(sources, part);
    return place !== undefined && isComputedPlace(place);
  };
  const wide = linear(wanted.amount, isColumn);
  const terms = isNotFollowed(wide) ? linear(wanted.amount, isDeep) : wide;
  if (isNotFollowed(terms)) return terms;
  return unionOf(terms.map((term) => rowsOfTerm(block, select, sources, term, wanted, search)));
}

/** The rows behind an addend: of a column that is computed itself, those behind it. */
function rowsOfTerm(
  block: Block,
  select: Select,
  sources: readonly Source[],
  { atom, factors }: Term,
  wanted: Wanted,
  search: Search,
): MarkedRows | NotFollowed {
  const place = resolve(sources, atom);
  if (!place) return { notFollowed: nameOf(atom) };
  const product = (value: Expression) => joined("*", [...factors, value].map(doubleOf));
  if (isRowLevelPlace(place) || place.source.kind !== "block") {
    const amount = product(atom);
    return selected(block, select, sources, { ...wanted, counted: [amount], mentioned: [amount], amount }, search);
  }
  if (placesIn(sources, ...factors).some(isComputedPlace)) {
    return { notFollowed: "a CASE or product over computed values" };
  }
  const { source } = place;
  const beside = [...wanted.given.map(({ value }) => value), ...factors, ...(select.where ? [select.where] : [])];
  const used = columnsUsed({ select, sources, mentioned: beside }, source);
  const needed = used.map((name) => ({ name, index: source.columns.indexOf(name) }));
  const rows = rowsOfColumn(place.source.block, source.columns.indexOf(place.column), needed, {
    ...search,
    top: false,
  });
  if (isNotFollowed(rows)) return rows;
  const amount = product(nameNode(source.alias, "#amount"));
  const sql = `SELECT *, 1 AS ${marks.weight} FROM (${rows.sql}) AS behind`;
  const deep = { ...rows, sql, source };
  return selected(block, select, sources, { ...wanted, counted: factors, mentioned: factors, amount, deep }, search);
}

/** Rows behind a computed relation with what a SELECT that reads them as they are gives beside. */
export function rowsThrough(
  block: Block,
  select: Select,
  source: Source,
  rows: MarkedRows,
  needed: readonly Needed[],
  search: Search,
): MarkedRows | NotFollowed {
  const items = itemsOf(block, select);
  const given = needed.map(({ index, name }) => ({ name, value: items[index].value }));
  const sql = `SELECT *, 1 AS ${marks.weight} FROM (${rows.sql}) AS behind`;
  const wanted = { given, amount: nameNode(source.alias, "#amount"), method: "row", counted: [], mentioned: [] };
  return selected(block, select, sourcesOf(block, select), { ...wanted, deep: { ...rows, sql, source } }, search);
}

/** Outputs of a computed relation that a SELECT needs beside the one that counts. */
export function neededOf(
  block: Block,
  select: Select,
  source: Source,
  needed: readonly Needed[],
): { readonly name: string; readonly index: number }[] {
  const items = itemsOf(block, select);
  const beside = [...needed.map(({ index }) => items[index].value), ...(select.where ? [select.where] : [])];
  const used = columnsUsed({ select, sources: sourcesOf(block, select), mentioned: beside }, source);
  return used.map((name) => ({ name, index: source.columns.indexOf(name) }));
}

interface Selected extends Wanted {
  readonly counted: readonly Expression[];
  readonly mentioned: readonly Expression[];
  readonly deep?: MarkedRows & { readonly source: Source };
}

/** A SELECT of the given columns, the marks and the amount. */
function selected(
  block: Block,
  select: Select,
  sources: readonly Source[],
  { given, amount, method, counted, mentioned, deep }: Selected,
  search: Search,
): MarkedRows | NotFollowed {
  if (select.where && holdsQuery(select.where)) return { notFollowed: "a subquery in WHERE" };
  const told = given.map(({ value }) => value);
  const rows = joinRows({
    ...{ block, select, sources, counted, method, search, deep },
    mentioned: [...mentioned, ...told, ...(select.where ? [select.where] : [])],
    behind: (source, columns, values) => rowsOfRelation(source, columns, values, method, search),
  });
  if (isNotFollowed(rows)) return rows;
  const weighted = [printOperand(doubleOf(amount)), ...rows.weights].join(" * ");
  const list = [
    ...given.map(({ name, value }) => `${printExpression(value)} AS ${quotedName(name)}`),
    ...markList(rows.rows),
    `${weighted} AS ${marks.amount}`,
  ];
  return { sql: selectText(list, rows), columns: given.map(({ name }) => name), positions: rows.rows.length };
}

/** A relation's rows with the marks of the source rows they are made from, one for one. */
function rowsOfRelation(
  source: Source & { kind: "block" },
  columns: readonly string[],
  values: readonly string[],
  method: string,
  search: Search,
): MarkedRows | NotFollowed {
  const of = (block: Block): MarkedRows | NotFollowed => {
    const found = followable(block);
    if (isNotFollowed(found)) return found;
    if ("branches" in found) return unionOf(found.branches.map(of), marks.weight);
    const { select } = found;
    if (select.where && holdsQuery(select.where)) return { notFollowed: "a subquery in WHERE" };
    const items = itemsOf(block, select);
    const item = (name: string) => items[source.columns.indexOf(name)].value;
    const given = columns.map((name) => ({ name, value: item(name) }));
    const unknown = given.map(({ value }) => unknownIn(value)).find((each) => each !== undefined);
    if (unknown) return { notFollowed: nameOf(unknown) };
    const sources = sourcesOf(block, select);
    const rows = joinRows({
      ...{ block, select, sources, method, search },
      counted: values.map(item),
      mentioned: [...given.map(({ value }) => value), ...(select.where ? [select.where] : [])],
      behind: (inner, used, counted) => rowsOfRelation(inner, used, counted, method, search),
    });
    if (isNotFollowed(rows)) return rows;
    const list = [
      ...given.map(({ name, value }) => `${printExpression(value)} AS ${quotedName(name)}`),
      ...markList(rows.rows),
      `${rows.weights.join(" * ") || "1"} AS ${marks.weight}`,
    ];
    return { sql: selectText(list, rows), columns, positions: rows.rows.length };
  };
  return of(source.block);
}

function markList(rows: readonly { readonly row: string; readonly state: string }[]): string[] {
  return rows.flatMap(({ row, state }, index) => [
    `${row} AS ${marks.row(index + 1)}`,
    `${state} AS ${marks.state(index + 1)}`,
  ]);
}

function selectText(
  list: readonly string[],
  { sql, where, guards }: { readonly sql: string; readonly where?: Expression; readonly guards: readonly string[] },
): string {
  const conditions = [...(where ? [`(${printExpression(where)})`] : []), ...guards];
  return `SELECT ${list.join(", ")} FROM ${sql}${conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : ""}`;
}
