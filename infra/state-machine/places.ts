/** Where a run writes. */
import type { StepPlan } from "./plan";

/** JSONata of where a run writes data of a table. */
export function runFolder({ root, partitioned }: Pick<StepPlan, "root" | "partitioned">): string {
  return partitioned ? `'${root}exec_date=' & $run.exec_date & '/' & $run.run & '/'` : `'${root}' & $run.run & '/'`;
}

/** The partition that a run writes of a table. */
export function runPartition(partitioned: boolean): Record<string, string> {
  return partitioned ? { exec_date: "{% $run.exec_date %}" } : {};
}
