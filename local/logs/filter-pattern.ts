/**
 * Filter patterns: which log events a search or a metric filter wants.
 * Amazon CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, filter log events,
 * and Live Tail" (FilterAndPatternSyntax).
 */
import { invalidPattern, regularExpression } from "./pattern-text";
import { jsonPattern } from "./json-pattern";

/** Whether a log event's message is wanted. */
export type FilterPattern = (message: string) => boolean;

/** Most characters of a pattern. CloudWatch Logs API Reference, "FilterLogEvents". */
const LONGEST_PATTERN = 1024;

/**
 * Reads a pattern once, to be tried on many messages:
 * - `ERROR timeout`: messages with all terms; `"two words"` is one term; terms are parts of words and case matters
 * - `?ERROR ?WARN`: messages with any of the terms; beside other terms they are ignored, as the guide says
 * - `ERROR -retried`: messages with one and without the other
 * - `%code [45][0-9]+%`: messages that a regular expression finds something in
 * - `{ $.level = "ERROR" && $.took > 1000 }`: messages that are JSON and have such fields
 * - an empty one: all messages
 *
 * Throws `InvalidParameterException`, also for patterns of space-delimited fields (`[a, b]`), which the local runtime lacks.
 */
export function compileFilterPattern(pattern: string): FilterPattern {
  if (pattern.length > LONGEST_PATTERN)
    throw invalidPattern(pattern, `it is longer than ${LONGEST_PATTERN} characters`);
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return jsonPattern(text);
  if (text.startsWith("[")) {
    throw invalidPattern(
      pattern,
      "the local runtime has no patterns of space-delimited fields; use terms or { $.field … }",
    );
  }
  return termPattern(text);
}

interface Term {
  readonly sign: "" | "?" | "-";
  readonly in: FilterPattern;
}

const term = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"%]+))(?=\s|$)\s*/y;

function termPattern(text: string): FilterPattern {
  const terms: Term[] = [];
  for (term.lastIndex = 0; term.lastIndex < text.length;) {
    const at = term.lastIndex;
    const match = term.exec(text);
    if (!match) throw invalidPattern(text, `what begins at character ${at + 1} is no term`);
    const [, sign, quoted, expression, word] = match;
    if (expression !== undefined) {
      const found = regularExpression(expression, text);
      terms.push({ sign: sign as Term["sign"], in: found });
    } else {
      const wanted = quoted === undefined ? word : quoted.replace(/\\(.)/g, "$1");
      if (quoted === undefined && !/^\w+$/.test(word)) {
        throw invalidPattern(
          text,
          `${word} has characters other than letters, digits and _: write it in double quotes`,
        );
      }
      terms.push({ sign: sign as Term["sign"], in: (message) => message.includes(wanted) });
    }
  }
  const [included, optional, excluded] = ["", "?", "-"].map((sign) => terms.filter((one) => one.sign === sign));
  const anyOf = included.length + excluded.length === 0 ? optional : [];
  return (message) =>
    included.every((one) => one.in(message)) &&
    !excluded.some((one) => one.in(message)) &&
    (anyOf.length === 0 || anyOf.some((one) => one.in(message)));
}
