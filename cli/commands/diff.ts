/** `tributary diff`: what a change of the program does to its tables, on sample data and on this machine. */
import { join } from "node:path";
import { CommandError } from "../command-error";
import type { DiffFormat } from "../diff/arguments";
import type { DiffedSample } from "../diff/formats";
import type { Delivery } from "../landing/arguments";
import { requireFiles } from "../landing/landing";
import { readLakeOutputs } from "../lake/outputs";
import { badRuns, compareSides, type LakeDifference } from "../diff/compare";
import { writeDifference, writeFailure } from "../diff/formats";
import { makeSample, ownSample, requireRegistered } from "../diff/sample";
import { withScratch, type Scratch, type Version } from "../diff/scratch";
import { evaluateVersion, runSample } from "../diff/played-version";
import type { Session } from "../session";
import { ProgramError } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";

/** How to compare. */
export interface DiffOptions {
  readonly format: DiffFormat;
  /** Rows of the sample for each state. */
  readonly rows: number;
  /** Files to run on, instead of generated ones of the emissions lake. */
  readonly land: readonly Delivery[];
  /** Leaves worktrees and the lakes of both sides where they are, and says where. */
  readonly keep: boolean;
}

/**
 * Compares two versions of the program, each a branch, tag or commit, or `.` for the files as they are.
 *
 * @throws CommandError if a version is not there or does not evaluate, and, after the difference, if a run failed on a side
 */
export async function diff(session: Session, base: string, head: string, options: DiffOptions): Promise<void> {
  const { project, print, look, warn } = session;
  const { format, keep } = options;
  await requireFiles(options.land);
  try {
    const difference = await withScratch(project, keep, async (scratch) => {
      if (keep) warn(`Worktrees and lakes are kept in ${scratch.folder}; \`git worktree prune\` forgets removed ones.`);
      return differenceOf(session, scratch, [base, head], options);
    });
    print(writeDifference(difference, format, look));
    const failed = badRuns(difference);
    if (failed.length > 0) throw new FailedRuns(failed.join("\n"));
  } catch (error) {
    if (error instanceof CommandError && !(error instanceof FailedRuns) && format !== "table")
      print(writeFailure(error.message, format));
    throw error;
  }
}

/** Runs failed: the difference has been told all the same. */
class FailedRuns extends CommandError {}

async function differenceOf(
  { project, progress }: Session,
  scratch: Scratch,
  [base, head]: readonly [base: string, head: string],
  { rows, land }: Pick<DiffOptions, "rows" | "land">,
): Promise<LakeDifference & DiffedSample> {
  const sides = [scratch.version(base, "base"), scratch.version(head, "head")] as const;
  for (const side of sides) {
    await scratch.installPackages(side, (work) => progress.during(`Install the packages of ${side.label}`, work));
  }
  const own = land.length > 0;
  const sample = own
    ? ownSample(land)
    : await progress.during("Make the sample", () => makeSample(join(scratch.folder, "sample"), rows));
  const graphs = await progress.during("Evaluate both programs", () =>
    both((at) => evaluate(sides[at], project.stack, scratch)),
  );
  for (const at of [0, 1] as const)
    requireRegistered(sample, sides[at].label, readLakeOutputs(graphs[at].outputs), own);
  const results = await both((at) => runSample(sides[at], graphs[at], scratch.stateOf(sides[at]), sample, progress));
  const difference = await progress.during("Compare", () => compareSides(...results));
  return { ...difference, described: sample.described, dates: sample.dates.map(({ date }) => date) };
}

/** Evaluates a version; what is wrong with it is told with its name. */
async function evaluate(version: Version, stack: string, scratch: Scratch): Promise<ResourceGraph> {
  try {
    return await evaluateVersion(version, stack, scratch.stateOf(version));
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new CommandError(`${version.label}: ${error.message}`, { cause: error });
  }
}

/** Does the same for both sides at once, and lets both end: what one of them throws is told with what the other throws. */
async function both<T>(work: (at: 0 | 1) => Promise<T>): Promise<readonly [base: T, head: T]> {
  const [base, head] = await Promise.allSettled([work(0), work(1)]);
  if (base.status === "fulfilled" && head.status === "fulfilled") return [base.value, head.value];
  const errors = [base, head].flatMap((side): unknown[] => (side.status === "rejected" ? [side.reason] : []));
  const other = errors.find((error) => !(error instanceof CommandError));
  if (other !== undefined) throw other;
  throw new CommandError(errors.map((error) => (error as Error).message).join("\n\n"));
}
