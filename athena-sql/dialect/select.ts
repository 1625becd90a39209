/**
 * Translates one SELECT with its FROM, WHERE, GROUP BY, HAVING, DISTINCT and ORDER BY.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { Expression, Name, Select, SelectItem, SortItem } from "../trino/syntax";
import { UNKNOWN } from "../trino/types";
import { hasAggregate, hasWindow, sortKey } from "./calls";
import { compileExpression } from "./expressions";
import { settled } from "./literals";
import { Aggregation } from "./grouping";
import { condition } from "./operators";
import { pushConditions } from "./partition-conditions";
import { type CompiledQuery, ordinalFault } from "./queries";
import { compileRelation, type CompiledRelation } from "./relations";
import type { Field, Scope } from "./scope";
import type { SourceColumn } from "./scan";
import { freshName, type Typed } from "./typed";

interface Item {
  readonly name?: Name;
  readonly value: Typed;
  readonly uses: ReadonlySet<SourceColumn>;
  /** The expression, for ORDER BY and GROUP BY by position; columns of `*` have none. */
  readonly node?: Expression;
}

/** @param orderBy that of the query around, which sees the names of this SELECT */
export function compileSelect(select: Select, orderBy: readonly SortItem[], scope: Scope): CompiledQuery {
  const uses = new Set<SourceColumn>();
  const from: CompiledRelation = select.from ? compileRelation(select.from, scope, uses) : { sql: "", fields: [] };
  const source = scope.inner(from.fields, uses, "WHERE clause");
  const filter = (part: Expression | undefined, inside: Scope): string | undefined =>
    part && scope.attempt(() => condition(compileExpression(part, inside), part.at), "true");
  const filtered = filter(select.where, source);
  const where = filtered && ` WHERE ${filtered}`;
  if (select.where) pushConditions(select.where, from.fields, scope.session);

  const base = source.at({ place: undefined, windows: select.windows });
  const aggregation = isAggregated(select, orderBy) ? new Aggregation(select, source, uses) : undefined;
  const output = aggregation ? base.at({ grouped: aggregation }) : base;
  const items = select.items.flatMap((item) => compileItem(item, from.fields, output));
  const having = filter(select.having, output);
  if (select.distinct) for (const item of items) for (const use of item.uses) uses.add(use);

  const distinctAlias = freshName("d");
  const keys = orderBy.map((item) =>
    scope.attempt(() => sortBy(item, items, output, select.distinct ? distinctAlias : undefined), "NULL"),
  );
  const columns = items.map(({ value }, index) => `${settled(value)} AS c${index + 1}`).join(", ");
  const tail = `${from.sql ? ` FROM ${from.sql}` : ""}${where ?? ""}`;
  const rows = aggregation
    ? ` FROM (${aggregation.sql(tail)}) AS ${aggregation.alias}${having ? ` WHERE ${having}` : ""}`
    : tail;
  const order = keys.length ? ` ORDER BY ${keys.join(", ")}` : "";
  const whole = select.distinct
    ? `SELECT * FROM (SELECT DISTINCT ${columns}${rows}) AS ${distinctAlias}${order}`
    : `SELECT ${columns}${rows}${order}`;
  // A window sees all rows: a condition on the result must not remove any before it.
  const windowed = select.items.some((item) => item.kind === "expression" && hasWindow(item.value));
  const isStep = windowed && keys.length === 0 && scope.isOutermost && whole.split(" OVER (").length > mostWindows;
  const sql = isStep ? step(whole, scope) : whole;
  const fields: Field[] = items.map(({ name, value, uses: own }, index) => ({
    name,
    sql: `c${index + 1}`,
    type: value.type,
    uses: own,
    targets: windowed ? [] : (value.targets ?? []),
  }));
  return { sql, fields, uses };
}

/**
 * Window functions that may stand below one another. DuckDB's optimizer plans what is below one twice (FilterPushdown in 1.5), so that
 * each more doubles the time; a query that is materialized first is planned once.
 */
const mostWindows = 8;

function step(sql: string, { session }: Scope): string {
  const name = freshName("step");
  session.steps.set(name, sql);
  return `SELECT * FROM ${name}`;
}

function isAggregated(select: Select, orderBy: readonly SortItem[]): boolean {
  if (select.grouped || select.having) return true;
  const nodes = select.items.flatMap((item) => (item.kind === "expression" ? [item.value] : []));
  return [...nodes, ...orderBy.map((item) => item.key)].some(hasAggregate);
}

function compileItem(item: SelectItem, fields: readonly Field[], scope: Scope): Item[] {
  if (item.kind === "all") return scope.attempt(() => allColumns(item, fields, scope), []);
  const uses = new Set<SourceColumn>();
  const wrong: Typed = { sql: "NULL", type: UNKNOWN };
  const value = scope.attempt(() => compileExpression(item.value, scope.at({ uses, place: undefined })), wrong);
  return [{ name: item.alias ?? nameOf(item.value), value, uses, node: item.value }];
}

function nameOf(node: Expression): Name | undefined {
  if (node.kind === "name") return node.parts[node.parts.length - 1];
  // A field of a column; of another expression it has no name.
  return node.kind === "field" && node.base.kind === "name" ? node.field : undefined;
}

function isRow(parts: readonly Name[], at: Position, scope: Scope): boolean {
  const found = scope.find(parts, at);
  return found?.field.type.kind === "row";
}

function allColumns(
  item: { at: Position; qualifier?: readonly Name[] },
  fields: readonly Field[],
  scope: Scope,
): Item[] {
  const { qualifier } = item;
  const wanted = qualifier ? scope.fieldsOf(qualifier) : fields;
  if (wanted.length === 0) {
    if (qualifier && isRow(qualifier, item.at, scope)) throw notSupported("all fields of a row (row.*)", item.at);
    const text = qualifier
      ? `Unable to resolve reference ${qualifier.join(".")}`
      : "SELECT * not allowed in queries without FROM clause";
    throw new QueryError("COLUMN_NOT_FOUND", text, item.at);
  }
  return wanted.map((field): Item => {
    if (!scope.grouped && fields.includes(field)) return { name: field.name, value: field, uses: field.uses };
    const parts = [...(field.qualifier ?? []), field.name ?? ""];
    const uses = new Set<SourceColumn>();
    return {
      name: field.name,
      value: compileExpression({ kind: "name", parts, at: item.at }, scope.at({ uses })),
      uses,
    };
  });
}

// ORDER BY sees positions, then names of the SELECT list, then the columns of FROM.
function sortBy(item: SortItem, items: readonly Item[], scope: Scope, distinctAlias: string | undefined): string {
  let value: Typed;
  if (item.key.kind === "integer") {
    const wanted = items[Number(item.key.text) - 1] as Item | undefined;
    if (!wanted) throw ordinalFault(item.key.text, item.key.at);
    wanted.uses.forEach((use) => scope.uses.add(use));
    value = wanted.value;
  } else {
    const aliases = new Map<Name, Typed>();
    for (const { name, value: named } of items) if (name !== undefined && !aliases.has(name)) aliases.set(name, named);
    const single =
      item.key.kind === "name" && item.key.parts.length === 1
        ? items.find((i) => i.name === nameOf(item.key))
        : undefined;
    single?.uses.forEach((use) => scope.uses.add(use));
    value = single ? single.value : compileExpression(item.key, scope.binding(aliases));
  }
  const position = items.findIndex((other) => other.value.sql === value.sql);
  if (distinctAlias !== undefined) {
    if (position < 0) {
      const text = "For SELECT DISTINCT, ORDER BY expressions must appear in select list";
      throw new QueryError("EXPRESSION_NOT_IN_DISTINCT", text, item.key.at);
    }
    return sortKey(`${distinctAlias}.c${position + 1}`, item);
  }
  return sortKey(position < 0 ? settled(value) : String(position + 1), item);
}
