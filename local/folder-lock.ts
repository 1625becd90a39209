/**
 * Keeps two runtimes from writing the same state: a file in the folder says which process has it open, and where it serves.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const owner = z.object({
  pid: z.number().int(),
  endpoint: z.string(),
  /** When the process began, in the kernel's words: a later process may get the same number. */
  began: z.string().optional(),
});

/** The process that has a folder open. */
export type FolderOwner = Pick<z.infer<typeof owner>, "pid" | "endpoint">;

/** The live process that has `folder` open; undefined if there is none, or only the file of one that is gone. */
export function folderOwner(folder: string): FolderOwner | undefined {
  const found = read(folder);
  if (!found || !isAlive(found.pid) || found.began !== beginOf(found.pid)) return undefined;
  return { pid: found.pid, endpoint: found.endpoint };
}

/**
 * Takes `folder` for this process, which serves at `endpoint`; returns what gives it back.
 * Throws an error that names the other process if it is taken.
 */
export function lockFolder(folder: string, endpoint: string): () => void {
  mkdirSync(folder, { recursive: true });
  const taken = folderOwner(folder);
  if (taken) throw new Error(inUse(folder, taken));
  rmSync(pathIn(folder), { force: true });
  try {
    const content = { pid: process.pid, endpoint, began: beginOf(process.pid) } satisfies z.infer<typeof owner>;
    writeFileSync(pathIn(folder), JSON.stringify(content), { flag: "wx" });
  } catch (error) {
    const other = folderOwner(folder);
    if (other) throw new Error(inUse(folder, other));
    throw error;
  }
  return () => rmSync(pathIn(folder), { force: true });
}

function inUse(folder: string, { pid, endpoint }: FolderOwner): string {
  return `${folder} is in use: process ${pid} serves it at ${endpoint}. Use that endpoint, or end the process first.`;
}

function pathIn(folder: string): string {
  return join(folder, "runtime.json");
}

function read(folder: string): z.infer<typeof owner> | undefined {
  try {
    return owner.safeParse(JSON.parse(readFileSync(pathIn(folder), "utf8"))).data;
  } catch {
    // No file, or one that a crash left half written: nobody serves the folder.
    return undefined;
  }
}

/** Whether a process is there and at work: one that has ended keeps its number until its parent takes notice. */
export function isAlive(pid: number): boolean {
  if (["Z", "X"].includes(statOf(pid)?.[0] ?? "")) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function beginOf(pid: number): string | undefined {
  return statOf(pid)?.[19];
}

/**
 * The fields of `/proc/<pid>/stat` after the process's name, which may hold spaces: its state comes first, when it began is
 * the twentieth; undefined outside Linux.
 */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
