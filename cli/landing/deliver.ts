/** Lands files and control files, waits until the lake has done all that follows, and says what came of it. */
import { readAnnouncement } from "../../functions/arrival/announcement";
import { registrationOf, tellingKeys } from "../../functions/arrival/registered-files";
import { incomingFolder, type PipelineDefinition } from "../../functions/runs/pipeline";
import type { JournalEntry } from "../../local/journal";
import { announceAgain, awaited, isAnnounced, isComplete, readDateInputs, type DateInputs } from "../runs/date-inputs";
import { readDefinitions } from "../lake/definitions";
import { land, type Landing } from "./landing";
import type { Lake } from "../lake/lake";
import type { Progress } from "../presentation/progress";
import { failureLines, manifestKeys, readRuns, type Run } from "../runs/run-records";
import { showRuns } from "../presentation/run-progress";
import { unanswered, untilSettled, type Expected } from "../runs/await-runs";

/** What came of a delivery. */
export interface Outcome {
  /** All runs that it caused, in the order in which they started. */
  readonly runs: readonly Run[];
  /** A sentence for each thing that went wrong; none if all is well. */
  readonly failures: readonly string[];
  /** A sentence for each date that starts nothing yet, with what it waits for. */
  readonly waiting: readonly string[];
}

/** A date of a pipeline that registers landed files. */
interface Landed {
  readonly definition: PipelineDefinition;
  readonly date: string;
  readonly files: readonly string[];
  readonly before: DateInputs;
}

/** Carries out a landing plan; each run is shown as a step while it lasts. */
export async function deliver(lake: Lake, plan: readonly Landing[], progress: Progress): Promise<Outcome> {
  const { landingBucket, assetsBucket } = lake.outputs;
  const definitions = await readDefinitions(lake);
  const known = await manifestKeys(lake.s3, assetsBucket);
  const announced = plan.filter((landing) => "control" in landing).map(({ key }) => expectedOf(key));
  const landed = await landedDates(plan, definitions, lake);
  const crashes: Crash[] = [];
  const stops = lake.runtime
    ? [
        showRuns(lake.runtime.journal, progress),
        lake.runtime.journal.listen((entry) => crashes.push(...crashOf(entry))),
      ]
    : [];
  let expected: readonly Expected[];
  let waiting: string[];
  try {
    const changed = await land(lake.s3, landingBucket, plan);
    ({ expected, waiting } = await startDates(landed, changed, announced, lake));
    if (lake.runtime) await lake.runtime.whenIdle();
    else await progress.during("Wait for the runs", () => untilSettled(lake, definitions, expected, known));
  } finally {
    for (const stop of stops) stop();
  }
  const fresh = [...(await manifestKeys(lake.s3, assetsBucket))].filter((key) => !known.has(key));
  const runs = await readRuns(lake.s3, assetsBucket, fresh);
  const told = failureLines(runs);
  const failures = [
    ...told,
    ...unanswered(expected, runs).map(({ pipeline, date }) => `${pipeline} ${date} started no run.`),
  ];
  // A crash that a retry made good is no failure; one that explains a failure is worth reading.
  const more = crashes.filter(({ message }) => !told.some((line) => line.includes(message)));
  const explained = failures.length > 0 ? [...failures, ...more.map(({ line }) => line)] : failures;
  return { runs, failures: explained, waiting };
}

/** The date of a control file: `incoming/<source>/<date>/<pipeline>.done`. */
function expectedOf(key: string): Expected {
  const [, , date = "", file = ""] = key.split("/");
  return { pipeline: file.replace(/\.done$/, ""), date };
}

async function landedDates(
  plan: readonly Landing[],
  definitions: readonly PipelineDefinition[],
  lake: Lake,
): Promise<Landed[]> {
  const files = plan.filter((landing) => "file" in landing).map(({ key }) => key);
  const dates = [...new Set(files.map((key) => key.split("/")[2] ?? ""))];
  const found: Landed[] = [];
  for (const definition of definitions) {
    for (const date of dates) {
      const folder = incomingFolder(definition.source, date);
      const tells = tellingKeys(definition, date);
      const registered = (key: string): boolean =>
        key.startsWith(folder) && registrationOf(definition.incoming, key.slice(folder.length)) !== undefined;
      const own = files.filter((key) => registered(key) || tells.includes(key));
      if (own.length === 0) continue;
      found.push({ definition, date, files: own, before: await readDateInputs(definition, date, lake) });
    }
  }
  return found;
}

/**
 * Says which dates are to run now. The watcher announces what is new; what was announced before is announced again here, for
 * landing a file is asking for a run.
 */
async function startDates(
  landed: readonly Landed[],
  changed: ReadonlySet<string>,
  announced: readonly Expected[],
  lake: Lake,
): Promise<{ expected: Expected[]; waiting: string[] }> {
  const expected = [...announced];
  const waiting: string[] = [];
  for (const { definition, date, files, before } of landed) {
    const { pipeline } = definition;
    if (announced.some((each) => each.pipeline === pipeline && each.date === date)) continue;
    const inputs = await readDateInputs(definition, date, lake);
    if (!isComplete(inputs)) {
      waiting.push(...awaited(inputs).map((what) => `${pipeline} ${date} waits for ${what}.`));
      continue;
    }
    // The new runs of the pipelines before it are going to start it.
    const follows = definition.after.some((upstream) =>
      landed.some((other) => other.definition.pipeline === upstream && other.date === date),
    );
    if (follows) continue;
    expected.push({ pipeline, date });
    const unchanged = isAnnounced(before) && !files.some((key) => changed.has(key));
    const unsaid = before.control !== undefined && !readAnnouncement(before.control.text);
    if (unchanged || unsaid) await announceAgain(definition, date, lake, { ...inputs, control: before.control });
  }
  return { expected, waiting };
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
