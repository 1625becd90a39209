/**
 * `npm run conformance -- --stage <name>` plays the scenario on a stage's lake on AWS, `--target local` on this machine: the same
 * calls, whose answers are compared with those that this machine gave when they were recorded (`--record`).
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Progress } from "../../cli/presentation/progress";
import { differences, type Answer, type Answers } from "./answers";
import { cleanUp, isUsed } from "./cleanup";
import { atMost, mostDollars } from "./cost";
import { makeFiles } from "./files";
import { chapters, type Scene } from "./scenario";
import { openLocalTarget, openStageTarget, type Target } from "./target";

const baseline = join(__dirname, "baseline.json");

const usage = "npm run conformance -- --stage <name> [--yes] | --target local [--record]";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stage: { type: "string" },
      target: { type: "string" },
      record: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
    },
  });
  const local = values.target === "local";
  if (local === (values.stage !== undefined) || (values.target !== undefined && !local)) {
    console.error(usage);
    return 2;
  }
  if (values.stage !== undefined && !values.yes) {
    console.error(
      `This runs ${atMost.runs} runs at most on the stage ${values.stage}, which costs less than $${mostDollars().toFixed(2)}, takes about ` +
        "twenty minutes and removes what it made. Say --yes to begin.",
    );
    return 2;
  }
  const began = performance.now();
  const progress = new Progress();
  const target =
    values.stage === undefined ? await openLocalTarget(progress) : await openStageTarget(values.stage, progress);
  try {
    const found = await play(target, progress);
    console.log(
      `${Object.keys(found).length} chapters on ${target.name} in ${Math.round((performance.now() - began) / 1000)} s`,
    );
    return values.record ? record(found) : report(target, found);
  } finally {
    progress.close();
    await target.close();
  }
}

/** Plays all chapters, and cleans up whatever happened. */
async function play({ lake, name }: Target, progress: Progress): Promise<Record<string, Answer>> {
  if (await isUsed(lake)) {
    throw new Error(
      `The lake of ${name} has data: the scenario is for a stage of its own, and removes all that is there.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "tributary-conformance-files-"));
  const found: Record<string, Answer> = {};
  try {
    const scene: Scene = { lake, files: await makeFiles(folder), progress, runs: [] };
    for (const { title, play: playChapter } of chapters) found[title] = await playChapter(scene);
    if (scene.runs.length > atMost.runs)
      throw new Error(`${scene.runs.length} runs are more than were told beforehand.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await cleanUp(lake);
  }
  if (await isUsed(lake)) throw new Error(`Something is left in the lake of ${name}.`);
  return found;
}

function record(found: Answers): number {
  writeFileSync(baseline, `${JSON.stringify(found, null, 2)}\n`);
  console.log(`Recorded in ${baseline}`);
  return 0;
}

/** Writes what differs from the recorded answers. Answers the exit code: 0 only if nothing does. */
function report({ name }: Target, found: Answers): number {
  if (!existsSync(baseline)) throw new Error(`${baseline} is not there: record it with --target local --record.`);
  const expected = JSON.parse(readFileSync(baseline, "utf8")) as Answers;
  const differing = differences(expected, found);
  const file = `conformance-${new Date().toISOString().slice(0, 10)}.json`;
  writeFileSync(file, `${JSON.stringify({ target: name, differences: differing, answers: found }, null, 2)}\n`);
  for (const { question, expected: here, found: there } of differing) {
    console.log(`${question}\n  recorded: ${JSON.stringify(here)}\n  answered: ${JSON.stringify(there)}`);
  }
  console.log(`${differing.length} answers differ; all of them are in ${file}`);
  return differing.length === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
