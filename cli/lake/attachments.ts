/**
 * Commands that work on a runtime which another command opened. That one serves until they are done: each leaves a file with
 * the number of its process in the folder of the local state for as long as it needs the runtime. Both sides write before they
 * look, so none attaches to a runtime that has begun to close.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../local/folder-lock";

/** Milliseconds between two looks. */
const PAUSE = 50;

/** Says that this process needs the runtime of `state`; the answer takes that back. Nothing is answered if it is closing. */
export function attach(state: string): (() => void) | undefined {
  const file = join(folderOf(state), String(process.pid));
  write(file);
  const detach = (): void => rmSync(file, { force: true });
  if (!isClosing(state)) return detach;
  detach();
  return undefined;
}

/**
 * Resolves when no other process needs the runtime of `state`, and lets none attach from then on. The answer is called when the
 * runtime is closed.
 */
export async function closeDoor(state: string): Promise<() => void> {
  for (;;) {
    write(closingFile(state), String(process.pid));
    const open = (): void => rmSync(closingFile(state), { force: true });
    if (attachedProcesses(state).length === 0) return open;
    open();
    await sleep(PAUSE);
  }
}

/** Processes that need the runtime of `state`. The file of one that is gone says nothing. */
export function attachedProcesses(state: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folderOf(state));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return names.map(Number).filter((pid) => Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid));
}

function isClosing(state: string): boolean {
  try {
    const pid = Number(readFileSync(closingFile(state), "utf8"));
    return pid > 0 && isAlive(pid);
  } catch {
    // No file, or one that is being written or removed at this moment: `closeDoor` looks again.
    return false;
  }
}

function write(file: string, text = ""): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

function folderOf(state: string): string {
  return join(state, "attached");
}

function closingFile(state: string): string {
  return join(folderOf(state), "closing");
}
