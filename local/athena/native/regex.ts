/**
 * Trino: "Regular expression functions". Its patterns are Java's; JavaScript's are the same for all but a few constructs,
 * which are refused.
 */

const compiled = new Map<string, RegExp>();

/** The pattern, global. @throws Error with the message for the query's user */
function regex(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) {
    known.lastIndex = 0;
    return known;
  }
  const flags = /^\(\?([a-z]+)\)/.exec(pattern);
  let body = flags ? pattern.slice(flags[0].length) : pattern;
  if ((flags && /[^ims]/.test(flags[1])) || /\[\[:|&&|\\[QAZzGhR]|[*+?}]\+|\(\?>/.test(body)) {
    throw new Error(`NOT_SUPPORTED: The local runtime does not run the pattern '${pattern}'.`);
  }
  body = body.replace(/\\p\{(Alpha|Digit|Alnum|Upper|Lower|Punct|Space)\}/g, (_whole, name: string) => POSIX[name]);
  // Of blanks, Java's \\s knows those of ASCII.
  body = body.replace(/\\(.)/gs, (whole, letter: string) =>
    letter === "s" ? "[ \\t-\\r]" : letter === "S" ? "[^ \\t-\\r]" : whole,
  );
  body = body.replace(/\[((?:[^\]\\]|\\.)*?)\[ \\t-\\r\]/g, "[$1 \\t-\\r");
  let found: RegExp;
  try {
    found = new RegExp(body, `g${flags?.[1] ?? ""}u`);
  } catch {
    try {
      found = new RegExp(body, `g${flags?.[1] ?? ""}`);
    } catch (error) {
      throw new Error(`INVALID_FUNCTION_ARGUMENT: ${(error as Error).message}`);
    }
  }
  if (compiled.size > 1000) compiled.clear();
  compiled.set(pattern, found);
  return found;
}

const POSIX: Readonly<Record<string, string>> = {
  Alpha: "[a-zA-Z]",
  Digit: "[0-9]",
  Alnum: "[a-zA-Z0-9]",
  Upper: "[A-Z]",
  Lower: "[a-z]",
  Punct: "[!-\\/:-@\\[-`{-~]",
  Space: "\\s",
};

function groupOf(match: RegExpMatchArray, group: number): string | null {
  if (group < 0 || group >= match.length) {
    throw new Error(`INVALID_FUNCTION_ARGUMENT: Pattern has ${match.length - 1} groups. Cannot access group ${group}`);
  }
  return match[group] ?? null;
}

export const regexpLike = (text: string, pattern: string): boolean => regex(pattern).test(text);

export function regexpExtract(text: string, pattern: string, group: bigint): string | null {
  const match = regex(pattern).exec(text);
  return match && groupOf(match, Number(group));
}

export function regexpExtractAll(text: string, pattern: string, group: bigint): (string | null)[] {
  return [...text.matchAll(regex(pattern))].map((match) => groupOf(match, Number(group)));
}

/** Java's replacement text: `$1`, `${name}`, and `\` before a character that stands for itself. */
export function regexpReplace(text: string, pattern: string, replacement: string): string {
  return text.replace(regex(pattern), (...found: unknown[]) => {
    const named =
      typeof found[found.length - 1] === "object" ? (found.pop() as Record<string, string | undefined>) : {};
    const groups = found.slice(0, -2) as (string | undefined)[];
    return replacement.replace(
      /\\(.)|\$(\d+)|\$\{(\w+)\}/gs,
      (_whole, plain?: string, number?: string, name?: string) => {
        if (plain !== undefined) return plain;
        if (name !== undefined) return named[name] ?? "";
        // As many digits as there are groups for.
        let digits = number ?? "";
        let rest = "";
        while (digits.length > 1 && Number(digits) >= groups.length) {
          rest = digits[digits.length - 1] + rest;
          digits = digits.slice(0, -1);
        }
        if (Number(digits) >= groups.length)
          throw new Error(`INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: ${replacement}`);
        return (groups[Number(digits)] ?? "") + rest;
      },
    );
  });
}

export function regexpSplit(text: string, pattern: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(regex(pattern))) {
    parts.push(text.slice(from, match.index));
    from = (match.index ?? 0) + match[0].length;
  }
  return [...parts, text.slice(from)];
}

export const regexpCount = (text: string, pattern: string): bigint => BigInt([...text.matchAll(regex(pattern))].length);

/** Position of an occurrence of a pattern, the first one at `start` or later; -1 if there is none. */
export function regexpPosition(text: string, pattern: string, start: bigint, occurrence: bigint): bigint {
  if (start < 1n) throw new Error("INVALID_FUNCTION_ARGUMENT: start position cannot be smaller than 1");
  if (occurrence < 1n) throw new Error("INVALID_FUNCTION_ARGUMENT: occurrence cannot be smaller than 1");
  const characters = [...text];
  const skipped = characters.slice(0, Number(start) - 1).join("").length;
  if (start > BigInt(characters.length)) return -1n;
  let left = occurrence;
  for (const match of text.matchAll(regex(pattern))) {
    if ((match.index ?? 0) < skipped) continue;
    left -= 1n;
    if (left === 0n) return BigInt([...text.slice(0, match.index)].length + 1);
  }
  return -1n;
}
