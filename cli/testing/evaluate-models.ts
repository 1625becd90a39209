/** The models of a project, from evaluating its program as a preview does. */
import { join } from "node:path";
import { evaluateProgram } from "../../local/evaluate";
import type { Project } from "../lake/project";
import { lakeModels, type LakeModels } from "./program";

/** Throws ProgramError for a program with mistakes, and CommandError for one without a lake. */
export async function evaluateModels({
  folder,
  stack,
  state,
}: Pick<Project, "folder" | "stack" | "state">): Promise<LakeModels[]> {
  const graph = await evaluateProgram({ program: folder, stack, archives: join(state, "archives"), preview: true });
  return lakeModels(graph, folder);
}
