/**
 * The real `pulumi` command and its Node.js language host, built from their Go modules once per version and kept outside of the
 * project.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** What is built: the command, the folder of the module that pins it, and the package it is in. */
const PROGRAMS = [
  {
    name: "pulumi",
    module: join(__dirname, "go", "cli"),
    requires: "github.com/pulumi/pulumi/pkg/v3",
    command: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  },
  {
    name: "pulumi-language-nodejs",
    module: join(__dirname, "go", "language-nodejs"),
    requires: "github.com/pulumi/pulumi/sdk/v3",
    command: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
] as const;

/** Where the version of a program stands, for `pulumi version`. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The command, ready to run. */
export interface PulumiCli {
  /** Folder of both programs, for `PATH`. */
  readonly folder: string;
  /** E.g. `v3.245.0`. */
  readonly version: string;
}

/**
 * Builds what is not there yet: minutes the first time. Throws what `go` says if it fails; undefined if Go is not installed and
 * nothing was built before.
 */
export async function pulumiCli(): Promise<PulumiCli | undefined> {
  const go = findGo();
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tributary", "pulumi");
  const versions = PROGRAMS.map(versionOf);
  const folder = join(cache, versions.join("-"));
  mkdirSync(folder, { recursive: true });
  for (const [index, program] of PROGRAMS.entries()) {
    const target = join(folder, program.name);
    if (existsSync(target)) continue;
    if (!go) return undefined;
    const began = performance.now();
    process.stdout.write(`    building ${program.name} ${versions[index]} from its Go module\n`);
    const scratch = `${target}.${process.pid}`;
    const flags = ["-ldflags", `-s -w -X ${VERSION_VARIABLE}=${versions[index]}`];
    await promisify(execFile)(go, ["build", ...flags, "-o", scratch, program.command], {
      cwd: program.module,
      maxBuffer: 64 * 1024 * 1024,
    });
    renameSync(scratch, target);
    process.stdout.write(`    built in ${Math.round((performance.now() - began) / 1000)} s\n`);
  }
  return { folder, version: versions[0] ?? "" };
}

function versionOf({ module, requires }: (typeof PROGRAMS)[number]): string {
  const manifest = readFileSync(join(module, "go.mod"), "utf8");
  const version = manifest
    .split("\n")
    .find((line) => line.trim().startsWith(`${requires} `))
    ?.trim()
    .split(" ")[1];
  if (!version) throw new Error(`${module}/go.mod does not require ${requires}.`);
  return version;
}

/** The Go command: on the path, or where its installer puts it. */
function findGo(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/go/bin"];
  return folders.map((folder) => join(folder, "go")).find((path) => existsSync(path));
}

// `npm run slow:pulumi` begins with this: two test files would build the same at the same time.
if (require.main === module) void pulumiCli();
