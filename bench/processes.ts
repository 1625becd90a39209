/** Runs programs as a user does: processes of their own. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

export const project = resolve(__dirname, "..");

/** Runs Node.js; what it printed, from both streams. Throws if it fails. */
export async function node(args: readonly string[], cwd = project): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, args, { cwd, maxBuffer: 2 ** 28 });
}

/** One of our commands. */
export const tributary = (...args: string[]) => node(["cli/tributary.js", ...args]);
