/** The tokens that searches look for. CloudWatch documentation, "CloudWatch search expressions: Tokenization". */

/**
 * The words of a name, between other characters than letters and digits, each cut where capital letters and digits begin:
 * `Project2-trial333` is `[[Project, 2], [trial, 333]]`.
 */
export function wordsOf(name: string): string[][] {
  const words = name.match(/[A-Za-z0-9]+/g) ?? [];
  return words.map((word) => word.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? []);
}

/** All tokens of a name's words, in lower case: the whole of it first. */
export function tokensOf(words: readonly (readonly string[])[]): string[] {
  const tokens = words.flat().map((token) => token.toLowerCase());
  return [tokens.join(""), ...tokens];
}
