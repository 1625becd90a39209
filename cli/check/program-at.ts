/** The program as it was at a commit: a copy of its files in a folder of its own. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CommandError } from "../command-error";

const run = promisify(execFile);

/**
 * Writes the files of the project in `folder` as they were at `ref` into a folder below `state`, with the packages that are
 * installed now, calls `work` with it and removes it.
 *
 * @throws CommandError if there is no such commit, or no repository
 */
export async function atCommit<T>(
  { folder, state }: { readonly folder: string; readonly state: string },
  ref: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const git = async (...args: string[]): Promise<string> => {
    try {
      return (await run("git", ["-C", folder, ...args])).stdout.trim();
    } catch (error) {
      const reason = (error as { stderr?: string }).stderr?.trim() ?? String(error);
      throw new CommandError(`There is no version '${ref}' to compare with: ${reason || "git does not know it"}.`);
    }
  };
  const commit = await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  mkdirSync(state, { recursive: true });
  const copy = mkdtempSync(join(state, "against-"));
  try {
    const archive = join(copy, "program.tar");
    await git("archive", "--format=tar", `--output=${archive}`, commit);
    await run("tar", ["-xf", archive, "-C", copy]);
    rmSync(archive);
    const packages = installedPackages(folder);
    if (packages !== undefined) symlinkSync(packages, join(copy, "node_modules"), "dir");
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function installedPackages(folder: string): string | undefined {
  const here = join(folder, "node_modules");
  if (existsSync(here)) return here;
  return dirname(folder) === folder ? undefined : installedPackages(dirname(folder));
}
