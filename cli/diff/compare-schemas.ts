/** Compares what two sides declare of a table: pure. */
import type { CatalogTable } from "./catalog";

/** What differs of a table's declaration. */
export interface SchemaChange {
  /** Column, or `(order)` for columns that stand in another order, `(view)` for another query. */
  readonly column: string;
  /** What it is on each side: a type, or the order; absent where the column is not there. */
  readonly base?: string;
  readonly head?: string;
}

/** Columns that were added, removed or given another type, and whether those of both sides stand in another order. */
export function compareSchemas(base: CatalogTable, head: CatalogTable): SchemaChange[] {
  const before = described(base);
  const after = described(head);
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .filter((column) => before.get(column) !== after.get(column))
    .map((column): SchemaChange => ({ column, ...sides(before.get(column), after.get(column)) }));
  const order = (columns: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string =>
    [...columns.keys()].filter((column) => others.has(column)).join(", ");
  const [first, second] = [order(before, after), order(after, before)];
  if (first !== second) changes.push({ column: "(order)", base: first, head: second });
  if (base.view !== head.view) {
    changes.push({ column: "(view)", ...sides(base.view && "a query", head.view && "another query") });
  }
  return changes;
}

function described({ columns, partitionKeys }: CatalogTable): Map<string, string> {
  const keys = Object.entries(partitionKeys).map(([name, type]) => [name, `${type}, partition key`] as const);
  return new Map([...Object.entries(columns), ...keys]);
}

function sides(base: string | undefined, head: string | undefined): { base?: string; head?: string } {
  return { ...(base === undefined ? {} : { base }), ...(head === undefined ? {} : { head }) };
}
