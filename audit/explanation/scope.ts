/**
 * What the names in a model's query stand for: which relation a column belongs to, which columns a query has, and which base
 * columns an expression is made of.
 */
import type { TypedColumn } from "../config";
import { type Call, conditionsOf, type Expression, everyPart, partsOf, readExpression, valuesOf } from "./expression";
import type { CommonTable, QueryText, Relation, SelectText } from "./query-text";
import { tokensOf } from "./tokens";

/** A table that models read. */
export interface SourceTable {
  readonly database: string;
  readonly table: string;
  /** All columns with their Glue types, partition keys among them. */
  readonly columns: readonly TypedColumn[];
  /** Columns that tell its rows apart, at most five. */
  readonly grain: readonly TypedColumn[];
}

/** A query and what it sees. */
export interface Block {
  readonly query: QueryText;
  /** Common tables of the queries around it, then its own. */
  readonly visible: readonly VisibleTable[];
  readonly tables: readonly SourceTable[];
}

/** A common table and those that it sees. */
export interface VisibleTable extends CommonTable {
  readonly sees: readonly VisibleTable[];
}

/** What a relation of a FROM clause is. */
export type Source = { readonly relation: Relation } & (
  | { readonly kind: "table"; readonly table: SourceTable }
  | { readonly kind: "block"; readonly block: Block; readonly columns: readonly string[] }
  | { readonly kind: "other"; readonly what: string }
);

/** A column of a relation of a SELECT. */
export interface ColumnPlace {
  readonly source: Source;
  readonly column: string;
}

/** The block of a query, seen from within `around`. */
export function blockOf(query: QueryText, tables: readonly SourceTable[], around: readonly VisibleTable[] = []): Block {
  const visible = [...around];
  for (const common of query.with) visible.push({ ...common, sees: [...visible] });
  return { query, visible, tables };
}

/** A text of the block behind the WITH clause that it needs: with the common tables that it mentions. */
export function withTables({ visible }: Block, sql: string): string {
  const needed: VisibleTable[] = [];
  const visit = (text: string, seen: readonly VisibleTable[]): void => {
    const words = tokensOf(text).map((token) => token.text);
    // The last table of a name hides those outside.
    for (const name of seen.map((each) => each.name).filter((each, index, all) => all.indexOf(each) === index)) {
      const common = seen.filter((each) => each.name === name).pop();
      if (!common || !words.includes(name) || needed.includes(common)) continue;
      visit(common.text, common.sees);
      needed.push(common);
    }
  };
  visit(sql, visible);
  if (needed.length === 0) return sql;
  const columns = ({ columns: names }: VisibleTable) => (names ? ` (${names.map(quoted).join(", ")})` : "");
  return `WITH ${needed.map((each) => `${quoted(each.name)}${columns(each)} AS (${each.text})`).join(", ")} ${sql}`;
}

/** The relations that a SELECT of the block reads. */
export function sourcesOf(block: Block, select: SelectText): Source[] {
  return select.relations.map((relation): Source => {
    if (relation.kind === "other") return { relation, kind: "other", what: relation.what };
    if (relation.kind === "derived") {
      const inner = blockOf(relation.query, block.tables, block.visible);
      return { relation, kind: "block", block: inner, columns: relation.columns ?? outputsOf(inner) };
    }
    const { parts } = relation;
    const common = parts.length === 1 ? block.visible.filter(({ name }) => name === parts[0]).pop() : undefined;
    if (common) {
      const inner = blockOf(common.query, block.tables, common.sees);
      const columns = relation.columns ?? common.columns ?? outputsOf(inner);
      return { relation, kind: "block", block: inner, columns };
    }
    const [database, table] = parts.slice(-2);
    const known = block.tables.find((each) => each.database === database && each.table === table);
    return known
      ? { relation, kind: "table", table: known }
      : { relation, kind: "other", what: `${parts.join(".")}, a table that is not known` };
  });
}

/** The tables that a query reads, each once, as `<database>.<table>`; names without a database are left out. */
export function tablesRead(query: QueryText): string[] {
  const ofBody = (body: QueryText["body"]): string[] => {
    if (body.kind !== "select") return (body.branches ?? []).flatMap(tablesRead);
    return body.relations.flatMap((relation) => {
      if (relation.kind === "derived") return tablesRead(relation.query);
      return relation.kind === "table" && relation.parts.length > 1 ? [relation.parts.slice(-2).join(".")] : [];
    });
  };
  const all = [...query.with.flatMap((common) => tablesRead(common.query)), ...ofBody(query.body)];
  return all.filter((name, index) => all.indexOf(name) === index);
}

/** The columns of a block by name; columns without a name are `""`. */
export function outputsOf(block: Block): string[] {
  const { body } = block.query;
  if (body.kind === "select") return itemsOf(block, body).map(({ name }) => name);
  const [first] = body.branches ?? [];
  return first ? outputsOf(blockOf(first, block.tables, block.visible)) : [];
}

/** The items of a SELECT with `*` spelled out. */
export function itemsOf(block: Block, select: SelectText): { name: string; text: string }[] {
  return select.items.flatMap((item) => {
    if (item.kind === "expression") return [{ name: item.name ?? "", text: item.text }];
    return sourcesOf(block, select)
      .filter(({ relation }) => item.qualifier === undefined || relation.alias === item.qualifier)
      .flatMap((source) =>
        columnsOf(source).map((column) => ({
          name: column,
          text: `${quoted(source.relation.alias)}.${quoted(column)}`,
        })),
      );
  });
}

/** Where a column reference of a SELECT points; undefined for a lambda's parameter, a field or a column nobody has. */
export function resolve(
  sources: readonly Source[],
  { qualifier, name }: { readonly qualifier?: string; readonly name: string },
): ColumnPlace | undefined {
  const source = sources.find(
    (each) =>
      (qualifier === undefined || each.relation.alias === qualifier) &&
      // What UNNEST gives is known by its alias only.
      (columnsOf(each).includes(name) || (each.kind === "other" && each.relation.columns?.includes(name))),
  );
  return source && { source, column: name };
}

/** The columns that an expression of a SELECT mentions, each once. */
export function placesIn(sources: readonly Source[], expression: Expression): ColumnPlace[] {
  const places = everyPart(expression).flatMap((part) => {
    const place = part.kind === "column" ? resolve(sources, part) : undefined;
    return place ? [place] : [];
  });
  return places.filter(
    (each, index) =>
      places.findIndex((other) => other.source.relation === each.source.relation && other.column === each.column) ===
      index,
  );
}

/** The columns that give an expression its values, without those that only decide which value it has. */
export function valuePlaces(sources: readonly Source[], expression: Expression): ColumnPlace[] {
  const pruned = (part: Expression): Expression[] => {
    if (part.kind === "column") return [part];
    if (part.kind === "case") return valuesOf(part).flatMap(pruned);
    if (part.kind === "call" && part.name === "nullif") return pruned(part.args[0]);
    if (part.kind === "call") return part.args.flatMap(pruned);
    return partsOf(part).flatMap(pruned);
  };
  return pruned(expression)
    .flatMap((part) => placesIn(sources, part))
    .filter(
      (each, index, all) =>
        all.findIndex((other) => other.source.relation === each.source.relation && other.column === each.column) ===
        index,
    );
}

/** The columns that decide which value an expression has. */
export function decidingPlaces(sources: readonly Source[], expression: Expression): ColumnPlace[] {
  return everyPart(expression).flatMap((part) => {
    if (part.kind === "case") return conditionsOf(part).flatMap((each) => placesIn(sources, each));
    return part.kind === "call" && part.filter ? placesIn(sources, part.filter) : [];
  });
}

/** The expression behind a column of a SELECT; undefined if there is no such column. */
export function itemAt(block: Block, select: SelectText, index: number): Expression | undefined {
  const item = itemsOf(block, select).at(index);
  return item && readExpression(item.text);
}

/** Whether rows of a SELECT stand for groups of rows. */
export function isGrouped(block: Block, select: SelectText): boolean {
  if (select.groupBy || select.having !== undefined) return true;
  return itemsOf(block, select).some(({ text }) => aggregatesIn(readExpression(text)).length > 0);
}

/** The calls in an expression that make one value of many rows. */
export function aggregatesIn(expression: Expression): Call[] {
  return everyPart(expression).filter(
    (part): part is Call => part.kind === "call" && !part.window && isAggregate(part.name),
  );
}

/** The calls in an expression with OVER. */
export function windowsIn(expression: Expression): Call[] {
  return everyPart(expression).filter((part): part is Call => part.kind === "call" && part.window);
}

/** A name as it stands in SQL. */
export function quoted(name: string): string {
  return `"${name.replace(/"/g, '""')}"`;
}

function columnsOf(source: Source): readonly string[] {
  if (source.kind === "table") return source.table.columns.map(({ column }) => column);
  return source.kind === "block" ? source.columns : [];
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
