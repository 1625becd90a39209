/**
 * The rows behind a column of a model: one SELECT that gives, beside the columns asked for, each source row and how much it
 * adds to the column.
 *
 * A model's FROM and WHERE stay as they are, so joins, filters and common tables mean what they mean in the model. Only the
 * SELECT list changes, GROUP BY goes away, and a relation whose rows are themselves computed is replaced by the rows behind
 * it, down to tables. What the amounts of a result's rows sum up to is therefore the value that the model computes.
 */
import type { TypedColumn } from "../config";
import { type Expression, everyPart, readExpression } from "./expression";
import { isNotFollowed, linear, nameOf, type NotFollowed, type Term } from "./linear";
import type { SelectText } from "./query-text";
import { amountOf } from "./row-amounts";
import { markNames, marksOf, originNumber, type Search } from "./row-marks";
import {
  type Block,
  blockOf,
  type ColumnPlace,
  isGrouped,
  itemAt,
  itemsOf,
  outputsOf,
  placesIn,
  quoted,
  resolve,
  type Source,
  type SourceTable,
  sourcesOf,
  valuePlaces,
  windowsIn,
  withTables,
} from "./scope";
import { tokensOf } from "./tokens";

/** A column to be given along, under `name`. */
export interface Given {
  readonly name: string;
  readonly text: string;
}

/** An output of a block that is needed outside of it, under the name it has there. */
export interface Needed {
  readonly index: number;
  readonly name: string;
}

/** The SELECT for one amount, which comes as `amount_1`; `row_key_1` … `row_key_5` tell the row, `row_value` is its value. */
export function rowsOfColumn(
  block: Block,
  column: number,
  needed: readonly Needed[],
  search: Search,
): string | NotFollowed {
  const select = followable(block);
  if (isNotFollowed(select)) return select;
  if (select.kind === "union") {
    return unionOf(
      select.branches.map((branch) =>
        rowsOfColumn(blockOf(branch, block.tables, block.visible), column, needed, search),
      ),
    );
  }
  const item = itemAt(block, select, column);
  if (!item) return { notFollowed: "a column that the query does not have" };
  return rowsOfExpression(block, select, item, needed, search);
}

/** The same for an expression over the columns of a SELECT. */
export function rowsOfExpression(
  block: Block,
  select: SelectText,
  expression: Expression,
  needed: readonly Needed[],
  search: Search,
): string | NotFollowed {
  const unknown = everyPart(expression).find(
    (part) => (part.kind === "call" && part.window) || (part.kind === "whole" && part.what.startsWith("a subquery")),
  );
  if (unknown) return { notFollowed: nameOf(unknown) };
  if (!isGrouped(block, select)) {
    const given = needed.map(({ index, name }) => ({ name, text: itemsOf(block, select)[index].text }));
    const amounts = addends(block, select, expression);
    return unionOf(
      amounts.map((amount) => rowsBehind(block, select, { given, amounts: [amount], method: "row" }, search)),
    );
  }
  if (select.groupingSets) return { notFollowed: "GROUPING SETS" };
  const amount = amountOf(expression);
  if (isNotFollowed(amount)) return amount;
  return grouped(block, select, needed, (given) =>
    rowsBehind(block, select, { given, amounts: [amount.amount], method: amount.method }, search),
  );
}

/** Addends of an expression over single rows: each column's part in a row where the whole is a number, otherwise the whole. */
function addends(block: Block, select: SelectText, expression: Expression): Expression[] {
  const sources = sourcesOf(block, select);
  const terms = linear(expression, (part) => part.kind === "column" && resolve(sources, part) !== undefined);
  if (isNotFollowed(terms) || terms.length < 2 || !placesIn(sources, expression).every(isRowLevel)) return [expression];
  return terms.map(({ factors, atom }) => {
    const part = [...factors, atom.text].map((each) => `CAST(${each} AS double)`).join(" * ");
    return readExpression(`CASE WHEN ${expression.text} IS NOT NULL THEN ${part} END`);
  });
}

/** What rows of a SELECT are to say. */
export interface Wanted {
  readonly given: readonly Given[];
  /** Expressions over the SELECT's relations, numbers; none to mark the rows only. */
  readonly amounts: readonly Expression[];
  /** Expressions whose rows are marked if there are no amounts. */
  readonly marked?: readonly Expression[];
  readonly method: string;
}

/** The rows that a SELECT reads, before it groups them. */
export function rowsBehind(block: Block, select: SelectText, wanted: Wanted, search: Search): string | NotFollowed {
  const sources = sourcesOf(block, select);
  const deep = wanted.amounts.flatMap((amount) => placesIn(sources, amount)).filter((place) => !isRowLevel(place));
  if (deep.length > 0) return rowsOfTerms(block, select, wanted, search);
  const counted = wanted.amounts.length > 0 ? wanted.amounts : (wanted.marked ?? []);
  const values = counted.flatMap((each) => valuePlaces(sources, each));
  const places = counted.flatMap((each) => placesIn(sources, each));
  const real = (source: Source) => source.kind !== "other";
  const driving = [...values, ...places].map(({ source }) => source).find(real) ?? sources.find(real) ?? sources.at(0);
  if (!driving || driving.kind === "other") {
    return { notFollowed: driving ? driving.what : "rows that come from no table" };
  }
  const counting = driving.relation;
  const own = (all: readonly ColumnPlace[]) => all.filter(({ source }) => source.relation === counting);
  const others = values.filter(({ source }) => source.relation !== counting && real(source));
  const amounts = wanted.amounts.map((amount, index) => `CAST(${amount.text} AS double) AS amount_${index + 1}`);
  const given = wanted.given.map(({ name, text }) => `${text} AS ${quoted(name)}`);
  if (driving.kind === "table") {
    const { table } = driving;
    const attributes = own(values.length > 0 ? values : places).flatMap(({ column }) => typed(table, column));
    const joined = others.map(({ source, column }) => `${sourceName(source)}.${column}`);
    const number = originNumber(search, { table, attributes, method: search.method ?? wanted.method, with: joined });
    const marks = marksOf(table, quoted(driving.relation.alias), attributes, number);
    return selectOf(block, select, [...given, ...marks, ...amounts], select.from);
  }
  const inner = markedRows(driving, own(values.length > 0 ? values : places), wanted, search);
  if (isNotFollowed(inner)) return inner;
  const marks = markNames().map((name) => `${quoted(driving.relation.alias)}.${name}`);
  return selectOf(block, select, [...given, ...marks, ...amounts], replaced(select, driving, inner.sql));
}

/** A relation's rows with the marks of the source rows they are made from, one for one. */
function markedRows(
  source: Source & { kind: "block" },
  places: readonly ColumnPlace[],
  wanted: Wanted,
  search: Search,
): { sql: string } | NotFollowed {
  const mark = (block: Block): string | NotFollowed => {
    const body = followable(block);
    if (isNotFollowed(body)) return body;
    if (body.kind === "union") {
      return unionOf(body.branches.map((branch) => mark(blockOf(branch, block.tables, block.visible))));
    }
    if (isGrouped(block, body)) return { notFollowed: `rows of ${source.relation.alias}, which are groups` };
    const items = itemsOf(block, body);
    const given = source.columns.flatMap((name, index) => (name ? [{ name, text: items[index].text }] : []));
    const marked = places.map(({ column }) => readExpression(items[source.columns.indexOf(column)].text));
    return rowsBehind(block, body, { given, amounts: [], marked, method: wanted.method }, search);
  };
  const sql = mark(source.block);
  return isNotFollowed(sql) ? sql : { sql };
}

/** An amount over computed columns: each addend leads to the rows behind its column. */
function rowsOfTerms(block: Block, select: SelectText, wanted: Wanted, search: Search): string | NotFollowed {
  const [amount, ...more] = wanted.amounts;
  if (more.length > 0) return { notFollowed: "several amounts of computed rows" };
  const sources = sourcesOf(block, select);
  const isColumn = (part: Expression) => part.kind === "column" && resolve(sources, part) !== undefined;
  const isDeep = (part: Expression) => {
    const place = part.kind === "column" ? resolve(sources, part) : undefined;
    return place !== undefined && !isRowLevel(place);
  };
  const wide = linear(amount, isColumn);
  const terms = isNotFollowed(wide) ? linear(amount, isDeep) : wide;
  if (isNotFollowed(terms)) return terms;
  return unionOf(terms.map((term) => rowsOfTerm(block, select, sources, term, wanted, search)));
}

function rowsOfTerm(
  block: Block,
  select: SelectText,
  sources: readonly Source[],
  { atom, factors }: Term,
  wanted: Wanted,
  search: Search,
): string | NotFollowed {
  const place = atom.kind === "column" ? resolve(sources, atom) : undefined;
  if (!place) return { notFollowed: nameOf(atom) };
  const product = (value: string) => [...factors, value].map((each) => `CAST(${each} AS double)`).join(" * ");
  if (isRowLevel(place) || place.source.kind !== "block") {
    return rowsBehind(block, select, { ...wanted, amounts: [readExpression(product(atom.text))] }, search);
  }
  const { source } = place;
  const alias = quoted(source.relation.alias);
  const texts = [...wanted.given.map(({ text }) => text), ...factors, ...textsBeside(select, source)];
  const needed = neededOutputs(source, texts);
  const inner = rowsOfColumn(source.block, source.columns.indexOf(place.column), needed, search);
  if (isNotFollowed(inner)) return inner;
  const given = wanted.given.map(({ name, text }) => `${text} AS ${quoted(name)}`);
  const marks = markNames().map((name) => `${alias}.${name}`);
  const amounts = [`${product(`${alias}.amount_1`)} AS amount_1`];
  return selectOf(block, select, [...given, ...marks, ...amounts], replaced(select, source, inner));
}

/**
 * The rows behind a grouped SELECT with the outputs that are needed outside. Keys are the same for all rows of a group; for
 * other outputs, or a HAVING, the groups are computed as the model does and joined with their rows.
 */
export function grouped(
  block: Block,
  select: SelectText,
  needed: readonly Needed[],
  rows: (given: readonly Given[]) => string | NotFollowed,
): string | NotFollowed {
  const items = itemsOf(block, select);
  const keys = select.groupBy ?? [];
  const isKey = (text: string) => keys.some((key) => sameText(key, text)) || tokensOf(text).every(isLiteral);
  if (select.having === undefined && needed.every(({ index }) => isKey(items[index].text))) {
    return rows(needed.map(({ index, name }) => ({ name, text: items[index].text })));
  }
  const inner = rows(keys.map((text, index) => ({ name: `group_key_${index + 1}`, text })));
  if (isNotFollowed(inner)) return inner;
  const groups = [
    ...needed.map(({ index, name }) => `${items[index].text} AS ${quoted(name)}`),
    ...keys.map((key, index) => `${key} AS group_key_${index + 1}`),
    "1 AS group_there",
  ];
  const grouping = [
    `SELECT ${groups.join(", ")} FROM ${select.from}`,
    select.where === undefined ? "" : ` WHERE ${select.where}`,
    keys.length === 0 ? "" : ` GROUP BY ${keys.join(", ")}`,
    select.having === undefined ? "" : ` HAVING ${select.having}`,
  ].join("");
  const same = keys.map((_, index) => {
    const key = `group_key_${index + 1}`;
    const text = (side: string) => `coalesce(CAST(${side}.${key} AS varchar), '∅')`;
    return `${text("each_group")} = ${text("each_row")}`;
  });
  const outputs = [
    ...needed.map(({ name }) => `each_group.${quoted(name)}`),
    ...markNames().map((name) => `each_row.${name}`),
    "each_row.amount_1",
  ];
  return (
    `SELECT ${outputs.join(", ")} FROM (${withTables(block, grouping)}) AS each_group ` +
    `JOIN (${inner}) AS each_row ON ${same.length > 0 ? same.join(" AND ") : "each_group.group_there = 1"}`
  );
}

/** Which output of a block has a name; undefined if none has. */
export function outputIndex(block: Block, name: string): number | undefined {
  const index = outputsOf(block).indexOf(name);
  return index < 0 ? undefined : index;
}

/** Rows one after the other; the first that can't be followed ends it. */
export function unionOf(parts: readonly (string | NotFollowed)[]): string | NotFollowed {
  const stopped = parts.find(isNotFollowed);
  if (stopped) return stopped;
  if (parts.length === 0) return { notFollowed: "a value that no row decides" };
  return parts.length === 1 ? parts[0] : parts.map((part) => `(${part as string})`).join(" UNION ALL ");
}

/** Outputs of a relation that other parts of the SELECT mention. */
export function neededOutputs(source: Source & { kind: "block" }, texts: readonly string[]): Needed[] {
  const words = texts.flatMap((text) => tokensOf(text)).map(({ text }) => text);
  return source.columns.flatMap((name, index) => (name && words.includes(name) ? [{ index, name }] : []));
}

/** Texts of a SELECT that may mention a relation's columns: WHERE, and FROM without the relation itself. */
export function textsBeside({ from, where = "" }: SelectText, { relation }: Source): string[] {
  return [where, from.slice(0, relation.start), from.slice(relation.end)];
}

/** FROM with one relation replaced by a query. */
export function replaced(select: SelectText, { relation }: Source, sql: string): string {
  const { start, end, alias } = relation;
  return `${select.from.slice(0, start)}(${sql}) AS ${quoted(alias)}${select.from.slice(end)}`;
}

/** A SELECT of the block with another list, and FROM perhaps replaced. */
export function selectOf(block: Block, select: SelectText, list: readonly string[], from: string): string {
  const where = select.where === undefined ? "" : ` WHERE ${select.where}`;
  return withTables(block, `SELECT ${list.join(", ")} FROM ${from}${where}`);
}

/** The query's body if its rows can be traced, otherwise why not. */
export function followable(block: Block): Exclude<Block["query"]["body"], { kind: "other" }> | NotFollowed {
  const { body, limited } = block.query;
  if (limited) return { notFollowed: "LIMIT" };
  if (body.kind === "other") return { notFollowed: body.what };
  if (body.kind === "select" && body.distinct) return { notFollowed: "SELECT DISTINCT" };
  return body;
}

/** Whether a column's values belong to single rows of tables, not to groups of them. */
export function isRowLevel({ source, column }: ColumnPlace): boolean {
  if (source.kind !== "block") return true;
  const index = source.columns.indexOf(column);
  const check = (block: Block): boolean => {
    const body = followable(block);
    if (isNotFollowed(body)) return false;
    if (body.kind === "union") {
      return body.branches.every((branch) => check(blockOf(branch, block.tables, block.visible)));
    }
    if (isGrouped(block, body)) return false;
    const item = itemAt(block, body, index);
    if (!item || windowsIn(item).length > 0) return false;
    const sources = sourcesOf(block, body);
    return placesIn(sources, item).every(isRowLevel);
  };
  return check(source.block);
}

function typed(table: SourceTable, column: string): TypedColumn[] {
  return table.columns.filter((each) => each.column === column);
}

function sourceName(source: Source): string {
  return source.kind === "table" ? source.table.table : source.relation.alias;
}

function sameText(left: string, right: string): boolean {
  const normal = (text: string) =>
    tokensOf(text)
      .map((token) => `${token.kind === "quoted" ? "word" : token.kind}:${token.text}`)
      .join(" ");
  return normal(left) === normal(right);
}

function isLiteral({ kind, text }: { readonly kind: string; readonly text: string }): boolean {
  return kind === "string" || kind === "number" || text === "null";
}
