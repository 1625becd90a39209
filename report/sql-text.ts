/** SQL with its words, names and values told apart, by the tokens of the parser that the lake itself goes by. */
import { isReserved } from "../athena-sql/trino/reserved-words";
import { tokenize, type Token } from "../athena-sql/trino/tokens";
import { html, type Html } from "./html";

/** Words that are no reserved ones, and that people read as such where they stand alone. */
const WORDS =
  /^(all|any|asc|by|count|date|desc|filter|first|if|interval|last|limit|nulls|offset|over|partition|range|rows|timestamp|to|unload|with)$/i;

/** A statement, each token in a span of its kind; text that is no SQL stays as it is. */
export function sqlText(sql: string): Html {
  return html`<pre class="sql" tabindex="0"><code>${sqlSpans(sql)}</code></pre>`;
}

/** The same without an element around it. */
export function sqlSpans(sql: string): Html {
  const tokens = tokensOf(sql);
  if (!tokens) return html`${sql}`;
  let at = 0;
  const spans = tokens.map((token, index) => {
    const before = sql.slice(at, token.start);
    at = token.end;
    return html`${gap(before)}${span(token, sql.slice(token.start, token.end), tokens[index + 1])}`;
  });
  return html`${spans}${gap(sql.slice(at))}`;
}

function tokensOf(sql: string): Token[] | undefined {
  try {
    return tokenize(sql).filter(({ kind }) => kind !== "end");
  } catch (error) {
    if ((error as Error).name !== "ParseError") throw error;
    return undefined;
  }
}

/** What stands between tokens is space and comments. */
function gap(text: string): Html {
  return text.trim() === "" ? html`${text}` : html`<i class="c">${text}</i>`;
}

function span({ kind, text }: Token, written: string, next: Token | undefined): Html {
  if (kind === "word" && next?.text === "(" && next.kind === "symbol" && !isReserved(text))
    return html`<i class="f">${written}</i>`;
  if (kind === "word" && (isReserved(text) || WORDS.test(text))) return html`<i class="k">${written}</i>`;
  if (kind === "string" || kind === "bytes") return html`<i class="s">${written}</i>`;
  if (kind === "integer" || kind === "decimal" || kind === "double") return html`<i class="v">${written}</i>`;
  return html`${written}`;
}
