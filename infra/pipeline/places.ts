/** Names and places that the permissions of a pipeline follow from. */
import type { TablePlace } from "../permissions";

/** A table whose files arrive as text, and the tables beside it. */
export interface ConvertedPlaces {
  readonly table: TablePlace;
  readonly arrived: TablePlace;
  readonly rejected: TablePlace;
}

/** Names and places that a pipeline's permissions follow from. */
export interface PipelinePlaces {
  readonly pipeline: string;
  readonly source: string;
  /** Pipelines that it comes after. */
  readonly after: readonly string[];
  /** Pipelines whose latest date it reads. */
  readonly latest: readonly string[];
  /** Patterns of the keys of manifests that list parts. */
  readonly manifests: readonly string[];
  /** Physical name of its state machine. */
  readonly stateMachine: string;
  /** Bucket that files arrive in. */
  readonly landing: string;
  /** Bucket of templates, definitions and run records. */
  readonly assets: string;
  /** Tables that take incoming files. */
  readonly landed: readonly TablePlace[];
  /** Those of them whose files are converted. */
  readonly converted: readonly ConvertedPlaces[];
  /** Tables that runs publish by partition, the landed ones among them. */
  readonly published: readonly TablePlace[];
  /** Tables that runs replace as a whole. */
  readonly replaced: readonly TablePlace[];
  /** Tables that are checked before they are published. */
  readonly checked: readonly TablePlace[];
  /** Those of them that are compared with their prior date. */
  readonly compared: readonly TablePlace[];
  /** Tables that its checks read beside what they check. */
  readonly checkReads: readonly TablePlace[];
  /** Whether it has models to render. */
  readonly renders: boolean;
  /** Tables that its models read. */
  readonly read: readonly TablePlace[];
  /** What explaining its audits takes, if one is explained. */
  readonly explained?: {
    /** This pipeline and all before it. */
    readonly pipelines: readonly string[];
    /** Tables that any of their models reads, and those that are explained. */
    readonly tables: readonly TablePlace[];
    /** Those of them that have partitions. */
    readonly partitioned: readonly TablePlace[];
    /** Those of them of which it reads what certain runs wrote. */
    readonly byRun: readonly TablePlace[];
    readonly explanation: TablePlace;
  };
  /** The audit table and the table that tells the prior date, if the pipeline audits. */
  readonly audit?: {
    readonly table: TablePlace;
    readonly priorDateFrom: TablePlace;
    readonly audited: readonly TablePlace[];
    /** Those of them whose runs of one date are compared. */
    readonly comparedByRun: readonly TablePlace[];
  };
}
