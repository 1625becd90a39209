/** `tributary local reset`: forgets a stack's local state: data, catalog and history. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { folderOwner } from "../../local/folder-lock";
import { CommandError, usageError } from "../command-error";
import type { Session } from "../session";

/** What an evaluation, a runtime or its lock leaves: one of them has to be there before a folder is removed. */
const TRACES = ["archives", "deployed.json", "runtime.json"];

/**
 * Removes the state folder, after asking unless `yes`.
 *
 * @throws CommandError while a process serves the stack, if the folder is something else, and if nobody is there to be asked
 */
export async function localReset({ project, print }: Session, { yes }: { readonly yes: boolean }): Promise<void> {
  const running = folderOwner(project.state);
  if (running) {
    throw new CommandError(
      `Process ${running.pid} serves the stack ${project.stack}: end it with \`tributary local down\` before its state is removed.`,
    );
  }
  const found: string[] = await readdir(project.state).catch(() => []);
  if (found.length > 0 && !TRACES.some((name) => found.includes(name))) {
    const content = found.slice(0, 3).map((name) => join(project.state, name));
    throw new CommandError(
      `${project.state} is no runtime's state: it holds ${content.join(", ")}. Nothing was removed.`,
    );
  }
  if (found.length > 0 && !yes && !(await agreed(`Remove the data, catalog and history in ${project.state}?`))) {
    throw new CommandError("Nothing was removed.");
  }
  await rm(project.state, { recursive: true, force: true });
  print(`The local state of the stack ${project.stack} is gone.\n`);
}

/** Asks whoever sits at the terminal. */
async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw usageError(`${question} Nobody is there to be asked: give --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
