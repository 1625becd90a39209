/**
 * Choice rules of JSONPath states.
 * Source: Amazon States Language, "Choice State"; developer guide, "Choice workflow state" (state-choice).
 */
import { matchesWildcard } from "../wildcard";
import { runtimeFailure } from "./failure";
import { findPath, type PathRoots } from "./jsonpath";
import type { Json } from "./payload";

/** A rule or a part of one: exactly one of And, Or, Not, or a Variable with one comparison operator. */
export interface ChoiceTest {
  readonly And?: readonly ChoiceTest[];
  readonly Or?: readonly ChoiceTest[];
  readonly Not?: ChoiceTest;
  readonly Variable?: string;
  readonly [operator: string]: unknown;
}

/** Whether a rule's test holds. Throws `States.Runtime` for a path that leads nowhere, except under IsPresent. */
export function holds(test: ChoiceTest, roots: PathRoots): boolean {
  if (test.And) return test.And.every((part) => holds(part, roots));
  if (test.Or) return test.Or.some((part) => holds(part, roots));
  if (test.Not) return !holds(test.Not, roots);
  const operator = comparisonOf(test);
  if (test.Variable === undefined || operator === undefined) throw runtimeFailure("The choice rule has no comparison.");
  const operand = test[operator] as Json;
  if (operator === "IsPresent") return (findVariable(test.Variable, roots) !== undefined) === operand;
  const value = readVariable(test.Variable, roots);
  const is = TYPES[operator];
  if (is) return is(value) === operand;
  if (operator === "StringMatches") return typeof value === "string" && matches(value, String(operand));
  return operator.endsWith("Path")
    ? compare(operator.slice(0, -"Path".length), value, readVariable(String(operand), roots))
    : compare(operator, value, operand);
}

/** The comparison operator of a test, or undefined if it has none or several. */
export function comparisonOf(test: ChoiceTest): string | undefined {
  const found = Object.keys(test).filter((key) => OPERATORS.has(key));
  return found.length === 1 ? found[0] : undefined;
}

const TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsBoolean: (value) => typeof value === "boolean",
  IsNumeric: (value) => typeof value === "number",
  IsString: (value) => typeof value === "string",
  IsTimestamp: (value) => timestamp(value) !== undefined,
};

const ORDERED = ["Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals"];

/** All comparison operators, the JSON type that their operand must have by name. */
export const OPERATORS: ReadonlyMap<string, "string" | "number" | "boolean" | "timestamp" | "path"> = new Map([
  ...["IsPresent", ...Object.keys(TYPES), "BooleanEquals"].map((name) => [name, "boolean"] as const),
  ["BooleanEqualsPath", "path"] as const,
  ["StringMatches", "string"] as const,
  ...(["String", "Numeric", "Timestamp"] as const).flatMap((kind) =>
    ORDERED.flatMap((order) => [
      [`${kind}${order}`, kind === "Numeric" ? "number" : kind === "String" ? "string" : "timestamp"] as const,
      [`${kind}${order}Path`, "path"] as const,
    ]),
  ),
]);

/** Milliseconds since 1970 of an RFC 3339 timestamp as the language wants it (`T`, and `Z` or an offset), or undefined. */
export function timestamp(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

function findVariable(path: string, roots: PathRoots): Json | undefined {
  // A variable that was never assigned is "not present", as a missing member is.
  const name = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)/u.exec(path)?.[1];
  return name !== undefined && roots.variables[name] === undefined ? undefined : findPath(path, roots);
}

function readVariable(path: string, roots: PathRoots): Json {
  const value = findPath(path, roots);
  if (value !== undefined) return value;
  throw runtimeFailure(`Invalid path '${path}': The choice state's condition path references an invalid value.`);
}

/** Values of different types are never equal, less or greater: the rule does not match. */
function compare(operator: string, left: Json, right: Json): boolean {
  const kind = /^(?:String|Numeric|Boolean|Timestamp)/.exec(operator)?.[0] ?? "";
  const [a, b] = [comparable(kind, left), comparable(kind, right)];
  if (a === undefined || b === undefined) return false;
  switch (operator.slice(kind.length)) {
    case "Equals":
      return a === b;
    case "GreaterThan":
      return a > b;
    case "GreaterThanEquals":
      return a >= b;
    case "LessThan":
      return a < b;
    default:
      return a <= b;
  }
}

function comparable(kind: string, value: Json): string | number | boolean | undefined {
  if (kind === "Timestamp") return timestamp(value);
  const type = kind === "Numeric" ? "number" : kind.toLowerCase();
  return typeof value === type ? (value as string | number | boolean) : undefined;
}

/** `*` stands for any characters, `\*` for an asterisk, `\\` for a backslash. */
function matches(text: string, pattern: string): boolean {
  const pieces = [""];
  for (const [part, escaped] of pattern.matchAll(/\\([*\\])|[^]/g)) {
    if (part === "*") pieces.push("");
    else pieces[pieces.length - 1] += escaped ?? part;
  }
  return matchesWildcard(pieces, text);
}
