/** A pipeline as its functions and commands know it, `pipelines/<pipeline>/definition.json`: pure. */
import type { CompletenessRule, PipelineDefinition } from "../../functions/runs/pipeline";
import type { AuditedTable } from "../audited-table";
import type { Retention } from "../data-lake-args";
import type { Audits, Completeness, IncomingFile } from "./args";
import type { Cadence } from "./cadence";
import type { PipelineTables } from "./tables";
import type { Upstreams } from "./upstreams";

/** What the definition follows from. */
export interface DefinitionSource {
  readonly pipeline: string;
  readonly source: string;
  readonly stage: string;
  readonly stateMachineArn: string;
  readonly retention: Required<Retention>;
  readonly tables: PipelineTables;
  /** What it comes after. */
  readonly upstreams: Upstreams<{ readonly pipelineName: string }>;
  /** The pipeline's arguments. */
  readonly args: {
    readonly announcedBy?: "watcher" | "source";
    readonly incoming?: readonly IncomingFile[];
    readonly cadence?: Cadence;
    readonly lateAfterHour?: number;
    readonly timeZone?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly audits?: Audits;
  };
}

/** Builds the definition. */
export function pipelineDefinition(given: DefinitionSource): PipelineDefinition {
  const { pipeline, source, stage, stateMachineArn, retention, tables, upstreams, args } = given;
  const { incoming = [], cadence = { every: "run" }, parameters = {}, audits } = args;
  const named = ({ database, tableName }: AuditedTable) => ({ database, table: tableName });
  return {
    announcedBy: args.announcedBy ?? "watcher",
    pipeline,
    source,
    incoming: incoming.map(({ prefix, table, files, complete }) => ({
      prefix,
      ...named(table),
      files,
      complete: complete && completenessRule(complete),
    })),
    after: upstreams.sameDate.map(({ pipelineName }) => pipelineName),
    latest: upstreams.latest.map(({ pipelineName }) => pipelineName),
    cadence: { day: undefined, month: undefined, ...cadence },
    lateAfterHour: args.lateAfterHour,
    timeZone: args.timeZone ?? "UTC",
    stage,
    parameters,
    stateMachineArn,
    tables: tables.written.map((table) => ({
      ...named(table),
      own: tables.ownShare(table),
      converted: tables.converted.some((each) => each.table === table) || undefined,
    })),
    superseded: { keep: retention.supersededRuns, days: retention.supersededDays },
    priorDateFrom: audits && named(audits.priorDateFrom),
  };
}

/** As the functions read it. */
export function completenessRule(complete: Completeness): CompletenessRule {
  return { marker: undefined, count: undefined, manifest: undefined, ...complete };
}
