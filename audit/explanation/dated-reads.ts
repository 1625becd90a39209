/**
 * Which execution dates of each table a SELECT reads, from its own conditions.
 */
import { printExpression, quotedText } from "../../athena-sql/trino/print";
import type { Expression, Relation, Select } from "../../athena-sql/trino/syntax";
import { conjuncts, holdsQuery, nameNode, renamed } from "./expressions";
import { dateColumn, datedRows, type DatedRows } from "./base-table";
import type { NotFollowed } from "./linear-form";
import type { Search } from "./origin";
import { type Block, placesIn, resolve, type Source, sourcesIn } from "./scope";

/** What a SELECT's conditions say of execution dates. */
export interface ReadDates {
  readonly of: (source: Source & { kind: "table" }) => DatedRows;
  /** Conditions that hold for one date only, where the rows of several are read: the tables' rows are chosen by them already. */
  readonly dropped: readonly Expression[];
}

/** A SELECT with the relations that it reads. */
interface Reading {
  readonly block: Block;
  readonly select: Select;
  readonly sources: readonly Source[];
  readonly search: Search;
}

/** A condition and the relations whose rows it chooses. */
interface Choice {
  readonly condition: Expression;
  readonly chooses: readonly Source[];
  readonly where: boolean;
}

/** Reads the execution dates of a SELECT's tables. */
export function readDates({ block, select, sources, search }: Reading): ReadDates | NotFollowed {
  const choices = [
    ...conjuncts(select.where).map((condition): Choice => ({ condition, chooses: sources, where: true })),
    ...joinChoices(select.from, block, sources),
  ].filter(({ condition }) => !holdsQuery(condition));
  const own = (source: Source): Choice[] =>
    choices.filter(({ condition, chooses }) => {
      const places = placesIn(sources, condition);
      const dates = places.filter((each) => each.source.relation === source.relation && each.column === dateColumn);
      return chooses.includes(source) && dates.length > 0 && dates.length === places.length;
    });
  const conditions = (source: Source, seen: readonly Source[]): Expression[] => {
    const found = own(source).map(({ condition }) => renamed(condition, () => nameNode(dateColumn)));
    if (found.length > 0) return found;
    for (const { condition, chooses } of choices) {
      if (condition.kind !== "binary" || condition.operator !== "=" || !chooses.includes(source)) continue;
      const sides = [resolve(sources, condition.left), resolve(sources, condition.right)];
      if (!sides.every((side) => side?.column === dateColumn)) continue;
      const other = sides.find((side) => side?.source !== source)?.source;
      if (!other || seen.includes(other)) continue;
      const theirs = conditions(other, [...seen, source]);
      if (theirs.length > 0) return theirs;
    }
    return [];
  };
  const tables = sources.filter((source) => source.kind === "table");
  const rows = tables.map((source) => datedRows(source.table, conditions(source, []), search));
  const dropped: Expression[] = [];
  for (const [index, source] of tables.entries()) {
    if (rows[index].date !== undefined || rows[index].same) continue;
    const dated = own(source).filter(({ condition }) =>
      printExpression(condition).includes(quotedText(search.dates.execDate)),
    );
    if (dated.some(({ where }) => where) && isMissing(select.from, source)) {
      return { notFollowed: "several execution dates of a table in an outer join" };
    }
    dropped.push(...dated.map(({ condition }) => condition));
  }
  return { of: (source) => rows[tables.indexOf(source)], dropped };
}

/** Conditions of ON with the relations whose rows they choose: not those that an outer join keeps all the same. */
function joinChoices(relation: Relation | undefined, block: Block, sources: readonly Source[]): Choice[] {
  if (relation?.kind !== "join") return [];
  const { type, left, right, on } = relation;
  const of = (side: Relation) => {
    const inside = sourcesIn(block, side).map((each) => each.relation);
    return sources.filter((source) => inside.includes(source.relation));
  };
  const chooses = [
    ...(type === "inner" || type === "right" ? of(left) : []),
    ...(type === "inner" || type === "left" ? of(right) : []),
  ];
  return [
    ...conjuncts(on).map((condition): Choice => ({ condition, chooses, where: false })),
    ...joinChoices(left, block, sources),
    ...joinChoices(right, block, sources),
  ];
}

/** Whether an outer join may leave a relation's columns NULL. */
function isMissing(relation: Relation | undefined, source: Source): boolean {
  const holds = (side: Relation): boolean =>
    side === source.relation || (side.kind === "join" && (holds(side.left) || holds(side.right)));
  if (relation?.kind !== "join") return false;
  const { type, left, right } = relation;
  if (holds(left)) return type === "right" || type === "full" || isMissing(left, source);
  return holds(right) && (type === "left" || type === "full" || isMissing(right, source));
}

/** The columns of a relation that a SELECT mentions. */
export function columnsUsed(
  { select, sources, mentioned }: Pick<Reading, "select" | "sources"> & { readonly mentioned: readonly Expression[] },
  source: Source,
): string[] {
  const using = usingColumns(select.from).filter((column) => source.columns.includes(column));
  const places = placesIn(sources, ...mentioned, ...joinConditions(select.from));
  const own = places.filter((each) => each.source.relation === source.relation).map(({ column }) => column);
  return [...new Set([...own, ...using])];
}

/** All conditions of ON in a FROM clause. */
export function joinConditions(relation: Relation | undefined): Expression[] {
  if (relation?.kind !== "join") return [];
  const { left, right, on } = relation;
  return [...joinConditions(left), ...joinConditions(right), ...(on ? [on] : [])];
}

function usingColumns(relation: Relation | undefined): string[] {
  if (relation?.kind !== "join") return [];
  return [...usingColumns(relation.left), ...usingColumns(relation.right), ...(relation.using ?? [])];
}
