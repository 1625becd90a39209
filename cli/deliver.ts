/** Lands files and control files, waits until the lake has done all that follows, and says what came of it. */
import type { JournalEntry } from "../local/journal";
import { land, type Landing } from "./landing";
import type { Lake } from "./lake";
import type { Progress } from "./progress";
import { failureLines, manifestKeys, readRuns, type Run } from "./runs";
import { showRuns } from "./run-progress";
import { answers, untilSettled } from "./settled";

/** What came of a delivery. */
export interface Outcome {
  /** All runs that it caused, in the order in which they started. */
  readonly runs: readonly Run[];
  /** A sentence for each thing that went wrong; none if all is well. */
  readonly failures: readonly string[];
}

/** Carries out a landing plan; each run is shown as a step while it lasts. */
export async function deliver(lake: Lake, plan: readonly Landing[], progress: Progress): Promise<Outcome> {
  const { landingBucket, assetsBucket } = lake.outputs;
  const controls = plan.filter((landing) => "control" in landing).map(({ key }) => key);
  const known = await manifestKeys(lake.s3, assetsBucket);
  const crashes: Crash[] = [];
  const stops = lake.runtime
    ? [
        showRuns(lake.runtime.journal, progress),
        lake.runtime.journal.listen((entry) => crashes.push(...crashOf(entry))),
      ]
    : [];
  try {
    await land(lake.s3, landingBucket, plan);
    if (lake.runtime) await lake.runtime.whenIdle();
    else await progress.during("Wait for the runs", () => untilSettled(lake, controls, known));
  } finally {
    for (const stop of stops) stop();
  }
  const fresh = [...(await manifestKeys(lake.s3, assetsBucket))].filter((key) => !known.has(key));
  const runs = await readRuns(lake.s3, assetsBucket, fresh);
  const unanswered = controls
    .filter((control) => !fresh.some((manifest) => answers(manifest, control)))
    .map((control) => `${control} started no run and was not rejected either.`);
  const told = failureLines(runs);
  const failures = [...told, ...unanswered];
  // A crash that a retry made good is no failure; one that explains a failure is worth reading.
  const more = crashes.filter(({ message }) => !told.some((line) => line.includes(message)));
  return { runs, failures: failures.length > 0 ? [...failures, ...more.map(({ line }) => line)] : failures };
}

/** What went wrong outside of a run, or may have been made good within one. */
interface Crash {
  readonly message: string;
  readonly line: string;
}

function crashOf(entry: JournalEntry): Crash[] {
  if (entry.kind === "event-dropped") {
    const { rule, target, reason } = entry;
    return [{ message: reason, line: `An event of ${rule} for ${target} was dropped: ${reason}` }];
  }
  if (entry.kind === "function-failed") {
    const { functionName, error, message } = entry;
    return [{ message, line: `${functionName} failed: ${error}: ${message}` }];
  }
  return [];
}
