/**
 * Finds the tables that a query names.
 */
import type { Expression, Name, Query, QueryBody, Relation } from "../../athena-sql/trino/syntax";
import { visitExpression } from "../../athena-sql/trino/syntax";

/** Names of the tables and views of a query, tables of its WITH clauses left out. */
export function tableNames(query: Query): (readonly Name[])[] {
  const found = new Map<string, readonly Name[]>();
  visitQuery(query, new Set(), (parts) => found.set(parts.join("."), parts));
  return [...found.values()];
}

type Visit = (parts: readonly Name[]) => void;

function visitQuery(query: Query, around: ReadonlySet<Name>, visit: Visit): void {
  const known = new Set(around);
  for (const table of query.with) {
    visitQuery(table.query, known, visit);
    known.add(table.name);
  }
  visitBody(query.body, known, visit);
  for (const { key } of query.orderBy) visitNode(key, known, visit);
}

function visitBody(body: QueryBody, known: ReadonlySet<Name>, visit: Visit): void {
  const node = (expression: Expression | undefined): void => {
    if (expression) visitNode(expression, known, visit);
  };
  switch (body.kind) {
    case "nested":
      return visitQuery(body.query, known, visit);
    case "set":
      visitBody(body.left, known, visit);
      return visitBody(body.right, known, visit);
    case "values":
      return body.rows.forEach(node);
    case "select":
      for (const item of body.items) if (item.kind === "expression") node(item.value);
      if (body.from) visitRelation(body.from, known, visit);
      node(body.where);
      node(body.having);
      for (const element of body.groupBy) {
        if (element.kind === "expression") node(element.value);
        else element.sets.flat().forEach(node);
      }
  }
}

function visitRelation(relation: Relation, known: ReadonlySet<Name>, visit: Visit): void {
  switch (relation.kind) {
    case "table":
      if (relation.parts.length > 1 || !known.has(relation.parts[0])) visit(relation.parts);
      return;
    case "derived":
      return visitQuery(relation.query, known, visit);
    case "parenthesised":
      return visitRelation(relation.relation, known, visit);
    case "unnest":
      return relation.values.forEach((value) => visitNode(value, known, visit));
    case "join":
      visitRelation(relation.left, known, visit);
      visitRelation(relation.right, known, visit);
      if (relation.on) visitNode(relation.on, known, visit);
  }
}

function visitNode(node: Expression, known: ReadonlySet<Name>, visit: Visit): void {
  visitExpression(node, (part) => {
    if ("query" in part) visitQuery(part.query, known, visit);
  });
}
