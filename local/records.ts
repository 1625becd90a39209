/**
 * Many small records of a local service that outlive the process: one file of lines, to which each change adds one. What
 * changes seldom is a `Document`.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

/** What is now known of a key, or that it is gone. */
export type Change<T> = readonly [key: string, value: T] | readonly [key: string];

const line = z.union([z.tuple([z.string(), z.unknown()]), z.tuple([z.string()])]);

/** Lines of the file that say nothing any more, beyond which it is written anew. */
const SUPERSEDED_LINES = 1000;

/** Values by key, kept in a file. Reading is free; every change is on disk when its call returns. */
export class Records<T> {
  private readonly values = new Map<string, T>();
  private lines = 0;

  /** Opens `path`; `read` checks each value that an earlier process left there. */
  constructor(
    private readonly path: string,
    read: (stored: unknown) => T,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    for (const text of wholeLines(path)) {
      const [key, ...values] = line.parse(JSON.parse(text));
      if (values.length > 0) this.values.set(key, read(values[0]));
      else this.values.delete(key);
      this.lines += 1;
    }
  }

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  keys(): Iterable<string> {
    return this.values.keys();
  }

  entries(): Iterable<[string, T]> {
    return this.values.entries();
  }

  /** Sets what is known of a key. */
  set(key: string, value: T): void {
    this.change([[key, value]]);
  }

  /** Forgets a key. */
  delete(key: string): void {
    if (this.values.has(key)) this.change([[key]]);
  }

  /** Sets keys, or, where a value is absent, forgets them, one after the other with one write. */
  change(changes: readonly Change<T>[]): void {
    for (const [key, ...values] of changes) {
      if (values.length > 0) this.values.set(key, values[0] as T);
      else this.values.delete(key);
    }
    this.lines += changes.length;
    if (this.lines > 2 * this.values.size + SUPERSEDED_LINES) this.rewrite();
    else appendFileSync(this.path, changes.map(lineOf).join(""));
  }

  /** Leaves out what is superseded. The file is renamed into place, so a crash leaves the old one or the new one. */
  private rewrite(): void {
    const scratch = `${this.path}.${process.pid}.tmp`;
    writeFileSync(scratch, [...this.values].map(lineOf).join(""));
    renameSync(scratch, this.path);
    this.lines = this.values.size;
  }
}

function lineOf(change: Change<unknown>): string {
  return `${JSON.stringify(change)}\n`;
}

/** The lines of a file. A last one that a crash cut off is taken away: its change was never acknowledged. */
function wholeLines(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole.split("\n").slice(0, -1);
}
