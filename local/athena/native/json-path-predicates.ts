/**
 * Conditions in paths of SQL/JSON, as Trino's PathPredicateEvaluationVisitor has them: they never fail, and may be unknown.
 */
import type { PathComparison, PathNode, PathPredicate } from "../../../athena-sql/dialect/sql-json-path";
import { evaluate, type PathScope, unwrapped } from "./json-path";
import { PathError } from "./json-path-errors";
import { compareNumbers } from "./json-path-numbers";
import type { JsonItem } from "./json-items";

/** Unknown is undefined. */
type Truth = boolean | undefined;

export function holds(predicate: PathPredicate, scope: PathScope): Truth {
  switch (predicate.kind) {
    case "and": {
      const left = holds(predicate.left, scope);
      const right = left === false ? false : holds(predicate.right, scope);
      return left === false || right === false ? false : left === undefined || right === undefined ? undefined : true;
    }
    case "or": {
      const left = holds(predicate.left, scope);
      const right = left === true ? true : holds(predicate.right, scope);
      return left === true || right === true ? true : left === undefined || right === undefined ? undefined : false;
    }
    case "not": {
      const truth = holds(predicate.predicate, scope);
      return truth === undefined ? undefined : !truth;
    }
    case "is unknown":
      return holds(predicate.predicate, scope) === undefined;
    case "exists": {
      const found = attempt(predicate.path, scope);
      return found && found.length > 0;
    }
    case "starts with":
      return startsWith(predicate.left, predicate.right, scope);
    case "compare":
      return compared(predicate, scope);
  }
}

function attempt(path: PathNode, scope: PathScope): readonly JsonItem[] | undefined {
  try {
    return evaluate(path, scope);
  } catch (error) {
    if (error instanceof PathError) return undefined;
    throw error;
  }
}

function startsWith(text: PathNode, prefix: PathNode, scope: PathScope): Truth {
  const [texts, prefixes] = [attempt(text, scope), attempt(prefix, scope)];
  const [only] = prefixes ?? [];
  if (!texts || prefixes?.length !== 1 || only.kind !== "varchar") return undefined;
  let found = false;
  for (const item of scope.lax ? unwrapped(texts) : texts) {
    if (item.kind !== "varchar") return undefined;
    found ||= item.value.startsWith(only.value);
    if (found && scope.lax) return true;
  }
  return found;
}

function isStructure({ kind }: JsonItem): boolean {
  return kind === "object" || kind === "array";
}

function compared({ operator, left, right }: Extract<PathPredicate, { kind: "compare" }>, scope: PathScope): Truth {
  const sequences = [attempt(left, scope), attempt(right, scope)];
  const [lefts, rights] = sequences.map((sequence) => (sequence && scope.lax ? unwrapped(sequence) : sequence));
  if (!lefts || !rights) return undefined;
  const isNull = ({ kind }: JsonItem): boolean => kind === "null";
  const isScalar = (item: JsonItem): boolean => !isNull(item) && !isStructure(item);
  const structures = [lefts.some(isStructure), rights.some(isStructure)];
  const scalars = [lefts.filter(isScalar), rights.filter(isScalar)];
  if ((structures[0] && (structures[1] || scalars[1].length > 0)) || (structures[1] && scalars[0].length > 0)) {
    return undefined;
  }
  const nulls = [lefts.some(isNull), rights.some(isNull)];
  let found = operator === "==" && nulls[0] && nulls[1];
  if (operator === "<>" || operator === "!=") {
    found = (nulls[0] && rights.some((item) => !isNull(item))) || (nulls[1] && lefts.some((item) => !isNull(item)));
  }
  if (found && scope.lax) return true;
  for (const a of scalars[0]) {
    for (const b of scalars[1]) {
      const truth = ordered(operator, a, b);
      if (truth === undefined) return undefined;
      found ||= truth;
      if (found && scope.lax) return true;
    }
  }
  return found;
}

/** A comparison of two scalars; unknown for those of different types. */
function ordered(operator: PathComparison, left: JsonItem, right: JsonItem): Truth {
  let order: number | undefined;
  if (left.kind === "varchar" && right.kind === "varchar") {
    order = Buffer.compare(Buffer.from(left.value), Buffer.from(right.value));
  } else if (left.kind === "boolean" && right.kind === "boolean") order = Number(left.value) - Number(right.value);
  else if (isNumber(left) && isNumber(right)) order = compareNumbers(left, right);
  else return undefined;
  const unequal = operator === "<>" || operator === "!=";
  if (order === undefined) return unequal;
  switch (operator) {
    case "==":
      return order === 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    default:
      return order !== 0;
  }
}

function isNumber(item: JsonItem): item is Extract<JsonItem, { kind: "integer" | "real" | "double" | "decimal" }> {
  return ["integer", "real", "double", "decimal"].includes(item.kind);
}
