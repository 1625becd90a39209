/**
 * Conditions that a developer writes for an audit's WHERE clause.
 */

/**
 * What is wrong with `conditions` as something to put between parentheses, or `undefined` if nothing is: it has to stay
 * one expression there, so quotes, brackets and comments must close, and there is no second statement.
 */
export function conditionFault(conditions: string): string | undefined {
  if (conditions.trim() === "") return "it is empty";
  let depth = 0;
  let at = 0;
  while (at < conditions.length) {
    const character = conditions[at];
    const pair = conditions.slice(at, at + 2);
    if (character === "'" || character === '"') {
      const end = conditions.indexOf(character, at + 1);
      if (end < 0) return `a ${character} is not closed`;
      at = end + 1;
    } else if (pair === "--" || pair === "/*") {
      return `comments (${pair}) do not belong in it`;
    } else {
      if (character === ";") return "a ; ends the statement";
      if (character === "(") depth += 1;
      if (character === ")") depth -= 1;
      if (depth < 0) return "a ) closes what was not opened";
      at += 1;
    }
  }
  return depth > 0 ? "a ( is not closed" : undefined;
}
