/**
 * Fingerprints of a query, which tell what of it changed from one version of a program to the next: each column, and what decides
 * the rows. A common table counts by those of its columns that are read, so that a change in one of them is no other column's.
 * Pure; comments, white space and the case of names don't count.
 */
import { createHash } from "node:crypto";
import { tokenize, type Token } from "../../athena-sql/trino/tokens";

/** Fingerprints of one query. */
export interface Fingerprints {
  /** Changes when what decides the rows changes. */
  readonly rows: string;
  /** Of each column of the SELECT, in order; empty if they can't be told apart (`*`, DISTINCT, set operations): all is rows. */
  readonly columns: readonly { readonly name?: string; readonly print: string }[];
}

/** Common tables that a query sees, by name. */
type Visible = ReadonlyMap<string, Fingerprints>;

/** What makes the rows depend on every column, beside DISTINCT: set operations, and a part of the rows in their order. */
const needsAll = /^(union|intersect|except|limit|fetch|offset)$/;

/** Fingerprints of a query, e.g. `WITH … SELECT …`. */
export function fingerprintsOf(sql: string): Fingerprints {
  return ofQuery(
    tokenize(sql).filter(({ kind }) => kind !== "end"),
    new Map(),
  );
}

function ofQuery(tokens: readonly Token[], around: Visible): Fingerprints {
  const { visible, body } = withoutCommonTables(tokens, around);
  const items = itemsOf(body);
  if (!items) return { rows: print(body, visible), columns: [] };
  const { list, rest } = items;
  // `GROUP BY 1` stands for the first column.
  const grouping = list.filter((_, index) => groupsBy(rest, index + 1)).flat();
  return {
    rows: print([...rest, ...grouping], visible),
    columns: list.map((item) => ({ name: nameOf(item), print: print(item, visible) })),
  };
}

/** Reads `WITH a AS (…), b (x, y) AS (…)` away from before a query. */
function withoutCommonTables(tokens: readonly Token[], around: Visible): { visible: Visible; body: readonly Token[] } {
  const visible = new Map(around);
  if (!isWord(tokens.at(0), "with")) return { visible, body: tokens };
  let at = isWord(tokens.at(1), "recursive") ? 2 : 1;
  for (;;) {
    const name = nameText(tokens[at]);
    const open = tokens.findIndex((token, index) => index > at && isWord(token, "as")) + 1;
    const close = closing(tokens, open);
    const own = ofQuery(tokens.slice(open + 1, close), visible);
    const renamed = tokens.slice(at + 2, open - 2).filter(({ kind }) => kind !== "symbol");
    visible.set(name, {
      rows: own.rows,
      columns: own.columns.map((column, index) => ({
        ...column,
        name: renamed[index] ? nameText(renamed[index]) : column.name,
      })),
    });
    if (tokens.at(close + 1)?.text !== ",") return { visible, body: tokens.slice(close + 1) };
    at = close + 2;
  }
}

/** The items of a plain SELECT, and all else; undefined for anything that is none. */
function itemsOf(body: readonly Token[]): { list: Token[][]; rest: Token[] } | undefined {
  if (!isWord(body.at(0), "select") || isWord(body.at(1), "distinct")) return undefined;
  const list: Token[][] = [[]];
  let depth = 0;
  let end = 1;
  for (; end < body.length; end += 1) {
    const token = body[end];
    depth += depthOf(token);
    if (depth === 0 && isWord(token, "from")) break;
    if (depth === 0 && token.kind === "symbol" && token.text === ",") list.push([]);
    else list[list.length - 1].push(token);
  }
  const rest = body.slice(end);
  const isAll = (item: readonly Token[]): boolean => item.at(-1)?.kind === "symbol" && item.at(-1)?.text === "*";
  depth = 0;
  for (const token of rest) {
    depth += depthOf(token);
    if (depth === 0 && token.kind === "word" && needsAll.test(token.text.toLowerCase())) return undefined;
  }
  return list.some(isAll) ? undefined : { list, rest };
}

/** Whether the GROUP BY of what follows a SELECT's items names a column by its number. */
function groupsBy(rest: readonly Token[], number: number): boolean {
  let depth = 0;
  let grouping = false;
  return rest.some((token, index) => {
    depth += depthOf(token);
    if (depth === 0 && token.kind === "word") grouping = isWord(token, "by") && isWord(rest.at(index - 1), "group");
    return grouping && token.kind === "integer" && Number(token.text) === number;
  });
}

/** The name that a SELECT's item gives its column: the alias, or the column's own. */
function nameOf(item: readonly Token[]): string | undefined {
  const last = item.at(-1);
  return last && isName(last) ? nameText(last) : undefined;
}

/** A fingerprint of tokens, with those of the common tables and of their columns that the tokens mention. */
function print(tokens: readonly Token[], visible: Visible): string {
  const names = tokens.flatMap((token, index) => {
    if (!isName(token)) return [];
    const before = tokens.at(index - 1)?.text === "." && index > 1 ? nameText(tokens[index - 2]) : undefined;
    // What stands before the dot may be an alias, and the column any table's.
    return [{ name: nameText(token), table: before !== undefined && visible.has(before) ? before : undefined }];
  });
  const subquery = tokens.some((token) => isWord(token, "select"));
  const through = [...visible].flatMap(([table, { rows, columns }]) => {
    const mentioned = names.some(({ name }) => name === table);
    const read = columns.filter((column) =>
      names.some(({ name, table: of }) => name === column.name && (of === undefined || of === table)),
    );
    // A subquery may read all columns without a name.
    return [...(mentioned ? [rows] : []), ...(mentioned && subquery ? columns : read).map((column) => column.print)];
  });
  const own = tokens.map((token) => `${token.kind} ${token.kind === "word" ? nameText(token) : token.text}`);
  return createHash("sha256")
    .update([...own, ...through].join("\n"))
    .digest("hex")
    .slice(0, 16);
}

function depthOf({ kind, text }: Token): number {
  if (kind !== "symbol") return 0;
  return text === "(" || text === "[" ? 1 : text === ")" || text === "]" ? -1 : 0;
}

/** Index of the bracket that closes the one at `open`. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    depth += depthOf(tokens[index]);
    if (depth === 0) return index;
  }
  return tokens.length;
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}

function isName({ kind }: Token): boolean {
  return kind === "word" || kind === "quoted";
}

/** Trino compares names without regard to case, quoted or not. */
function nameText({ text }: Token): string {
  return text.toLowerCase();
}
