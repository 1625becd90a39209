/** The tables of a lake for its page, and which columns are behind which. */
import type { AuditConfig } from "../../audit/config";
import type { SourceTable } from "../../audit/explanation/scope";
import { readTable } from "../../functions/publication/catalog-table";
import { isFault } from "../../functions/invocation/fault";
import { readText } from "../../functions/storage/objects";
import type { PipelineDefinition } from "../../functions/runs/pipeline";
import type { ColumnLink, TableDate, TableView } from "../../report/view";
import { atMost } from "../../functions/invocation/concurrency";
import { REQUESTS_AT_ONCE } from "../lake/concurrency";
import type { Lake } from "../lake/lake";
import { linksOf } from "../lineage/column-links";
import type { Run } from "../runs/run-records";

type Place = Pick<TableView, "database" | "table">;

/** Tables that pipelines publish or read, in the order of pipelines. */
export async function readTables(
  definitions: readonly PipelineDefinition[],
  configs: readonly AuditConfig[],
  runs: readonly Run[],
  lake: Lake,
): Promise<TableView[]> {
  const places = new Map<string, Place & { readonly writer?: string; readonly landed: boolean }>();
  for (const { pipeline, incoming, tables } of definitions) {
    for (const { database, table } of [...incoming, ...tables]) {
      const landed = incoming.some((each) => each.database === database && each.table === table);
      if (!places.has(`${database}.${table}`))
        places.set(`${database}.${table}`, { database, table, writer: pipeline, landed });
    }
  }
  const audited = new Set(configs.map(({ audit }) => `${audit.database}.${audit.table}`));
  // What the audit writes is told as changes and explanations.
  const shown = [...places.values()].filter(
    ({ database, table }) => !audited.has(`${database}.${table}`) && !/^audit_db_/.test(database),
  );
  const found = await atMost(REQUESTS_AT_ONCE, shown, async (place): Promise<TableView[]> => {
    const { database, table, writer, landed } = place;
    const config = configs.find((each) => each.database === database && each.table === table);
    try {
      const { entry } = await readTable(lake.glue, database, table);
      const keys = entry.PartitionKeys ?? [];
      const columns = [...(entry.StorageDescriptor?.Columns ?? []), ...keys];
      return [
        {
          database,
          table,
          zone: config?.layer ?? (landed ? "landing" : (database.split("_db_")[0] ?? database)),
          description: entry.Description,
          owner: entry.Owner,
          writer,
          columns: columns.map(({ Name = "", Type = "", Comment }) => ({
            name: Name,
            type: Type,
            comment: Comment,
            partition: keys.some((key) => key.Name === Name),
            audited: config?.attributes.some(({ column }) => column === Name),
          })),
          dates: tableDates(place, runs),
        },
      ];
    } catch (error) {
      if (!isFault(error) && (error as Error).name !== "EntityNotFoundException") throw error;
      return [];
    }
  });
  return found.flat();
}

/** What runs published of a table, by date, the newest first: pure. Runs are given the newest first. */
export function tableDates({ database, table }: Place, runs: readonly Run[]): TableDate[] {
  const dates = new Map<string, TableDate>();
  for (const run of runs) {
    const written = run.steps.filter(
      (step) =>
        step.database === database && step.table === table && step.published && /^(land|model)$/.test(step.kind),
    );
    if (written.length === 0 || dates.has(run.exec_date)) continue;
    dates.set(run.exec_date, {
      date: run.exec_date,
      run: run.run,
      pipeline: run.pipeline,
      published:
        written.reduce((latest, { ended = "" }) => (ended > latest ? ended : latest), "") || (run.ended ?? run.started),
      rows: written.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
      checks: run.checks.filter((check) => check.table === table),
    });
  }
  return [...dates.values()].sort((a, b) => b.date.localeCompare(a.date));
}

/** Links of columns, from the SQL that made each table last. What can't be read has none, and is told. */
export async function readLinks(
  tables: readonly TableView[],
  runs: readonly Run[],
  { s3, outputs }: Lake,
): Promise<{ readonly links: ColumnLink[]; readonly unread: string[] }> {
  const made = new Map<string, string>();
  for (const { steps } of runs) {
    for (const { kind, database, table, sql } of steps) {
      if (kind === "model" && sql && !made.has(`${database}.${table}`)) made.set(`${database}.${table}`, sql);
    }
  }
  const unread: string[] = [];
  const known = tables.map(sourceTable);
  const links = await atMost(REQUESTS_AT_ONCE, [...made], async ([name, key]): Promise<ColumnLink[]> => {
    const [database = "", table = ""] = name.split(".");
    const sql = await readText(s3, outputs.assetsBucket, key);
    try {
      return linksOf({ database, table }, sql, known);
    } catch (error) {
      if ((error as Error).name !== "AuditError") throw error;
      unread.push(name);
      return [];
    }
  });
  return { links: links.flat(), unread };
}

function sourceTable({ database, table, columns }: TableView): SourceTable {
  const typed = columns.map(({ name, type }) => ({ column: name, type }));
  return { database, table, columns: typed, grain: typed.slice(0, 1) };
}
