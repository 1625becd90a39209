/**
 * What an outer join makes of rows without a partner, in both states at once: a ghost stands for the absence of changed rows, in
 * the state in which they are absent. It joins where they would, and shows NULL as the model would.
 */
import { printExpression, quotedName } from "../../athena-sql/trino/print";
import type { Expression } from "../../athena-sql/trino/syntax";
import { nameNode } from "./expressions";
import type { MarkedRows } from "./marked-rows";
import { marks } from "./base-table";
import type { NotFollowed } from "./linear-form";
import { placesIn, type Source } from "./scope";

/** A relation that may be missing from joined rows. */
export interface Outer {
  readonly rows: MarkedRows;
  /** Its side of each equation of ON, over its own columns. */
  readonly keys: readonly Expression[];
  /** Conditions of ON on itself alone. */
  readonly own: readonly Expression[];
  /** ON with the keys by their new names. */
  readonly on: Expression[];
  /** Whether absence shows anywhere. */
  readonly needed: boolean;
}

/** Reads ON for a relation that may be missing. */
export function outerOf({
  source,
  sources,
  on,
  rows,
  needed,
  full,
}: {
  readonly source: Source;
  readonly sources: readonly Source[];
  readonly on: readonly Expression[];
  readonly rows: MarkedRows;
  readonly needed: boolean;
  readonly full: boolean;
}): Outer | NotFollowed {
  if (!needed) return { rows, keys: [], own: [], on: [...on], needed };
  const isOwn = (expression: Expression) => {
    const places = placesIn(sources, expression);
    return places.length > 0 && places.every((place) => place.source.relation === source.relation);
  };
  const mentions = (expression: Expression) =>
    placesIn(sources, expression).some((place) => place.source.relation === source.relation);
  const keys: Expression[] = [];
  const own: Expression[] = [];
  const remaining: Expression[] = [];
  for (const condition of on) {
    const sides = condition.kind === "binary" && condition.operator === "=" ? [condition.left, condition.right] : [];
    const key = sides.findIndex((side, index) => isOwn(side) && !mentions(sides[1 - index]));
    if (isOwn(condition) && !full) own.push(condition);
    else if (!mentions(condition)) remaining.push(condition);
    else if (condition.kind === "binary" && key >= 0) {
      keys.push(sides[key]);
      const named = nameNode(source.alias, `#on_${keys.length}`);
      remaining.push(key === 0 ? { ...condition, left: named } : { ...condition, right: named });
    } else return { notFollowed: `an outer join on ${printExpression(condition).replace(/"/g, "")}` };
  }
  if (keys.length === 0) return { notFollowed: "an outer join on no equation" };
  return { rows, keys, own, on: remaining, needed };
}

/** The rows of a relation with its ghosts. */
export function ghostly({ rows, keys, own, needed }: Outer, source: Source): MarkedRows {
  if (!needed) return { ...rows, sql: `SELECT *, 0 AS ${marks.ghost} FROM (${rows.sql}) AS real` };
  const [row, state] = [marks.row(1), marks.state(1)];
  const names = keys.map((_, index) => quotedName(`#on_${index + 1}`));
  const over = `OVER (PARTITION BY ${names.join(", ")})`;
  const count = (condition: string) => `count(CASE WHEN ${condition} THEN 1 END) ${over}`;
  const [fixed, number, low, high] = ["#fixed", "#number", "#low", "#high"].map(quotedName);
  const [lowBefore, lowNow, highBefore, highNow, others] = [
    ...["#low_before", "#low_now", "#high_before", "#high_now", "#others"],
  ].map(quotedName);
  const alias = quotedName(source.alias);
  const keyed = [
    `SELECT ${alias}.*, ${keys.map((key, index) => `${printExpression(key)} AS ${names[index]}`).join(", ")}`,
    `FROM (${rows.sql}) AS ${alias}`,
    own.length > 0 ? `WHERE ${own.map((each) => `(${printExpression(each)})`).join(" AND ")}` : "",
  ].join(" ");
  const ordered =
    `SELECT *, ${count(`${row} IS NULL`)} AS ${fixed}, min(${row}) ${over} AS ${low}, max(${row}) ${over} AS ${high}, ` +
    `row_number() OVER (PARTITION BY ${names.join(", ")} ORDER BY ${row}) AS ${number} FROM (${keyed}) AS keyed`;
  const counted =
    `SELECT *, ${count(`${row} = ${low} AND ${state} = 0`)} AS ${lowBefore}, ${count(`${row} = ${low} AND ${state} = 1`)} AS ${lowNow}, ` +
    `${count(`${row} = ${high} AND ${state} = 0`)} AS ${highBefore}, ${count(`${row} = ${high} AND ${state} = 1`)} AS ${highNow}, ` +
    `${count(`${row} NOT IN (${low}, ${high})`)} AS ${others} FROM (${ordered}) AS ordered`;
  const is = (real: string, ghost: string) => `CASE WHEN ${marks.ghost} = 1 THEN ${ghost} ELSE ${real} END`;
  const absentIn = (before: string) => `CASE WHEN ${before} > 0 THEN 1 ELSE 0 END`;
  const list = [
    ...rows.columns.map((name) => `${is(quotedName(name), "NULL")} AS ${quotedName(name)}`),
    ...names,
    `${is(marks.weight, "1")} AS ${marks.weight}`,
    row,
    `${is(state, absentIn(lowBefore))} AS ${state}`,
    `CASE WHEN ${marks.ghost} = 1 AND ${high} <> ${low} THEN ${high} END AS ${marks.row(2)}`,
    `CASE WHEN ${marks.ghost} = 1 AND ${high} <> ${low} THEN ${absentIn(highBefore)} END AS ${marks.state(2)}`,
    marks.ghost,
  ];
  const onOneSide = [
    `(${lowBefore} > 0) <> (${lowNow} > 0)`,
    `(${highBefore} > 0) <> (${highNow} > 0)`,
    `${others} = 0`,
  ].join(" AND ");
  return {
    ...rows,
    positions: 2,
    sql:
      `SELECT ${list.join(", ")} FROM (${counted}) AS counted CROSS JOIN (VALUES (0), (1)) AS kinds (${marks.ghost}) ` +
      `WHERE ${marks.ghost} = 0 OR (${number} = 1 AND ${fixed} = 0 AND ${onOneSide})`,
  };
}

/** Conditions of a FULL JOIN: a ghost without a partner is nothing. */
export function ghostGuard(left: Source, right: Source): string[] {
  const ghost = ({ alias }: Source) => `${quotedName(alias)}.${marks.ghost}`;
  const alone = (one: Source, other: Source) =>
    `NOT (coalesce(${ghost(one)}, 0) = 1 AND coalesce(${ghost(other)}, 1) = 1)`;
  return [alone(left, right), alone(right, left)];
}
