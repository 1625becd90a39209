/** Finds the run that a person means. */
import { isNewerRun } from "../../functions/runs/run-order";
import { CommandError } from "../command-error";
import type { Lake } from "../lake/lake";
import { manifestKeys, readRuns, type Run } from "./run-records";

/** Which run: one by its id, or the newest of a pipeline or date. */
export interface RunChoice {
  /** Id of the run, or a beginning or end of it that no other has. @default the run that started last */
  readonly run?: string;
  readonly pipeline?: string;
  readonly date?: string;
}

/** A run's record and where it is. */
export interface FoundRun {
  readonly run: Run;
  readonly manifest: string;
}

/** Throws {@link CommandError} if no run, or more than one, is meant. */
export async function findRun(choice: RunChoice, { s3, outputs }: Lake): Promise<FoundRun> {
  const keys = [...(await manifestKeys(s3, outputs.assetsBucket))];
  const manifest = chooseManifest(keys, choice);
  const [run] = await readRuns(s3, outputs.assetsBucket, [manifest]);
  if (run) return { run, manifest };
  throw new CommandError(`There is nothing at ${manifest}.`);
}

/** Chooses among keys `pipeline_executions/<pipeline>/<date>/<start>-<run>/manifest.json`: pure. */
export function chooseManifest(keys: readonly string[], { run, pipeline, date }: RunChoice): string {
  const candidates = keys
    .map((key) => {
      const [, ofPipeline = "", ofDate = "", folder = ""] = key.split("/");
      const dash = folder.indexOf("-");
      return { key, pipeline: ofPipeline, date: ofDate, start: folder.slice(0, dash), run: folder.slice(dash + 1) };
    })
    .filter((each) => (pipeline ?? each.pipeline) === each.pipeline && (date ?? each.date) === each.date);
  const within = [pipeline && `of ${pipeline}`, date && `for ${date}`]
    .filter(Boolean)
    .map((text) => ` ${text}`)
    .join("");
  if (run === undefined) {
    const newest = [...candidates].sort((a, b) =>
      a.start === b.start ? (isNewerRun(a.run, b.run) ? -1 : 1) : a.start < b.start ? 1 : -1,
    )[0];
    if (newest) return newest.key;
    throw new CommandError(`There is no run${within} yet.`);
  }
  const wanted = run.toLowerCase();
  const exact = candidates.filter((each) => each.run === wanted);
  const matches =
    exact.length > 0 ? exact : candidates.filter((each) => each.run.startsWith(wanted) || each.run.endsWith(wanted));
  const [first, ...more] = matches;
  if (first && more.length === 0) return first.key;
  if (!first) throw new CommandError(`There is no run ${run}${within}; \`tributary status\` shows the runs.`);
  const some = matches.slice(0, 5).map((each) => `${each.run} (${each.pipeline} ${each.date})`);
  throw new CommandError(
    `${matches.length} runs are called ${run}${within}: ${some.join(", ")}${matches.length > 5 ? " …" : ""}.`,
  );
}
