/**
 * How a column of a model is measured: as a sum of what rows add, as a quotient of two such sums (an average is one), or as the
 * extreme of rows' values.
 */
import type { Expression, Select } from "../../athena-sql/trino/syntax";
import { isNumeric } from "../../athena-sql/trino/types";
import { valueWhere } from "./expressions";
import type { MarkedRows } from "./marked-rows";
import { isNotFollowed, type NotFollowed, quotient } from "./linear-form";
import type { Search } from "./origin";
import { isRowLevelPlace } from "./row-level";
import { followable, type Needed, neededOf, rowsBehind, rowsOfColumn, rowsOfExpression, rowsThrough } from "./trace";
import { type Block, bodyOf, isGrouped, itemsOf, placesIn, resolve, sourcesOf, windowsIn } from "./scope";

/** Rows with their amounts. */
export interface Measure {
  readonly kind: "sum" | "quotient" | "max" | "min";
  readonly rows: MarkedRows;
  /** Rows of what a quotient is divided by. */
  readonly under?: MarkedRows;
  /** Whether the model's HAVING lets results in and out as a whole, whatever they are made of. */
  readonly guarded?: boolean;
}

/** Measures an output column of a block. */
export function measureOf(
  block: Block,
  column: number,
  needed: readonly Needed[],
  search: Search,
): Measure | NotFollowed {
  const sum = rowsOfColumn(block, column, needed, search);
  if (!isNotFollowed(sum)) return { kind: "sum", rows: sum };
  const found = followable(block);
  if (isNotFollowed(found)) return found;
  if ("branches" in found) {
    return found.branches.length === 1 ? measureOf(found.branches[0], column, needed, search) : sum;
  }
  const { select } = found;
  if (select.having && !search.top) return { notFollowed: "HAVING" };
  const { value } = itemsOf(block, select)[column];
  if (windowsIn(value).length > 0) return sum;
  const parts = quotient(value);
  if (parts) {
    const average = value.kind === "call" && value.name === "avg";
    const inside: Search = { ...search, method: average ? "average" : "quotient" };
    const rows = rowsOfExpression(block, select, parts.over, needed, inside);
    const under = rowsOfExpression(block, select, parts.under, needed, inside);
    if (isNotFollowed(rows)) return rows;
    return isNotFollowed(under) ? under : { kind: "quotient", rows, under };
  }
  return extreme(block, select, value, needed, search) ?? passedThrough(block, select, value, needed, search) ?? sum;
}

/** Whether HAVING decides which results a block has. */
export function isGuarded(block: Block): boolean {
  const body = bodyOf(block);
  return body.kind === "select" ? body.select.having !== undefined : body.branches.some(isGuarded);
}

/** `min(x)` or `max(x)`, perhaps as a number of another type: that of the numbers cast is the number cast. */
function extreme(
  block: Block,
  select: Select,
  value: Expression,
  needed: readonly Needed[],
  search: Search,
): Measure | NotFollowed | undefined {
  if (value.kind === "cast" && isNumeric(value.type)) {
    const inner = value.operand.kind === "call" ? value.operand : undefined;
    const cast = inner && { ...inner, args: inner.args.map((operand) => ({ ...value, operand })) };
    return cast && extreme(block, select, cast, needed, search);
  }
  if (value.kind !== "call" || value.args.length !== 1) return undefined;
  const { name, filter, args } = value;
  if (name !== "min" && name !== "max") return undefined;
  const amount = filter ? valueWhere(filter, args[0]) : args[0];
  // Of a group's value no single row behind it tells how large it is.
  if (!placesIn(sourcesOf(block, select), amount).every(isRowLevelPlace)) {
    return { notFollowed: `${name}(…) of what is computed from several rows` };
  }
  const items = itemsOf(block, select);
  const given = needed.map(({ index, name: as }) => ({ name: as, value: items[index].value }));
  const rows = rowsBehind(block, select, { given, amount, method: name }, search);
  return isNotFollowed(rows) ? rows : { kind: name, rows };
}

/** A column of a computed relation as it is: measured as it is measured there. */
function passedThrough(
  block: Block,
  select: Select,
  value: Expression,
  needed: readonly Needed[],
  search: Search,
): Measure | NotFollowed | undefined {
  if (isGrouped(block, select)) return undefined;
  const place = resolve(sourcesOf(block, select), value);
  if (place?.source.kind !== "block") return undefined;
  const { source, column } = place;
  const outputs = neededOf(block, select, source, needed);
  const inside = { ...search, top: false };
  const inner = measureOf(place.source.block, source.columns.indexOf(column), outputs, inside);
  if (isNotFollowed(inner)) return inner;
  const rows = rowsThrough(block, select, source, inner.rows, needed, search);
  if (isNotFollowed(rows)) return rows;
  if (!inner.under) return { ...inner, rows };
  const under = rowsThrough(block, select, source, inner.under, needed, search);
  return isNotFollowed(under) ? under : { ...inner, rows, under };
}
