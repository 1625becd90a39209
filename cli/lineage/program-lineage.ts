/** What comes from what in a program: tables and columns, from the SQL of its models. No lake is needed. */
import { nearestName } from "../../audit/nearest-name";
import type { ColumnLink } from "../../report/view";
import { CommandError } from "../command-error";
import { renderStep, type LakeModels } from "../lake/lake-models";
import { linksOf } from "./column-links";

/** A table, and what makes it. */
export interface LineageTable {
  readonly table: string;
  /** Absent of tables that nothing in the program writes. */
  readonly madeBy?: {
    readonly pipeline: string;
    /** Absent of tables that take incoming files. */
    readonly model?: string;
  };
  /** CSV file of its rows, if it is a seed. */
  readonly seed?: string;
  readonly reads: readonly string[];
}

/** Lineage of a program, or a part of it. */
export interface Lineage {
  readonly tables: readonly LineageTable[];
  /** Columns behind columns; a link without `to.column` decides which rows the table has. */
  readonly links: readonly ColumnLink[];
}

/** Any date will do: the date changes values, never columns. */
const someDate = "2000-01-01";

/** Reads the lineage of all models. Throws an AuditError for SQL that cannot be read. */
export function programLineage(lakes: readonly LakeModels[]): Lineage {
  const tables: LineageTable[] = [];
  const links: ColumnLink[] = [];
  for (const lake of lakes) {
    const { summary } = lake;
    const known = summary.tables.map(({ database, table, columns, partitionKeys }) => {
      const typed = Object.entries({ ...columns, ...partitionKeys }).map(([column, type]) => ({ column, type }));
      return { database, table, columns: typed, grain: typed.slice(0, 1) };
    });
    for (const target of summary.tables) {
      const { table, seed } = target;
      const step = summary.models.find((each) => each.table === table);
      const lands = summary.models.find(({ before }) => summary.landed.includes(table) && before.includes(table));
      tables.push({
        table,
        reads: step?.reads ?? [],
        ...(seed !== undefined && { seed }),
        ...(step && { madeBy: { pipeline: step.pipeline, model: step.model } }),
        ...(lands && !step && { madeBy: { pipeline: lands.pipeline } }),
      });
      if (step)
        links.push(
          ...linksOf({ database: target.database, table }, renderStep({ ...lake, step, target }, someDate), known),
        );
    }
  }
  return { tables, links };
}

/**
 * The part of a lineage that leads to a table or a column and from it.
 *
 * @param name `table` or `table.column`
 * @throws CommandError for one that the program does not declare
 */
export function lineageOf(all: Lineage, name: string, lakes: readonly LakeModels[]): Lineage {
  const [table = "", column] = name.split(".");
  const declared = lakes.flatMap(({ summary }) => summary.tables);
  const found = declared.find((each) => each.table === table);
  if (!found)
    throw unknown(
      `There is no table ${table} in the program`,
      table,
      declared.map((each) => each.table),
    );
  const columns = Object.keys({ ...found.columns, ...found.partitionKeys });
  if (column !== undefined && !columns.includes(column)) {
    throw unknown(`${table} has no column ${column}`, column, columns);
  }
  const starts = column === undefined ? columns : [column];
  const up = follow(
    starts.map((each) => ({ table, column: each })),
    (place) => linksInto(all.links, place),
    ({ from }) => [from],
  );
  const down = follow(
    starts.map((each) => ({ table, column: each })),
    (place) => linksFrom(all.links, place),
    ({ to }) =>
      // What decides the rows of a table is behind each of its columns.
      (to.column === undefined ? columnsOf(all.links, to.table) : [to.column]).map((each) => ({
        table: to.table,
        column: each,
      })),
  );
  const links = all.links.filter((link) => up.has(link) || down.has(link));
  const named = new Set([table, ...links.flatMap(({ from, to }) => [from.table, to.table])]);
  return { tables: all.tables.filter((each) => named.has(each.table)), links };
}

function unknown(what: string, wrong: string, known: readonly string[]): CommandError {
  const meant = nearestName(wrong, known);
  return new CommandError(`${what}; ${meant ? `did you mean ${meant}?` : `there are ${known.join(", ")}.`}`);
}

interface ColumnPlace {
  readonly table: string;
  readonly column: string;
}

function linksInto(links: readonly ColumnLink[], { table, column }: ColumnPlace): ColumnLink[] {
  return links.filter(({ to }) => to.table === table && (to.column === undefined || to.column === column));
}

function linksFrom(links: readonly ColumnLink[], { table, column }: ColumnPlace): ColumnLink[] {
  return links.filter(({ from }) => from.table === table && from.column === column);
}

function columnsOf(links: readonly ColumnLink[], table: string): string[] {
  return [...new Set(links.flatMap(({ to }) => (to.table === table && to.column !== undefined ? [to.column] : [])))];
}

/** All links that are met on the way from some columns. */
function follow(
  starts: readonly ColumnPlace[],
  next: (place: ColumnPlace) => readonly ColumnLink[],
  onward: (link: ColumnLink) => readonly ColumnPlace[],
): ReadonlySet<ColumnLink> {
  const met = new Set<ColumnLink>();
  const seen = new Set<string>();
  const waiting = [...starts];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const key = `${place.table}.${place.column}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const link of next(place)) {
      met.add(link);
      waiting.push(...onward(link));
    }
  }
  return met;
}
