/**
 * Queries without WITH: each common table stands where it is read.
 */
import { printQuery, quotedName } from "../../athena-sql/trino/print";
import { holdsQuery } from "./expressions";
import { type Block, blockOf, itemsOf, selectsOf, sourcesOf } from "./scope";

/** The SQL of a block that can stand anywhere. */
export function inlined({ query, visible, tables }: Block): string {
  return printQuery({ ...query, with: [] }, (relation) => {
    if (relation.kind !== "table" || relation.parts.length !== 1) return undefined;
    const [name] = relation.parts;
    const common = visible.filter((each) => each.name === name).pop();
    if (!common) return undefined;
    const columns = relation.alias?.columns ?? common.columns;
    const names = columns ? ` (${columns.map(quotedName).join(", ")})` : "";
    const alias = quotedName(relation.alias?.name ?? name);
    return `(${inlined(blockOf(common.query, tables, common.sees))}) AS ${alias}${names}`;
  });
}

/** Whether a block's rows are the same whatever the date: it reads no table that has dates or versions. */
export function isConstant(block: Block): boolean {
  const selects = selectsOf(block);
  return selects.every(({ block: own, select }) => {
    const inside = [select.where, select.having, ...itemsOf(own, select).map(({ value }) => value)];
    if (inside.some((each) => each !== undefined && holdsQuery(each))) return false;
    return sourcesOf(own, select).every((source) => {
      if (source.kind === "block") return isConstant(source.block);
      if (source.kind === "other") return source.what === "UNNEST";
      return !source.table.versions && !source.table.columns.some(({ column }) => column === "exec_date");
    });
  });
}
