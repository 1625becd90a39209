/** What a pipeline's state machine is made of. */
import type { ByFunction } from "../pipeline/permissions";

/** One step: a model into a table. */
export interface StepPlan {
  /** Path of the model below `sql/`. */
  readonly model: string;
  readonly database: string;
  readonly table: string;
  /** `s3://…/` below which the table's runs write. */
  readonly root: string;
  readonly partitioned: boolean;
  /** Qualified names for `table(…)`. */
  readonly tables: Readonly<Record<string, string>>;
  readonly allowEmpty: boolean;
  readonly checks: TableChecks;
}

/** What is known of a table's checks. */
export interface TableChecks {
  /** Key of their configuration in the assets bucket; undefined if it has none. */
  readonly config?: string;
}

/** A table that takes an incoming file. */
export interface LandedPlan {
  /** Whether it takes many files, perhaps more than one task places. */
  readonly parts: boolean;
  readonly table: string;
  readonly partitioned: boolean;
  readonly checks: TableChecks;
}

/** A table whose files arrive as text. */
export interface ConversionPlan {
  readonly table: string;
  readonly partitioned: boolean;
  /** `s3://…/` below which the table's runs write. */
  readonly root: string;
  /** The same of the table of its rejected rows. */
  readonly rejectedRoot: string;
}

/** A view that each run makes anew. */
export interface ViewPlan {
  /** Its qualified name. */
  readonly view: string;
  /** `CREATE OR REPLACE VIEW …` */
  readonly query: string;
}

/** One audited table. */
export interface AuditPlan {
  readonly table: string;
  /** Key of its audit configuration in the assets bucket. */
  readonly config: string;
  /** Name of the table that its changes are explained in; undefined if nothing computes them. */
  readonly explanation?: string;
}

/** What the definition is made of. Functions are given by name. */
export interface StateMachinePlan {
  readonly pipeline: string;
  readonly workgroup: string;
  readonly functions: Pick<
    ByFunction<string>,
    | "land"
    | "converter"
    | "checker"
    | "register"
    | "publish"
    | "render"
    | "auditor"
    | "explainer"
    | "complete"
    | "lineage"
  >;
  /** Tables of the incoming files. */
  readonly landed: readonly LandedPlan[];
  /** Those of them whose files are converted. */
  readonly conversions: readonly ConversionPlan[];
  readonly steps: readonly StepPlan[];
  /** Whether models see latest dates of other pipelines. */
  readonly readsLatest: boolean;
  readonly views: readonly ViewPlan[];
  readonly audits: readonly AuditPlan[];
}
