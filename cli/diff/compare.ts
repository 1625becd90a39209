/** Compares two sides: tables, audits, runs and cost. */
import { isGood } from "../runs/run-records";
import { withDuckDb } from "../sample/duckdb";
import type { CatalogTable } from "./catalog";
import { compareAudits, explanationKey, isAuditTable, type AuditDifference } from "./compare-audits";
import { compareCosts, type CostDifference } from "./compare-costs";
import { compareRows, type RowDifference } from "./compare-rows";
import { compareSchemas, type SchemaChange } from "./compare-schemas";
import type { EndedRun, Side } from "./played-version";

/** Most changes that are listed for a table, and most audit rows. */
const LARGEST = 5;
const AUDIT_ROWS = 20;

/** A table of both sides that differs. */
export interface TableDifference {
  /** `database.table`. */
  readonly table: string;
  readonly schema: readonly SchemaChange[];
  /** Absent if the rows are the same, as far as both sides have their columns. */
  readonly rows?: RowDifference;
}

/** A table, view or pipeline that one side has. */
export interface OnlyOn {
  readonly kind: "table" | "view" | "pipeline";
  readonly name: string;
  readonly side: "base" | "head";
}

/** A date of a pipeline that ended otherwise, or failed on both sides. */
export interface RunDifference {
  readonly pipeline: string;
  readonly date: string;
  readonly base?: EndedRun;
  readonly head?: EndedRun;
}

/** How two sides differ. */
export interface LakeDifference {
  /** Names of the versions. */
  readonly base: string;
  readonly head: string;
  /** Tables and views that both sides have. */
  readonly compared: number;
  readonly only: readonly OnlyOn[];
  readonly tables: readonly TableDifference[];
  readonly audits: AuditDifference;
  readonly runs: readonly RunDifference[];
  readonly cost: CostDifference;
}

/** Compares what two versions made of the same sample. */
export async function compareSides(base: Side, head: Side): Promise<LakeDifference> {
  const others = new Map(head.tables.map((table) => [nameOf(table), table]));
  const shared = base.tables.flatMap((table) => {
    const other = others.get(nameOf(table));
    return other ? [[table, other] as const] : [];
  });
  const tables: TableDifference[] = [];
  let audits: AuditDifference = { total: 0, changes: [] };
  await withDuckDb(async (duckdb) => {
    for (const [old, now] of shared) {
      const schema = compareSchemas(old, now);
      const audit = isAuditTable(old) && isAuditTable(now);
      if (audit) audits = await compareAudits(duckdb, old, now, AUDIT_ROWS);
      const key = now.key ?? old.key ?? explanationKey(now);
      const rows = audit ? undefined : await compareRows(duckdb, old, now, key, LARGEST);
      if (schema.length > 0 || rows) tables.push({ table: nameOf(now), schema, ...(rows ? { rows } : {}) });
    }
  });
  return {
    base: base.label,
    head: head.label,
    compared: shared.length,
    only: [...onlyOn("base", base, head), ...onlyOn("head", head, base)],
    tables,
    audits,
    runs: compareRuns(base.runs, head.runs),
    cost: compareCosts(base.queries, head.queries),
  };
}

/** Whether there is anything to tell: also of runs that fail on both sides, behind which there is nothing to compare. */
export function isDifferent({ only, tables, audits, runs, cost }: LakeDifference): boolean {
  return only.length + tables.length + audits.total + runs.length + cost.steps.length > 0;
}

/** A sentence for each run that did not end well, or did not begin: pure. */
export function badRuns({ base, head, runs }: Pick<LakeDifference, "base" | "head" | "runs">): string[] {
  return runs.flatMap((run) =>
    (["base", "head"] as const).flatMap((side) => {
      const ended = run[side];
      if (!ended || (ended.status !== undefined && isGood({ status: ended.status }))) return [];
      const label = side === "base" ? base : head;
      const how =
        ended.status === undefined
          ? "started no run"
          : `${ended.status.toLowerCase()}: ${ended.reason ?? "no reason recorded"}`;
      return [`${label}: ${run.pipeline} ${run.date} ${how}`];
    }),
  );
}

function onlyOn(side: OnlyOn["side"], one: Side, other: Side): OnlyOn[] {
  const known = new Set(other.tables.map(nameOf));
  return [
    ...one.pipelines
      .filter((name) => !other.pipelines.includes(name))
      .map((name): OnlyOn => ({ kind: "pipeline", name, side })),
    ...one.tables
      .filter((table) => !known.has(nameOf(table)))
      .map((table): OnlyOn => ({ kind: table.view === undefined ? "table" : "view", name: nameOf(table), side })),
  ];
}

/** Dates that ended otherwise, and those that failed on both sides. Reasons carry ids and times, which always differ. */
function compareRuns(base: readonly EndedRun[], head: readonly EndedRun[]): RunDifference[] {
  const keyOf = ({ pipeline, date }: EndedRun): string => `${pipeline} ${date}`;
  const before = new Map(base.map((run) => [keyOf(run), run]));
  const after = new Map(head.map((run) => [keyOf(run), run]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): RunDifference[] => {
    const [old, now] = [before.get(key), after.get(key)];
    const known = now ?? old;
    if (!known || (old?.status === now?.status && known.status !== undefined && isGood({ status: known.status })))
      return [];
    return [
      { pipeline: known.pipeline, date: known.date, ...(old ? { base: old } : {}), ...(now ? { head: now } : {}) },
    ];
  });
}

function nameOf({ database, table }: CatalogTable): string {
  return `${database}.${table}`;
}
