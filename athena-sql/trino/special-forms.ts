/**
 * Parses expressions with a syntax of their own: CASE, CAST, INTERVAL, TRIM, POSITION.
 */
import type { Cursor } from "./cursor";
import { ParseError } from "./errors";
import { parseExpression, parseOperand } from "./expressions";
import type { Expression, IntervalUnit } from "./syntax";
import { spannedType } from "./type-text";

export function caseExpression(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("case");
  const operand = cursor.sees("when") ? undefined : parseExpression(cursor);
  const branches = [];
  while (cursor.take("when")) {
    const when = parseExpression(cursor);
    cursor.need("then");
    branches.push({ when, then: parseExpression(cursor) });
  }
  if (branches.length === 0) throw cursor.fault("'WHEN'");
  const otherwise = cursor.take("else") ? parseExpression(cursor) : undefined;
  cursor.need("end");
  return { kind: "case", operand, branches, otherwise, at };
}

export function cast(cursor: Cursor, safe: boolean): Expression {
  const { at } = cursor;
  cursor.advance();
  cursor.need("(");
  const operand = parseExpression(cursor);
  cursor.need("as");
  const type = spannedType(cursor);
  cursor.need(")");
  return { kind: "cast", operand, type, safe, at };
}

const INTERVAL_UNITS: readonly string[] = ["year", "month", "day", "hour", "minute", "second"];

export function interval(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("interval");
  const sign = cursor.take("-") ? -1 : (cursor.take("+"), 1);
  const text = cursor.string();
  const unit = (): IntervalUnit => {
    const word = cursor.advance().text.toLowerCase();
    if (!INTERVAL_UNITS.includes(word)) throw new ParseError(`unknown interval unit '${word}'`, at);
    return word as IntervalUnit;
  };
  const from = unit();
  return { kind: "interval", sign, text, from, to: cursor.take("to") ? unit() : undefined, at };
}

function plainCall(name: string, args: Expression[], at: Expression["at"]): Expression {
  return { kind: "call", name, args, star: false, distinct: false, orderBy: [], at };
}

export function trim(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("trim", "(");
  const side = cursor.seesAny("leading", "trailing", "both") ? cursor.advance().text.toLowerCase() : "both";
  const name = { leading: "ltrim", trailing: "rtrim", both: "trim" }[side] ?? "trim";
  if (cursor.take("from")) {
    const only = plainCall(name, [parseExpression(cursor)], at);
    cursor.need(")");
    return only;
  }
  const first = parseExpression(cursor);
  if (cursor.take("from")) {
    const source = parseExpression(cursor);
    cursor.need(")");
    return plainCall(name, [source, first], at);
  }
  const args = cursor.take(",") ? [first, parseExpression(cursor)] : [first];
  cursor.need(")");
  return plainCall(name, args, at);
}

/** `substring(text FROM start FOR length)`, which may be written as a call as well. */
export function substring(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("substring", "(");
  const args = [parseExpression(cursor)];
  if (cursor.take("from")) {
    args.push(parseExpression(cursor));
    if (cursor.take("for")) args.push(parseExpression(cursor));
  } else while (cursor.take(",")) args.push(parseExpression(cursor));
  cursor.need(")");
  return plainCall("substring", args, at);
}

/** `normalize(text)`, `normalize(text, NFD)`. */
export function normalize(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("normalize", "(");
  const text = parseExpression(cursor);
  let form = "NFC";
  if (cursor.take(",")) {
    if (!cursor.seesAny("nfc", "nfd", "nfkc", "nfkd")) throw cursor.fault("'NFC', 'NFD', 'NFKC', 'NFKD'");
    form = cursor.advance().text.toUpperCase();
  }
  cursor.need(")");
  return plainCall("normalize", [text, { kind: "string", text: form, at }], at);
}

export function position(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("position", "(");
  // Not a whole expression: IN separates the two arguments here.
  const part = parseOperand(cursor);
  cursor.need("in");
  const whole = parseOperand(cursor);
  cursor.need(")");
  return plainCall("strpos", [whole, part], at);
}

/** `U&'caf\00e9'`, `U&'#+01F600' UESCAPE '#'`. */
export function unicodeText(cursor: Cursor): Expression {
  const { at } = cursor;
  cursor.need("u", "&");
  const written = cursor.string();
  const escape = cursor.take("uescape") ? cursor.string() : "\\";
  if (!/^[^0-9A-Fa-f+'"\s]$/.test(escape)) throw new ParseError(`Invalid Unicode escape character: ${escape}`, at);
  let text = "";
  for (let i = 0; i < written.length; i++) {
    if (written[i] !== escape) {
      text += written[i];
      continue;
    }
    if (written[i + 1] === escape) {
      text += escape;
      i += 1;
      continue;
    }
    const digits = /^(?:\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4}))/.exec(written.slice(i + 1));
    if (!digits) throw new ParseError("Incomplete escape sequence", at);
    const code = parseInt(digits[1] ?? digits[2], 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw new ParseError(`Invalid escaped character: ${digits[0]}`, at);
    }
    text += String.fromCodePoint(code);
    i += digits[0].length;
  }
  return { kind: "string", text, at };
}
