/** The lake that the scenario talks to: a stage's on AWS, or one that this process serves. What follows knows no difference. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lakeOf, type Lake } from "../../cli/lake/lake";
import { deployLake, openLake } from "../../cli/lake/open-lake";
import { findProject } from "../../cli/lake/project";
import type { Progress } from "../../cli/presentation/progress";

/** A lake with the means to end what was opened for it. */
export interface Target {
  /** E.g. `stage sandbox`. */
  readonly name: string;
  readonly lake: Lake;
  close(): Promise<void>;
}

/** Opens a stage's lake. */
export async function openStageTarget(stage: string, progress: Progress): Promise<Target> {
  const lake = await openLake(findProject({ stage }), progress);
  return { name: `stage ${stage}`, lake, close: () => lake.close() };
}

/** Deploys the program to a runtime of this process, and talks to it through its port, as to AWS. */
export async function openLocalTarget(progress: Progress): Promise<Target> {
  const state = mkdtempSync(join(tmpdir(), "tributary-conformance-"));
  const { outputs, place, clients, runtime } = await deployLake(findProject({ state }), progress);
  const lake = lakeOf(outputs, place, clients);
  const close = async (): Promise<void> => {
    await lake.close();
    await runtime.whenIdle();
    await runtime.close();
    rmSync(state, { recursive: true, force: true });
  };
  return { name: "this machine", lake, close };
}
