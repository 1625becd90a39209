/**
 * Texts with asterisks, each of which stands for any characters, none included. Matching takes time in proportion to the text
 * and never goes back, whatever the wildcard: regular expressions would.
 */

/** The literal pieces between the asterisks: `["a", "b"]` for `a*b`. */
export type Wildcard = readonly string[];

/** Whether a text is one that the wildcard stands for. */
export function matchesWildcard(wildcard: Wildcard, text: string): boolean {
  const [first = "", ...rest] = wildcard;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of rest) {
    // The leftmost place leaves most to those that follow.
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
