/** `tributary diff`: what a change of the program does to its tables, on sample data and on this machine. */
import { join } from "node:path";
import { RIGHT_DATE, WRONG_DATE } from "../sample/acceptance";
import { CommandError } from "../command-error";
import type { DiffFormat } from "../diff/arguments";
import { compareSides, type LakeDifference } from "../diff/compare";
import { writeDifference, writeFailure } from "../diff/formats";
import { makeSample } from "../diff/sample";
import { withScratch, type Scratch, type Version } from "../diff/scratch";
import { evaluateVersion, runSample } from "../diff/side";
import type { Session } from "../session";
import { ProgramError } from "../../local/evaluate";
import type { ResourceGraph } from "../../local/graph";

/** How to compare. */
export interface DiffOptions {
  readonly format: DiffFormat;
  /** Rows of the sample for each state. */
  readonly rows: number;
  /** Leaves worktrees and the lakes of both sides where they are, and says where. */
  readonly keep: boolean;
}

/**
 * Compares two versions of the program, each a branch, tag or commit, or `.` for the files as they are.
 *
 * @throws CommandError if a version is not there or does not evaluate
 */
export async function diff(session: Session, base: string, head: string, options: DiffOptions): Promise<void> {
  const { project, print, look, warn } = session;
  const { format, rows, keep } = options;
  try {
    const difference = await withScratch(project, keep, async (scratch) => {
      if (keep) warn(`Worktrees and lakes are kept in ${scratch.folder}; \`git worktree prune\` forgets removed ones.`);
      return differenceOf(session, scratch, [base, head], rows);
    });
    print(writeDifference(difference, { rows, dates: [WRONG_DATE, RIGHT_DATE] }, format, look));
  } catch (error) {
    if (error instanceof CommandError && format !== "table") print(writeFailure(error.message, format));
    throw error;
  }
}

async function differenceOf(
  { project, progress }: Session,
  scratch: Scratch,
  [base, head]: readonly [base: string, head: string],
  rows: number,
): Promise<LakeDifference> {
  const sides = [scratch.version(base, "base"), scratch.version(head, "head")] as const;
  for (const side of sides) {
    await scratch.installPackages(side, (work) => progress.during(`Install the packages of ${side.label}`, work));
  }
  const sample = await progress.during("Make the sample", () => makeSample(join(scratch.folder, "sample"), rows));
  const graphs = await progress.during("Evaluate both programs", () =>
    both((at) => evaluate(sides[at], project.stack, scratch)),
  );
  const results = await both((at) => runSample(sides[at], graphs[at], scratch.stateOf(sides[at]), sample, progress));
  return progress.during("Compare", () => compareSides(...results));
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
