/**
 * Measures things beside each other: A B C, A B C, …, so that what else the machine does meets all of them alike.
 */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { version as duckdbVersion } from "@duckdb/node-api";

/** Something to measure; what it answers is kept of its last run. */
export interface Case<Result> {
  readonly name: string;
  readonly run: () => Promise<Result>;
}

/** What came of a case. */
export interface Measured<Result> {
  readonly name: string;
  /** Median over all rounds. */
  readonly milliseconds: number;
  readonly result: Result;
}

/** Milliseconds of the clock on the wall. */
const wall = (): number => performance.now();

/** Milliseconds of processors that this process has used: what others do changes them little. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs all cases once to warm up, then in rounds. @param clock milliseconds since whenever */
export async function interleaved<Result>(
  cases: readonly Case<Result>[],
  rounds: number,
  clock: () => number = wall,
): Promise<Measured<Result>[]> {
  const times = cases.map((): number[] => []);
  const results: Result[] = [];
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { run }] of cases.entries()) {
      const begun = clock();
      results[index] = await run();
      if (round >= 0) times[index].push(clock() - begun);
    }
  }
  return cases.map(({ name }, index) => ({ name, milliseconds: median(times[index]), result: results[index] }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How many others wait for a processor, over the last minute. */
export function load(): string {
  return loadavg()[0].toFixed(1);
}

/** The machine and the versions that figures are of. */
export function machine(): string {
  const [{ model }] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: __dirname, encoding: "utf8" }).trim();
  return `${cpus().length} cores (${model.trim()}), ${memory}, Node.js ${process.versions.node}, DuckDB ${duckdbVersion()}, commit ${commit}`;
}

/** A table in Markdown, its columns aligned. */
export function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) => Math.max(3, name.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(header), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

export const inMilliseconds = (value: number): string => `${Math.round(value).toLocaleString("en")} ms`;
export const inSeconds = (value: number): string => `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
export const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const ratio = (value: number, of: number): string => `${(value / of).toFixed(2)} ×`;
