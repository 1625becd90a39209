/** What a lake makes of what: its tables, models and the lineage of their columns, as data for commands. */
import { createHash } from "node:crypto";
import type { DataCheck } from "../../audit/data-check";
import { tokenize, type Token } from "../../athena-sql/trino/tokens";
import type { DeclaredPipeline, DeclaredTable } from "./declared";
import type { CheckedModel } from "./queries";

/** A table of a lake. */
export interface TableSummary {
  readonly database: string;
  readonly table: string;
  /** Glue types by name, in order. */
  readonly columns: Readonly<Record<string, string>>;
  readonly partitionKeys: Readonly<Record<string, string>>;
  /** Columns that tell the rows of a partition apart: the audit's grain, or what a check calls unique. */
  readonly key?: readonly string[];
}

/** A model that makes a table. */
export interface ModelSummary {
  readonly pipeline: string;
  /** Path below the folder of models. */
  readonly model: string;
  readonly table: string;
  readonly reads: readonly string[];
  /** Changes when what decides the rows changes: everything but the columns of the SELECT. */
  readonly rows: string;
  /** Columns that decide the rows, as `table.column`. */
  readonly rowSources: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    /** Changes when the column's expression changes. */
    readonly expression: string;
    /** Columns that its values come from, as `table.column`. */
    readonly sources: readonly string[];
  }[];
}

/** A lake, for impact and lineage. */
export interface LakeSummary {
  readonly tables: readonly TableSummary[];
  readonly models: readonly ModelSummary[];
  /** Tables that take incoming files. */
  readonly landed: readonly string[];
}

/** Summarises what was declared. */
export function lakeSummary(
  tables: readonly (DeclaredTable & { readonly checks?: readonly DataCheck[] })[],
  pipelines: readonly { readonly pipeline: DeclaredPipeline; readonly models: readonly (CheckedModel | undefined)[] }[],
): LakeSummary {
  return {
    tables: tables.map(({ database, tableName: table, columns, partitionKeys, audit, checks = [] }) => {
      const unique = checks.flatMap((check) => ("unique" in check ? [check.unique] : []));
      return { database, table, columns, partitionKeys, key: audit?.grain ?? unique[0] };
    }),
    models: pipelines.flatMap(({ pipeline, models }) =>
      models.flatMap((model, index): ModelSummary[] => {
        if (!model?.columns) return [];
        const { rows, items } = fingerprints(model);
        return [
          {
            pipeline: pipeline.pipelineName,
            model: pipeline.steps[index].model,
            table: pipeline.steps[index].into.tableName,
            reads: model.reads,
            rows,
            rowSources: model.rowSources,
            columns: model.columns.map(({ name, sources }, at) => ({ name, sources, expression: items[at] ?? rows })),
          },
        ];
      }),
    ),
    landed: pipelines.flatMap(({ pipeline }) => pipeline.incoming.map(({ table }) => table.tableName)),
  };
}

/**
 * Fingerprints of a query: of each column of its outermost SELECT, and of the rest. Without comments and white space. If the
 * columns cannot be told apart (`*`, set operations), the rest is everything.
 */
function fingerprints({ sql, query, columns = [] }: CheckedModel): { rows: string; items: readonly string[] } {
  const tokens = tokenize(sql);
  const all = { rows: fingerprint(tokens), items: [] };
  if (query?.body.kind !== "select" || query.body.items.some(({ kind }) => kind === "all")) return all;
  const { line, column } = query.body.at;
  const start = tokens.findIndex(({ at, text }) => at.line === line && at.column === column && /^select$/i.test(text));
  if (start < 0) return all;
  const items: Token[][] = [[]];
  let depth = 0;
  let end = start + 1;
  for (; end < tokens.length && tokens[end].kind !== "end"; end += 1) {
    const token = tokens[end];
    if (token.kind === "symbol") depth += /^[([]$/.test(token.text) ? 1 : /^[)\]]$/.test(token.text) ? -1 : 0;
    if (depth < 0 || (depth === 0 && token.kind === "word" && /^from$/i.test(token.text))) break;
    if (depth === 0 && token.kind === "symbol" && token.text === ",") items.push([]);
    else items[items.length - 1].push(token);
  }
  if (items.length !== columns.length) return all;
  return { rows: fingerprint([...tokens.slice(0, start), ...tokens.slice(end)]), items: items.map(fingerprint) };
}

function fingerprint(tokens: readonly Token[]): string {
  const text = tokens
    .map(({ kind, text: value }) => `${kind} ${kind === "word" ? value.toLowerCase() : value}`)
    .join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
