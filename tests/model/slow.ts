/**
 * The slow suite: `npm run slow:model` plays TRIBUTARY_SCHEDULES schedules (10,000) in as many processes as there are cores and
 * prints what they came to. TRIBUTARY_SEED plays those of an earlier run again. Ends with 1 if any showed a fault.
 */
import { fork } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describeTally, sum, type Campaign, type Tally } from "./campaign";
import { evaluateModel } from "./lake";
import { scratchFolder } from "./scratch";

/** Schedules that one process plays before another takes its place: a failure does not end the others. */
const share = 250;

/** Nine of ten go without protocols, one in a hundred has functions in processes of their own. */
function planOf(index: number, count: number, seed: number): Campaign {
  const functions = index % 100 === 99 ? "processes" : index % 10 === 9 ? "sdk" : "direct";
  const own = functions === "processes" ? Math.min(count, 25) : count;
  return { count: own, seed: seed + index, longest: index % 5 === 4 ? 12 : 4, functions, readEvery: 4, lakes: 3 };
}

function playShare(graph: string, plan: Campaign): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "worker.ts"), [graph, JSON.stringify(plan)], {
      execArgv: ["--require", require.resolve("../../local/evaluate/register-typescript")],
    });
    let tally: Tally | undefined;
    child.once("message", (message) => (tally = message as Tally));
    child.once("exit", (code) => {
      if (tally) resolve(tally);
      else reject(new Error(`The process of ${JSON.stringify(plan)} ended with ${code}.`));
    });
  });
}

async function main(): Promise<void> {
  const total = Number(process.env.TRIBUTARY_SCHEDULES ?? 10_000);
  const seed = Number(process.env.TRIBUTARY_SEED ?? Date.now() % 1_000_000);
  const folder = scratchFolder();
  const begin = performance.now();
  try {
    const graph = join(folder, "graph.json");
    writeFileSync(graph, JSON.stringify(await evaluateModel(folder)));
    const plans: Campaign[] = [];
    for (let left = total; left > 0; left -= plans[plans.length - 1].count) {
      plans.push(planOf(plans.length, Math.min(share, left), seed));
    }
    const tallies: Tally[] = [];
    const next = async (): Promise<void> => {
      for (let plan = plans.shift(); plan; plan = plans.shift()) {
        tallies.push(await playShare(graph, plan));
        const { schedules } = tallies.reduce(sum);
        const minutes = (performance.now() - begin) / 60_000;
        console.error(`${schedules} of ${total} schedules after ${minutes.toFixed(1)} minutes`);
        const failure = tallies[tallies.length - 1].failure;
        if (failure !== undefined) console.error(failure);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, next));
    const tally = tallies.reduce(sum);
    console.log(`${describeTally(tally)}\n${((performance.now() - begin) / 60_000).toFixed(1)} minutes, seed ${seed}`);
    if (tally.failure !== undefined) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
