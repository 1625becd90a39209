/**
 * Finds the conditions of a query that choose the partitions to read.
 */
import { QueryError } from "../trino/errors";
import { type Expression, visitExpression } from "../trino/syntax";
import { compileExpression } from "./expressions";
import { condition } from "./operators";
import { type Field, Scope, type Translating } from "./scope";
import type { Scan } from "./scan";

/** Conditions that are joined by AND. */
export function conjuncts(node: Expression): Expression[] {
  return node.kind === "binary" && node.operator === "and"
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
}

const UNSTABLE = ["random", "rand", "uuid", "shuffle"];

function isStatic(node: Expression): boolean {
  let found = true;
  visitExpression(node, (part) => {
    if (part.kind === "call" && UNSTABLE.includes(part.name)) found = false;
    if (["in query", "exists", "scalar query", "quantified"].includes(part.kind)) found = false;
  });
  return found;
}

/**
 * Notes each part of a condition that is about partition columns of one scan only.
 * @param fields the fields whose rows are dropped if the condition is not true
 */
export function pushConditions(node: Expression, fields: readonly Field[], session: Translating): void {
  const scans = new Set(fields.flatMap((field) => field.targets.map((target) => target.scan)));
  if (scans.size === 0) return;
  for (const part of conjuncts(node)) {
    if (isStatic(part)) for (const scan of scans) push(part, scan, fields, session);
  }
}

function push(part: Expression, scan: Scan, fields: readonly Field[], session: Translating): void {
  // With nothing but the partition columns of this scan in sight, what translates is about them.
  const own = fields.flatMap((field) => {
    const target = field.targets.find((candidate) => candidate.scan === scan);
    return target ? [{ ...field, sql: target.sql }] : [];
  });
  let mentions = false;
  visitExpression(part, (inner) => {
    if (inner.kind === "name") mentions = true;
  });
  if (!mentions) return;
  try {
    const scope = Scope.root(session).inner(own, new Set(), "WHERE clause");
    scan.conditions.push(condition(compileExpression(part, scope), part.at));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
  }
}
