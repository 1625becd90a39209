/** What a lake's program says of itself: the stack outputs that the commands go by. */
import { z } from "zod";
import { CommandError } from "../command-error";

const pipeline = z.object({
  name: z.string(),
  /** Folder below `incoming/` where its files arrive. */
  source: z.string(),
  /** Registered file prefixes. */
  incoming: z.array(z.string()).default([]),
  /** Names below a date's folder of the objects that say when parts are complete. */
  markers: z.array(z.string()).default([]),
  /** Pipelines that must be complete before this one starts. */
  after: z.array(z.string()).default([]),
  /** Who writes its control files: the lake's watcher when all files are there, or whoever delivers them. */
  announcedBy: z.enum(["watcher", "source"]).default("watcher"),
  /** Name of its state machine. */
  stateMachine: z.string(),
});
export type PipelineOutput = z.infer<typeof pipeline>;

const lakeOutputs = z.object({
  landingBucket: z.string(),
  assetsBucket: z.string(),
  workgroup: z.string(),
  pipelines: z.array(pipeline),
});
export type LakeOutputs = z.infer<typeof lakeOutputs>;

/** Reads stack outputs. Throws {@link CommandError} that lists what is missing. */
export function readLakeOutputs(outputs: unknown): LakeOutputs {
  const read = lakeOutputs.safeParse(outputs);
  if (read.success) return read.data;
  throw new CommandError(`The program's stack outputs don't describe a lake:\n${z.prettifyError(read.error)}`);
}
