/**
 * JSONata in state machines: `{% … %}` strings and the functions and restrictions that Step Functions adds.
 * Source: Step Functions developer guide, "Transforming data with JSONata in Step Functions" (transforming-data).
 */
import { createHash, randomUUID } from "node:crypto";
import jsonata from "jsonata";
import { readJson } from "../read-json";
import { StateFailure } from "./failure";
import { type Json, type JsonObject, typeName } from "./payload";

/** What an expression can see. `variables` are the workflow's, by name without `$`. */
export interface JsonataScope {
  readonly states: { input: Json; context: Json; result?: Json; errorOutput?: Json };
  readonly variables: JsonObject;
  readonly now: Date;
  /** Source of `$random()` without a seed: a number in [0, 1). */
  readonly random: () => number;
}

/** The expression inside a `{% … %}` string, or undefined if the string is a literal. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith("{%") && text.endsWith("%}") && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** What is wrong with an expression before it runs: a syntax error or something Step Functions does not allow. */
export function expressionFault(expression: string): string | undefined {
  let tree: unknown;
  try {
    tree = jsonata(expression).ast();
  } catch (error) {
    const { message, position } = error as { message: string; position?: number };
    return position === undefined ? message : `${message} (at character ${position})`;
  }
  return faultIn(tree, expression, false);
}

/** Evaluates every expression in a template of JSON; `field` names its place in error messages, e.g. `Output/result`. */
export async function fillJsonata(template: Json, field: string, scope: JsonataScope): Promise<Json> {
  if (typeof template === "string") {
    const expression = expressionIn(template);
    return expression === undefined ? template : evaluateJsonata(expression, field, scope);
  }
  if (Array.isArray(template)) {
    return Promise.all(template.map((item, index) => fillJsonata(item, `${field}[${index}]`, scope)));
  }
  if (template !== null && typeof template === "object") {
    const filled: JsonObject = {};
    for (const [key, value] of Object.entries(template)) {
      filled[key] = await fillJsonata(value, `${field}/${key}`, scope);
    }
    return filled;
  }
  return template;
}

/** Evaluates one expression. Throws `States.QueryEvaluationError` if it fails, or yields nothing or something not JSON. */
export async function evaluateJsonata(expression: string, field: string, scope: JsonataScope): Promise<Json> {
  const fail = (what: string) =>
    new StateFailure(
      "States.QueryEvaluationError",
      `The JSONata expression '${expression}' specified for the field '${field}' ${what}`,
      { location: field },
    );
  let value: unknown;
  try {
    value = await compiled(expression).evaluate(undefined, {
      ...scope.variables,
      ...functions(scope),
      states: scope.states,
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw fail(`threw an error during evaluation. ${code === undefined ? "" : `${code}: `}${message}`);
  }
  if (value === undefined) throw fail("returned nothing (undefined).");
  if (containsFunction(value)) throw fail("returned an unsupported result type.");
  // Sequences carry bookkeeping properties: going through text leaves plain JSON and shares nothing with the inputs.
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** Checks an evaluated value's JSON type; throws `States.QueryEvaluationError` in the service's words. */
export function expectType(value: Json, expected: string, expression: string, field: string): void {
  if (typeName(value) === expected) return;
  throw new StateFailure(
    "States.QueryEvaluationError",
    `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`,
    { location: field },
  );
}

/**
 * Keeps an expression without end from taking the process with it: milliseconds, and depth of nested evaluations. The
 * service has limits of its own, which are not documented.
 */
const LIMITS = { timeout: 10_000, stack: 5_000 };

/** Parsing costs more than most evaluations; a machine has a fixed set of expressions, run many times in a Map. */
const parsed = new Map<string, jsonata.Expression>();

function compiled(expression: string): jsonata.Expression {
  let found = parsed.get(expression);
  if (!found) {
    found = jsonata(expression, LIMITS);
    if (parsed.size > 5_000) parsed.clear();
    parsed.set(expression, found);
  }
  return found;
}

const formatTime = jsonata("$fromMillis($time, $picture, $timezone)");

/** The functions that Step Functions adds to JSONata or replaces; `$eval` is not available there. */
function functions(scope: JsonataScope): Record<string, unknown> {
  return {
    eval: undefined,
    now: (picture?: string, timezone?: string) =>
      formatTime.evaluate(undefined, { time: scope.now.getTime(), picture, timezone }),
    millis: () => scope.now.getTime(),
    partition: (items: Json, size: unknown) => partition(items, size),
    // A sequence of one is that one, as everywhere in JSONata (seen in recorded runs).
    range: (first: unknown, last: unknown, step: unknown) => {
      const numbers = range(first, last, step);
      return numbers.length === 1 ? numbers[0] : numbers;
    },
    hash: (text: unknown, algorithm: unknown) => hash(text, algorithm),
    random: (seed?: unknown) => (seed === undefined ? scope.random() : seeded(whole(seed, "$random: the seed"))),
    uuid: () => randomUUID(),
    parse: (text: unknown) => parse(text),
  };
}

function whole(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`${what} must be a number.`);
  return Math.round(value);
}

/** Splits an array into arrays of `size`; the last one may be shorter. */
export function partition(items: Json, size: unknown): Json[] {
  const chunk = whole(size, "The partition size");
  if (chunk < 1) throw new Error("The partition size must be greater than 0.");
  const list = Array.isArray(items) ? items : [items];
  const chunks: Json[] = [];
  for (let start = 0; start < list.length; start += chunk) chunks.push(list.slice(start, start + chunk));
  return chunks;
}

/** Numbers from `first` to `last` inclusive; at most 1,000 of them, as the service allows. */
export function range(first: unknown, last: unknown, step: unknown): number[] {
  const [from, to, by] = [whole(first, "The range's start"), whole(last, "The range's end"), whole(step, "The step")];
  if (by === 0) throw new Error("The range's step must not be 0.");
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > 1_000) throw new Error(`The range has ${length} elements; at most 1,000 are allowed.`);
  return Array.from({ length }, (_, index) => from + index * by);
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** Hash of a text as lower-case hex; MD5, SHA-1, SHA-256, SHA-384 or SHA-512. */
export function hash(text: unknown, algorithm: unknown): string {
  const name = typeof algorithm === "string" ? ALGORITHMS[algorithm] : undefined;
  if (name === undefined) throw new Error(`Unknown hash algorithm ${JSON.stringify(algorithm)}.`);
  return createHash(name)
    .update(typeof text === "string" ? text : JSON.stringify(text))
    .digest("hex");
}

/** A number in [0, 1) that depends on the seed only (mulberry32). The service's own sequence is not documented. */
export function seeded(seed: number): number {
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
}

function parse(text: unknown): unknown {
  if (typeof text !== "string") throw new Error("$parse needs a string.");
  return readJson(text);
}

function containsFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  if ("_jsonata_function" in value || "_jsonata_lambda" in value) return true;
  return Object.values(value).some(containsFunction);
}

/** Parts of a syntax node whose context is the value they apply to, so that names and `$` have a meaning there. */
const CONTEXTUAL = new Set(["stages", "predicate", "group", "terms", "body", "pattern", "update", "delete"]);

function faultIn(node: unknown, source: string, inContext: boolean): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  if (Array.isArray(node)) return first(node, (child) => faultIn(child, source, inContext));
  const { type, value, position } = node as { type?: string; value?: unknown; position?: number };
  if (type === "condition" && position !== undefined) {
    // JSONata 2.1 has these two; Step Functions implements 2.0.6.
    const operator = source.slice(position - 2, position);
    if (operator === "??" || operator === "?:")
      return `The operator ${operator} is not in JSONata 2.0, which Step Functions uses.`;
  }
  if (type === "function" && (node as { procedure?: { value?: unknown } }).procedure?.value === "eval") {
    return "$eval is not available in Step Functions; $parse reads JSON text.";
  }
  if (!inContext) {
    if (type === "variable" && (value === "" || value === "$")) {
      return `$${String(value)} has no value at the top level; use $states.input.`;
    }
    if (type === "name" || type === "wildcard" || type === "descendant" || type === "parent") {
      return `"${String(value)}" has no value at the top level; write $states.input.… or a $variable.`;
    }
  }
  return first(Object.entries(node), ([key, child]) => {
    if (key !== "steps") return faultIn(child, source, inContext || CONTEXTUAL.has(key));
    return first(child as unknown[], (step) => faultIn(step, source, inContext || step !== (child as unknown[])[0]));
  });
}

function first<T>(items: readonly T[], look: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
