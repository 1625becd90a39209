/**
 * Reads tokens one after the other: what every part of the parser starts from.
 */
import { ParseError, type Position } from "./errors";
import { tokenize, type Token } from "./tokens";

// Words that cannot be names unless quoted (Trino: "Reserved keywords").
const RESERVED = new Set(
  (
    "alter and as between by case cast constraint create cross cube current_catalog current_date current_path " +
    "current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop " +
    "else end escape except execute exists extract false for from full group grouping having in inner insert intersect " +
    "into is join json_array json_exists json_object json_query json_table json_value left like listagg localtime " +
    "localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then " +
    "trim true uescape union unnest using values when where with"
  ).split(" "),
);

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
    return kind === "quoted" || (kind === "word" && !RESERVED.has(text.toLowerCase()));
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
