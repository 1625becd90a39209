/**
 * A FROM clause in both states at once: each table in it with its rows of both dates, joined as the model joins them.
 */
import { printExpression, printRelation, quotedName } from "../../athena-sql/trino/print";
import type { Expression, JoinRelation, Relation, Select } from "../../athena-sql/trino/syntax";
import { columnsUsed, readDates, type ReadDates } from "./dated-reads";
import { conjuncts, holdsQuery, joinedBy } from "./expressions";
import { ghostly, ghostGuard, type Outer, outerOf } from "./unmatched-rows";
import { inlined, isConstant } from "./common-table-inlining";
import { bothStates, marks } from "./base-table";
import { isNotFollowed, type NotFollowed } from "./linear-form";
import type { Search } from "./origin";
import type { MarkedRows } from "./marked-rows";
import { isReplaceable, isRowLevel } from "./row-level";
import { type Block, type Source, sourcesIn, placesIn, valuePlaces } from "./scope";

/** A FROM clause, and what it gives beside the model's columns. */
export interface JoinedRows {
  readonly sql: string;
  /** SQL of the changed rows and their states, one for each table whose rows are told apart. */
  readonly rows: readonly { readonly row: string; readonly state: string }[];
  /** SQL of how often a row stands there. */
  readonly weights: readonly string[];
  /** Conditions for rows that are there in some state. */
  readonly guards: readonly string[];
}

/** What is asked of a FROM clause. */
export interface Joining {
  readonly block: Block;
  readonly select: Select;
  readonly sources: readonly Source[];
  /** All that mentions its columns, ON left out. */
  readonly mentioned: readonly Expression[];
  /** What is counted. */
  readonly counted: readonly Expression[];
  readonly method: string;
  readonly search: Search;
  /** A computed relation in whose place the rows behind it stand. */
  readonly deep?: MarkedRows & { readonly source: Source };
  /** Rows behind a computed relation, one for one. */
  readonly behind: (
    source: Source & { kind: "block" },
    columns: readonly string[],
    values: readonly string[],
  ) => MarkedRows | NotFollowed;
}

/** Joins the rows of a SELECT's relations; `where` is what remains of WHERE. */
export function joinRows(asked: Joining): (JoinedRows & { readonly where?: Expression }) | NotFollowed {
  const { select } = asked;
  if (!select.from) return { notFollowed: "rows that come from no table" };
  const dates = readDates(asked);
  if (isNotFollowed(dates)) return dates;
  const joined = rowsOf(select.from, { ...asked, dates });
  if (isNotFollowed(joined)) return joined;
  return {
    ...joined,
    where: joinedBy(
      "and",
      conjuncts(select.where).filter((each) => !dates.dropped.includes(each)),
    ),
  };
}

type Asked = Joining & { readonly dates: ReadDates };

function rowsOf(relation: Relation, asked: Asked): JoinedRows | NotFollowed {
  if (relation.kind !== "join") {
    const [source] = sourcesIn(asked.block, relation);
    const known = asked.sources.find((each) => each.relation === source.relation) ?? source;
    const marked = markedSource(known, asked);
    return isNotFollowed(marked) ? marked : standing(marked, known.alias);
  }
  const { type, left, right } = relation;
  if (relation.on && holdsQuery(relation.on)) return { notFollowed: "a subquery in a join" };
  if (type === "inner" || type === "cross") {
    const [first, second] = [rowsOf(left, asked), rowsOf(right, asked)];
    if (isNotFollowed(first)) return first;
    return isNotFollowed(second) ? second : together(relation, first, second, onOf(relation, asked));
  }
  return outerJoin(relation, asked);
}

/** LEFT, RIGHT and FULL: the sides that may be missing come with their ghosts. */
function outerJoin(relation: JoinRelation, asked: Asked): JoinedRows | NotFollowed {
  const { type, left, right, using } = relation;
  const sides = { left: missingSide(left, asked), right: missingSide(right, asked) };
  const on = conjuncts(onOf(relation, asked));
  const outer: { left?: Outer; right?: Outer } = {};
  let remaining = on;
  for (const side of ["left", "right"] as const) {
    if (type !== "full" && type === side) continue;
    const { source, rows } = sides[side];
    if (isNotFollowed(rows)) return rows;
    if (!source || !rows) return { notFollowed: `a ${type.toUpperCase()} JOIN with a join` };
    const needed = rows.positions > 0 && source !== asked.deep?.source;
    if (needed && using) return { notFollowed: `a ${type.toUpperCase()} JOIN with USING` };
    if (needed && rows.positions > 1)
      return { notFollowed: `a ${type.toUpperCase()} JOIN with rows of several tables` };
    const found = outerOf({ source, sources: asked.sources, on: remaining, rows, needed, full: type === "full" });
    if (isNotFollowed(found)) return found;
    outer[side] = found;
    remaining = found.on;
  }
  const stands = (side: "left" | "right"): JoinedRows | NotFollowed => {
    const { source } = sides[side];
    const found = outer[side];
    if (found && source) return standing(ghostly(found, source), source.alias);
    return rowsOf(relation[side], asked);
  };
  const [first, second] = [stands("left"), stands("right")];
  if (isNotFollowed(first)) return first;
  if (isNotFollowed(second)) return second;
  const whole = together(relation, first, second, joinedBy("and", remaining));
  if (type !== "full" || !sides.left.source || !sides.right.source) return whole;
  return { ...whole, guards: [...whole.guards, ...ghostGuard(sides.left.source, sides.right.source)] };
}

function missingSide(
  relation: Relation,
  asked: Asked,
): { readonly source?: Source; readonly rows?: MarkedRows | NotFollowed } {
  if (relation.kind === "join") return {};
  const source = asked.sources.find((each) => each.relation === relation);
  return source ? { source, rows: markedSource(source, asked, true) } : {};
}

/** ON, without what chooses execution dates. */
function onOf({ on }: JoinRelation, { dates }: Asked): Expression | undefined {
  return joinedBy(
    "and",
    conjuncts(on).filter((each) => !dates.dropped.includes(each)),
  );
}

function together(
  { type, using }: JoinRelation,
  left: JoinedRows,
  right: JoinedRows,
  on: Expression | undefined,
): JoinedRows {
  const condition =
    type === "cross"
      ? ""
      : using
        ? ` USING (${using.map(quotedName).join(", ")})`
        : ` ON ${on ? printExpression(on) : "TRUE"}`;
  return {
    sql: `${left.sql} ${type.toUpperCase()} JOIN ${right.sql}${condition}`,
    rows: [...left.rows, ...right.rows],
    weights: [...left.weights, ...right.weights],
    guards: [...left.guards, ...right.guards],
  };
}

/** A relation as it stands in FROM. */
function standing({ sql, positions, bare }: MarkedRows & { readonly bare?: boolean }, alias: string): JoinedRows {
  if (bare) return { sql, rows: [], weights: [], guards: [] };
  const of = (column: string) => `${quotedName(alias)}.${column}`;
  return {
    sql: `(${sql}) AS ${quotedName(alias)}`,
    rows: Array.from({ length: positions }, (_, index) => ({
      row: of(marks.row(index + 1)),
      state: of(marks.state(index + 1)),
    })),
    weights: [`coalesce(${of(marks.weight)}, 1)`],
    guards: [],
  };
}

/** The rows of one relation. What is the same on both dates stands as it is in the model. */
function markedSource(
  source: Source,
  asked: Asked,
  missing = false,
): (MarkedRows & { readonly bare?: boolean }) | NotFollowed {
  const { sources, counted, method, search, deep, dates, behind } = asked;
  if (deep?.source.relation === source.relation) return deep;
  if (source.kind === "other") {
    if (source.what !== "UNNEST") return { notFollowed: source.what };
    return { sql: printRelation(source.relation), columns: source.columns, positions: 0, bare: true };
  }
  const values = counted.flatMap((each) => valuePlaces(sources, each));
  const chosen = values.length > 0 ? values : placesIn(sources, ...counted);
  const attributes = chosen.filter((each) => each.source.relation === source.relation).map(({ column }) => column);
  const used = columnsUsed(asked, source);
  if (source.kind === "table") {
    const others = values.filter((each) => each.source.relation !== source.relation && each.source.kind === "table");
    const along = attributes.length === 0 ? [] : others;
    const beside = along.map((each) => `${each.source.kind === "table" ? each.source.table.table : ""}.${each.column}`);
    const rows = dates.of(source);
    const sql = bothStates(source.table, { used, attributes, others: beside, method }, rows, search);
    return { sql, columns: used, positions: rows.same ? 0 : 1 };
  }
  if (isConstant(source.block)) {
    const columns = `(${source.columns.map((name, index) => quotedName(name || `#column_${index}`)).join(", ")})`;
    const sql = `SELECT *, 1 AS ${marks.weight} FROM (${inlined(source.block)}) AS constant ${columns}`;
    return { sql, columns: source.columns, positions: 0 };
  }
  if (isRowLevel(source, used)) return behind(source, used, attributes);
  if (!missing || !isReplaceable(source, asked)) {
    return { notFollowed: `rows of ${source.alias}, which are computed from several` };
  }
  const columns = source.columns.map(quotedName).join(", ");
  const sql = `SELECT *, 1 AS ${marks.weight} FROM (${inlined(source.block)}) AS absent (${columns}) WHERE FALSE`;
  return { sql, columns: source.columns, positions: 0 };
}
