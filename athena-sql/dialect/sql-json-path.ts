/**
 * The path language of json_value, json_query and json_exists (Trino: "JSON functions and operators", JSON path language).
 */
import { notSupported, ParseError } from "../trino/errors";

export interface JsonPath {
  readonly lax: boolean;
  readonly root: PathNode;
}

export type PathNode =
  | { readonly kind: "literal"; readonly type: PathLiteral; readonly text: string }
  /** `$`, `@`, `last`. */
  | { readonly kind: "context" | "item" | "last" }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "sign"; readonly negative: boolean; readonly base: PathNode }
  | { readonly kind: "arithmetic"; readonly operator: string; readonly left: PathNode; readonly right: PathNode }
  /** `.key`, without a key `.*`. */
  | { readonly kind: "member"; readonly base: PathNode; readonly key?: string }
  | { readonly kind: "descendant"; readonly base: PathNode; readonly key: string }
  /** `[0, 2 to last]`, without subscripts `[*]`. */
  | { readonly kind: "array"; readonly base: PathNode; readonly subscripts?: readonly Subscript[] }
  | { readonly kind: "filter"; readonly base: PathNode; readonly predicate: PathPredicate }
  | { readonly kind: "method"; readonly base: PathNode; readonly name: PathMethod };

export type PathLiteral = "integer" | "decimal" | "double" | "varchar" | "boolean" | "null";
export type PathMethod = (typeof METHODS)[number];
export type PathComparison = (typeof COMPARISONS)[number];

export interface Subscript {
  readonly from: PathNode;
  readonly to?: PathNode;
}

export type PathPredicate =
  | { readonly kind: "and" | "or"; readonly left: PathPredicate; readonly right: PathPredicate }
  | { readonly kind: "not" | "is unknown"; readonly predicate: PathPredicate }
  | { readonly kind: "exists"; readonly path: PathNode }
  | { readonly kind: "starts with"; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: "compare"; readonly operator: PathComparison; readonly left: PathNode; readonly right: PathNode };

const METHODS = ["type", "size", "double", "ceiling", "floor", "abs", "keyvalue"] as const;
const COMPARISONS = ["==", "<>", "!=", "<=", ">=", "<", ">"] as const;

const TOKEN =
  /\s+|("(?:[^"]|"")*")|(\$?[A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(==|<>|!=|<=|>=|&&|\|\||\.\.|[$@.*[\](),?!<>+\-/%])/y;

/**
 * Reads a path; the same text gives the same tree.
 * @throws ParseError whose column counts from the path's first character, QueryError NOT_SUPPORTED for what is not followed here
 */
export function parseJsonPath(text: string): JsonPath {
  return new PathReader(text).path();
}

interface Token {
  readonly kind: "string" | "name" | "variable" | "number" | "symbol" | "end";
  readonly text: string;
  readonly offset: number;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let offset = 0; offset < text.length; offset = TOKEN.lastIndex) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    if (!match) throw fault({ kind: "symbol", text: text[offset], offset });
    const [, string, word, number, symbol] = match;
    if (string !== undefined) tokens.push({ kind: "string", text: string.slice(1, -1).replaceAll('""', '"'), offset });
    else if (word !== undefined) tokens.push({ kind: word.startsWith("$") ? "variable" : "name", text: word, offset });
    else if (number !== undefined) tokens.push({ kind: "number", text: number, offset });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, offset });
  }
  return [...tokens, { kind: "end", text: "<EOF>", offset: text.length }];
}

function fault(token: Token, expected?: string): ParseError {
  const wanted = expected === undefined ? "" : ` expecting ${expected}`;
  return new ParseError(`mismatched input '${token.text}'${wanted}`, { line: 1, column: token.offset + 1 });
}

class PathReader {
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  path(): JsonPath {
    const lax = this.takeName("lax");
    if (!lax && !this.takeName("strict")) throw fault(this.current, "{'lax', 'strict'}");
    const root = this.sum();
    if (this.current.kind !== "end") throw fault(this.current, "<EOF>");
    return { lax, root };
  }

  private get current(): Token {
    return this.tokens[this.next];
  }

  private sees(kind: Token["kind"], text: string, ahead = 0): boolean {
    const token = this.tokens[this.next + ahead] as Token | undefined;
    return token?.kind === kind && token.text === text;
  }

  private take(...symbols: string[]): boolean {
    const found = symbols.every((symbol, ahead) => this.sees("symbol", symbol, ahead));
    if (found) this.next += symbols.length;
    return found;
  }

  private takeName(name: string): boolean {
    const found = this.sees("name", name);
    if (found) this.next += 1;
    return found;
  }

  private need(symbol: string): void {
    if (!this.take(symbol)) throw fault(this.current, `'${symbol}'`);
  }

  private symbol<const Symbols extends readonly string[]>(symbols: Symbols): Symbols[number] | undefined {
    const found = symbols.find((symbol) => this.sees("symbol", symbol));
    if (found !== undefined) this.next += 1;
    return found;
  }

  private sum(): PathNode {
    let left = this.product();
    for (let operator = this.symbol(["+", "-"]); operator; operator = this.symbol(["+", "-"])) {
      left = { kind: "arithmetic", operator, left, right: this.product() };
    }
    return left;
  }

  private product(): PathNode {
    let left = this.signed();
    for (let operator = this.symbol(["*", "/", "%"]); operator; operator = this.symbol(["*", "/", "%"])) {
      left = { kind: "arithmetic", operator, left, right: this.signed() };
    }
    return left;
  }

  private signed(): PathNode {
    const sign = this.symbol(["+", "-"]);
    return sign ? { kind: "sign", negative: sign === "-", base: this.signed() } : this.accessors();
  }

  private accessors(): PathNode {
    let base = this.primary();
    for (;;) {
      if (this.take("?")) {
        this.need("(");
        base = { kind: "filter", base, predicate: this.predicate() };
        this.need(")");
      } else if (this.take("[", "*", "]")) base = { kind: "array", base };
      else if (this.take("[")) {
        const subscripts = [this.subscript()];
        while (this.take(",")) subscripts.push(this.subscript());
        this.need("]");
        base = { kind: "array", base, subscripts };
      } else if (this.take("..")) base = { kind: "descendant", base, key: this.key() };
      else if (this.take(".", "*")) base = { kind: "member", base };
      else if (this.take(".")) base = this.memberOrMethod(base);
      else return base;
    }
  }

  private key(): string {
    if (!["name", "string"].includes(this.current.kind)) throw fault(this.current);
    return this.tokens[this.next++].text;
  }

  private memberOrMethod(base: PathNode): PathNode {
    const token = this.current;
    const key = this.key();
    if (token.kind !== "name" || !this.take("(")) return { kind: "member", base, key };
    if (key === "datetime") throw notSupported("datetime() in JSON paths");
    const name = METHODS.find((method) => method === key);
    if (!name) throw fault(this.tokens[this.next - 1]);
    this.need(")");
    return { kind: "method", base, name };
  }

  private subscript(): Subscript {
    const from = this.sum();
    return this.takeName("to") ? { from, to: this.sum() } : { from };
  }

  private primary(): PathNode {
    const token = this.tokens[this.next++];
    const { kind, text } = token;
    if (kind === "string") return { kind: "literal", type: "varchar", text };
    if (kind === "variable") return { kind: "variable", name: text.slice(1) };
    if (kind === "number") {
      const type = /[eE]/.test(text) ? "double" : text.includes(".") ? "decimal" : "integer";
      return { kind: "literal", type, text };
    }
    if (kind === "name") {
      if (text === "true" || text === "false") return { kind: "literal", type: "boolean", text };
      if (text === "null") return { kind: "literal", type: "null", text };
      if (text === "last") return { kind: "last" };
    }
    if (kind === "symbol") {
      if (text === "$") return { kind: "context" };
      if (text === "@") return { kind: "item" };
      if (text === "(") {
        const inner = this.sum();
        this.need(")");
        return inner;
      }
    }
    throw fault(token);
  }

  private predicate(): PathPredicate {
    let left = this.conjunction();
    while (this.take("||")) left = { kind: "or", left, right: this.conjunction() };
    return left;
  }

  private conjunction(): PathPredicate {
    let left = this.condition();
    while (this.take("&&")) left = { kind: "and", left, right: this.condition() };
    return left;
  }

  private condition(): PathPredicate {
    if (this.take("!")) return { kind: "not", predicate: this.delimited() };
    if (this.sees("name", "exists") && this.sees("symbol", "(", 1)) return this.delimited();
    if (this.sees("symbol", "(")) {
      // `(@ > 1)` is a condition, and `(@ + 1) > 1` begins with a path.
      const from = this.next;
      try {
        const predicate = this.delimited();
        if (this.takeName("is")) {
          if (!this.takeName("unknown")) throw fault(this.current, "'unknown'");
          return { kind: "is unknown", predicate };
        }
        return predicate;
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        this.next = from;
      }
    }
    return this.comparison();
  }

  private delimited(): PathPredicate {
    if (this.takeName("exists")) {
      this.need("(");
      const path = this.sum();
      this.need(")");
      return { kind: "exists", path };
    }
    this.need("(");
    const predicate = this.predicate();
    this.need(")");
    return predicate;
  }

  private comparison(): PathPredicate {
    const left = this.sum();
    if (this.takeName("like_regex")) throw notSupported("like_regex in JSON paths");
    if (this.takeName("starts")) {
      if (!this.takeName("with")) throw fault(this.current, "'with'");
      if (!["string", "variable"].includes(this.current.kind)) throw fault(this.current);
      return { kind: "starts with", left, right: this.primary() };
    }
    const operator = this.symbol(COMPARISONS);
    if (!operator) throw fault(this.current, `{${COMPARISONS.map((each) => `'${each}'`).join(", ")}}`);
    return { kind: "compare", operator, left, right: this.sum() };
  }
}

/** The variables that a path names. */
export function variablesOf({ root }: JsonPath): string[] {
  const found: string[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (typeof part === "object" && part !== null) {
      if ("kind" in part && part.kind === "variable" && "name" in part) found.push(String(part.name));
      Object.values(part).forEach(visit);
    }
  };
  visit(root);
  return found;
}
