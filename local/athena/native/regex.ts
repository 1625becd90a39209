/**
 * Trino: "Regular expression functions". RE2 matches in linear time what it can; the rest, what looks ahead or back at what it
 * found, is JavaScript's, which can take exponential time: within-cpu-time.ts ends it.
 */
import { RE2JS } from "re2js";
import { readJavaPattern, type JavaPattern } from "./java-pattern";

/** What a text's matches are found by. */
interface Expression {
  test(text: string): boolean;
  exec(text: string): RegExpExecArray | null;
  matchAll(text: string): Iterable<RegExpExecArray>;
}

/** Going back over so little is quicker than RE2, at worst the length to the power of the repetitions. */
const QUICK = { repetitions: 3, length: 100 };

const compiled = new Map<string, (text: string) => Expression>();

/** The pattern as it is for a text. @throws Error with the message for the query's user */
function regex(pattern: string, text: string): Expression {
  let known = compiled.get(pattern);
  if (!known) {
    known = compile(pattern);
    if (compiled.size > 1000) compiled.clear();
    compiled.set(pattern, known);
  }
  return known(text);
}

function compile(pattern: string): (text: string) => Expression {
  const read = readJavaPattern(pattern);
  let exact: Expression | undefined;
  const backtracking = (): Expression => (exact ??= compileExact(pattern, read.exact, read.flags));
  let linear: Expression;
  try {
    linear = RE2JS.compile(read.linear, RE2JS.LOOKBEHINDS) as Expression;
  } catch {
    return backtracking;
  }
  const { ends, bounds } = read;
  const repetitions = isJavaScript(read) ? read.repetitions : Infinity;
  const differs = (text: string): boolean => (ends && text.endsWith("\n")) || (bounds && /[^\0-\x7f]/.test(text));
  const quick = (text: string): boolean => repetitions <= QUICK.repetitions && text.length <= QUICK.length;
  return (text) => (quick(text) || differs(text) ? backtracking() : linear);
}

function isJavaScript({ exact, flags }: JavaPattern): boolean {
  try {
    return new RegExp(exact, `${flags.replace("m", "")}u`) instanceof RegExp;
  } catch {
    return false;
  }
}

function compileExact(pattern: string, exact: string, flags: string): Expression {
  let found: RegExp;
  try {
    found = new RegExp(exact, `g${flags.replace("m", "")}u`);
  } catch (error) {
    if (/[pP]\{|\(\?[ims-]/.test(exact)) {
      throw new Error(`NOT_SUPPORTED: The local runtime does not run the pattern '${pattern}'.`);
    }
    throw new Error(`INVALID_FUNCTION_ARGUMENT: ${(error as Error).message}`);
  }
  const first = (): RegExp => {
    found.lastIndex = 0;
    return found;
  };
  return {
    test: (text) => first().test(text),
    exec: (text) => first().exec(text),
    matchAll: (text) => text.matchAll(first()),
  };
}

function groupOf(match: RegExpExecArray, group: number): string | null {
  if (group < 0 || group >= match.length) {
    throw new Error(`INVALID_FUNCTION_ARGUMENT: Pattern has ${match.length - 1} groups. Cannot access group ${group}`);
  }
  return match[group] ?? null;
}

export const regexpLike = (text: string, pattern: string): boolean => regex(pattern, text).test(text);

export function regexpExtract(text: string, pattern: string, group: bigint): string | null {
  const match = regex(pattern, text).exec(text);
  return match && groupOf(match, Number(group));
}

export function regexpExtractAll(text: string, pattern: string, group: bigint): (string | null)[] {
  return [...regex(pattern, text).matchAll(text)].map((match) => groupOf(match, Number(group)));
}

/** The replacement is Java's: `$1`, `${name}`, and `\` before a character that stands for itself. */
export function regexpReplace(text: string, pattern: string, replacement: string): string {
  let replaced = "";
  let from = 0;
  for (const match of regex(pattern, text).matchAll(text)) {
    replaced += text.slice(from, match.index) + replacementOf(match, replacement);
    from = match.index + match[0].length;
  }
  return replaced + text.slice(from);
}

/** The text between matches, and between it of each match its groups as a JSON list: for a replacement by a lambda. */
export function regexpPieces(text: string, pattern: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of regex(pattern, text).matchAll(text)) {
    pieces.push(text.slice(from, match.index), JSON.stringify(match.slice(1).map((group) => group ?? null)));
    from = match.index + match[0].length;
  }
  return [...pieces, text.slice(from)];
}

function replacementOf(match: RegExpExecArray, replacement: string): string {
  return replacement.replace(
    /\\(.)|\$(\d+)|\$\{(\w+)\}/gs,
    (_whole, plain?: string, number?: string, name?: string) => {
      if (plain !== undefined) return plain;
      if (name !== undefined) return match.groups?.[name] ?? "";
      // As many digits as there are groups for.
      let digits = number ?? "";
      let rest = "";
      while (digits.length > 1 && Number(digits) >= match.length) {
        rest = digits[digits.length - 1] + rest;
        digits = digits.slice(0, -1);
      }
      if (Number(digits) >= match.length)
        throw new Error(`INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: ${replacement}`);
      return (match[Number(digits)] ?? "") + rest;
    },
  );
}

export function regexpSplit(text: string, pattern: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of regex(pattern, text).matchAll(text)) {
    parts.push(text.slice(from, match.index));
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

export const regexpCount = (text: string, pattern: string): bigint =>
  BigInt([...regex(pattern, text).matchAll(text)].length);

/** Position of an occurrence of a pattern, the first one at `start` or later; -1 if there is none. */
export function regexpPosition(text: string, pattern: string, start: bigint, occurrence: bigint): bigint {
  if (start < 1n) throw new Error("INVALID_FUNCTION_ARGUMENT: start position cannot be smaller than 1");
  if (occurrence < 1n) throw new Error("INVALID_FUNCTION_ARGUMENT: occurrence cannot be smaller than 1");
  const characters = [...text];
  const skipped = characters.slice(0, Number(start) - 1).join("").length;
  if (start > BigInt(characters.length)) return -1n;
  let left = occurrence;
  for (const match of regex(pattern, text).matchAll(text)) {
    if (match.index < skipped) continue;
    left -= 1n;
    if (left === 0n) return BigInt([...text.slice(0, match.index)].length + 1);
  }
  return -1n;
}
