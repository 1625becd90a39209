/**
 * What the kinds of filter patterns have in common: regular expressions, and the error for a pattern that cannot be read.
 */
import { AwsError } from "../api";

/** The error for a pattern that cannot be read; `reason` is the end of a sentence, without its full stop. */
export function invalidPattern(pattern: string, reason: string): AwsError {
  return new AwsError("InvalidParameterException", `Invalid filter pattern ${pattern}: ${reason}.`);
}

/**
 * A regular expression of the few signs that patterns may have (FilterAndPatternSyntax, "Supported regular expressions").
 * Throws `InvalidParameterException`, which names `pattern`.
 */
export function regularExpression(expression: string, pattern: string): RegExp {
  const other = /[^A-Za-z0-9:_#=@/;,\-^$?[\]{}|\\*+. ]/.exec(expression)?.[0];
  if (other !== undefined) throw invalidPattern(pattern, `regular expressions of patterns have no ${other}`);
  try {
    return new RegExp(expression);
  } catch (error) {
    throw invalidPattern(pattern, (error as Error).message);
  }
}
