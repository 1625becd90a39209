/**
 * Filter patterns for messages that are JSON: `{ $.level = "ERROR" && ($.took > 1000 || $.retry NOT EXISTS) }`.
 * Amazon CloudWatch Logs User Guide, FilterAndPatternSyntax, "Using filter patterns to match terms in JSON log events".
 */
import { matchesWildcard } from "../wildcard";
import { invalidPattern, regularExpression } from "./pattern-text";
import { readJson } from "../read-json";

type Condition = (event: unknown) => boolean;

/**
 * A field of a message that is JSON, by its selector, e.g. `$.request.items[0].id`: what metric filters take values from.
 * Undefined if the message is no JSON or has no such field. Throws `InvalidParameterException` for what is no selector.
 */
export function jsonField(message: string, selector: string): unknown {
  const steps = readSelector(selector);
  if (!steps) throw invalidPattern(selector, "a field is selected as $.name, $.name.name or $.name[0]");
  return select(parsed(message), steps);
}

/** Reads a pattern in braces. Throws `InvalidParameterException` with the place of what cannot be read. */
export function jsonPattern(pattern: string): (message: string) => boolean {
  const condition = new Reader(pattern).whole();
  return (message) => {
    const event = parsed(message);
    return event !== undefined && condition(event);
  };
}

const tokens =
  /\s*(?:(&&|\|\||!=|<=|>=|[(){}=<>])|(\$(?:\.[\w-]+|\[\d+\])+)|"((?:[^"\\]|\\.)*)"|%([^%]+)%|([^\s"%(){}=<>&|]+))\s*/y;

type Token =
  | { readonly kind: "sign" | "selector" | "quoted" | "regex" | "word"; readonly text: string; readonly at: number }
  | { readonly kind: "end"; readonly text: ""; readonly at: number };

/** Recursive descent: conditions joined by && and ||, && first. */
class Reader {
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(private readonly pattern: string) {
    this.tokens = tokenize(pattern);
  }

  whole(): Condition {
    this.take("{");
    const condition = this.anyOf();
    this.take("}");
    if (this.peek().kind !== "end") this.fail("nothing may follow the closing brace");
    return condition;
  }

  private anyOf(): Condition {
    const parts = [this.allOf()];
    while (this.accept("||")) parts.push(this.allOf());
    return (event) => parts.some((part) => part(event));
  }

  private allOf(): Condition {
    const parts = [this.single()];
    while (this.accept("&&")) parts.push(this.single());
    return (event) => parts.every((part) => part(event));
  }

  private single(): Condition {
    if (this.accept("(")) {
      const inner = this.anyOf();
      this.take(")");
      return inner;
    }
    const selector = this.advance();
    const steps = selector.kind === "selector" ? readSelector(selector.text) : undefined;
    if (!steps) return this.fail("a condition begins with a field such as $.name", selector);
    const test = this.test();
    return (event) => test(select(event, steps));
  }

  private test(): (value: unknown) => boolean {
    const operator = this.advance();
    if (operator.kind === "word" && /^(IS|NOT)$/i.test(operator.text)) {
      const asked = `${operator.text} ${this.advance().text}`.toUpperCase();
      const found = states[asked];
      return found ?? this.fail(`${asked} is none of ${Object.keys(states).join(", ")}`, operator);
    }
    if (operator.kind !== "sign" || !/^(=|!=|<=?|>=?)$/.test(operator.text)) {
      return this.fail("a field is followed by =, !=, <, <=, >, >=, IS or NOT EXISTS", operator);
    }
    return this.comparison(operator.text, this.advance());
  }

  private comparison(operator: string, value: Token): (value: unknown) => boolean {
    if (value.kind === "sign" || value.kind === "end" || value.kind === "selector") {
      return this.fail("a comparison needs a value", value);
    }
    if (operator === "=" || operator === "!=") {
      const wanted = operator === "=";
      const equal = this.equality(value);
      // A field that is not there is neither equal nor different, and one that holds others cannot be compared.
      return (field) => isScalar(field) && equal(field) === wanted;
    }
    const limit = Number(value.text);
    if (value.kind !== "word" || !Number.isFinite(limit)) return this.fail(`${operator} compares numbers`, value);
    const compare = comparisons[operator];
    return (field) => typeof field === "number" && compare(field, limit);
  }

  private equality(value: Token): (field: Scalar) => boolean {
    if (value.kind === "regex") {
      const expression = regularExpression(value.text, this.pattern);
      return (field) => expression(String(field));
    }
    const number = value.kind === "word" ? Number(value.text) : NaN;
    if (!Number.isNaN(number)) return (field) => (typeof field === "number" ? field === number : field === value.text);
    const wildcard = value.text.split("*");
    return (field) => matchesWildcard(wildcard, String(field));
  }

  private peek(): Token {
    return this.tokens[this.next];
  }

  private advance(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.next += 1;
    return token;
  }

  private accept(sign: string): boolean {
    const found = this.peek().kind === "sign" && this.peek().text === sign;
    if (found) this.next += 1;
    return found;
  }

  private take(sign: string): void {
    if (!this.accept(sign)) this.fail(`${sign} is missing`);
  }

  private fail(reason: string, { at }: Token = this.peek()): never {
    throw invalidPattern(this.pattern, `${reason} (at character ${at + 1})`);
  }
}

type Scalar = string | number | boolean;

function isScalar(field: unknown): field is Scalar {
  return typeof field === "string" || typeof field === "number" || typeof field === "boolean";
}

const states: Readonly<Record<string, (field: unknown) => boolean>> = {
  "IS NULL": (field) => field === null,
  "IS TRUE": (field) => field === true,
  "IS FALSE": (field) => field === false,
  "NOT EXISTS": (field) => field === undefined,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function tokenize(pattern: string): Token[] {
  const found: Token[] = [];
  for (tokens.lastIndex = 0; tokens.lastIndex < pattern.length;) {
    const at = tokens.lastIndex;
    const match = tokens.exec(pattern);
    if (!match) throw invalidPattern(pattern, `what begins at character ${at + 1} cannot be read`);
    const [, sign, selector, quoted, regex, word] = match;
    if (sign !== undefined) found.push({ kind: "sign", text: sign, at });
    else if (selector !== undefined) found.push({ kind: "selector", text: selector, at });
    else if (quoted !== undefined) found.push({ kind: "quoted", text: quoted.replace(/\\(.)/g, "$1"), at });
    else if (regex !== undefined) found.push({ kind: "regex", text: regex, at });
    else found.push({ kind: "word", text: word, at });
  }
  return [...found, { kind: "end", text: "", at: pattern.length }];
}

function readSelector(selector: string): (string | number)[] | undefined {
  if (!/^\$(?:\.[\w-]+|\[\d+\])+$/.test(selector)) return undefined;
  return [...selector.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => (index ? Number(index) : name));
}

function select(event: unknown, steps: readonly (string | number)[]): unknown {
  let value = event;
  for (const step of steps) {
    if (typeof value !== "object" || value === null) return undefined;
    if (typeof step === "number" ? !Array.isArray(value) : !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function parsed(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return readJson(message);
  } catch {
    return undefined;
  }
}
