/** The functions of a pipeline, each with a role of its own. */
import type { AuditedTable } from "../audited-table";
import type { Closure, Closures, ClosureTransforms } from "../closures";
import { handlers } from "../handlers";
import type { Lake } from "../lake/lake";
import type * as pulumi from "@pulumi/pulumi";
import { manifestKeys } from "./arrivals";
import { completenessRule } from "./definition";
import type { Audits, IncomingFile, Step } from "./args";
import { functionStatements, mapFunctions, type ByFunction, type PipelineFunction } from "./permissions";
import type { PipelineTables } from "./tables";
import type { Upstreams } from "./upstreams";

/** The lake that the functions belong to. */
export interface FunctionsLake extends Lake {
  readonly closures: Closures;
  readonly auditTable: AuditedTable;
  readonly explanationTable: AuditedTable;
}

/** What the functions follow from. */
export interface PipelineFunctionsArgs {
  readonly lake: FunctionsLake;
  readonly pipeline: string;
  readonly source: string;
  /** Physical name of the state machine. */
  readonly stateMachine: string;
  /** This pipeline and all before it. */
  readonly upstreams: readonly string[];
  /** What it comes after. */
  readonly after: Upstreams<{ readonly pipelineName: string }>;
  readonly tables: PipelineTables;
  /** The pipeline's arguments. */
  readonly args: {
    readonly incoming?: readonly IncomingFile[];
    readonly steps?: readonly Step[];
    readonly audits?: Audits;
    readonly transform?: ClosureTransforms;
  };
  /** Physical name of a function. */
  readonly physicalName: (name: PipelineFunction) => string;
}

/** Creates each function that the pipeline needs. */
export function createPipelineFunctions(
  { lake, pipeline, source, stateMachine, upstreams, after, tables, args, physicalName }: PipelineFunctionsArgs,
  options: pulumi.CustomResourceOptions,
): ByFunction<Closure> {
  const { written, explained } = tables;
  const { incoming = [], steps = [], audits } = args;
  const statements = functionStatements(lake.grant, {
    pipeline,
    source,
    after: after.sameDate.map(({ pipelineName }) => pipelineName),
    latest: after.latest.map(({ pipelineName }) => pipelineName),
    manifests: manifestKeys({
      source,
      incoming: incoming.map(({ prefix, complete }) => ({ prefix, complete: complete && completenessRule(complete) })),
    }),
    stateMachine,
    landing: lake.bucketName("landing"),
    assets: lake.bucketName("glue-assets"),
    landed: incoming.map(({ table }) => table.location),
    converted: tables.converted.map(({ places }) => places),
    published: written.filter(({ partitioned }) => partitioned).map(({ location }) => location),
    replaced: written.filter(({ partitioned }) => !partitioned).map(({ location }) => location),
    checked: written.filter(({ checks }) => checks.length > 0).map(({ location }) => location),
    compared: written
      .filter(({ checks }) => checks.some((check) => "rowCount" in check))
      .map(({ location }) => location),
    checkReads: tables.checkReads,
    renders: steps.length > 0,
    read: tables.modelReads,
    explained:
      explained.length === 0
        ? undefined
        : {
            pipelines: upstreams,
            tables: tables.followed,
            partitioned: tables.followedByPartition,
            byRun: tables.followedByRun,
            explanation: lake.explanationTable.location,
          },
    audit: audits && {
      table: lake.auditTable.location,
      priorDateFrom: audits.priorDateFrom.location,
      audited: audits.tables.map(({ location }) => location),
      comparedByRun: tables.comparedByRun.map(({ location }) => location),
    },
  });
  return mapFunctions(statements, (granted, name) =>
    lake.closures.deploy(
      `${pipeline}-${name}`,
      {
        handler: handlers[name],
        functionName: physicalName(name),
        environment: { ...lake.environment(), PIPELINE: pipeline },
        statements: granted,
        deadLetters: ["trigger", "watcher", "pruner"].includes(name) ? lake.failures : undefined,
      },
      options,
      args.transform,
    ),
  );
}
