/** Tells, while a runtime serves, of what other clients set going: runs as they happen, and what went wrong with them. */
import type { Lake } from "./lake";
import type { Progress } from "./progress";
import { showRuns } from "./run-progress";
import { failureLines, manifestKeys, readRuns } from "./runs";
import type { Runtime } from "../local/runtime";

/** Watches until the returned function is called. `tell` gets a sentence for each run that failed or was rejected. */
export async function watchRuns(
  lake: Lake & { readonly runtime: Runtime },
  progress: Progress,
  tell: (sentence: string) => void,
): Promise<() => void> {
  const { runtime, s3, outputs } = lake;
  const known = await manifestKeys(s3, outputs.assetsBucket);
  let looking = false;
  const look = async (): Promise<void> => {
    await runtime.whenIdle();
    looking = false;
    const fresh = [...(await manifestKeys(s3, outputs.assetsBucket))].filter((key) => !known.has(key));
    for (const key of fresh) known.add(key);
    for (const line of failureLines(await readRuns(s3, outputs.assetsBucket, fresh))) tell(line);
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
