/** Tells, while a runtime serves, of what other clients set going: runs as they happen, and what went wrong with them. */
import type { Lake } from "../lake/lake";
import type { Progress } from "./progress";
import { showRuns } from "./run-progress";
import { failureLines, isRunning, manifestKeys, readRuns } from "../runs/run-records";
import type { Runtime } from "../../local/runtime";

/** Watches until the returned function is called. `tell` gets a sentence for each run that failed or was rejected. */
export async function watchRuns(
  lake: Lake & { readonly runtime: Runtime },
  progress: Progress,
  tell: (sentence: string) => void,
): Promise<() => void> {
  const { runtime, s3, outputs } = lake;
  const known = await manifestKeys(s3, outputs.assetsBucket).catch((error: Error) => {
    // Pulumi has deployed nothing yet: nothing has run.
    if (error.name === "NoSuchBucket") return new Set<string>();
    throw error;
  });
  let looking = false;
  const look = async (): Promise<void> => {
    await runtime.whenIdle();
    looking = false;
    for (const key of await manifestKeys(s3, outputs.assetsBucket)) {
      if (known.has(key)) continue;
      const [run] = await readRuns(s3, outputs.assetsBucket, [key]);
      // What still runs is looked at again.
      if (!run || isRunning(run)) continue;
      known.add(key);
      for (const line of failureLines([run])) tell(line);
    }
  };
  const stopShowing = showRuns(runtime.journal, progress);
  const stopListening = runtime.journal.listen(({ kind }) => {
    if (looking || kind !== "event-delivered") return;
    looking = true;
    look().catch((error: Error) => tell(`The run records cannot be read: ${error.message}`));
  });
  return () => {
    stopShowing();
    stopListening();
  };
}
