/**
 * Search expressions, as graphs of dashboards have them: pure. CloudWatch documentation, "CloudWatch search expression syntax".
 */
import { AwsError } from "../api";
import type { MetricId } from "./metrics";
import { tokensOf, wordsOf } from "./search-tokens";
import { isStatistic, type Statistic } from "./statistics";

/** A parsed `SEARCH('{schema} term', 'statistic', period)`. */
export interface SearchExpression {
  readonly statistic: Statistic;
  /** Seconds; undefined where the graph says. */
  readonly period?: number;
  /** Whether the search finds a metric. */
  finds(metric: MetricId): boolean;
}

/** Longest query. "Search expression limits". */
const longest = 1024;

/** Metrics that reported nothing for so long are not found, milliseconds. Documentation, "Use search expressions in graphs". */
export const searchReach = 14 * 86_400_000;

type Finder = (metric: MetricId) => boolean;

/**
 * Reads a search. Metric math around one is refused: the runtime has none.
 *
 * @throws AwsError `ValidationError` with what was expected where
 */
export function parseSearch(expression: string): SearchExpression {
  const outer = /^\s*SEARCH\(\s*'((?:[^'\\]|\\.)*)'\s*,\s*'([^']*)'\s*(?:,\s*(\d+)\s*)?\)\s*$/s.exec(expression);
  if (!outer) {
    throw invalid(
      expression,
      "expected SEARCH('{namespace, dimensions} term', 'statistic', period); there is no metric math here",
    );
  }
  const [, query, statistic, period] = outer;
  if (query.length > longest)
    throw invalid(expression, `the query has ${query.length} characters; ${longest} are allowed`);
  if (!isStatistic(statistic)) throw invalid(expression, `'${statistic}' is no statistic`);
  const parser = new Parser(expression, lex(expression, query));
  const finds = parser.query();
  return { statistic, ...(period !== undefined && { period: Number(period) }), finds };
}

function invalid(expression: string, why: string): AwsError {
  return new AwsError("ValidationError", `Error in expression "${expression}": ${why}.`);
}

/** A piece of a query: what stood in double quotes, a word, or one of `{ } ( ) , =`. */
interface Piece {
  readonly kind: "exact" | "word" | "mark";
  readonly text: string;
}

function lex(expression: string, query: string): Piece[] {
  const pieces: Piece[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|([{}(),=])|([^\s"{}(),=]+)|(.)/gsy;
  for (const [, exact, mark, word, stray] of query.matchAll(pattern)) {
    if (stray !== undefined) throw invalid(expression, `a ${stray} is not closed`);
    // "When you perform an exact match search, the following characters must be escaped with a backslash": " \ ( )
    if (exact !== undefined) pieces.push({ kind: "exact", text: exact.replace(/\\(.)/gs, "$1") });
    else if (mark !== undefined) pieces.push({ kind: "mark", text: mark });
    else if (word !== undefined) pieces.push({ kind: "word", text: word });
  }
  return pieces;
}

/** Recursive descent over the pieces. */
class Parser {
  private at = 0;

  constructor(
    private readonly expression: string,
    private readonly pieces: readonly Piece[],
  ) {}

  query(): Finder {
    const schema = this.takes("{") ? this.schema() : undefined;
    if (schema) this.takes(",");
    const term = this.at < this.pieces.length ? this.either() : undefined;
    if (this.at < this.pieces.length) throw this.unexpected();
    if (!schema && !term) throw invalid(this.expression, "neither a metric schema nor a search term");
    return (metric) => (schema?.(metric) ?? true) && (term?.(metric) ?? true);
  }

  /** A schema names all dimensions of the metrics that it finds. Grafana documentation, "Match exact", says it of these. */
  private schema(): Finder {
    const namespace = this.name();
    const dimensions: string[] = [];
    while (this.takes(",")) dimensions.push(this.name());
    if (!this.takes("}")) throw this.unexpected();
    return (metric) => {
      const own = Object.keys(metric.dimensions);
      return (
        metric.namespace === namespace &&
        own.length === dimensions.length &&
        dimensions.every((name) => own.includes(name))
      );
    };
  }

  private either(): Finder {
    const finders = [this.all()];
    while (this.takesWord("OR")) finders.push(this.all());
    return (metric) => finders.some((finds) => finds(metric));
  }

  /** "Not using any Boolean operator between search terms implicitly searches them as if there were an AND operator". */
  private all(): Finder {
    const finders = [this.negated()];
    while (this.at < this.pieces.length && !this.isMark(")") && !this.isWord("OR")) {
      this.takesWord("AND");
      finders.push(this.negated());
    }
    return (metric) => finders.every((finds) => finds(metric));
  }

  private negated(): Finder {
    if (!this.takesWord("NOT")) return this.single();
    const finds = this.negated();
    return (metric) => !finds(metric);
  }

  private single(): Finder {
    if (this.takes("(")) {
      const finds = this.either();
      if (!this.takes(")")) throw this.unexpected();
      return finds;
    }
    const first = this.piece();
    if (!this.takes("=")) {
      const matches = matcher(first);
      return ({ namespace, name, dimensions }) =>
        [namespace, name, ...Object.keys(dimensions), ...Object.values(dimensions)].some(matches);
    }
    const matches = matcher(this.piece());
    return ({ namespace, name, dimensions }) => {
      const value = { MetricName: name, Namespace: namespace }[first.text] ?? dimensions[first.text];
      return value !== undefined && matches(value);
    };
  }

  private name(): string {
    return this.piece().text;
  }

  private piece(): Piece {
    const piece = this.pieces[this.at] as Piece | undefined;
    if (!piece || piece.kind === "mark") throw this.unexpected();
    this.at += 1;
    return piece;
  }

  private isMark(mark: string): boolean {
    const piece = this.pieces[this.at] as Piece | undefined;
    return piece?.kind === "mark" && piece.text === mark;
  }

  private isWord(word: string): boolean {
    const piece = this.pieces[this.at] as Piece | undefined;
    return piece?.kind === "word" && piece.text === word;
  }

  private takes(mark: string): boolean {
    const found = this.isMark(mark);
    if (found) this.at += 1;
    return found;
  }

  private takesWord(word: string): boolean {
    const found = this.isWord(word);
    if (found) this.at += 1;
    return found;
  }

  private unexpected(): AwsError {
    const piece = this.pieces[this.at] as Piece | undefined;
    return invalid(
      this.expression,
      piece ? `'${piece.text}' was not expected there` : "something is missing at its end",
    );
  }
}

/** In double quotes the whole text is meant, otherwise tokens in it. "Exact matches" and "Partial matches". */
function matcher({ kind, text }: Piece): (value: string) => boolean {
  if (kind === "exact") return (value) => value === text;
  const words = wordsOf(text);
  const [first, ...further] = words.flat();
  if (further.length > 0) return (value) => containsInTurn(wordsOf(value).flat(), words);
  return (value) => first !== undefined && tokensOf(wordsOf(value)).includes(first.toLowerCase());
}

/**
 * Whether tokens of a term follow one another in a name. Within a word their case counts ("to match a composite token, the search
 * is case sensitive"); words that stand alone between other characters are found in any case, as the page's `network/errors`.
 */
function containsInTurn(name: readonly string[], words: readonly (readonly string[])[]): boolean {
  const wanted = words.flatMap((word) => word.map((token) => ({ token, cased: word.length > 1 })));
  return name.some((_, start) =>
    wanted.every(({ token, cased }, index) => {
      const found = name[start + index] as string | undefined;
      return found !== undefined && (cased ? found === token : found.toLowerCase() === token.toLowerCase());
    }),
  );
}
