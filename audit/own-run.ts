/**
 * Lets a query read what its own run wrote and has not published: readers see nothing of a run before its end, the run itself sees
 * what they will see then.
 */
import { tokenize, type Token } from "../athena-sql/trino/tokens";
import { parseQueryText } from "../athena-sql/trino/queries";
import { quotedName } from "../athena-sql/trino/print";
import type { Query, TableRelation } from "../athena-sql/trino/syntax";
import { auditError } from "./audit-error";
import { matches, type PartitionValue, runKey, runsTableName } from "./data-check-query";
import { identifier } from "./identifier";
import { literal } from "./literal";
import type { TableName } from "./table-name";

/** What a run wrote of a table. */
export interface OwnData extends TableName {
  /** Columns in their order, without partition keys. */
  readonly columns: readonly string[];
  /** Partition keys in their order, with the values of what it wrote; none if it replaces the whole table. */
  readonly partition: readonly PartitionValue[];
}

/**
 * The same query, reading a run's own data in place of what is published for the same partitions. The text stays as it is but for
 * the tables' names, and for their definitions before it: Trino puts a common table's text in place of its name, so that
 * conditions choose partitions as before.
 *
 * @throws an AuditError if the text is no query
 */
export function queryOfRun(sql: string, own: readonly OwnData[], run: string): string {
  const query = parse(sql);
  const relations = tableRelations(query);
  const used = own.filter((data) => relations.some((relation) => isOf(data, relation)));
  if (used.length === 0) return sql;
  const tokens = tokenize(sql);
  const edits = used.flatMap((data) => editsFor(data, relations, tokens));
  const wanted = columnsNamed(query, tokens);
  const definitions = used.map((data) => `${ownName(data)} AS (${ownRows(data, run, wanted)})`).join(", ");
  const [first] = tokens;
  const begin =
    query.with.length > 0 && isWord(first, "with")
      ? { from: first.end, to: first.end, text: ` ${definitions},` }
      : { from: first.start, to: first.start, text: `WITH ${definitions} ` };
  return [begin, ...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: replacement }) => text.slice(0, from) + replacement + text.slice(to), sql);
}

/** The tables that a query names with their database, each as `<database>.<table>` once. */
export function tablesNamed(sql: string): string[] {
  const names = tableRelations(parse(sql)).filter(({ parts }) => parts.length > 1);
  return [...new Set(names.map(({ parts }) => parts.slice(-2).join(".")))];
}

function parse(sql: string): Query {
  try {
    return parseQueryText(sql);
  } catch (error) {
    // What a deployed function's parser throws is no instance of Error; it has a message all the same.
    throw auditError((error as { message: string }).message);
  }
}

/** Every reference to a table, wherever in the query it stands. */
function tableRelations(query: Query): TableRelation[] {
  return nodesOf(query, "table") as TableRelation[];
}

/** All nodes of a kind in a syntax tree. */
function nodesOf(node: unknown, kind: string): object[] {
  if (node instanceof Map) return [...node.values()].flatMap((each) => nodesOf(each, kind));
  if (typeof node !== "object" || node === null) return [];
  const below = Object.values(node).flatMap((each) => nodesOf(each, kind));
  return "kind" in node && node.kind === kind ? [node, ...below] : below;
}

/** Names among which all columns are that a query reads: tables may have hundreds of others. Undefined if it reads `*`. */
function columnsNamed(query: Query, tokens: readonly Token[]): ReadonlySet<string> | undefined {
  return nodesOf(query, "all").length > 0 ? undefined : new Set(tokens.map(({ text }) => text.toLowerCase()));
}

function isOf({ database, table }: TableName, { parts }: TableRelation): boolean {
  return parts.at(-2) === database && parts.at(-1) === table;
}

/** What a name of the model cannot be by accident. */
function ownName({ table }: TableName): string {
  return quotedName(`${table} of this run`);
}

/** A relation with the rows that readers of a table see when a run is published, and all columns. */
export function relationOfRun(data: OwnData, run: string): string {
  return `(${ownRows(data, run, undefined)}) AS ${quotedName(`${data.table} of run ${run}`)}`;
}

function ownRows(
  { database, table, columns, partition }: OwnData,
  run: string,
  wanted: ReadonlySet<string> | undefined,
): string {
  const read = columns.filter((column) => wanted?.has(column) ?? true);
  const keys = partition.map(({ key }) => key);
  const names = [...(read.length > 0 ? read : columns.slice(0, 1)), ...keys].map(identifier).join(", ");
  const place = (name: string): string => `${identifier(database)}.${identifier(name)}`;
  const ofRun = `${identifier(runKey)} = ${literal(run)}`;
  const written = `SELECT ${names} FROM ${place(runsTableName(table))} WHERE `;
  if (partition.length === 0) return `${written}${ofRun}`;
  const others = `SELECT ${names} FROM ${place(table)} WHERE NOT (${matches(partition)})`;
  return `${others} UNION ALL ${written}${matches(partition)} AND ${ofRun}`;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Where the table is named: as a relation, or before a column, where only its own name is known now. */
function editsFor(data: OwnData, relations: readonly TableRelation[], tokens: readonly Token[]): Edit[] {
  const starts = new Map(relations.filter((relation) => isOf(data, relation)).map((each) => [placeOf(each), each]));
  const edits: Edit[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const relation = starts.get(placeOf(tokens[index]));
    if (relation) {
      const last = index + 2 * (relation.parts.length - 1);
      const alias = relation.alias ? "" : ` AS ${quotedName(data.table)}`;
      edits.push({ from: tokens[index].start, to: tokens[last].end, text: `${ownName(data)}${alias}` });
      index = last;
    } else if (isQualifier(data, tokens, index)) {
      const catalog = index >= 2 && isWord(tokens[index - 2], "awsdatacatalog") && tokens[index - 1].text === ".";
      edits.push({ from: tokens[catalog ? index - 2 : index].start, to: tokens[index + 2].start, text: "" });
    }
  }
  return edits;
}

/** Whether `<database>.<table>.` stands there, which a column's name follows. */
function isQualifier({ database, table }: TableName, tokens: readonly Token[], index: number): boolean {
  const [name, dot, second, behind] = tokens.slice(index, index + 4);
  return isWord(name, database) && dot?.text === "." && isWord(second, table) && behind?.text === ".";
}

function isWord(token: Token | undefined, text: string): boolean {
  return (token?.kind === "word" || token?.kind === "quoted") && token.text.toLowerCase() === text;
}

function placeOf({ at }: Pick<Token, "at">): string {
  return `${at.line}:${at.column}`;
}
