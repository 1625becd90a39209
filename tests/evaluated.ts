/**
 * The program's own stages, evaluated once for all test files, though these run in several processes. Mocha loads this file
 * first and finds its fixtures by their names.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { evaluateProgram } from "../local/evaluate";
import type { ResourceGraph } from "../local/graph";

/** Stages that the program has on AWS. */
export type Stage = "dev" | "prod";

const FOLDER = "TRIBUTARY_TESTS_FOLDER";
const graphs = new Map<string, Promise<ResourceGraph>>();

/** Before all test files, in the process that starts the others. */
export function mochaGlobalSetup(): void {
  process.env[FOLDER] = mkdtempSync(join(tmpdir(), "tributary-tests-"));
}

/** After all test files. */
export function mochaGlobalTeardown(): void {
  rmSync(sharedFolder(), { recursive: true, force: true });
}

/** A folder that lasts as long as the test run. */
export function sharedFolder(): string {
  const folder = process.env[FOLDER];
  if (!folder)
    throw new Error(`${FOLDER} is not set: these tests run under mocha, with the configuration of .mocharc.js.`);
  return folder;
}

/** What a stage of the program creates. `preview`: nothing that AWS would compute is known. */
export function evaluated(stack: Stage, { preview = false } = {}): Promise<ResourceGraph> {
  const name = `${stack}${preview ? "-preview" : ""}`;
  const present = graphs.get(name);
  if (present) return present;
  const graph = readOrEvaluate(stack, preview, join(sharedFolder(), `${name}.json`));
  graphs.set(name, graph);
  return graph;
}

async function readOrEvaluate(stack: Stage, preview: boolean, path: string): Promise<ResourceGraph> {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ResourceGraph;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const archives = join(sharedFolder(), "archives");
  const graph = await evaluateProgram({ program: resolve(__dirname, ".."), stack, archives, preview });
  // Two processes may get here at once: both write the same, and each moves its own file into place.
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(graph));
  renameSync(own, path);
  return graph;
}
