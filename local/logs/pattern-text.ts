/**
 * What the kinds of filter patterns have in common: regular expressions, and the error for a pattern that cannot be read.
 */
import { RE2JS } from "re2js";
import { AwsError } from "../api";

/** The error for a pattern that cannot be read; `reason` is the end of a sentence, without its full stop. */
export function invalidPattern(pattern: string, reason: string): AwsError {
  return new AwsError("InvalidParameterException", `Invalid filter pattern ${pattern}: ${reason}.`);
}

/**
 * Whether a regular expression finds something in a text, in time in proportion to it. Expressions have the few signs that
 * patterns may have (FilterAndPatternSyntax, "Supported regular expressions"). Throws `InvalidParameterException`, which names
 * `pattern`.
 */
export function regularExpression(expression: string, pattern: string): (text: string) => boolean {
  const other = /[^A-Za-z0-9:_#=@/;,\-^$?[\]{}|\\*+. ]/.exec(expression)?.[0];
  if (other !== undefined) throw invalidPattern(pattern, `regular expressions of patterns have no ${other}`);
  try {
    const compiled = RE2JS.compile(expression);
    return (text) => compiled.test(text);
  } catch (error) {
    throw invalidPattern(pattern, (error as Error).message);
  }
}
