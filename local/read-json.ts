/**
 * JSON from strangers, read so that no nesting takes the stack of whoever works with it.
 */

/** How deep lists and objects may lie within one another in a text that is read: what is written needs no more. */
export const NESTING_LIMIT = 1_000;

/** Whether a text of JSON nests deeper than {@link NESTING_LIMIT}; reading, comparing or writing it could take the stack. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      for (at += 1; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at += 1;
    } else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > NESTING_LIMIT) return true;
    } else if (character === "]" || character === "}") depth -= 1;
  }
  return false;
}

/** Reads a text of JSON. Throws an error for one that is none, or nests too deep. */
export function readJson(text: string): unknown {
  if (nestsTooDeep(text))
    throw new Error(`The local runtime takes JSON that nests up to ${NESTING_LIMIT} deep, and this one nests deeper.`);
  return JSON.parse(text);
}
