/** The models of a program, without a lake: from evaluating it as a preview does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nearestName } from "../../audit/nearest-name";
import { writtenName } from "../../athena-sql/trino/reserved-words";
import { evaluateProgram } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";
import { renderModel } from "../../functions/runs/render-model";
import { CommandError } from "../command-error";
import { summariesOf, type LakeSummary, type ModelSummary, type TableSummary } from "./lake-summary";
import type { Project } from "./project";
import { templatesIn } from "./templates";

/** A lake of a program with the sources of its models. */
export interface LakeModels {
  readonly summary: LakeSummary;
  readonly templates: Readonly<Record<string, string>>;
  /** Text of the CSV files of seeds, by table. */
  readonly seeds: Readonly<Record<string, string>>;
}

/** A step: a model into a table. */
export interface ModelStep extends LakeModels {
  readonly step: ModelSummary;
  readonly target: TableSummary;
}

/** Evaluates a project's program. Throws ProgramError for one with mistakes, and CommandError for one without a lake. */
export async function evaluateModels({
  folder,
  stack,
  state,
}: Pick<Project, "folder" | "stack" | "state">): Promise<LakeModels[]> {
  const graph = await evaluateProgram({ program: folder, stack, archives: join(state, "archives"), preview: true });
  return lakeModels(graph, folder);
}

/** The lakes of an evaluated program. Throws CommandError if it has none. @param folder of the program */
export function lakeModels(graph: ResourceGraph, folder: string): LakeModels[] {
  const summaries = summariesOf(graph);
  if (summaries.length === 0) throw new CommandError("The program declares no lake.");
  return summaries.map((summary) => ({
    summary,
    templates: Object.fromEntries(templatesIn(join(folder, summary.folder))),
    seeds: Object.fromEntries(
      summary.tables.flatMap(({ table, seed }) =>
        seed === undefined ? [] : [[table, readFileSync(join(folder, seed), "utf8")]],
      ),
    ),
  }));
}

/**
 * The step that has a model.
 *
 * @throws CommandError if there is none, or several and it is not said which
 */
export function stepOf(lakes: readonly LakeModels[], model: string, pipeline?: string): ModelStep {
  const steps = lakes.flatMap((lake) => lake.summary.models.map((step) => ({ ...lake, step })));
  const having = steps.filter(({ step }) => step.model === model);
  const names = having.map(({ step }) => step.pipeline).join(", ");
  if (having.length === 0) {
    const known = [...new Set(steps.map(({ step }) => step.model))];
    const meant = nearestName(model, known);
    const help = meant ? `did you mean ${meant}?` : `there are ${known.join(", ") || "none"}.`;
    throw new CommandError(`No step of the program has the model ${model}; ${help}`);
  }
  const [found, other] = having.filter(({ step }) => pipeline === undefined || step.pipeline === pipeline);
  if (!found)
    throw new CommandError(`The pipeline ${pipeline ?? ""} has no step with ${model}; it is one of ${names}.`);
  if (other) {
    throw new CommandError(
      `Several steps have the model ${model}, in ${names}: name the pipeline${pipeline === undefined ? "" : "; one with two such steps cannot be told apart"}.`,
    );
  }
  return { ...found, target: tableOf(found.summary, found.step.table) };
}

function tableOf({ tables }: LakeSummary, name: string): TableSummary {
  const table = tables.find(({ table: each }) => each === name);
  if (!table) throw new Error(`The summary has no table ${name}.`);
  return table;
}

/** The SQL of a step for a date, as a run renders it. Throws as {@link renderModel}. */
export function renderStep(
  { summary, templates, step }: ModelStep,
  execDate: string,
  parameters: Readonly<Record<string, string>> = step.parameters,
): string {
  const tables = Object.fromEntries(
    summary.tables.map(({ database, table }) => [table, `${database}.${writtenName(table)}`]),
  );
  // Without a lake, the latest date of another pipeline is taken to be the same.
  const latest = Object.fromEntries(step.latest.map((pipeline) => [pipeline, execDate]));
  return renderModel(step.model, templates, { execDate, tables, parameters, latest });
}
