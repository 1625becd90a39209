/**
 * Reads tokens one after the other: what every part of the parser starts from.
 */
import { ParseError, type Position } from "./errors";
import { isReserved } from "./reserved-words";
import { tokenize, type Token } from "./tokens";

/** A position in a query's tokens. */
export class Cursor {
  readonly tokens: readonly Token[];
  private index = 0;
  private parameters = 0;

  constructor(
    readonly text: string,
    backquotes = false,
  ) {
    this.tokens = tokenize(text, backquotes);
  }

  get current(): Token {
    return this.tokens[this.index];
  }

  get at(): Position {
    return this.current.at;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)];
  }

  advance(): Token {
    const token = this.current;
    if (token.kind !== "end") this.index += 1;
    return token;
  }

  mark(): number {
    return this.index;
  }

  reset(mark: number): void {
    this.index = mark;
  }

  /** Number of the next `?`. */
  nextParameter(): number {
    return this.parameters++;
  }

  get parameterCount(): number {
    return this.parameters;
  }

  /** Whether the next tokens are these words or symbols. */
  sees(...texts: string[]): boolean {
    return texts.every((text, ahead) => {
      const token = this.peek(ahead);
      return (token.kind === "word" || token.kind === "symbol") && token.text.toLowerCase() === text;
    });
  }

  /** Whether the next token is one of these words or symbols. */
  seesAny(...texts: string[]): boolean {
    return texts.some((text) => this.sees(text));
  }

  /** Consumes these words or symbols if they come next. */
  take(...texts: string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.index += texts.length;
    return true;
  }

  need(...texts: string[]): void {
    for (const text of texts) if (!this.take(text)) throw this.fault(`'${text.toUpperCase()}'`);
  }

  fault(expected: string): ParseError {
    return new ParseError(`mismatched input '${this.current.text}'. Expecting: ${expected}`, this.at);
  }

  /** Whether the next token can be a name. */
  seesName(): boolean {
    const { kind, text } = this.current;
    return kind === "quoted" || (kind === "word" && !isReserved(text));
  }

  name(): string {
    if (!this.seesName()) throw this.fault("<identifier>");
    return this.advance().text.toLowerCase();
  }

  names(): string[] {
    const names = [this.name()];
    while (this.take(",")) names.push(this.name());
    return names;
  }

  /** `a.b.c`. */
  qualifiedName(): string[] {
    const parts = [this.name()];
    while (this.take(".")) parts.push(this.name());
    return parts;
  }

  string(): string {
    if (this.current.kind !== "string") throw this.fault("<string>");
    return this.advance().text;
  }

  needEnd(): void {
    this.take(";");
    if (this.current.kind !== "end") throw this.fault("<EOF>");
  }
}
