/** Queues for rules to deliver to, and rules on them. */
import { arn, ComputeBench } from "../lambda/compute-bench";

export const machine = arn("states", "stateMachine:daily");
/** Takes what S3 tells of the bucket `landing`. */
export const pattern = JSON.stringify({ source: ["aws.s3"], detail: { bucket: { name: ["landing"] } } });

/** A bench with the queues `one`, `two` and `dead`. */
export function benchWithQueues(): ComputeBench {
  const bench = new ComputeBench();
  for (const name of ["one", "two", "dead"]) bench.queues.putQueue({ name });
  return bench;
}

/** Targets of a rule, and its name: `marker` by default. */
export type Rule = [targets: Parameters<ComputeBench["bus"]["putTargets"]>[0]["Targets"], name?: string];

/** Puts a rule on {@link pattern} with its targets. */
export function putRule({ bus }: ComputeBench, ...[Targets, Name = "marker"]: Rule): void {
  bus.putRule({ Name, EventPattern: pattern });
  bus.putTargets({ Rule: Name, Targets });
}
