/**
 * Kills the runtime of state machines at random moments (`npm run slow:crashes`, TRIBUTARY_KILLS times, 200) and starts it
 * again, until its execution ends; compares the end with that of a run that was not killed. Ends with 1 if any differs.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Queues } from "../../local/messaging/queues";

/** The longest a process lives before it is killed, in milliseconds after it is ready: a whole run takes about half of that. */
const LONGEST = 800;

/** Most kills of one execution. */
const MOST = 4;

interface Run {
  readonly kills: number;
  readonly end: End;
}

/** What must be the same however often a run was killed. */
interface End {
  readonly main: {
    readonly status: string;
    readonly output?: string;
    readonly error?: string;
    readonly cause?: string;
  };
  /** Statuses of all executions. */
  readonly statuses: readonly string[];
  /** What the function did, each once. */
  readonly effects: readonly string[];
  /** What is wrong with histories and with what was told of executions. */
  readonly faults: readonly string[];
}

/** Runs the process until it is idle, or for `milliseconds` after it is ready; returns whether it was killed. */
function live(folder: string, milliseconds: number | undefined): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ["--require", require.resolve("../../local/evaluate/register-typescript"), join(__dirname, "world.ts"), folder],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  return new Promise((resolve, reject) => {
    let said = "";
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (milliseconds !== undefined && said.includes("ready"))
        timer ??= setTimeout(() => child.kill("SIGKILL"), milliseconds);
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      if (signal === "SIGKILL") resolve(true);
      else if (code === 0 && said.includes("idle")) resolve(false);
      else reject(new Error(`The process ended with ${code ?? signal} and said ${JSON.stringify(said)}.`));
    });
  });
}

async function run(mostKills: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "crashes-"));
  try {
    let kills = 0;
    while (await live(folder, kills < mostKills ? Math.random() * LONGEST : undefined)) kills += 1;
    return { kills, end: endIn(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Kept {
  readonly executionArn: string;
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

function endIn(folder: string): End {
  const faults: string[] = [];
  const executions: Kept[] = [];
  const told = toldIn(folder);
  for (const machine of ["main", "child"]) {
    const at = join(folder, "states", "executions", machine);
    for (const file of readdirSync(at).filter((name) => name.endsWith(".json"))) {
      const kept = JSON.parse(readFileSync(join(at, file), "utf8")) as Kept;
      executions.push(kept);
      for (const status of ["RUNNING", kept.status])
        if (!told.has(`${kept.executionArn} ${status}`)) faults.push(`${machine}: ${status} was not told.`);
      faults.push(...historyFaults(readFileSync(join(at, file.replace(".json", ".history.jsonl")), "utf8")));
    }
  }
  const { status, output, error, cause } = executions[0] ?? { status: "none" };
  const effects = readFileSync(join(folder, "effects.jsonl"), "utf8").trim().split("\n");
  return {
    main: { status, output, error, cause },
    statuses: [...new Set(executions.map((execution) => execution.status))],
    effects: [...new Set(effects)].sort(),
    faults,
  };
}

function toldIn(folder: string): Set<string> {
  const queues = new Queues(join(folder, "sqs"), { account: "123456789012", region: "us-east-1" });
  const bodies = queues.get("changes").messages.map(({ body }) => JSON.parse(body) as { detail: Kept });
  return new Set(bodies.map(({ detail }) => `${detail.executionArn} ${detail.status}`));
}

/** Ids follow one another, events link back, and there is one end, the last event. */
function historyFaults(text: string): string[] {
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: number; previousEventId: number; type: string });
  const faults = events.filter((event, index) => event.id !== index + 1 || event.previousEventId >= event.id);
  const ends = events.filter(({ type }) => /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(type));
  return [
    ...faults.map(({ id, type }) => `event ${id} ${type} is out of order`),
    ...(ends.length === 1 && ends[0] === events.at(-1)
      ? []
      : [`${ends.length} ends: ${JSON.stringify(events.at(-1))}`]),
  ];
}

async function main(): Promise<void> {
  const wanted = Number(process.env.TRIBUTARY_KILLS ?? 200);
  const start = Date.now();
  const { end: whole } = await run(0);
  if (whole.main.status !== "SUCCEEDED" || whole.faults.length > 0)
    throw new Error(`A run that is not killed does not succeed: ${JSON.stringify(whole)}`);
  let kills = 0;
  let runs = 0;
  let different = 0;
  while (kills < wanted) {
    const killed = await run(Math.min(MOST, wanted - kills));
    runs += 1;
    kills += killed.kills;
    if (isDeepStrictEqual(killed.end, whole)) continue;
    different += 1;
    console.log(`different after ${killed.kills} kills: ${JSON.stringify(killed.end)}`);
  }
  const seconds = ((Date.now() - start) / 1_000).toFixed(0);
  console.log(
    `${kills} kills in ${runs} runs: ${runs - different} ended as the run that was not killed, ${different} did not (${seconds} s)`,
  );
  if (different > 0) process.exitCode = 1;
}

void main();
