/** The tables of a pipeline: which its runs publish, and which its queries read. Pure. */
import { checkConfigKey } from "../../functions/handlers/checker";
import type { AuditedTable } from "../audited-table";
import { tablesOfCheck } from "../checks/data-checks";
import type { LakeTable } from "../lake/lake";
import type { TablePlace } from "../permissions";
import type { ConversionPlan, LandedPlan } from "../state-machine/plan";
import type { Audits, IncomingFile, Step } from "./args";
import type { Conversion } from "./conversions";
import { tableOfRuns } from "./permissions";
import { viewName, type RenderedView, type ViewBatch } from "./views";

/** What they follow from. */
export interface PipelineWork {
  readonly pipeline: string;
  readonly incoming: readonly IncomingFile[];
  readonly steps: readonly Step[];
  readonly audits?: Audits;
  readonly views: readonly ViewBatch[];
  readonly rendered: readonly RenderedView[];
  /** Of those that arrive as text. */
  readonly conversions: readonly Conversion[];
  /** Names of tables that the pipeline's models read. */
  readonly modelReads: readonly string[];
  /** Names of tables that its models and those of all pipelines before it read. */
  readonly upstreamReads: readonly string[];
}

/** What is asked of the lake. */
export interface TablesOfLake {
  readonly tables: ReadonlyMap<string, LakeTable>;
  readonly auditTable: AuditedTable;
  readonly explanationTable: AuditedTable;
}

/** The tables of one pipeline. */
export class PipelineTables {
  constructor(
    private readonly lake: TablesOfLake,
    private readonly work: PipelineWork,
  ) {}

  /** Tables that runs publish. */
  get written(): AuditedTable[] {
    const { incoming, conversions, steps, audits } = this.work;
    return [
      ...incoming.map(({ table }) => table),
      ...conversions.map(({ rejected }) => rejected),
      ...steps.map(({ into }) => into),
      ...(audits ? [this.lake.auditTable] : []),
      ...(this.explained.length > 0 ? [this.lake.explanationTable] : []),
    ];
  }

  /** Tables whose files are converted. */
  get converted(): readonly Conversion[] {
    return this.work.conversions;
  }

  /** How they are converted. */
  get conversionPlans(): ConversionPlan[] {
    return this.converted.map(({ table: { tableName: table, partitioned, root }, rejected }) => {
      return { table, partitioned, root, rejectedRoot: rejected.root };
    });
  }

  /** Audited tables whose runs of one date are compared. */
  get comparedByRun(): AuditedTable[] {
    return this.audited.filter(({ audit }) => audit?.compareWith === "prior run");
  }

  /** Audited tables whose changes can be explained: those that models compute. Landed numbers come from outside. */
  get explained(): AuditedTable[] {
    return this.audited.filter(({ zone }) => zone !== "landing");
  }

  /** What tells the pipeline's partitions from others' in a table that pipelines share. */
  ownShare({ tableName }: AuditedTable): Record<string, string> | undefined {
    const { audits } = this.work;
    const shared = [this.lake.auditTable, this.lake.explanationTable].some((table) => table.tableName === tableName);
    return shared && audits ? { pipeline: audits.label, time_grain: audits.timeGrain } : undefined;
  }

  /** How a table is replaced, and what is checked of it. */
  planOf({ tableName: table, partitioned, checks }: AuditedTable): Omit<LandedPlan, "parts"> {
    const config = checks.length > 0 ? checkConfigKey(this.work.pipeline, table) : undefined;
    return { table, partitioned, checks: { config } };
  }

  /** Tables that the models read. */
  get modelReads(): TablePlace[] {
    return this.placesOf(this.work.modelReads);
  }

  /** Tables that explanations follow: those explained, and what their models and those of the pipelines before them read. */
  get followed(): TablePlace[] {
    return this.followedTables.map(({ location }) => location);
  }

  /** Those of them whose partitions say whose data readers see. */
  get followedByPartition(): TablePlace[] {
    return this.followedTables.filter(isPartitioned).map(({ location }) => location);
  }

  /** Those of them of which explanations read what certain runs wrote: their dates do not tell. */
  get followedByRun(): TablePlace[] {
    const byRun = this.explained.some(({ audit }) => audit?.compareWith === "prior run");
    return this.followedTables.filter((table) => byRun || !isPartitioned(table)).map(({ location }) => location);
  }

  private get followedTables(): LakeTable[] {
    if (this.explained.length === 0) return [];
    const names = [...this.work.upstreamReads, ...this.explained.map(({ tableName }) => tableName)];
    return [...this.lake.tables.values()].filter(({ tableName }) => names.includes(tableName));
  }

  /** Tables that checks read beside what they check. */
  get checkReads(): TablePlace[] {
    return this.placesOf(this.written.flatMap(({ checks }) => checks.flatMap(tablesOfCheck)));
  }

  /**
   * Tables that the pipeline's queries read: those in its models' and checks' parsed text, and those it audits. Of what the run itself
   * writes, and of two runs that are compared, they read the tables of all runs.
   */
  get reads(): TablePlace[] {
    const places = (tables: readonly AuditedTable[]) => tables.map(({ location }) => location);
    const read = [
      ...this.converted.map(({ places }) => places.arrived),
      ...this.modelReads,
      ...this.checkReads,
      ...places(this.audited),
      ...places(this.written.filter(({ checks }) => checks.length > 0)),
      // The queries of explanations read the audit's changes, and whatever they came from.
      ...(this.explained.length > 0 ? [this.lake.auditTable.location, ...this.followed] : []),
    ];
    const own = places(this.written).filter((table) => read.includes(table));
    return [...read, ...[...own, ...places(this.comparedByRun), ...this.followedByRun].map(tableOfRuns)];
  }

  /** Tables that its queries write. */
  get queryWrites(): TablePlace[] {
    return [
      ...this.converted.flatMap(({ places }) => [places.table, places.rejected]),
      ...this.work.steps.map(({ into }) => into.location),
      ...(this.audited.length > 0 ? [this.lake.auditTable.location] : []),
      ...(this.explained.length > 0 ? [this.lake.explanationTable.location] : []),
    ];
  }

  /** The pipeline's views, and the tables that their queries name. */
  get views(): { views: TablePlace[]; subjects: TablePlace[] } {
    const views = this.work.views.flatMap((batch) =>
      batch.tables.map(({ location, tableName }) => ({ ...location, table: viewName(batch, tableName) })),
    );
    return { views, subjects: this.placesOf(this.work.rendered.flatMap(({ reads }) => reads)) };
  }

  private get audited(): readonly AuditedTable[] {
    return this.work.audits?.tables ?? [];
  }

  private placesOf(names: readonly string[]): TablePlace[] {
    return [...this.lake.tables.values()].filter(({ tableName }) => names.includes(tableName)).map((t) => t.location);
  }
}

function isPartitioned({ partitionKeys }: LakeTable): boolean {
  return Object.keys(partitionKeys).length > 0;
}
