/**
 * Paths into a state's input, the context object and variables.
 * Sources: Amazon States Language, "Paths" and "Reference Paths"; developer guide, "Using JSONPath paths"
 * (amazon-states-language-paths). Definite paths are walked here; wildcards, slices and filters go to `jsonpath-plus`.
 */
import { JSONPath } from "jsonpath-plus";
import { runtimeFailure, StateFailure } from "./failure";
import { isObject, type Json, type JsonObject } from "./payload";

/** What paths can start from: `$`, `$$` and `$name`. */
export interface PathRoots {
  readonly input: Json;
  readonly context: Json;
  readonly variables: JsonObject;
}

/** One step of a definite path: a member's name or an array index, which counts from the end if negative. */
type Step = string | number;

interface ParsedPath {
  /** `"$"`, `"$$"` or a variable's name. */
  readonly root: string;
  /** The steps of a definite path; undefined if the path can select several values. */
  readonly steps?: readonly Step[];
  /** What follows the root, with `$` before it, for an indefinite path. */
  readonly rest: string;
  /** A function at the end, e.g. `length` of `$.items.length()`. */
  readonly function?: string;
}

const ROOT = /^(?:\$\$|\$(?:[\p{ID_Start}_][\p{ID_Continue}]*)?)(?=$|[.[])/u;
const STEP = /\.([^.[\]()*@?,:'"\s]+)|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]|\[\s*(-?\d+)\s*\]/y;
const FUNCTION = /\.(length|min|max|sum|avg)\(\)$/;

/** What is wrong with a path's syntax, or undefined. */
export function pathFault(path: string): string | undefined {
  return parsePath(path) ? undefined : `"${path}" is not a valid path.`;
}

/** True for paths that can only ever name one place, as ResultPath and ItemsPath must. */
export function isReferencePath(path: string): boolean {
  const parsed = parsePath(path);
  return parsed?.steps !== undefined && parsed.function === undefined;
}

/** The value at a path, or undefined if a definite path leads nowhere. An indefinite path gives a list, maybe empty. */
export function findPath(path: string, roots: PathRoots): Json | undefined {
  const parsed = parsePath(path);
  if (!parsed) throw runtimeFailure(`Invalid path '${path}'`);
  const start = rootValue(parsed, roots, path);
  const found = parsed.steps ? walk(start, parsed.steps) : select(parsed.rest, start, path);
  return parsed.function === undefined || found === undefined ? found : apply(parsed.function, found, path);
}

/** The value at a path; throws `States.Runtime` if there is none. `field` is where the path stands, for the message. */
export function readPath(path: string, roots: PathRoots, field?: string): Json {
  const found = findPath(path, roots);
  if (found !== undefined) return found;
  throw runtimeFailure(
    field === undefined
      ? `Invalid path '${path}' : ${missing(path, roots)}`
      : `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(roots.input)}'`,
  );
}

/**
 * `document` with `value` put at a reference path, as ResultPath does: missing objects on the way are created.
 * Throws `States.ResultPathMatchFailure` if the path runs into something that is no object, or past an array's end.
 */
export function writePath(document: Json, path: string, value: Json): Json {
  const steps = parsePath(path)?.steps;
  if (!steps) throw runtimeFailure(`The ResultPath '${path}' is not a reference path.`);
  return put(document, steps, value, () => {
    return new StateFailure(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${path} to input ${JSON.stringify(document)}`,
    );
  });
}

/** Where a path leads nowhere, in the words of the service: in its last step, or before. */
function missing(path: string, roots: PathRoots): string {
  const parsed = parsePath(path);
  const steps = parsed?.steps ?? [];
  const place = (to: number) =>
    `$${steps
      .slice(0, to)
      .map((step) => (typeof step === "number" ? `[${step}]` : `['${step}']`))
      .join("")}`;
  const start = parsed && rootValue(parsed, roots, path);
  const first = steps.findIndex((_, index) => walk(start ?? null, steps.slice(0, index + 1)) === undefined);
  return first >= 0 && first < steps.length - 1
    ? `Missing property in path ${place(first + 1)}`
    : `No results for path: ${place(steps.length)}`;
}

function parsePath(path: string): ParsedPath | undefined {
  const root = ROOT.exec(path)?.[0];
  if (root === undefined) return undefined;
  let rest = path.slice(root.length);
  const call = FUNCTION.exec(rest)?.[1];
  if (call !== undefined) rest = rest.replace(FUNCTION, "");
  const name = root === "$" || root === "$$" ? root : root.slice(1);
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const found = STEP.exec(rest);
    if (!found) {
      return plausible(rest) ? { root: name, rest: `$${rest}`, function: call } : undefined;
    }
    steps.push(found[4] !== undefined ? Number(found[4]) : unescape(found[1] ?? found[2] ?? found[3] ?? ""));
  }
  return { root: name, steps, rest: `$${rest}`, function: call };
}

/** A quick look at what `jsonpath-plus` is going to get: it would answer nonsense with "no results". */
function plausible(rest: string): boolean {
  const outside = rest.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''");
  const opened = (text: string) => outside.split(text).length;
  return (
    /^(\.|\[)/.test(outside) && !/[.\s]$/.test(outside) && opened("[") === opened("]") && opened("(") === opened(")")
  );
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}

function rootValue(parsed: ParsedPath, roots: PathRoots, path: string): Json {
  if (parsed.root === "$") return roots.input;
  if (parsed.root === "$$") return roots.context;
  const value = roots.variables[parsed.root];
  if (value === undefined) throw runtimeFailure(`The variable '$${parsed.root}' in the path '${path}' has no value.`);
  return value;
}

function walk(start: Json, steps: readonly Step[]): Json | undefined {
  let at: Json | undefined = start;
  for (const step of steps) {
    if (Array.isArray(at)) at = typeof step === "number" ? at.at(step) : undefined;
    else if (isObject(at) && Object.hasOwn(at, step)) at = at[step];
    else return undefined;
  }
  return at;
}

function select(rest: string, start: Json, path: string): Json {
  try {
    return JSONPath({ path: rest, json: start as object, wrap: true, eval: "safe" }) as Json;
  } catch (error) {
    throw runtimeFailure(`The path '${path}' cannot be evaluated: ${(error as Error).message}`);
  }
}

function apply(name: string, value: Json, path: string): Json {
  if (name === "length") {
    if (Array.isArray(value) || typeof value === "string") return value.length;
    if (isObject(value)) return Object.keys(value).length;
  } else if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number")) {
    const numbers = value as number[];
    const sum = numbers.reduce((total, item) => total + item, 0);
    return name === "min"
      ? Math.min(...numbers)
      : name === "max"
        ? Math.max(...numbers)
        : name === "sum"
          ? sum
          : sum / numbers.length;
  }
  throw runtimeFailure(`The function ${name}() in the path '${path}' cannot be applied to ${JSON.stringify(value)}.`);
}

function put(at: Json | undefined, steps: readonly Step[], value: Json, mismatch: () => StateFailure): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "number") {
    if (!Array.isArray(at) || step < 0 || step >= at.length) throw mismatch();
    return at.map((item, index) => (index === step ? put(item, rest, value, mismatch) : item));
  }
  if (at !== undefined && !isObject(at)) throw mismatch();
  return { ...at, [step]: put(at?.[step], rest, value, mismatch) };
}
