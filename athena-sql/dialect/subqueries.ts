/**
 * Translates subqueries in expressions.
 */
import { notSupported, type Position, QueryError } from "../trino/errors";
import type { Expression } from "../trino/syntax";
import { BOOLEAN, commonType, isStructure, type TrinoType, typeName } from "../trino/types";
import { coerce, packRow } from "./casts";
import { compileExpression } from "./expressions";
import { compileQuery, type CompiledQuery } from "./queries";
import { Scope } from "./scope";
import type { Typed } from "./typed";

type Node<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

export function subquery(query: Node<"exists">["query"], scope: Scope): CompiledQuery {
  const compiled = compileQuery(query, scope);
  for (const field of compiled.fields) for (const use of field.uses) scope.uses.add(use);
  for (const use of compiled.uses) scope.uses.add(use);
  return compiled;
}

/** The one value of a row of a subquery: several columns are a row. */
function valueOf({ fields }: CompiledQuery): Typed {
  if (fields.length === 1) return { sql: "q.c1", type: fields[0].type };
  const type: TrinoType = { kind: "row", fields: fields.map((field) => ({ name: field.name, type: field.type })) };
  return { sql: packRow(fields.map((_, index) => `q.c${index + 1}`)), type };
}

export function scalarQuery(query: Node<"exists">["query"], scope: Scope): Typed {
  const compiled = subquery(query, scope);
  const { sql, type } = valueOf(compiled);
  return {
    sql: compiled.fields.length === 1 ? `(${compiled.sql})` : `(SELECT ${sql} FROM (${compiled.sql}) AS q)`,
    type,
  };
}

/** Both sides of a comparison with the rows of a subquery, as the type that they are compared as. */
function sides(
  operand: Expression,
  query: Node<"exists">["query"],
  scope: Scope,
  at: Position,
): { left: string; right: string; type: TrinoType } {
  const compiled = subquery(query, scope);
  let left = compileExpression(operand, scope);
  const right = valueOf(compiled);
  // A row is compared with the columns, and a row of one field with the one column.
  if (left.type.kind === "row" && compiled.fields.length === 1) {
    if (left.type.fields.length > 1 || right.type.kind === "row") throw different(left.type, right.type, at);
    left = { sql: `(${left.sql}).f1`, type: left.type.fields[0].type };
  }
  const type = commonType(left.type, right.type);
  if (!type) throw different(left.type, right.type, at);
  return {
    left: coerce(left, type).sql,
    right: `SELECT ${coerce(right, type).sql} FROM (${compiled.sql}) AS q`,
    type,
  };
}

function different(left: TrinoType, right: TrinoType, at: Position): QueryError {
  const text = `Value expression and result of subquery must be of the same type: ${typeName(left)} vs ${typeName(right)}`;
  return new QueryError("TYPE_MISMATCH", text, at);
}

/**
 * `(a, b) IN (SELECT …)`: Trino looks a row up as one value, NULLs in it like other fields (trinodb/trino, issue 7798), as DuckDB
 * does with structs. In a correlated subquery it compares the fields.
 */
export function inQuery(node: Node<"in query">, scope: Scope): Typed {
  const { left, right, type } = sides(node.operand, node.query, scope, node.at);
  if (type.kind === "row" && isCorrelated(node.query, scope)) {
    throw notSupported("IN with a row and a correlated subquery", node.at);
  }
  if (holdsMap(type)) throw notSupported(`IN (SELECT …) of values of type ${typeName(type)}`, node.at);
  return { sql: `(${left} ${node.negated ? "NOT " : ""}IN (${right}))`, type: BOOLEAN };
}

function holdsMap(type: TrinoType): boolean {
  if (type.kind === "row") return type.fields.some((field) => holdsMap(field.type));
  return type.kind === "map" || (type.kind === "array" && holdsMap(type.element));
}

/** Whether a subquery reads columns of the queries around it. */
function isCorrelated(query: Node<"exists">["query"], scope: Scope): boolean {
  const alone = Scope.root({ ...scope.session, scans: [], report: undefined });
  try {
    compileQuery(query, alone.at({ commonTables: scope.commonTables }));
    return false;
  } catch (error) {
    if (error instanceof QueryError) return true;
    throw error;
  }
}

export function quantified(node: Node<"quantified">, scope: Scope): Typed {
  const { operator, quantifier, left: operand, query, at } = node;
  if ((operator === "=" && quantifier === "any") || (operator === "<>" && quantifier === "all")) {
    return inQuery({ kind: "in query", operand, query, negated: operator === "<>", at }, scope);
  }
  const { left, right, type } = sides(operand, query, scope, at);
  if (isStructure(type)) {
    throw notSupported(`${operator} ${quantifier.toUpperCase()} of values of type ${typeName(type)}`, at);
  }
  return { sql: `(${left} ${operator} ${quantifier.toUpperCase()} (${right}))`, type: BOOLEAN };
}
