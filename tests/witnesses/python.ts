/** Python with the packages of a requirements.txt, in an environment of its own outside of the project. */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** The folder of commands of the environment with a file's packages; undefined where there is no Python to make it with. Minutes the first time. */
export async function pythonEnvironment(requirements: string): Promise<string | undefined> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tributary", "witnesses");
  const version = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(cache, version);
  const commands = join(folder, "bin");
  if (existsSync(folder)) return commands;
  const run = promisify(execFile);
  const scratch = `${folder}.${process.pid}`;
  const began = performance.now();
  mkdirSync(cache, { recursive: true });
  try {
    await run("python3", ["-m", "venv", scratch]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    // By module, not by command: a command holds the path of the environment, which is moved once it is whole.
    await run(join(scratch, "bin", "python"), ["-m", "pip", "install", "--quiet", "-r", requirements], {
      maxBuffer: 64 * 1024 * 1024,
    });
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
  process.stdout.write(`    installed in ${Math.round((performance.now() - began) / 1000)} s\n`);
  return commands;
}

/** The environment, for a `before` hook. Where it cannot be had the suite is skipped, and says why. */
export async function requirePython(context: Mocha.Context, requirements: string): Promise<string> {
  const commands = await pythonEnvironment(requirements);
  if (commands) return commands;
  process.stdout.write(
    "\n    SKIPPED: there is no python3 with venv here. Install Python 3.10 or newer to run this suite.\n\n",
  );
  return context.skip();
}

/** Runs Python in the environment with a text to read; returns what it prints. Throws what it says if it fails. */
export function python(
  commands: string,
  args: readonly string[],
  input = "",
  accept: readonly number[] = [0],
): Promise<string> {
  const child = spawn(join(commands, "python"), args, { stdio: ["pipe", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  child.stderr.on("data", (part: Buffer) => (errors += part.toString()));
  child.stdin.end(input);
  return new Promise((settle, fail) => {
    child.once("error", fail);
    child.once("close", (code) =>
      accept.includes(code ?? -1)
        ? settle(output)
        : fail(new Error(`python ${args.join(" ")} ended with ${code}: ${errors}`)),
    );
  });
}

// `npm run slow:cloud` begins with this: two test files would install the same at the same time.
if (require.main === module) void pythonEnvironment(resolve(process.argv[2]));
