/** What the functions of one pipeline may do: pure. Each statement is there because a line of the function needs it. */
import type { Grants, Statement, TablePlace } from "./permissions";

/** Functions that every pipeline has, and those that some need, by the name of their handler. */
type Always = "trigger" | "watcher" | "complete";
type Sometimes = "land" | "render" | "publish" | "auditor";
export type PipelineFunction = Always | Sometimes;

/** One value for each function that a pipeline has. */
export type ByFunction<T> = Readonly<Record<Always, T> & Partial<Record<Sometimes, T>>>;

/** Makes a value of each function's value. */
export function mapFunctions<T, U>(values: ByFunction<T>, map: (value: T, name: PipelineFunction) => U): ByFunction<U> {
  const entries = Object.entries(values) as [PipelineFunction, T][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)])) as unknown as ByFunction<U>;
}

/** Names and places that a pipeline's permissions follow from. */
export interface PipelinePlaces {
  readonly pipeline: string;
  readonly source: string;
  /** Physical name of its state machine. */
  readonly stateMachine: string;
  /** Bucket that files arrive in. */
  readonly landing: string;
  /** Bucket of templates, definitions and run records. */
  readonly assets: string;
  /** Tables that take incoming files. */
  readonly landed: readonly TablePlace[];
  /** Tables that runs publish by partition, the landed ones among them. */
  readonly published: readonly TablePlace[];
  /** Tables that runs replace as a whole. */
  readonly replaced: readonly TablePlace[];
  /** Whether it has models to render. */
  readonly renders: boolean;
  /** The audit table and the table that tells the prior date, if the pipeline audits. */
  readonly audit?: { readonly table: TablePlace; readonly priorDateFrom: TablePlace };
}

/** The functions that a pipeline needs, with the statements of each one's role. */
export function functionStatements(grant: Grants, places: PipelinePlaces): ByFunction<Statement[]> {
  const { pipeline, source, landing, assets, landed, published, replaced, audit } = places;
  const incoming = `incoming/${source}/*`;
  const executions = `pipeline_executions/${pipeline}/*`;
  const dependents = `pipelines/${pipeline}/dependents/`;
  const written = [...published, ...replaced];
  const readDefinition = grant.readObjects("ReadDefinition", assets, [`pipelines/${pipeline}/definition.json`]);
  const listIncoming = grant.listPrefixes("ListIncoming", landing, [incoming]);
  const keepSql = grant.writeObjects("KeepRenderedSql", assets, [executions]);
  return {
    trigger: [
      readDefinition,
      listIncoming,
      grant.writeObjects("RecordRejection", assets, [executions]),
      grant.startExecutions("StartRun", places.stateMachine),
    ],
    watcher: [
      readDefinition,
      listIncoming,
      grant.writeObjects("WriteControlFile", landing, [`${incoming}/${pipeline}.done`]),
    ],
    ...(landed.length > 0 && {
      land: [
        ...grant.readTables("ReadTables", landed),
        grant.readObjects("ReadIncoming", landing, [incoming]),
        ...grant.writeBelow("WriteLanded", landed),
      ],
    }),
    ...(places.renders && { render: [grant.readObjects("ReadTemplates", assets, ["sql/*"]), keepSql] }),
    ...(written.length > 0 && {
      publish: [
        ...grant.readTables("ReadTables", written),
        ...grant.publishPartitions("PublishPartitions", published),
        ...grant.publishTables("PublishTables", replaced),
        ...grant.listBelow("ListResults", written),
        ...grant.readBelow("ReadResults", written),
      ],
    }),
    ...(audit && {
      auditor: [
        grant.readObjects("ReadAuditConfigs", assets, [`audit_configs/${pipeline}/*`]),
        keepSql,
        ...grant.readTables("ReadTables", [audit.table, audit.priorDateFrom]),
        ...grant.readPartitions("FindPriorDate", [audit.priorDateFrom]),
      ],
    }),
    complete: [
      grant.writeObjects("WriteManifest", assets, [executions]),
      grant.listPrefixes("FindDependents", assets, [dependents]),
      grant.readObjects("ReadDependents", assets, [`${dependents}*`]),
      grant.listPrefixes("FindCompleted", landing, [incoming]),
      grant.writeObjects("WriteMarkers", landing, [incoming]),
    ],
  };
}
