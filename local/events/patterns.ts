/**
 * EventBridge event patterns: which events a rule takes. Amazon EventBridge User Guide, "Creating Amazon EventBridge event
 * patterns" and "Comparison operators for use in event patterns".
 */
import { isIP } from "node:net";
import { AwsError } from "../api";
import { readJson } from "../read-json";
import { matchesWildcard, type Wildcard } from "../wildcard";
import { cidrContains, readCidr } from "./cidr";
import { tooComplex } from "./wildcard-complexity";

/** Decides whether an event matches. */
export type Matcher = (event: unknown) => boolean;

/** A test of one field's values: all elements of an array, or the value itself; none when the field is absent. */
type FieldTest = (values: readonly unknown[]) => boolean;
type ValueTest = (value: unknown) => boolean;

/**
 * Compiles a pattern, JSON text. Throws `InvalidEventPatternException` naming the faulty field, in the words of AWS where it
 * has words for it.
 */
export function compilePattern(text: string): Matcher {
  let pattern: unknown;
  try {
    pattern = readJson(text);
  } catch (error) {
    throw invalid(`Event pattern is not valid JSON: ${(error as Error).message}`);
  }
  if (!isObject(pattern)) throw invalid("Event pattern is not an object");
  if (Object.keys(pattern).length === 0) throw invalid("Event pattern contains an empty object");
  return compileObject(pattern, "");
}

function compileObject(pattern: Record<string, unknown>, path: string): Matcher {
  const tests = Object.entries(pattern).map(([name, wanted]) =>
    name === "$or" ? compileOr(wanted, path) : compileNamed(name, wanted, path === "" ? name : `${path}.${name}`),
  );
  return (event) => tests.every((test) => test(event));
}

function compileOr(alternatives: unknown, path: string): Matcher {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw invalid(`"$or" must be an array of two or more objects${path && ` in ${path}`}`);
  }
  const matchers = alternatives.map((alternative: Record<string, unknown>) => compileObject(alternative, path));
  return (event) => matchers.some((matches) => matches(event));
}

/** A name with dots stands for members within members, in patterns as in events (seen in recorded calls). */
function compileNamed(name: string, wanted: unknown, path: string): Matcher {
  const dot = name.indexOf(".");
  if (dot < 0) return compileField(name, wanted, path);
  return compileField(name.slice(0, dot), { [name.slice(dot + 1)]: wanted }, path);
}

function compileField(name: string, wanted: unknown, path: string): Matcher {
  if (isObject(wanted)) {
    if (Object.keys(wanted).length === 0) throw invalid(`Empty objects are not allowed: ${path}`);
    const matches = compileObject(wanted, path);
    // An array of objects matches if one of them does, as a whole.
    return (event) =>
      valuesOf(event, name).some((value) => isObject(value) && matches(value)) || onlyAbsent(wanted, event, name);
  }
  if (!Array.isArray(wanted)) throw invalid(`"${path}" must be an object or an array`);
  if (wanted.length === 0) throw invalid(`Empty arrays are not allowed: ${path}`);
  if (tooComplex(wanted.flatMap((item: unknown) => wildcardsIn(item, path)))) {
    throw invalid(
      "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
    );
  }
  const tests = wanted.map((item: unknown) => compileItem(item, path));
  return (event) => {
    const values = valuesOf(event, name).filter((value) => !isObject(value));
    return tests.some((test) => test(values));
  };
}

/** `{"a": {"b": [{"exists": false}]}}` also takes an event without `a`. */
function onlyAbsent(pattern: Record<string, unknown>, event: unknown, name: string): boolean {
  if (isObject(event) && valuesOf(event, name).some(isObject)) return false;
  return compileObject(pattern, "")({});
}

function compileItem(item: unknown, path: string): FieldTest {
  if (Array.isArray(item)) throw invalid(`An array is not allowed inside the values of ${path}`);
  if (!isObject(item)) return anyValue((value) => value === item);
  const [operator, operand] = onlyEntry(item, path);
  if (operator === "exists") {
    if (typeof operand !== "boolean") throw invalid(`exists match pattern of ${path} must be either true or false`);
    return (values) => values.length > 0 === operand;
  }
  if (operator === "anything-but") return anyValue(compileAnythingBut(operand, path));
  return anyValue(compileOperator(operator, operand, path, true));
}

function onlyEntry(object: Record<string, unknown>, path: string): [name: string, value: unknown] {
  const entries = Object.entries(object);
  if (entries.length === 1) return entries[0];
  throw invalid(`Each match of ${path} must have exactly one operator: ${JSON.stringify(object)}`);
}

function anyValue(test: ValueTest): FieldTest {
  return (values) => values.some(test);
}

/** `mayBeEmpty`: whether a prefix or suffix may be; within anything-but it may not (seen in recorded calls). */
function compileOperator(operator: string, operand: unknown, path: string, mayBeEmpty: boolean): ValueTest {
  switch (operator) {
    case "prefix":
      return onText(affix(operator, operand, path, mayBeEmpty, (text, part) => text.startsWith(part)));
    case "suffix":
      return onText(affix(operator, operand, path, mayBeEmpty, (text, part) => text.endsWith(part)));
    case "equals-ignore-case": {
      const wanted = textOperand(operator, operand, path, true).toLowerCase();
      return onText((text) => text.toLowerCase() === wanted);
    }
    case "wildcard": {
      const wildcard = readWildcard(textOperand(operator, operand, path, true), path);
      return onText((text) => matchesWildcard(wildcard, text));
    }
    case "numeric":
      return compileNumeric(operand, path);
    case "cidr": {
      const block = readCidr(textOperand(operator, operand, path));
      if (!block) throw invalid(`Malformed CIDR of ${path}: ${String(operand)}`);
      return onText((text) => isIP(text) !== 0 && cidrContains(block, text));
    }
    default:
      throw invalid(`Unrecognized match type ${operator} of ${path}`);
  }
}

/** Prefix and suffix take text, or `{"equals-ignore-case": text}`. */
function affix(
  operator: string,
  operand: unknown,
  path: string,
  mayBeEmpty: boolean,
  has: (text: string, part: string) => boolean,
): (text: string) => boolean {
  if (isObject(operand)) {
    const [inner, text] = onlyEntry(operand, path);
    if (inner !== "equals-ignore-case") {
      throw invalid(`Unsupported anything inside ${operator} of ${path}: only equals-ignore-case is`);
    }
    const part = textOperand(operator, text, path, mayBeEmpty).toLowerCase();
    return (value) => has(value.toLowerCase(), part);
  }
  const part = textOperand(operator, operand, path, mayBeEmpty);
  return (value) => has(value, part);
}

function compileAnythingBut(operand: unknown, path: string): ValueTest {
  if (isObject(operand)) {
    const [operator, texts] = onlyEntry(operand, path);
    if (!["prefix", "suffix", "equals-ignore-case", "wildcard"].includes(operator)) {
      throw invalid(`Unsupported anything-but pattern of ${path}: ${operator}`);
    }
    const tests = listOperand(`anything-but ${operator}`, texts, path).map((text) => {
      if (typeof text !== "string") throw invalid(`anything-but ${operator} of ${path} must be a string or strings`);
      return compileOperator(operator, text, path, false);
    });
    return (value) => !tests.some((test) => test(value));
  }
  const excluded = listOperand("anything-but", operand, path);
  const kinds = new Set(excluded.map((value) => typeof value));
  if (kinds.size > 1 || !(kinds.has("string") || kinds.has("number"))) {
    throw invalid(`Inside anything but list of ${path}, either all values are strings or all are numbers`);
  }
  return (value) => !excluded.includes(value);
}

function listOperand(what: string, operand: unknown, path: string): unknown[] {
  const list: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw invalid(`Empty arrays are not allowed in ${what} of ${path}`);
  return list;
}

function textOperand(operator: string, operand: unknown, path: string, mayBeEmpty = false): string {
  if (typeof operand !== "string") throw invalid(`${operator} match pattern of ${path} must be a string`);
  if (operand === "" && !mayBeEmpty) throw invalid(`Null ${operator} not allowed in ${path}`);
  return operand;
}

function onText(test: (text: string) => boolean): ValueTest {
  return (value) => typeof value === "string" && test(value);
}

function readWildcard(text: string, path: string): Wildcard {
  const pieces = [""];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") {
      i += 1;
      if (text[i] !== "*" && text[i] !== "\\") {
        throw invalid(`Invalid escape character at pos ${i - 1} of the wildcard of ${path}`);
      }
    } else if (c === "*") {
      if (text[i + 1] === "*") throw invalid(`Consecutive wildcard characters at pos ${i} of ${path}`);
      pieces.push("");
      continue;
    }
    pieces[pieces.length - 1] += text[i];
  }
  return pieces;
}

/** The wildcards in one item of a field's list. What is no wildcard, or a faulty one, is for `compileItem`. */
function wildcardsIn(item: unknown, path: string): Wildcard[] {
  if (!isObject(item)) return [];
  const inner = item["anything-but"];
  const operand = isObject(inner) ? inner.wildcard : item.wildcard;
  const texts: unknown[] = Array.isArray(operand) ? operand : [operand];
  return texts.filter((text) => typeof text === "string").map((text) => readWildcard(text, path));
}

const numericLimit = 5e9;
const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

function compileNumeric(operand: unknown, path: string): ValueTest {
  const fault = () =>
    invalid(`Value of numeric of ${path} must be an array of comparisons: ${JSON.stringify(operand)}`);
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length)) throw fault();
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const operator: unknown = operand[i];
    const bound: unknown = operand[i + 1];
    const compare =
      typeof operator === "string" && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
    if (!compare || typeof bound !== "number") throw fault();
    if (Math.abs(bound) > numericLimit) throw invalid(`Numeric bound of ${path} must be between -5e9 and 5e9`);
    tests.push((value) => compare(value, bound));
  }
  if (operand.length === 4) {
    const [lower, low, upper, high] = operand as [string, number, string, number];
    if (!lower.startsWith(">") || !upper.startsWith("<")) throw invalid(`Bad numeric range operator of ${path}`);
    if (low >= high) throw invalid(`Bottom must be less than top in the numeric range of ${path}`);
  }
  return (value) => typeof value === "number" && Math.abs(value) <= numericLimit && tests.every((test) => test(value));
}

/** The values of a member, all elements of arrays; members of that name and a dot are within it. */
function valuesOf(event: unknown, name: string): readonly unknown[] {
  if (!isObject(event)) return [];
  const own = Object.hasOwn(event, name) ? elements(event[name]) : [];
  const prefix = `${name}.`;
  const dotted = Object.entries(event).filter(([key]) => key.startsWith(prefix));
  if (dotted.length === 0) return own;
  const within = Object.fromEntries(dotted.map(([key, value]) => [key.slice(prefix.length), value]));
  const objects = own.filter(isObject).map((value) => ({ ...value, ...within }));
  return objects.length > 0 ? [...own.filter((value) => !isObject(value)), ...objects] : [...own, within];
}

/** All elements of arrays within arrays, however deep. */
function elements(value: unknown): unknown[] {
  const found: unknown[] = [];
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (Array.isArray(next)) for (let i = next.length - 1; i >= 0; i--) left.push(next[i]);
    else found.push(next);
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${message}`);
}
