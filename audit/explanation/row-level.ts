/**
 * Which computed relations have rows that are single rows of tables, and which ones a query can do without.
 */
import { type Expression, partsOf, type Select } from "../../athena-sql/trino/syntax";
import { joinConditions } from "./dated-reads";
import { aggregatesIn, conjuncts, everyPart, sameText } from "./expressions";
import { isConstant } from "./common-table-inlining";
import {
  type Block,
  bodyOf,
  type ColumnPlace,
  groupingOf,
  isGrouped,
  itemsOf,
  placesIn,
  resolve,
  type Source,
  sourcesOf,
  windowsIn,
} from "./scope";

/** Whether the rows of a relation are single rows of tables, as far as some of its columns tell. */
export function isRowLevel(source: Source, columns: readonly string[]): boolean {
  if (source.kind !== "block") return source.kind === "table";
  const indices = columns.map((column) => source.columns.indexOf(column));
  return isConstant(source.block) || hasSingleRows(source.block, indices);
}

/** Whether a column's values belong to single rows of tables. */
export function isRowLevelPlace({ source, column }: ColumnPlace): boolean {
  return source.kind === "other" || isRowLevel(source, [column]);
}

/** Whether a column's values are computed of groups of rows, and are not what these are grouped by. */
export function isComputedPlace(place: ColumnPlace): boolean {
  const { source, column } = place;
  if (source.kind !== "block" || isRowLevelPlace(place)) return false;
  const body = bodyOf(source.block);
  if (body.kind !== "select" || !isGrouped(source.block, body.select)) return true;
  const item = itemsOf(source.block, body.select).at(source.columns.indexOf(column));
  if (!item || aggregatesIn(item.value).length > 0 || windowsIn(item.value).length > 0) return true;
  return placesIn(sourcesOf(source.block, body.select), item.value).some(isComputedPlace);
}

function hasSingleRows(block: Block, columns: readonly number[]): boolean {
  if (block.query.limit ?? block.query.offset) return false;
  const body = bodyOf(block);
  if (body.kind === "other") return false;
  if (body.kind === "union") return body.branches.every((branch) => hasSingleRows(branch, columns));
  const { select } = body;
  if (select.distinct || isGrouped(block, select)) return false;
  const items = itemsOf(block, select);
  if (columns.some((index) => !items[index] || windowsIn(items[index].value).length > 0)) return false;
  return sourcesOf(block, select).every((source) => source.kind !== "block" || isRowLevel(source, []));
}

/**
 * Whether a computed relation that an outer join may miss makes no difference to what is counted: it has one row at most for each
 * row on the other side, and its columns stand only where the other side has the same value, as in `coalesce(a.month, b.month)`.
 */
export function isReplaceable(
  source: Source & { kind: "block" },
  {
    select,
    sources,
    mentioned,
  }: { readonly select: Select; readonly sources: readonly Source[]; readonly mentioned: readonly Expression[] },
): boolean {
  const body = bodyOf(source.block);
  if (body.kind !== "select" || body.select.distinct || source.block.query.limit) return false;
  const keys = groupingOf(source.block, body.select);
  if (!keys || keys.length === 0) return false;
  const items = itemsOf(source.block, body.select);
  const isOwn = (part: Expression) => resolve(sources, part)?.source.relation === source.relation;
  const equations = joinConditions(select.from)
    .flatMap(conjuncts)
    .flatMap((each): [Expression, Expression][] => {
      if (each.kind !== "binary" || each.operator !== "=") return [];
      if (isOwn(each.left) && !everyPart(each.right).some(isOwn)) return [[each.left, each.right]];
      return isOwn(each.right) && !everyPart(each.left).some(isOwn) ? [[each.right, each.left]] : [];
    });
  const joinedOn = equations.map(([own]) => items[source.columns.indexOf(resolve(sources, own)?.column ?? "")]?.value);
  if (!keys.every((key) => joinedOn.some((value) => value && sameText(value, key)))) return false;
  const harmless = (part: Expression): boolean => {
    if (isOwn(part)) return false;
    if (part.kind === "call" && part.name === "coalesce" && part.args.length === 2) {
      const [first, second] = part.args;
      // Where it is missing the value is the other one, where it is not they are equal.
      for (const [value, alike] of [
        [first, second],
        [second, first],
      ]) {
        const equal = equations.some(([own, other]) => sameText(own, alike) && sameText(other, value));
        if (equal) return harmless(value);
      }
    }
    return partsOf(part).every(harmless);
  };
  return mentioned.every(harmless);
}
