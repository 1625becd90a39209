/**
 * The resources of an evaluated Pulumi program, as plain data: what `pulumi up` would create.
 */

/** One registered resource. */
export interface Resource {
  /** Pulumi URN: unique within the graph. */
  readonly urn: string;
  /** Type token, e.g. `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /** Logical name, the first constructor argument. */
  readonly name: string;
  /** Provider-assigned id, or the physical name. */
  readonly id: string;
  /** URN of the parent component. */
  readonly parent?: string;
  /** True for component resources, which exist only in Pulumi. */
  readonly component: boolean;
  /** URNs of what must be there before it: `dependsOn`, and what its inputs are made of. */
  readonly dependencies?: readonly string[];
  /** Input properties with outputs resolved and secrets unwrapped; archives as {@link ArchiveFolder}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs and computed outputs (`arn`, `url`, …); in preview the computed ones are absent. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Resource options that matter to a reviewer. */
  readonly options: { readonly protect?: boolean; readonly retainOnDelete?: boolean };
}

/** An asset archive written out as a folder of plain files, e.g. a function's code. */
export interface ArchiveFolder {
  readonly kind: "archive-folder";
  /** Absolute path of the folder. */
  readonly path: string;
}

/** A file or string asset, e.g. a bucket object's source. */
export interface AssetContent {
  readonly kind: "asset";
  readonly text: string;
}

/** What one evaluation of a program yields. */
export interface ResourceGraph {
  readonly project: string;
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly Resource[];
  /** Stack outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
}
