/**
 * A real Trino from Maven's artifacts, in a process of its own. The classes are fetched once, minutes the first time.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const SERVER = join(__dirname, "server");

/** A server, for a `before` hook. Where it cannot be had the suite is skipped, and says why. */
export async function requireTrino(context: Mocha.Context): Promise<TrinoServer> {
  const missing = await missingForTrino();
  if (missing === undefined) return TrinoServer.start();
  process.stdout.write(`\n    SKIPPED: ${missing}\n\n`);
  return context.skip();
}

/** Undefined if everything is here; else what has to be installed. */
export async function missingForTrino(): Promise<string | undefined> {
  for (const command of ["mvn", "javac"]) {
    const found = await run(command, [command === "mvn" ? "-version" : "--version"]).catch(() => undefined);
    if (!found) return `there is no ${command} here. Install a JDK of Java 17 and Maven to run this suite.`;
  }
  return undefined;
}

/** A server that runs until it is closed. */
export class TrinoServer {
  private constructor(
    readonly address: string,
    /** Paths of its jars, divided by colons. */
    readonly classpath: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<TrinoServer> {
    const folder = await classes();
    const path = readFileSync(join(folder, "classpath"), "utf8").trim();
    const address = join(folder, `address.${process.pid}`);
    rmSync(address, { force: true });
    const options = ["-Xmx2g", "-Xss4m", "-Djdk.attach.allowAttachSelf=true"];
    options.push("--add-opens=java.base/java.nio=ALL-UNNAMED", "-cp", `${folder}:${path}`, "TrinoServer", address);
    // It ends when its input does: also when this process is killed.
    const child = spawn("java", options, { stdio: ["pipe", "ignore", "ignore"] });
    let ended = false;
    child.once("exit", () => (ended = true));
    while (!existsSync(address) || readFileSync(address, "utf8") === "") {
      if (ended) throw new Error("Trino ended before it served.");
      await setTimeout(200);
    }
    const server = new TrinoServer(readFileSync(address, "utf8").trim(), path, child);
    rmSync(address, { force: true });
    return server;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.stdin?.end();
    await ended;
  }
}

/** Folder with the compiled server and the path of its libraries' classes. */
async function classes(): Promise<string> {
  const sources = ["pom.xml", "TrinoServer.java"].map((file) => join(SERVER, file));
  const version = createHash("sha256");
  for (const file of sources) version.update(readFileSync(file));
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tributary", "witnesses");
  const folder = join(cache, `trino-${version.digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const scratch = `${folder}.${process.pid}`;
  mkdirSync(scratch, { recursive: true });
  try {
    const path = join(scratch, "classpath");
    const build = ["-q", "-B", "-f", sources[0], "dependency:build-classpath", `-Dmdep.outputFile=${path}`];
    await run("mvn", build, { maxBuffer: 64 * 1024 * 1024 });
    await run("javac", ["-d", scratch, "-cp", readFileSync(path, "utf8").trim(), sources[1]]);
    renameSync(scratch, folder);
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
  return folder;
}
