/**
 * How many seconds each test file took, of a processor (its child processes too) and of a clock, the costliest first. Mocha loads
 * it by `npm run test:times` and finds the hooks by their names; hooks of the root run once a file where files run side by side.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { z } from "zod";

const LOG = "TRIBUTARY_TEST_TIMES";
const times = z.object({ file: z.string(), processor: z.number(), clock: z.number() });

/** Seconds of a processor that this process and its ended children have used; on Linux, where the kernel says it. */
function processorSeconds(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // proc(5): utime, stime, cutime and cstime are the fields 14 to 17, in hundredths of a second; the second is a name in parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

let began = { processor: 0, clock: 0 };

export const mochaHooks = {
  beforeAll(): void {
    began = { processor: processorSeconds(), clock: performance.now() };
  },
  afterAll(this: Mocha.Context): void {
    const file = this.test?.parent?.suites[0]?.file ?? "";
    const processor = processorSeconds() - began.processor;
    const clock = (performance.now() - began.clock) / 1000;
    appendFileSync(process.env[LOG]!, `${JSON.stringify({ file: relative("", file), processor, clock })}\n`);
  },
};

export function mochaGlobalSetup(): void {
  process.env[LOG] = join(mkdtempSync(join(tmpdir(), "tributary-times-")), "times.jsonl");
}

export function mochaGlobalTeardown(): void {
  const log = process.env[LOG]!;
  const lines = readFileSync(log, "utf8").trim().split("\n");
  const files = lines.map((line) => times.parse(JSON.parse(line))).sort((a, b) => b.processor - a.processor);
  const row = (what: string, processor: number, clock: number) =>
    console.log(`${processor.toFixed(1).padStart(10)} ${clock.toFixed(1).padStart(10)}  ${what}`);
  console.log(`${"processor".padStart(10)} ${"clock".padStart(10)}  seconds of`);
  for (const { file, processor, clock } of files) row(file, processor, clock);
  const sum = (of: "processor" | "clock") => files.reduce((total, each) => total + each[of], 0);
  row(`all ${files.length} files`, sum("processor"), sum("clock"));
  rmSync(join(log, ".."), { recursive: true, force: true });
}
