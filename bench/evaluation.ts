/** Measures how the evaluation of a program grows with its pipelines. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inSeconds, interleaved, load, markdown } from "./measure";
import { writeManyPipelines } from "./many-pipelines";
import { node, project } from "./processes";

/** The page's section. */
export async function evaluationSection(counts: readonly number[], rounds: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const begun = load();
  try {
    const cases = counts.map((count) => {
      const program = mkdtempSync(join(folder, "program-"));
      writeManyPipelines(program, count);
      const evaluate = join(project, "bench", "evaluate.ts");
      const register = join(project, "local", "evaluate", "register-typescript.js");
      const run = async () => {
        const { stdout, stderr } = await node(["-r", register, evaluate, program, join(folder, "archives")]);
        return { resources: Number(stdout), kibibytes: Number(/^peak (\d+) KiB$/m.exec(stderr)?.[1]) };
      };
      return { name: String(count), run };
    });
    const measured = await interleaved(cases, rounds);
    const [{ milliseconds: least }] = measured;
    const rows = measured.map(({ name, milliseconds, result: { resources, kibibytes } }) => [
      name,
      resources.toLocaleString("en"),
      inSeconds(milliseconds),
      Number(name) > 1 ? `${Math.round((milliseconds - least) / (Number(name) - 1))} ms` : "",
      `${Math.round(kibibytes / 1024).toLocaleString("en")} MiB`,
    ]);
    return `A landing table, a step and two audits each, from the start of a process to the whole graph of resources, without running
anything; handlers are serialized before. Median of ${rounds}; load ${begun} at first, ${load()} at the end.

${markdown(["pipelines", "resources", "time", "each further", "memory"], rows)}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
