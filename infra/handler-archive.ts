/**
 * The archive that a handler's function is deployed with: the inline closure as Pulumi serializes it, and the packages that it
 * requires. Serializing all handlers takes a quarter of a minute of a processor, so what came of it is kept in the program's
 * node_modules/.cache, by everything that it was made from.
 */
import { createHash, randomUUID, type Hash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** The parts of a handler that its archive follows from. */
export interface HandlerCode {
  /** Builds clients once per process and returns the function that Lambda calls. */
  readonly factory: () => (event: unknown) => Promise<unknown>;
  /** Packages that it requires beside the AWS SDK, which the Lambda runtime has. */
  readonly packages: readonly string[];
}

/** Lambda's name of what an archive exports: file and function. */
export const archiveEntry = "__index.handler";

/** What an archive holds: the text of the closure, and paths of files and folders, relative to the program. */
const parts = z.object({ text: z.string(), paths: z.array(z.string()) });
type Parts = z.infer<typeof parts>;

/** The rooms of this package whose modules handlers use. */
export const OWN_MODULES = ["functions", "audit", "athena-sql"];
const PACKAGE = join(__dirname, "..");
/** Whether this package is a dependency of the program, not the program itself. */
const INSTALLED = __dirname.split(sep).includes("node_modules");

const archives = new Map<HandlerCode, Promise<pulumi.asset.AssetArchive>>();

/** The archive of a handler: made once, however many functions have it. Throws what Pulumi says of closures that it cannot serialize. */
export function handlerArchive(handler: HandlerCode): Promise<pulumi.asset.AssetArchive> {
  const present = archives.get(handler);
  if (present) return present;
  const archive = keptOrMade(handler).then(assetsOf);
  archives.set(handler, archive);
  return archive;
}

function assetsOf({ text, paths }: Parts): pulumi.asset.AssetArchive {
  const { FileArchive, FileAsset, StringAsset, AssetArchive } = pulumi.asset;
  return new AssetArchive({
    "__index.js": new StringAsset(text),
    ...Object.fromEntries(
      paths.map((path) => [path, statSync(path).isDirectory() ? new FileArchive(path) : new FileAsset(path)]),
    ),
  });
}

async function keptOrMade(handler: HandlerCode): Promise<Parts> {
  const place = placeOf(handler);
  const present = place && readKept(place);
  if (present) return present;
  const made = await make(handler);
  if (place) keep(place, made);
  return made;
}

async function make(handler: HandlerCode): Promise<Parts> {
  const [{ text }, codePaths] = await Promise.all([
    pulumi.runtime.serializeFunction(handler.factory, { exportName: "handler", isFactoryFunction: true }),
    pulumi.runtime.computeCodePaths(contents(handler)),
  ]);
  return { text, paths: [...codePaths.keys()] };
}

/**
 * The packages that a handler needs, of all that the program depends on. Pulumi refers to a module in node_modules by its path,
 * so where this package is installed, its own modules come along as files.
 */
function contents({ packages }: HandlerCode): pulumi.runtime.CodePathOptions {
  const { dependencies = {} } = JSON.parse(readFileSync(join(process.cwd(), "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  return {
    extraExcludePackages: [...Object.keys(dependencies).filter((name) => !packages.includes(name)), "aws-sdk"],
    ...(INSTALLED && {
      extraIncludePackages: [...packages],
      extraIncludePaths: OWN_MODULES.map((folder) => relative("", join(PACKAGE, folder))),
    }),
  };
}

/** Where an archive's parts are kept, if they are. */
function placeOf({ factory, packages }: HandlerCode): string | undefined {
  keeping ??= lookUpKeeping();
  if (keeping === "nowhere") return undefined;
  const key = createHash("sha256").update(JSON.stringify([keeping.madeFrom, String(factory), packages]));
  return join(keeping.folder, `${key.digest("hex")}.json`);
}

/** Where the archives of a program are kept, and what all of them are made from. */
type Keeping = { readonly folder: string; readonly madeFrom: string } | "nowhere";

/** Looked up once: a process has one program. */
let keeping: Keeping | undefined;

/** Only a lock file says which versions of Pulumi and of packages there are: without one nothing is kept. */
function lookUpKeeping(): Keeping {
  const modules = nearest("node_modules");
  const lock = ["node_modules/.package-lock.json", "pnpm-lock.yaml", "yarn.lock"]
    .map((name) => nearest(name))
    .find(Boolean);
  if (!modules || !lock) return "nowhere";
  // Programs may share their packages by a link, which decides what these are called in an archive.
  const toPackages = relative(realpathSync(""), realpathSync(modules));
  const hash = createHash("sha256").update(JSON.stringify([process.version, relative("", PACKAGE), toPackages]));
  hash.update(readFileSync(lock)).update(readFileSync(join(process.cwd(), "package.json")));
  hashOwnCode(hash);
  return { folder: join(modules, ".cache", "tributary-closures"), madeFrom: hash.digest("hex") };
}

/** All that handlers can capture: the files as they are written, and what their exported functions were compiled to. */
function hashOwnCode(hash: Hash): void {
  for (const folder of OWN_MODULES) {
    const files = readdirSync(join(PACKAGE, folder), { recursive: true, encoding: "utf8" }).sort();
    for (const file of files) {
      const path = join(PACKAGE, folder, file);
      if (!/\.[jt]s$/.test(file)) continue;
      hash.update(`${join(folder, file)}\0`).update(readFileSync(path));
      const loaded = require.cache[path]?.exports as Record<string, unknown> | undefined;
      for (const value of Object.values(loaded ?? {})) if (typeof value === "function") hash.update(String(value));
    }
  }
}

function readKept(path: string): Parts | undefined {
  try {
    const found = parts.parse(JSON.parse(readFileSync(path, "utf8")));
    return found.paths.every((part) => existsSync(part)) ? found : undefined;
  } catch {
    // Not there, or cut off: it is made again.
    return undefined;
  }
}

/** Several processes may write the same file: each moves its own into place. Where nothing can be written, nothing is kept. */
function keep(path: string, made: Parts): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const own = `${path}.${randomUUID()}`;
    writeFileSync(own, JSON.stringify(made));
    renameSync(own, path);
  } catch {
    // A folder that is read only or full costs time, no more.
  }
}

/** The path of a file or folder in the program's folder, or in the nearest above it. */
function nearest(name: string, folder = resolve("")): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : nearest(name, dirname(folder));
}
