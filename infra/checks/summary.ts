/** What a lake makes of what: its tables, models and the lineage of their columns, as data for commands. */
import type { DataCheck } from "../../audit/data-check";
import type { DeclaredPipeline, DeclaredTable } from "./declared";
import { fingerprintsOf } from "./fingerprints";
import type { CheckedModel } from "./queries";

/** A table of a lake. */
export interface TableSummary {
  readonly database: string;
  readonly table: string;
  /** Glue types by name, in order. */
  readonly columns: Readonly<Record<string, string>>;
  readonly partitionKeys: Readonly<Record<string, string>>;
  /** `s3://…/` below which its runs keep their data. */
  readonly root?: string;
  /** CSV file of its rows, if it is a seed. */
  readonly seed?: string;
  /** Columns that tell the rows of a partition apart: the audit's grain, or what a check calls unique. */
  readonly key?: readonly string[];
}

/** A model that makes a table. */
export interface ModelSummary {
  readonly pipeline: string;
  /** Path below the folder of models. */
  readonly model: string;
  readonly table: string;
  /** Values of the pipeline that the model sees under `parameters`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Pipelines of which the model sees the latest date. */
  readonly latest: readonly string[];
  readonly reads: readonly string[];
  /** Tables that the same run writes before: of these the model reads what the run wrote. */
  readonly before: readonly string[];
  /** Changes when what decides the rows changes. */
  readonly rows: string;
  /** Columns that decide the rows, as `table.column`. */
  readonly rowSources: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    /** Changes when the column's expression changes, here or in a common table. */
    readonly expression: string;
    /** Columns that its values come from, as `table.column`. */
    readonly sources: readonly string[];
  }[];
}

/** A lake, for impact and lineage. */
export interface LakeSummary {
  /** Folder of the models, relative to the program's. */
  readonly folder: string;
  readonly tables: readonly TableSummary[];
  readonly models: readonly ModelSummary[];
  /** Tables that take incoming files. */
  readonly landed: readonly string[];
}

/** Summarises what was declared. */
export function lakeSummary(
  folder: string,
  tables: readonly (DeclaredTable & { readonly checks?: readonly DataCheck[] })[],
  pipelines: readonly { readonly pipeline: DeclaredPipeline; readonly models: readonly (CheckedModel | undefined)[] }[],
): LakeSummary {
  return {
    folder,
    tables: tables.map(({ database, tableName: table, columns, partitionKeys, audit, root, seed, checks = [] }) => {
      const unique = checks.flatMap((check) => ("unique" in check ? [check.unique] : []));
      return { database, table, columns, partitionKeys, root, seed, key: audit?.grain ?? unique[0] };
    }),
    models: pipelines.flatMap(({ pipeline, models }) =>
      models.flatMap((model, index): ModelSummary[] => {
        if (!model?.columns) return [];
        const { rows, columns } = fingerprintsOf(model.sql);
        return [
          {
            pipeline: pipeline.pipelineName,
            model: pipeline.steps[index].model,
            table: pipeline.steps[index].into.tableName,
            parameters: pipeline.parameters,
            latest: pipeline.after.filter(({ needs }) => needs === "latest").map(({ pipelineName }) => pipelineName),
            reads: model.reads,
            before: [...pipeline.incoming, ...pipeline.steps.slice(0, index).map(({ into }) => ({ table: into }))].map(
              ({ table }) => table.tableName,
            ),
            rows,
            rowSources: model.rowSources,
            columns: model.columns.map(({ name, sources }, at) => ({
              name,
              sources,
              expression: columns[at]?.print ?? rows,
            })),
          },
        ];
      }),
    ),
    landed: pipelines.flatMap(({ pipeline }) => pipeline.incoming.map(({ table }) => table.tableName)),
  };
}
