/**
 * The deployed functions on Lambda's own version of Node.js: they are deployed for `nodejs24.x`, and the machine's may be another.
 * Node 24 comes from npm, once, into a cache outside of the project. Run by `npm run slow:node24`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

const house = resolve(__dirname, "..", "..");

/** Tests that run functions from their serialized archives: the process that runs them is Node 24, and so are its functions. */
const tests = [
  "tests/local/lambda/lambda.test.ts",
  "tests/audit/closure.test.ts",
  "tests/scenarios/acceptance.test.ts",
];

/** Path of Node 24, installed if it is not there. */
function node24(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tributary", "node24");
  const binary = join(cache, "node_modules", "node", "bin", "node");
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const installed = spawnSync("npm", ["install", "--prefix", cache, "--no-save", "node@24"], { stdio: "inherit" });
  if (installed.status !== 0 || !existsSync(binary)) throw new Error("npm could not install node@24.");
  return binary;
}

const began = performance.now();
const node = node24();
const version = spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
console.log(`The functions' archives on Node.js ${version}`);
const mocha = join(house, "node_modules", "mocha", "bin", "mocha.js");
const { status } = spawnSync(node, [mocha, "--no-parallel", ...tests], { cwd: house, stdio: "inherit" });
console.log(`Node.js ${version}: ${Math.round((performance.now() - began) / 1000)} s`);
process.exitCode = status ?? 1;
