/** Many schedules, and what they came to. */
import fc from "fast-check";
import type { ResourceGraph } from "../../local/graph";
import { ModelLake, type Functions } from "./lake";
import { faultsOf, play, type Outcome } from "./play";
import { withoutFunctionLogs } from "./quiet";
import { schedules, type Schedule } from "./schedule";

/** How many schedules, and of which kind. */
export interface Campaign {
  readonly count: number;
  readonly seed: number;
  /** Most steps of a schedule. */
  readonly longest: number;
  readonly functions: Functions;
  /** Every how manieth schedule a reader reads all the time. @default 1 */
  readonly readEvery?: number;
  /** Schedules that are played at the same time, each on a lake of its own. @default 1 */
  readonly lakes?: number;
}

/** What all schedules of a campaign came to. */
export interface Tally {
  readonly schedules: number;
  readonly runs: number;
  /** Faults that happened, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly looks: number;
  readonly redriven: number;
  readonly exhausted: number;
  /** Runs that failed or were stopped, and those of them of which readers saw something. */
  readonly unsuccessful: number;
  readonly shown: number;
  readonly lostRuns: number;
  readonly doubledRows: number;
  readonly tornReads: number;
  /** The first schedule that showed a fault, shrunk, with what was wrong and how to play it again. */
  readonly failure?: string;
}

/** A lake is opened anew after so many schedules: it keeps its executions' histories. */
const schedulesPerLake = 250;

/** Plays schedules until one shows a fault, which is shrunk, or all are played. */
export async function campaign(graph: ResourceGraph, plan: Campaign): Promise<Tally> {
  const { count, seed, lakes = 1 } = plan;
  const restoreLogs = withoutFunctionLogs();
  try {
    const share = Math.ceil(count / lakes);
    const counts = Array.from({ length: lakes }, (_, lake) => Math.max(0, Math.min(share, count - lake * share)));
    const tallies = await Promise.all(
      counts.map((own, lake) => playAll(graph, { ...plan, count: own, seed: seed + lake * 1_000_003 })),
    );
    return tallies.reduce(sum, nothing);
  } finally {
    restoreLogs();
  }
}

const nothing: Tally = {
  schedules: 0,
  runs: 0,
  faults: {},
  looks: 0,
  redriven: 0,
  exhausted: 0,
  unsuccessful: 0,
  shown: 0,
  lostRuns: 0,
  doubledRows: 0,
  tornReads: 0,
};

/** Adds two tallies. */
export function sum(a: Tally, b: Tally): Tally {
  const faults = { ...a.faults };
  for (const [kind, count] of Object.entries(b.faults)) faults[kind] = (faults[kind] ?? 0) + count;
  const add = (member: Exclude<keyof Tally, "faults" | "failure">): number => a[member] + b[member];
  return {
    schedules: add("schedules"),
    runs: add("runs"),
    faults,
    looks: add("looks"),
    redriven: add("redriven"),
    exhausted: add("exhausted"),
    unsuccessful: add("unsuccessful"),
    shown: add("shown"),
    lostRuns: add("lostRuns"),
    doubledRows: add("doubledRows"),
    tornReads: add("tornReads"),
    failure: a.failure ?? b.failure,
  };
}

async function playAll(
  graph: ResourceGraph,
  { count, seed, longest, functions, readEvery = 1 }: Campaign,
): Promise<Tally> {
  let tally = nothing;
  let lake: ModelLake | undefined;
  let onThisLake = 0;
  let played = 0;
  const run = async (schedule: Schedule): Promise<string[]> => {
    if (lake && onThisLake >= schedulesPerLake) {
      await lake.close();
      lake = undefined;
    }
    if (!lake) {
      onThisLake = 0;
      lake = await ModelLake.open(graph, functions);
    }
    onThisLake += 1;
    try {
      const outcome = await play(lake, schedule, { reads: played++ % readEvery === 0 });
      tally = sum(tally, tallyOf(outcome));
      return faultsOf(outcome);
    } catch (error) {
      // What is under way there may never end.
      await lake.close();
      lake = undefined;
      return [(error as Error).stack ?? String(error)];
    }
  };
  const property = fc.asyncProperty(schedules(longest), async (schedule) => {
    const faults = await run(schedule);
    if (faults.length > 0) throw new Error(faults.join("\n"));
  });
  try {
    const result = await fc.check(property, { numRuns: count, seed, interruptAfterTimeLimit: undefined });
    if (!result.failed) return tally;
    return { ...tally, failure: failureText(result, seed) };
  } finally {
    await lake?.close();
  }
}

function failureText(result: fc.RunDetails<[Schedule]>, seed: number): string {
  const { counterexample, counterexamplePath, errorInstance, numShrinks } = result;
  const schedule = JSON.stringify(counterexample?.[0]);
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return `seed ${seed}, path ${counterexamplePath}, shrunk ${numShrinks} times:\n${schedule}\n${why}`;
}

function tallyOf({ faults, runs, redriven, exhausted, unsuccessful, shown, lost, doubled, reading }: Outcome): Tally {
  return {
    schedules: 1,
    runs,
    faults,
    looks: reading.looks,
    redriven,
    exhausted,
    unsuccessful,
    shown: shown.length,
    lostRuns: lost.length,
    doubledRows: doubled,
    tornReads: reading.torn.length,
  };
}

/** A tally as lines for people. */
export function describeTally(tally: Tally): string {
  const { faults, failure, ...counts } = tally;
  const injected = Object.entries(faults)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");
  const lines = [
    `${counts.schedules} schedules, ${counts.runs} runs, ${counts.looks} looks of readers`,
    `faults: ${injected || "none"}`,
    `given up and sent again: ${counts.redriven} events; made again by an operator: ${counts.exhausted} runs`,
    `lost runs ${counts.lostRuns}, doubled rows ${counts.doubledRows}, torn reads ${counts.tornReads}`,
    `failed or stopped runs ${counts.unsuccessful}, of which readers saw something of ${counts.shown}`,
    ...(failure === undefined ? [] : [failure]),
  ];
  return lines.join("\n");
}
