/**
 * What each intrinsic function does.
 * Source: Step Functions developer guide, "Intrinsic functions for JSONPath states" (intrinsic-functions).
 */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { readJson } from "../read-json";
import { runtimeFailure, StateFailure } from "./failure";
import { hash, partition, range, seeded } from "./jsonata";
import { isObject, type Json, typeName } from "./payload";

/** Largest text for States.Hash and the Base64 functions, in characters. */
const TEXT_LIMIT = 10_000;

/** Calls a function by its full name. Throws `States.Runtime` for wrong arguments. */
export function callIntrinsic(name: string, values: readonly Json[], random: () => number): Json {
  const definition = FUNCTIONS[name];
  if (!definition) throw runtimeFailure(`There is no intrinsic function ${name}.`);
  const [least, most] = definition.arity;
  if (values.length < least || values.length > most) {
    throw runtimeFailure(
      `${name} takes ${least === most ? least : `${least} to ${most}`} arguments, not ${values.length}.`,
    );
  }
  try {
    return definition.call(values, random);
  } catch (error) {
    if (error instanceof StateFailure) throw error;
    throw runtimeFailure(`Invalid arguments in ${name}: ${(error as Error).message}`);
  }
}

interface Definition {
  /** Least and most number of arguments. */
  readonly arity: readonly [number, number];
  call(values: readonly Json[], random: () => number): Json;
}

const FUNCTIONS: Readonly<Record<string, Definition>> = {
  "States.Format": { arity: [1, Infinity], call: ([text, ...values]) => format(string(text), values) },
  "States.StringToJson": { arity: [1, 1], call: ([text]) => stringToJson(string(text)) },
  "States.JsonToString": { arity: [1, 1], call: ([value]) => JSON.stringify(value) },
  "States.Array": { arity: [0, Infinity], call: (values) => [...values] },
  "States.ArrayPartition": { arity: [2, 2], call: ([items, size]) => partition(array(items), positive(size)) },
  "States.ArrayContains": {
    arity: [2, 2],
    call: ([items, value]) => array(items).some((item) => isDeepStrictEqual(item, value)),
  },
  "States.ArrayRange": { arity: [3, 3], call: ([first, last, step]) => range(first, last, step) },
  "States.ArrayGetItem": { arity: [2, 2], call: ([items, index]) => item(array(items), index) },
  "States.ArrayLength": { arity: [1, 1], call: ([items]) => array(items).length },
  "States.ArrayUnique": { arity: [1, 1], call: ([items]) => unique(array(items)) },
  "States.Base64Encode": { arity: [1, 1], call: ([text]) => Buffer.from(short(text), "utf8").toString("base64") },
  "States.Base64Decode": { arity: [1, 1], call: ([text]) => Buffer.from(short(text), "base64").toString("utf8") },
  "States.Hash": {
    arity: [2, 2],
    call: ([value, algorithm]) => hash(short(typeof value === "string" ? value : JSON.stringify(value)), algorithm),
  },
  "States.JsonMerge": { arity: [3, 3], call: ([left, right, deep]) => merge(left, right, deep) },
  "States.MathRandom": { arity: [2, 3], call: ([from, to, seed], random) => between(from, to, seed, random) },
  "States.MathAdd": { arity: [2, 2], call: ([left, right]) => integer(left) + integer(right) },
  "States.StringSplit": { arity: [2, 2], call: ([text, delimiters]) => split(string(text), string(delimiters)) },
  "States.UUID": { arity: [0, 0], call: () => randomUUID() },
};

/** All functions by full name. */
export const INTRINSIC_NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));

function string(value: Json | undefined): string {
  if (typeof value !== "string") throw new Error(`expected a string, not ${JSON.stringify(value)}`);
  return value;
}

/** Blank text is null (seen in recorded runs). */
function stringToJson(text: string): Json {
  return text.trim() === "" ? null : (readJson(text) as Json);
}

function short(value: Json | undefined): string {
  const text = string(value);
  if (text.length > TEXT_LIMIT) throw new Error(`the text has ${text.length} characters; ${TEXT_LIMIT} are allowed`);
  return text;
}

function array(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Error(`expected an array, not ${JSON.stringify(value)}`);
  return value;
}

/** The guide: a number that is no integer is rounded to the nearest one. */
function integer(value: Json | undefined): number {
  if (typeof value !== "number") throw new Error(`expected a number, not ${JSON.stringify(value)}`);
  return Math.round(value);
}

function positive(value: Json | undefined): number {
  const number = integer(value);
  if (number < 1) throw new Error(`expected a positive number, not ${number}`);
  return number;
}

function item(items: Json[], index: Json | undefined): Json {
  const at = integer(index);
  const found = items[at];
  if (found === undefined) throw new Error(`the array has ${items.length} items, none at index ${at}`);
  return found;
}

function unique(items: Json[]): Json[] {
  const kept: Json[] = [];
  for (const candidate of items) if (!kept.some((one) => isDeepStrictEqual(one, candidate))) kept.push(candidate);
  return kept;
}

function merge(left: Json | undefined, right: Json | undefined, deep: Json | undefined): Json {
  if (deep !== false) throw new Error("the service supports shallow merging only: the third argument must be false");
  if (!isObject(left) || !isObject(right))
    throw new Error(`expected two objects, not ${typeName(left)} and ${typeName(right)}`);
  return { ...left, ...right };
}

function between(from: Json | undefined, to: Json | undefined, seed: Json | undefined, random: () => number): number {
  const [start, end] = [integer(from), integer(to)];
  if (end <= start) throw new Error("the end must be greater than the start");
  return start + Math.floor((seed === undefined ? random() : seeded(integer(seed))) * (end - start));
}

/** Splits at every one of the delimiter characters; empty pieces are dropped. */
function split(text: string, delimiters: string): string[] {
  const pieces = [""];
  for (const character of text) {
    if (delimiters.includes(character)) pieces.push("");
    else pieces[pieces.length - 1] += character;
  }
  return pieces.filter((piece) => piece !== "");
}

/** Fills `{}` placeholders in order; `\{`, `\}` and `\\` stand for themselves. */
function format(text: string, values: readonly Json[]): string {
  let used = 0;
  const filled = text.replace(/\\([{}'\\])|\{\}|[{}]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (found !== "{}") throw new Error(`a single ${found} must be written \\${found}`);
    const value = values[used++];
    if (value === undefined) throw new Error(`there are more {} than the ${values.length} values`);
    return rendered(value);
  });
  if (used < values.length) throw new Error(`there are ${values.length} values for ${used} {}`);
  return filled;
}

/** Values in a text as the service writes them (seen in recorded runs): `{a=1, b=[x]}`, not JSON. */
function rendered(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(rendered).join(", ")}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}=${rendered(member)}`);
  return `{${members.join(", ")}}`;
}
