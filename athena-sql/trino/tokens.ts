/**
 * Splits Trino SQL into tokens: comments, strings and quoted names are told apart here and nowhere else.
 */
import { ParseError, type Position } from "./errors";

/** One token. `text` is the value without quotes; of a word it is as written. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "bytes" | "integer" | "decimal" | "double" | "symbol" | "end";
  readonly text: string;
  readonly at: Position;
  /** Offsets into the query's text: `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

const SYMBOLS = ["<>", "!=", "<=", ">=", "||", "->", "=>", ..."<>=+-*/%()[]{},.;?:|&".split("")];

/**
 * Tokens of `text`, the last one of kind `end`.
 * @param backquotes whether `` `name` `` is a quoted name, as in Athena's DDL (in queries Trino refuses it)
 * @throws ParseError for text that no token starts with, and for strings, names or comments that never end
 */
export function tokenize(text: string, backquotes = false): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  let line = 1;
  let lineStart = 0;
  const here = (): Position => ({ line, column: offset - lineStart + 1 });
  const advance = (end: number): void => {
    for (; offset < end; offset++) {
      if (text[offset] === "\n") {
        line += 1;
        lineStart = offset + 1;
      }
    }
  };
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
  const push = (kind: Token["kind"], value: string, end: number): void => {
    tokens.push({ kind, text: value, at: here(), start: offset, end });
    advance(end);
  };
  const quoted = (kind: Token["kind"], from: number, quote: string): void => {
    let end = from;
    for (;;) {
      end = text.indexOf(quote, end);
      if (end < 0)
        throw new ParseError(`the ${kind === "string" ? "string" : "name"} that starts here has no end`, here());
      if (text[end + 1] !== quote) break;
      end += 2;
    }
    push(kind, text.slice(from, end).replaceAll(quote + quote, quote), end + 1);
  };
  while (offset < text.length) {
    const space = match(/\s+|--[^\n]*/y);
    if (space) {
      advance(offset + space[0].length);
      continue;
    }
    if (text.startsWith("/*", offset)) {
      const end = text.indexOf("*/", offset + 2);
      if (end < 0) throw new ParseError("the comment that starts here has no end", here());
      advance(end + 2);
      continue;
    }
    const first = text[offset];
    const coded = match(/0(?:[xX][\da-fA-F_]+|[oO][0-7_]+|[bB][01_]+)/y);
    const number = match(/(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?/y);
    const word = match(/[\p{L}_@][\p{L}\p{N}_@$]*/uy);
    if (first === "'") quoted("string", offset + 1, "'");
    else if (first === '"') quoted("quoted", offset + 1, '"');
    else if (first === "`" && backquotes) quoted("quoted", offset + 1, "`");
    else if (/[xX]/.test(first) && text[offset + 1] === "'") {
      quoted("bytes", offset + 2, "'");
      const digits = tokens[tokens.length - 1];
      if (!/^(\s*[0-9A-Fa-f]\s*[0-9A-Fa-f]\s*)*$/.test(digits.text)) {
        throw new ParseError("Binary literal must contain an even number of hexadecimal digits", digits.at);
      }
    } else if (coded) push("integer", String(BigInt(coded[0].replaceAll("_", ""))), offset + coded[0].length);
    else if (number) {
      const kind = number[2] ? "double" : number[1].includes(".") ? "decimal" : "integer";
      push(kind, number[0].replaceAll("_", ""), offset + number[0].length);
      if (match(/[\p{L}_]/uy)) throw new ParseError(`identifiers must not start with a digit`, here());
    } else if (word) push("word", word[0], offset + word[0].length);
    else {
      const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, offset));
      if (!symbol) throw new ParseError(`unexpected character ${JSON.stringify(first)}`, here());
      push("symbol", symbol, offset + symbol.length);
    }
  }
  push("end", "<EOF>", offset);
  return tokens;
}
