/**
 * Splits a model's SQL into tokens. Explanations keep the text of a model as it ran and only cut it up, so a token knows where
 * it stands.
 */
import { auditError } from "../audit-error";

/** One token; `text` is a name's or string's value without quotes, words in lower case. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol";
  readonly text: string;
  /** Offsets into the SQL: `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

/** Tokens of Trino SQL, comments left out. Throws an AuditError for text that is none. */
export function tokensOf(sql: string): Token[] {
  const token =
    /(\s+|--[^\n]*|\/\*[^]*?\*\/)|([\p{L}_@][\p{L}\p{N}_@$]*)|"((?:[^"]|"")*)"|('(?:[^']|'')*')|((?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(<>|!=|<=|>=|\|\||->|=>|[-<>=+*/%()[\]{},.;?:|])/uy;
  const tokens: Token[] = [];
  while (token.lastIndex < sql.length) {
    const start = token.lastIndex;
    const match = token.exec(sql);
    if (!match) throw auditError(`The SQL can't be read from ${JSON.stringify(sql.slice(start, start + 20))} on.`);
    const end = token.lastIndex;
    const [, space, word, quoted, text, number, symbol] = match;
    if (space !== undefined) continue;
    if (word !== undefined) tokens.push({ kind: "word", text: word.toLowerCase(), start, end });
    else if (quoted !== undefined) {
      tokens.push({ kind: "quoted", text: quoted.replace(/""/g, '"').toLowerCase(), start, end });
    } else if (text !== undefined) {
      tokens.push({ kind: "string", text: text.slice(1, -1).replace(/''/g, "'"), start, end });
    } else if (number !== undefined) tokens.push({ kind: "number", text: number, start, end });
    else tokens.push({ kind: "symbol", text: symbol, start, end });
  }
  return tokens;
}

/** Whether a token is this word or symbol. */
export function isText(token: Token | undefined, ...texts: readonly string[]): boolean {
  return token !== undefined && (token.kind === "word" || token.kind === "symbol") && texts.includes(token.text);
}

/** Whether a token can be a name: quoted, or a word that Trino does not reserve. */
export function isName(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.kind === "quoted" || (token.kind === "word" && !reserved().includes(token.text));
}

/** Index behind the parenthesis or bracket that opens at `open`. Throws an AuditError if it never closes. */
export function behindClosing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (isText(tokens[index], "(", "[")) depth += 1;
    if (isText(tokens[index], ")", "]")) depth -= 1;
    if (depth === 0) return index + 1;
  }
  throw auditError(`The SQL has an opening ${tokens[open].text} that is never closed.`);
}

/** Trino documentation, "Reserved keywords". */
function reserved(): string[] {
  return (
    "alter and as between by case cast constraint create cross cube current_catalog current_date current_path " +
    "current_role current_schema current_time current_timestamp current_user deallocate delete describe distinct drop " +
    "else end escape except execute exists extract false for from full group grouping having in inner insert intersect " +
    "into is join json_array json_exists json_object json_query json_table json_value left like listagg localtime " +
    "localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then " +
    "trim true uescape union unnest using values when where with"
  ).split(" ");
}
