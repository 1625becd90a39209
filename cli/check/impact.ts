/** What a change of a program touches: pure, from the summaries of two versions of its lake. */
import type { LakeSummary } from "../lake/lake-summary";

/** A column that would have other values, or another shape. */
export interface TouchedColumn {
  readonly table: string;
  readonly column: string;
  /** Why, as a phrase, e.g. `its expression changed` or `reads per_day.tons`. */
  readonly because: string;
}

/** What a change touches. */
export interface Impact {
  readonly columns: readonly TouchedColumn[];
  /** Tables that would need a backfill, in the order in which they are made, each with its pipeline and what it reads. */
  readonly backfill: readonly {
    readonly table: string;
    readonly pipeline: string;
    readonly reads: readonly string[];
  }[];
}

/** Compares the lake before and after a change. Tables and models that are new touch only what reads them. */
export function impactOf(before: LakeSummary, after: LakeSummary): Impact {
  const touched = new Map<string, TouchedColumn>();
  const touch = (table: string, column: string, because: string): boolean => {
    const key = `${table}.${column}`;
    if (touched.has(key)) return false;
    touched.set(key, { table, column, because });
    return true;
  };
  for (const { table, columns } of after.tables) {
    const old = before.tables.find((each) => each.table === table)?.columns;
    for (const [column, type] of Object.entries(columns)) {
      if (old && old[column] === undefined) touch(table, column, "is new");
      else if (old && old[column] !== type) touch(table, column, `was ${old[column]} and is ${type}`);
    }
    for (const column of Object.keys(old ?? {})) if (columns[column] === undefined) touch(table, column, "is gone");
  }
  const models = inOrder(after);
  for (const model of models) {
    const old = before.models.find((each) => each.table === model.table);
    const otherRows = !old || old.rows !== model.rows;
    for (const { name, expression } of model.columns) {
      const same = old?.columns.find((column) => column.name === name)?.expression === expression;
      if (!old) touch(model.table, name, "its model is new");
      else if (otherRows) touch(model.table, name, "its model chooses other rows");
      else if (!same) touch(model.table, name, "its expression changed");
    }
  }
  // What is read from a touched column is touched; rows that follow from one touch every column.
  for (let changed = true; changed;) {
    changed = false;
    for (const { table, columns, rowSources } of models) {
      const rows = rowSources.find((source) => touched.has(source));
      for (const { name, sources } of columns) {
        const source = sources.find((each) => touched.has(each)) ?? rows;
        if (source !== undefined && source !== `${table}.${name}`)
          changed = touch(table, name, `reads ${source}`) || changed;
      }
    }
  }
  const tables = new Set([...touched.values()].map(({ table }) => table));
  return {
    columns: [...touched.values()],
    backfill: models
      .filter(({ table }) => tables.has(table))
      .map(({ table, pipeline, reads }) => ({ table, pipeline, reads })),
  };
}

/** Models, each after those that make what it reads. */
function inOrder({ models }: LakeSummary): LakeSummary["models"] {
  const sorted: LakeSummary["models"] = [];
  const seen = new Set<string>();
  const visit = (model: LakeSummary["models"][number]): void => {
    if (seen.has(model.table)) return;
    seen.add(model.table);
    for (const read of model.reads) models.filter(({ table }) => table === read).forEach(visit);
    sorted.push(model);
  };
  models.forEach(visit);
  return sorted;
}
