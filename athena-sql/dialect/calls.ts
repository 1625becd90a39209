/**
 * Translates function calls: scalar functions, aggregates and windows.
 */
import { type Position, QueryError } from "../trino/errors";
import { type Call, type Expression, type SortItem, visitExpression, type Window } from "../trino/syntax";
import { compileAggregate, isAggregate, isWindowFunction } from "./aggregates";
import { compileExpression } from "./expressions";
import { callFunction } from "./functions";
import { settled } from "./literals";
import { condition } from "./operators";
import type { Scope } from "./scope";
import type { Typed } from "./typed";

/** A call of any function. @throws QueryError for aggregates where none may stand, and functions that do not exist */
export function compileCall(node: { at: Position } & Call, scope: Scope): Typed {
  if (isAggregate(node.name) || isWindowFunction(node.name)) {
    if (node.over === undefined) {
      if (isWindowFunction(node.name)) {
        throw new QueryError("MISSING_OVER", `Window function ${node.name} requires an OVER clause`, node.at);
      }
      const text = `${scope.place ?? "This clause"} cannot contain aggregations, window functions or grouping operations: [${node.name}]`;
      throw new QueryError("EXPRESSION_NOT_SCALAR", text, node.at);
    }
    if (scope.place !== undefined) {
      const text = `${scope.place} cannot contain aggregations, window functions or grouping operations: [${node.name}]`;
      throw new QueryError("EXPRESSION_NOT_SCALAR", text, node.at);
    }
    return aggregateCall(node, scope, scope);
  }
  if (node.star || node.distinct || node.filter || node.over !== undefined || node.orderBy.length) {
    throw new QueryError(
      "FUNCTION_NOT_AGGREGATE",
      `Function '${node.name}' is not an aggregate or window function`,
      node.at,
    );
  }
  const compile = (part: Expression, inside: Scope): Typed => compileExpression(part, inside);
  const special = {
    name: node.name,
    args: node.args,
    scope,
    at: node.at,
    compile: (part: Expression) => compileExpression(part, scope),
    apply: (part: Expression, values: readonly Typed[]) => {
      if (part.kind !== "lambda" || part.parameters.length !== values.length) {
        throw new QueryError("TYPE_MISMATCH", `${node.name} needs a lambda of ${values.length} parameters`, part.at);
      }
      const bound = new Map(part.parameters.map((parameterName, index) => [parameterName, values[index]]));
      return compileExpression(part.body, scope.binding(bound));
    },
  };
  return callFunction(special, compile);
}

/**
 * An aggregate or window function.
 * @param inside scope of the arguments
 * @param around scope of the OVER clause
 */
export function aggregateCall(node: { at: Position } & Call, inside: Scope, around: Scope): Typed {
  const args = node.args.map((part) => compileExpression(part, inside));
  const filter = node.filter ? ` FILTER (WHERE ${condition(compileExpression(node.filter, inside), node.at)})` : "";
  const over = node.over === undefined ? "" : ` OVER (${windowSql(node.over, around, node.at)})`;
  const order = node.orderBy.length ? ` ORDER BY ${sortSql(node.orderBy, inside)}` : "";
  const nulls = node.nulls === "ignore" ? " IGNORE NULLS" : "";
  const write = (name: string, ...parts: readonly string[]): string =>
    `${name}(${node.distinct ? "DISTINCT " : ""}${parts.join(", ")}${nulls}${order})${filter}${over}`;
  return compileAggregate({ ...node, args, windowed: node.over !== undefined, write });
}

/** ORDER BY keys; NULLs come last whatever the direction, as in Trino. */
function sortSql(items: readonly SortItem[], scope: Scope): string {
  return items.map((item) => sortKey(settled(compileExpression(item.key, scope)), item)).join(", ");
}

export function sortKey(sql: string, item: SortItem): string {
  return `${sql} ${item.descending ? "DESC" : "ASC"} NULLS ${item.nullsFirst ? "FIRST" : "LAST"}`;
}

function windowSql(over: Window | string, scope: Scope, at: Position): string {
  if (typeof over === "string") {
    const named = scope.windows.get(over);
    if (!named) throw new QueryError("INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${over}`, at);
    return windowSql(named, scope, at);
  }
  const parts: string[] = [];
  if (over.base !== undefined) parts.push(windowSql(over.base, scope, at));
  const key = (part: Expression): string => settled(compileExpression(part, scope));
  if (over.partitionBy.length) parts.push(`PARTITION BY ${over.partitionBy.map(key).join(", ")}`);
  if (over.orderBy.length) parts.push(`ORDER BY ${sortSql(over.orderBy, scope)}`);
  if (over.frame) {
    const bound = (edge: NonNullable<Window["frame"]>["start"]): string => {
      if (!("distance" in edge)) return edge.kind.toUpperCase();
      const distance = compileExpression(edge.distance, scope);
      const interval =
        distance.type.kind === "interval day to second" ? `to_milliseconds(${distance.sql})` : distance.sql;
      return `${distance.type.kind === "interval year to month" ? `to_months(${distance.sql})` : interval} ${edge.kind.toUpperCase()}`;
    };
    const { unit, start, end } = over.frame;
    parts.push(`${unit.toUpperCase()} BETWEEN ${bound(start)} AND ${end ? bound(end) : "CURRENT ROW"}`);
  }
  return parts.join(" ");
}

/** Whether an expression holds an aggregate that is not a window's. */
export function hasAggregate(node: Expression): boolean {
  let found = false;
  visitExpression(node, (part) => {
    if (part.kind === "call" && isAggregate(part.name) && part.over === undefined) found = true;
    if (part.kind === "call" && part.name === "grouping") found = true;
  });
  return found;
}

/** Whether an expression holds a window function. */
export function hasWindow(node: Expression): boolean {
  let found = false;
  visitExpression(node, (part) => {
    if (part.kind === "call" && part.over !== undefined) found = true;
  });
  return found;
}
