/**
 * Function signatures with type variables, as Trino's documentation writes them, and which of them a call means.
 */
import { ParseError } from "../trino/errors";
import { coercible, commonType, isNumeric, sameType, type TrinoType, VARCHAR } from "../trino/types";
import { parseType } from "../trino/type-text";

/**
 * A parameter of a signature. Variables are single letters: `N` stands for any number, others for any type. A bare
 * `varchar`, `decimal` or `timestamp` takes any length or precision; small letters stand for a length.
 */
export type Pattern =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "type"; readonly type: TrinoType; readonly any: boolean }
  /** `varchar(x)`, `char(x)`: of any length, which other places of the signature may name. */
  | { readonly kind: "sized"; readonly of: "varchar" | "char"; readonly name: string }
  | { readonly kind: "array"; readonly element: Pattern }
  | { readonly kind: "map"; readonly key: Pattern; readonly value: Pattern }
  | { readonly kind: "function"; readonly parameters: readonly Pattern[]; readonly result: Pattern };

export interface Signature {
  readonly text: string;
  readonly name: string;
  readonly parameters: readonly Pattern[];
  /** The last parameter may be repeated. */
  readonly variadic: boolean;
  readonly result: Pattern;
}

/** Types that the variables of a signature stand for in one call. */
export type Bindings = Map<string, TrinoType>;

/** Reads `name(type, …) result`, e.g. `"element_at(array(T), bigint) T"`. */
export function parseSignature(text: string): Signature {
  const open = text.indexOf("(");
  let depth = 0;
  let close = open;
  for (; close < text.length; close++) {
    depth += text[close] === "(" ? 1 : text[close] === ")" ? -1 : 0;
    if (depth === 0) break;
  }
  const inside = text.slice(open + 1, close);
  const variadic = inside.endsWith("...");
  const parameters = split(variadic ? inside.slice(0, -3) : inside).map(parsePattern);
  return { text, name: text.slice(0, open), parameters, variadic, result: parsePattern(text.slice(close + 1).trim()) };
}

function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i === text.length || (text[i] === "," && depth === 0)) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
    depth += text[i] === "(" ? 1 : text[i] === ")" ? -1 : 0;
  }
  return parts.filter((part) => part !== "");
}

function parsePattern(text: string): Pattern {
  if (/^[A-Z]$/.test(text)) return { kind: "variable", name: text };
  const nested = /^(array|map|function)\((.*)\)$/.exec(text);
  if (nested) {
    const parts = split(nested[2]).map(parsePattern);
    if (nested[1] === "array") return { kind: "array", element: parts[0] };
    if (nested[1] === "map") return { kind: "map", key: parts[0], value: parts[1] };
    return { kind: "function", parameters: parts.slice(0, -1), result: parts[parts.length - 1] };
  }
  const sized = /^(varchar|char)\(([a-z])\)$/.exec(text);
  if (sized) return { kind: "sized", of: sized[1] === "char" ? "char" : "varchar", name: sized[2] };
  if (text.startsWith("interval")) return { kind: "type", type: { kind: text } as TrinoType, any: false };
  try {
    return { kind: "type", type: parseType(text), any: !text.includes("(") };
  } catch (error) {
    if (error instanceof ParseError) throw new Error(`In a function's signature, ${text} is no type.`);
    throw error;
  }
}

/**
 * Binds the variables so that an argument of this type fits a parameter.
 * @returns how much has to be converted: 0 for nothing; undefined if it does not fit
 */
export function fit(pattern: Pattern, type: TrinoType, bindings: Bindings): number | undefined {
  switch (pattern.kind) {
    case "variable": {
      if (pattern.name === "N" && !isNumeric(type)) return undefined;
      const bound = bindings.get(pattern.name);
      const common = bound ? commonType(bound, type) : type;
      if (!common) return undefined;
      bindings.set(pattern.name, common);
      return bound && !sameType(bound, type) ? 1 : 0;
    }
    case "array": {
      if (type.kind === "unknown") return 1;
      return type.kind === "array" ? fit(pattern.element, type.element, bindings) : undefined;
    }
    case "map": {
      if (type.kind === "unknown") return 1;
      if (type.kind !== "map") return undefined;
      const key = fit(pattern.key, type.key, bindings);
      const value = fit(pattern.value, type.value, bindings);
      return key === undefined || value === undefined ? undefined : key + value;
    }
    case "type":
      return fitType(pattern.type, pattern.any, type);
    case "sized":
      if (type.kind === pattern.of) bindings.set(pattern.name, type);
      return type.kind === pattern.of ? 0 : type.kind === "unknown" ? 1 : undefined;
    case "function":
      return undefined;
  }
}

function fitType(wanted: TrinoType, any: boolean, type: TrinoType): number | undefined {
  if (any && wanted.kind === type.kind) return 0;
  if (type.kind === "unknown") return 1;
  if (wanted.kind === "decimal") return undefined;
  if (wanted.kind === "timestamp" && type.kind === "date") return 1;
  if (!coercible(type, wanted)) return undefined;
  // Trino prefers the nearest type: bigint before double for an integer.
  const distance = ["tinyint", "smallint", "integer", "bigint", "decimal", "real", "double"];
  return sameType(type, wanted) ? 0 : 1 + Math.max(0, distance.indexOf(wanted.kind) - distance.indexOf(type.kind));
}

/** The type that a pattern stands for once its variables are bound; `own` is the type of the argument, if it is a parameter. */
export function instantiate(pattern: Pattern, bindings: Bindings, own?: TrinoType): TrinoType {
  switch (pattern.kind) {
    case "variable":
      return bindings.get(pattern.name) ?? { kind: "unknown" };
    case "array":
      return { kind: "array", element: instantiate(pattern.element, bindings) };
    case "map":
      return { kind: "map", key: instantiate(pattern.key, bindings), value: instantiate(pattern.value, bindings) };
    case "type":
      if (pattern.any && own?.kind === pattern.type.kind) return own;
      return pattern.type.kind === "varchar" && pattern.any ? VARCHAR : pattern.type;
    case "sized": {
      const bound = bindings.get(pattern.name) ?? VARCHAR;
      // A result may be a text of the length of an argument of the other kind.
      if (own) return own.kind === pattern.of ? own : VARCHAR;
      return pattern.of === "varchar" && bound.kind === "char" ? { kind: "varchar", length: bound.length } : bound;
    }
    case "function":
      throw new Error("a function has no type");
  }
}
