/** The folder that a diff works in: versions of the project, the state of their runtimes, the sample. */
import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CommandError } from "../command-error";
import type { Project } from "../lake/project";
import type { Step } from "../presentation/progress";

/** A version of the project, in a folder where its program can be evaluated. */
export interface Version {
  /** What the person called it, and which commit that is. @example `main (1a2b3c4)` */
  readonly label: string;
  readonly folder: string;
  /** Which side it is: names its folders. */
  readonly side: "base" | "head";
}

/** What stands for the files as they are, committed or not. */
const WORKING_TREE = ".";

/** Signals that end a command. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Gives `work` a scratch folder and removes it afterwards with the worktrees in it: when the work is done, when it fails, and
 * when the command is interrupted. `keep` leaves all of it.
 */
export async function withScratch<T>(
  project: Pick<Project, "folder">,
  keep: boolean,
  work: (scratch: Scratch) => Promise<T>,
): Promise<T> {
  const scratch = new Scratch(project.folder);
  const stops = Object.entries(SIGNALS).map(([signal, code]) => {
    const stop = (): never => {
      scratch.dispose();
      process.exit(code);
    };
    process.once(signal, stop);
    return () => process.off(signal, stop);
  });
  try {
    return await work(scratch);
  } finally {
    for (const stop of stops) stop();
    if (!keep) scratch.dispose();
  }
}

/** A temporary folder whose worktrees git knows of. */
export class Scratch {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "tributary-diff-")));
  private readonly worktrees: string[] = [];
  private readonly stopping = new AbortController();

  /** @param project folder of the project whose versions are wanted */
  constructor(private readonly project: string) {}

  /**
   * The project as it is at `ref`, a branch, tag or commit, or `.` for the files as they are.
   *
   * @throws CommandError if there is no such version, or no project in it
   */
  version(ref: string, side: Version["side"]): Version {
    if (ref === WORKING_TREE) return { label: "working tree", folder: this.project, side };
    let commit: string;
    try {
      commit = this.git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
    } catch (error) {
      const reason = (error as { stderr?: string }).stderr?.trim();
      throw new CommandError(
        `There is no version '${ref}' to compare: ${reason || "git knows no such branch, tag or commit (a shallow clone has the newest only)"}.`,
      );
    }
    const worktree = join(this.folder, side);
    this.worktrees.push(worktree);
    // Hooks are the person's own, for the folder where they work.
    this.git("-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", worktree, commit);
    const folder = join(worktree, this.git("rev-parse", "--show-prefix"));
    if (!existsSync(join(folder, "Pulumi.yaml"))) {
      throw new CommandError(`Version '${ref}' has no Pulumi.yaml where this project has its own.`);
    }
    const short = commit.slice(0, 7);
    return { label: commit.startsWith(ref) ? short : `${ref} (${short})`, folder, side };
  }

  /** Folder for the lake of a version. */
  stateOf({ side }: Version): string {
    return join(this.folder, `${side}-lake`);
  }

  /**
   * Gives a version its packages: those installed in the project if its package-lock.json is the same, otherwise its own.
   *
   * @throws CommandError with npm's words if they can't be installed
   */
  async installPackages({ folder }: Version, installing: (work: (step: Step) => Promise<void>) => Promise<void>) {
    if (folder === this.project) return;
    const installed = installedPackages(this.project);
    const lock = (project: string): string | undefined => {
      const file = join(project, "package-lock.json");
      return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    };
    if (installed !== undefined && lock(folder) === lock(this.project)) {
      linkTree(installed, join(folder, "node_modules"));
      return;
    }
    await installing((step) => this.npmCi(folder, step));
  }

  /** Removes everything. Synchronous: it is also called when the process is about to end. */
  dispose(): void {
    this.stopping.abort();
    for (const worktree of this.worktrees.splice(0)) {
      try {
        this.git("worktree", "remove", "--force", worktree);
      } catch {
        // It was not added, or something still writes to it: the folder goes below, git's record of it with the next prune.
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private git(...args: string[]): string {
    return execFileSync("git", ["-C", this.project, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  }

  private npmCi(folder: string, step: Step): Promise<void> {
    return new Promise((settle, fail) => {
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      const child = spawn(npm, ["ci", "--no-audit", "--no-fund", "--no-progress"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
        signal: this.stopping.signal,
      });
      let said = "";
      const hear = (text: Buffer): void => {
        said = `${said}${text.toString()}`.slice(-2000);
        step.at(said.trimEnd().split("\n").pop() ?? "");
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("error", fail);
      child.once("exit", (code) => {
        if (code === 0) settle();
        else fail(new CommandError(`npm ci failed in this version:\n${said.trim()}`));
      });
    });
  }
}

/**
 * Makes a folder with the same files, as hard links. A symbolic link to the folder would not do: Pulumi packs a function's packages
 * with what they depend on only where they are folders of the program's own.
 */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // What tools keep for the folder that they work in.
    if (entry.name === ".cache") continue;
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkFile(source, target);
  }
}

function linkFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system, or one without links.
    copyFileSync(from, to);
  }
}

/** The packages that Node.js finds from a folder. */
function installedPackages(folder: string): string | undefined {
  const here = join(folder, "node_modules");
  if (existsSync(here)) return here;
  return dirname(folder) === folder ? undefined : installedPackages(dirname(folder));
}
