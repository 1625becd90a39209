/**
 * Measures what docs/performance.md says, and writes the page. It takes a quarter of an hour and wants a quiet machine.
 *
 * @example npm run bench
 * @example npm run bench -- --only audit --rounds 5
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { auditSection } from "./audit";
import { commandsSection, functionsSection } from "./commands";
import { evaluationSection } from "./evaluation";
import { load, machine } from "./measure";
import { project, tributary } from "./processes";
import { trinoSection } from "./trino";
import { writePage } from "./page";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      rounds: { type: "string", default: "3" },
      pipelines: { type: "string", default: "1,10,50,100" },
    },
  });
  const rounds = Number(values.rounds);
  const folder = mkdtempSync(join(tmpdir(), "bench-lake-"));
  try {
    const sections: Record<string, () => Promise<string>> = {
      audit: () => auditSection(rounds),
      evaluation: () => evaluationSection(values.pipelines.split(",").map(Number), rounds),
      commands: async () => {
        await tributary("--state", folder, "start");
        return commandsSection(folder, rounds);
      },
      functions: () => Promise.resolve(functionsSection(folder)),
      trino: () => trinoSection(rounds),
    };
    // Trino needs Java, and is asked only when it is wanted.
    const wanted = values.only ?? Object.keys(sections).filter((name) => name !== "trino");
    const unknown = wanted.find((name) => !(name in sections));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: expected ${Object.keys(sections).join(", ")}`);
    const measured: Record<string, string> = {};
    for (const name of wanted) {
      process.stderr.write(`${name} (load ${load()})\n`);
      measured[name] = await sections[name]();
      process.stderr.write(`${measured[name]}\n\n`);
    }
    const page = join(project, "docs", "performance.md");
    writeFileSync(page, writePage(page, measured, machine()));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
