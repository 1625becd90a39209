/**
 * What the names in a model's query stand for: which relation a column belongs to, which columns a query has, and which base
 * columns an expression is made of.
 */
import type { Call, Expression, Query, Relation, Select } from "../../athena-sql/trino/syntax";
import type { TypedColumn } from "../config";
import { aggregatesIn, conditionsOf, everyPart, nameNode, valuesOf } from "./expressions";
import { partsOf } from "../../athena-sql/trino/syntax";

/** A table that models read. */
export interface SourceTable {
  readonly database: string;
  readonly table: string;
  /** All columns with their Glue types, partition keys among them. */
  readonly columns: readonly TypedColumn[];
  /** Columns that tell its rows apart, at most five. */
  readonly grain: readonly TypedColumn[];
  /** How to read what each side's run read, where the model's own words don't say it. */
  readonly versions?: TableVersions;
}

/** What the two runs that are compared have read of a table. */
export interface TableVersions {
  readonly current: TableVersion;
  readonly prior: TableVersion;
}

/** SQL of a relation and of a condition for its rows. */
export interface TableVersion {
  readonly relation: string;
  readonly where: string;
}

/** A query and what it sees. */
export interface Block {
  readonly query: Query;
  /** Common tables of the queries around it, then its own; the last of a name hides those before. */
  readonly visible: readonly VisibleTable[];
  readonly tables: readonly SourceTable[];
}

/** A common table and those that it sees. */
export interface VisibleTable {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly query: Query;
  readonly sees: readonly VisibleTable[];
}

/** What a relation of a FROM clause is. */
export type Source = { readonly relation: Relation; readonly alias: string } & (
  | { readonly kind: "table"; readonly table: SourceTable; readonly columns: readonly string[] }
  | { readonly kind: "block"; readonly block: Block; readonly columns: readonly string[] }
  | { readonly kind: "other"; readonly what: string; readonly columns: readonly string[] }
);

/** A column of a relation of a SELECT. */
export interface ColumnPlace {
  readonly source: Source;
  readonly column: string;
}

/** What a query is made of: a SELECT, or queries one after the other. */
export type Body =
  | { readonly kind: "select"; readonly select: Select }
  | { readonly kind: "union"; readonly branches: readonly Block[] }
  /** Something whose rows can't be traced to rows of what it reads. */
  | { readonly kind: "other"; readonly what: string; readonly branches: readonly Block[] };

/** The block of a query, seen from within `around`. */
export function blockOf(query: Query, tables: readonly SourceTable[], around: readonly VisibleTable[] = []): Block {
  const visible = [...around];
  for (const { name, columns, query: own } of query.with) {
    visible.push({ name, columns, query: own, sees: [...visible] });
  }
  return { query, visible, tables };
}

/** The body of a block, parentheses taken off. */
export function bodyOf(block: Block): Body {
  const part = (body: Query["body"]): Block => ({
    ...block,
    query: { kind: "query", at: body.at, with: [], body, orderBy: [] },
  });
  const { body } = block.query;
  switch (body.kind) {
    case "select":
      return { kind: "select", select: body };
    case "nested":
      return { kind: "union", branches: [blockOf(body.query, block.tables, block.visible)] };
    case "values":
      return { kind: "other", what: "VALUES", branches: [] };
    case "set": {
      const branches = [part(body.left), part(body.right)];
      if (body.operator === "union" && body.all) return { kind: "union", branches };
      const what = body.operator === "union" ? "UNION without ALL" : body.operator.toUpperCase();
      return { kind: "other", what, branches };
    }
  }
}

/** The SELECTs of a query, whatever combines them. */
export function selectsOf(block: Block): { readonly block: Block; readonly select: Select }[] {
  const body = bodyOf(block);
  return body.kind === "select" ? [{ block, select: body.select }] : body.branches.flatMap(selectsOf);
}

/** The relations that a SELECT of the block reads, in the order in which they stand. */
export function sourcesOf(block: Block, select: Select): Source[] {
  return select.from ? sourcesIn(block, select.from) : [];
}

/** The relations in a FROM clause or a part of one. */
export function sourcesIn(block: Block, relation: Relation): Source[] {
  switch (relation.kind) {
    case "join":
      return [...sourcesIn(block, relation.left), ...sourcesIn(block, relation.right)];
    case "parenthesised":
      return [{ relation, alias: relation.alias.name, kind: "other", what: "a join with a name", columns: [] }];
    case "unnest": {
      const columns = relation.alias?.columns ?? [];
      return [{ relation, alias: relation.alias?.name ?? "", kind: "other", what: "UNNEST", columns }];
    }
    case "derived": {
      const { alias, lateral } = relation;
      const inner = blockOf(relation.query, block.tables, block.visible);
      const columns = alias?.columns ?? outputsOf(inner);
      if (lateral) return [{ relation, alias: alias?.name ?? "", kind: "other", what: "LATERAL", columns }];
      return [{ relation, alias: alias?.name ?? "", kind: "block", block: inner, columns }];
    }
    case "table":
      return [tableSource(block, relation)];
  }
}

function tableSource(block: Block, relation: Extract<Relation, { kind: "table" }>): Source {
  const { parts } = relation;
  const alias = relation.alias?.name ?? parts[parts.length - 1];
  const common = parts.length === 1 ? block.visible.filter(({ name }) => name === parts[0]).pop() : undefined;
  if (common) {
    const inner = blockOf(common.query, block.tables, common.sees);
    const columns = relation.alias?.columns ?? common.columns ?? outputsOf(inner);
    return { relation, alias, kind: "block", block: inner, columns };
  }
  const [database, table] = parts.slice(-2);
  const known = block.tables.find((each) => each.database === database && each.table === table);
  if (!known || relation.alias?.columns) {
    const what = known ? "a table whose columns are named anew" : `${parts.join(".")}, a table that is not known`;
    return { relation, alias, kind: "other", what, columns: relation.alias?.columns ?? [] };
  }
  return { relation, alias, kind: "table", table: known, columns: known.columns.map(({ column }) => column) };
}

/** The tables that a query reads, each once, as `<database>.<table>`; names without a database are left out. */
export function tablesRead(query: Query): string[] {
  return [...new Set([...query.with.flatMap((common) => tablesRead(common.query)), ...tablesOfBody(query.body)])];
}

function tablesOfBody(body: Query["body"]): string[] {
  switch (body.kind) {
    case "nested":
      return tablesRead(body.query);
    case "set":
      return [...tablesOfBody(body.left), ...tablesOfBody(body.right)];
    case "select": {
      const items = body.items.flatMap((item) => (item.kind === "expression" ? tablesInside(item.value) : []));
      return [...tablesOfRelation(body.from), ...tablesInside(body.where), ...tablesInside(body.having), ...items];
    }
    default:
      return [];
  }
}

function tablesOfRelation(relation: Relation | undefined): string[] {
  switch (relation?.kind) {
    case "table":
      return relation.parts.length > 1 ? [relation.parts.slice(-2).join(".")] : [];
    case "derived":
      return tablesRead(relation.query);
    case "parenthesised":
      return tablesOfRelation(relation.relation);
    case "join":
      return [...tablesOfRelation(relation.left), ...tablesOfRelation(relation.right), ...tablesInside(relation.on)];
    default:
      return [];
  }
}

function tablesInside(expression: Expression | undefined): string[] {
  return expression ? everyPart(expression).flatMap((part) => ("query" in part ? tablesRead(part.query) : [])) : [];
}

/** The columns of a block by name; columns without a name are `""`. */
export function outputsOf(block: Block): string[] {
  const body = bodyOf(block);
  if (body.kind === "select") return itemsOf(block, body.select).map(({ name }) => name);
  const [first] = body.branches;
  return first ? outputsOf(first) : [];
}

/** Which output of a block has a name; undefined if none has. */
export function outputIndex(block: Block, name: string): number | undefined {
  const index = outputsOf(block).indexOf(name);
  return index < 0 ? undefined : index;
}

/** The items of a SELECT with `*` spelled out. */
export function itemsOf(block: Block, select: Select): { name: string; value: Expression }[] {
  return select.items.flatMap((item) => {
    if (item.kind === "expression") {
      const { value, alias } = item;
      return [{ name: alias ?? (value.kind === "name" ? value.parts[value.parts.length - 1] : ""), value }];
    }
    return sourcesOf(block, select)
      .filter(({ alias }) => item.qualifier === undefined || alias === item.qualifier[item.qualifier.length - 1])
      .flatMap(({ alias, columns }) => columns.map((column) => ({ name: column, value: nameNode(alias, column) })));
  });
}

/** Where a name in a SELECT points; undefined for a lambda's parameter, a field or a column nobody has. */
export function resolve(sources: readonly Source[], expression: Expression): ColumnPlace | undefined {
  if (expression.kind !== "name") return undefined;
  const { parts } = expression;
  for (const [qualifier, column] of [
    [parts.at(-2), parts[parts.length - 1]] as const,
    [undefined, parts[0]] as const,
  ]) {
    const source = sources.find(
      (each) => (qualifier === undefined || each.alias === qualifier) && each.columns.includes(column),
    );
    if (source) return { source, column };
  }
  return undefined;
}

/** The columns that expressions of a SELECT mention, each once. */
export function placesIn(sources: readonly Source[], ...expressions: readonly Expression[]): ColumnPlace[] {
  return distinctPlaces(expressions.flatMap(everyPart).flatMap((part) => resolve(sources, part) ?? []));
}

/** The columns that give an expression its values, without those that only decide which value it has. */
export function valuePlaces(sources: readonly Source[], expression: Expression): ColumnPlace[] {
  const pruned = (part: Expression): Expression[] => {
    if (part.kind === "name") return [part];
    if (part.kind === "case") return valuesOf(part).flatMap(pruned);
    if (part.kind === "call") {
      if (part.name === "if") return part.args.slice(1).flatMap(pruned);
      return (part.name === "nullif" ? part.args.slice(0, 1) : part.args).flatMap(pruned);
    }
    return partsOf(part).flatMap(pruned);
  };
  return placesIn(sources, ...pruned(expression));
}

/** The columns that decide which value an expression has. */
export function decidingPlaces(sources: readonly Source[], expression: Expression): ColumnPlace[] {
  return everyPart(expression).flatMap((part) => {
    if (part.kind === "case") return placesIn(sources, ...conditionsOf(part));
    if (part.kind !== "call") return [];
    if (part.name === "if") return placesIn(sources, ...part.args.slice(0, 1));
    return part.filter ? placesIn(sources, part.filter) : [];
  });
}

/** Whether rows of a SELECT stand for groups of rows. */
export function isGrouped(block: Block, select: Select): boolean {
  if (select.grouped || select.having) return true;
  return itemsOf(block, select).some(({ value }) => aggregatesIn(value).length > 0);
}

/** The expressions of GROUP BY, ordinals resolved; undefined for GROUPING SETS. */
export function groupingOf(block: Block, select: Select): Expression[] | undefined {
  const keys = select.groupBy.map((element) => {
    if (element.kind !== "expression") return element.sets.every((set) => set.length === 0) ? [] : undefined;
    const { value } = element;
    if (value.kind !== "integer") return [value];
    return itemsOf(block, select)
      .slice(Number(value.text) - 1, Number(value.text))
      .map((item) => item.value);
  });
  return keys.some((key) => key === undefined) ? undefined : keys.flatMap((key) => key ?? []);
}

/** The calls in an expression with OVER. */
export function windowsIn(expression: Expression): (Expression & Call)[] {
  return everyPart(expression).filter(
    (part): part is Expression & { kind: "call" } => part.kind === "call" && part.over !== undefined,
  );
}

function distinctPlaces(places: readonly ColumnPlace[]): ColumnPlace[] {
  return places.filter(
    (each, index) =>
      places.findIndex((other) => other.source.relation === each.source.relation && other.column === each.column) ===
      index,
  );
}
