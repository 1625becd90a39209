/**
 * Cuts a model's query into its parts: common tables, SELECT blocks, their clauses and the relations they read. The parts are
 * the model's own text, so that what is asked of them is what the model computes.
 */
import { auditError } from "../audit-error";
import { behindClosing, isName, isText, type Token, tokensOf } from "./tokens";

/** A query, read. */
export interface QueryText {
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  /** LIMIT, OFFSET or FETCH: which rows there are depends on all others. */
  readonly limited: boolean;
}

/** One table of a WITH clause. */
export interface CommonTable {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly text: string;
  readonly query: QueryText;
}

export type QueryBody =
  | SelectText
  | { readonly kind: "union"; readonly branches: readonly QueryText[] }
  /** Something whose rows can't be traced to rows of what it reads. */
  | { readonly kind: "other"; readonly what: string; readonly branches?: readonly QueryText[] };

/** A SELECT; expressions are texts. */
export interface SelectText {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  /** Text behind FROM; empty if there is none. */
  readonly from: string;
  readonly relations: readonly Relation[];
  readonly where?: string;
  /** Expressions of GROUP BY, ordinals resolved; absent without GROUP BY. */
  readonly groupBy?: readonly string[];
  /** GROUPING SETS, ROLLUP or CUBE. */
  readonly groupingSets: boolean;
  readonly having?: string;
  /** Text of the WINDOW clause. */
  readonly windows?: string;
}

/** One item of a SELECT list; `name` is absent for an expression without alias. */
export type SelectItem =
  | { readonly kind: "expression"; readonly text: string; readonly name?: string }
  | { readonly kind: "all"; readonly qualifier?: string };

/** A relation of a FROM clause; `start` and `end` are its place, alias included, in {@link SelectText.from}. */
export type Relation = {
  readonly alias: string;
  readonly columns?: readonly string[];
  readonly start: number;
  readonly end: number;
} & (
  | { readonly kind: "table"; readonly parts: readonly string[] }
  | { readonly kind: "derived"; readonly query: QueryText; readonly text: string }
  | { readonly kind: "other"; readonly what: string }
);

/** Reads one query. Throws an AuditError for text that is none. */
export function readQuery(sql: string): QueryText {
  const tokens = tokensOf(sql).filter((token, index, all) => !(index === all.length - 1 && isText(token, ";")));
  return query({ sql, tokens });
}

/** Tokens of a part of a text. */
interface Part {
  readonly sql: string;
  readonly tokens: readonly Token[];
}

function query(part: Part): QueryText {
  const { tokens } = part;
  if (tokens.length === 0) throw auditError("A query is empty.");
  // `(select …)`: parentheses around the whole.
  if (isText(tokens[0], "(") && behindClosing(tokens, 0) === tokens.length) {
    return query({ ...part, tokens: tokens.slice(1, -1) });
  }
  const commonTables: CommonTable[] = [];
  let at = 0;
  if (isText(tokens[0], "with")) {
    if (isText(tokens[1], "recursive")) return other("WITH RECURSIVE");
    at = 1;
    for (;;) {
      const name = tokens[at].text;
      at += 1;
      let columns: string[] | undefined;
      if (isText(tokens[at], "(")) {
        const end = behindClosing(tokens, at);
        columns = tokens
          .slice(at + 1, end - 1)
          .filter(({ text }) => text !== ",")
          .map(({ text }) => text);
        at = end;
      }
      if (!isText(tokens[at], "as") || !isText(tokens[at + 1], "(")) throw auditError(`WITH ${name} has no query.`);
      const end = behindClosing(tokens, at + 1);
      const inner = tokens.slice(at + 2, end - 1);
      commonTables.push({ name, columns, text: textOf(part.sql, inner), query: query({ ...part, tokens: inner }) });
      at = end;
      if (!isText(tokens[at], ",")) break;
      at += 1;
    }
  }
  const rest = tokens.slice(at);
  const ends = topLevel(rest, (token, index) => startsTail(rest, index, token));
  const core = rest.slice(0, ends[0] ?? rest.length);
  const limited = ends.some((index) => !isText(rest[index], "order"));
  return { with: commonTables, body: body({ ...part, tokens: core }), limited };
}

function other(what: string): QueryText {
  return { with: [], body: { kind: "other", what }, limited: false };
}

function startsTail(tokens: readonly Token[], index: number, token: Token): boolean {
  const next = tokens.at(index + 1);
  if (isText(token, "order")) return isText(next, "by");
  if (isText(token, "limit", "offset")) return next?.kind === "number" || isText(next, "?", "all");
  return isText(token, "fetch") && isText(next, "first", "next");
}

function body(part: Part): QueryBody {
  const { tokens } = part;
  const operators = topLevel(tokens, (token) => isText(token, "union", "except", "intersect"));
  if (operators.length === 0) {
    if (isText(tokens[0], "select")) return select(part);
    if (isText(tokens[0], "(")) return nested(query(part));
    return { kind: "other", what: (tokens[0]?.text ?? "nothing").toUpperCase() };
  }
  const starts = [
    0,
    ...operators.map((index) => (isText(tokens[index + 1], "all", "distinct") ? index + 2 : index + 1)),
  ];
  const branches = starts.map((start, index) =>
    query({ ...part, tokens: tokens.slice(start, operators[index] ?? tokens.length) }),
  );
  const odd = operators.find((index) => !isText(tokens[index], "union") || !isText(tokens[index + 1], "all"));
  if (odd === undefined) return { kind: "union", branches };
  const what = tokens[odd].text.toUpperCase();
  return { kind: "other", what: what === "UNION" ? "UNION without ALL" : what, branches };
}

function nested(inner: QueryText): QueryBody {
  if (inner.with.length > 0 || inner.limited) return { kind: "other", what: "a nested query with WITH or LIMIT" };
  return inner.body;
}

function select(part: Part): SelectText {
  const { sql, tokens } = part;
  const clauses = ["from", "where", "group", "having", "window"];
  const found = topLevel(tokens, (token, index) => clauses.includes(token.text) && startsClause(tokens, index));
  const clause = (name: string, words: number): readonly Token[] | undefined => {
    const place = found.findIndex((index) => tokens[index].text === name);
    return place < 0 ? undefined : tokens.slice(found[place] + words, found.at(place + 1) ?? tokens.length);
  };
  const distinct = isText(tokens[1], "distinct");
  const first = distinct || isText(tokens[1], "all") ? 2 : 1;
  const items = commaSeparated(tokens.slice(first, found[0] ?? tokens.length)).map((each) => item(sql, each));
  const from = clause("from", 1) ?? [];
  const groupTokens = clause("group", 2);
  const groupingSets = (groupTokens ?? []).some((token) => isText(token, "grouping", "rollup", "cube"));
  const text = (name: string): string | undefined => {
    const range = clause(name, 1);
    return range && textOf(sql, range);
  };
  return {
    kind: "select",
    distinct,
    items,
    from: textOf(sql, from),
    relations: from.length === 0 ? [] : relations({ sql, tokens: from }, from[0].start),
    where: text("where"),
    groupBy: groupTokens && commaSeparated(groupTokens).flatMap((each) => groupingKeys(sql, each, items)),
    groupingSets,
    having: text("having"),
    windows: text("window"),
  };
}

function startsClause(tokens: readonly Token[], index: number): boolean {
  if (isText(tokens[index], "from")) return !isText(tokens.at(index - 1), "distinct") || index < 2;
  if (isText(tokens[index], "group")) return isText(tokens.at(index + 1), "by");
  if (isText(tokens[index], "window")) return isName(tokens.at(index + 1)) && isText(tokens.at(index + 2), "as");
  return tokens[index].kind === "word";
}

/** `1` is the first item, `()` nothing, `(a, b)` both. */
function groupingKeys(sql: string, tokens: readonly Token[], items: readonly SelectItem[]): string[] {
  if (tokens.length === 1 && tokens[0].kind === "number") {
    const chosen = items.at(Number(tokens[0].text) - 1);
    if (chosen?.kind !== "expression") throw auditError(`GROUP BY ${tokens[0].text} names no expression.`);
    return [chosen.text];
  }
  if (isText(tokens[0], "(") && behindClosing(tokens, 0) === tokens.length) {
    return commaSeparated(tokens.slice(1, -1)).map((each) => textOf(sql, each));
  }
  return [textOf(sql, tokens)];
}

function item(sql: string, tokens: readonly Token[]): SelectItem {
  const last = tokens[tokens.length - 1];
  if (isText(last, "*") && (tokens.length === 1 || isText(tokens[tokens.length - 2], "."))) {
    return { kind: "all", ...(tokens.length > 1 && { qualifier: tokens[0].text }) };
  }
  const before = tokens.at(-2);
  if (tokens.length > 2 && isText(before, "as")) {
    return { kind: "expression", text: textOf(sql, tokens.slice(0, -2)), name: last.text };
  }
  const unitOfInterval = before?.kind === "string" && isText(tokens.at(-3), "interval", "to");
  const endsOperand =
    before !== undefined &&
    (isName(before) ||
      ["string", "number"].includes(before.kind) ||
      isText(before, ")", "]", "end", "null", "true", "false"));
  if (tokens.length > 1 && isName(last) && endsOperand && !unitOfInterval) {
    return { kind: "expression", text: textOf(sql, tokens.slice(0, -1)), name: last.text };
  }
  const isColumn = tokens.every((token, index) => (index % 2 === 0 ? isName(token) : isText(token, ".")));
  return { kind: "expression", text: textOf(sql, tokens), ...(isColumn && { name: last.text }) };
}

/** The relations of a FROM clause; `origin` is where its text starts. */
function relations(part: Part, origin: number): Relation[] {
  const { sql, tokens } = part;
  const found: Relation[] = [];
  let at = 0;
  while (at < tokens.length) {
    const first = at;
    if (isText(tokens[at], "(") && !isText(tokens.at(at + 1), "select", "with", "values", "(")) {
      // `(a join b on …)`: the relations inside; an alias for all of them hides their names.
      const end = behindClosing(tokens, at);
      if (isText(tokens.at(end), "as") || isName(tokens.at(end))) throw auditError("An aliased join is not read.");
      found.push(...relations({ sql, tokens: tokens.slice(at + 1, end - 1) }, origin));
      at = end;
    } else {
      let relation:
        | Pick<Relation & { kind: "table" }, "kind" | "parts">
        | { kind: "derived"; query: QueryText; text: string }
        | { kind: "other"; what: string };
      let name = "";
      if (isText(tokens[at], "(")) {
        const end = behindClosing(tokens, at);
        const inner = tokens.slice(at + 1, end - 1);
        relation = { kind: "derived", query: query({ sql, tokens: inner }), text: textOf(sql, inner) };
        at = end;
      } else if (isText(tokens[at], "unnest", "lateral", "table")) {
        relation = { kind: "other", what: tokens[at].text.toUpperCase() };
        at = behindClosing(tokens, at + 1);
        if (isText(tokens.at(at), "with") && isText(tokens.at(at + 1), "ordinality")) at += 2;
      } else {
        const parts = [tokens[at].text];
        for (at += 1; isText(tokens.at(at), "."); at += 2) parts.push(tokens[at + 1].text);
        relation = { kind: "table", parts };
        name = parts[parts.length - 1];
      }
      if (isText(tokens.at(at), "as")) at += 1;
      let columns: string[] | undefined;
      if (isName(tokens.at(at)) && !isText(tokens.at(at), "tablesample")) {
        name = tokens[at].text;
        at += 1;
        if (isText(tokens.at(at), "(")) {
          const end = behindClosing(tokens, at);
          columns = tokens
            .slice(at + 1, end - 1)
            .filter(({ text }) => text !== ",")
            .map(({ text }) => text);
          at = end;
        }
      }
      if (isText(tokens.at(at), "tablesample")) throw auditError("TABLESAMPLE is not read.");
      const place = { start: tokens[first].start - origin, end: tokens[at - 1].end - origin };
      found.push({ ...relation, alias: name, columns, ...place });
    }
    at = behindJoin(tokens, at);
  }
  return found;
}

/** Index of the next relation: behind ON …, USING (…), a comma or the words of a join. */
function behindJoin(tokens: readonly Token[], from: number): number {
  let at = from;
  while (at < tokens.length) {
    if (isText(tokens[at], "(")) at = behindClosing(tokens, at);
    else if (isText(tokens[at], ",", "join")) return at + 1;
    else at += 1;
  }
  return at;
}

/** Indices at which `wanted` holds outside of all parentheses. */
function topLevel(tokens: readonly Token[], wanted: (token: Token, index: number) => boolean): number[] {
  const found: number[] = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    if (isText(token, ")", "]")) depth -= 1;
    if (depth === 0 && token.kind === "word" && wanted(token, index)) found.push(index);
    if (isText(token, "(", "[")) depth += 1;
  });
  return found;
}

function commaSeparated(tokens: readonly Token[]): (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isText(token, "(", "[")) depth += 1;
    if (isText(token, ")", "]")) depth -= 1;
    if (depth === 0 && isText(token, ",")) parts.push([]);
    else parts[parts.length - 1].push(token);
  }
  return parts.filter((part) => part.length > 0);
}

function textOf(sql: string, tokens: readonly Token[]): string {
  return tokens.length === 0 ? "" : sql.slice(tokens[0].start, tokens[tokens.length - 1].end);
}
