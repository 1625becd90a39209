"use strict";
/**
 * Loads TypeScript as Pulumi's own loader does (ts-node, without checking types), and compiles each file once: what ts-node made
 * of it is kept under the project's node_modules/.cache, by what it was made from. `node --require` this file; it is plain
 * JavaScript, because it is what loads the rest. TypeScript itself is loaded for a file that is new only.
 */
const { createHash, randomUUID } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join, resolve, sep } = require("node:path");
const sourceMaps = require("@cspotcode/source-map-support");

const project = process.env.TS_NODE_PROJECT ?? nearest("tsconfig.json", process.cwd());
const cache = cacheFolder();
// What V8 makes of all modules, those of packages too, is kept as well, where Node.js can do that (since 22.1).
if (cache) require("node:module").enableCompileCache?.(join(dirname(cache), "node-compiled"));
/** What a compiled file depends on, beside its own text and place. */
const compiler = JSON.stringify([process.version, version("ts-node"), version("typescript"), settings(project)]);
let service;

// Stacks speak of the files as they are written. The hook reads the source map at the end of each compiled text.
sourceMaps.install({ environment: "node", handleUncaughtExceptions: false, hookRequire: true });
const loadJavaScript = require.extensions[".js"];
require.extensions[".ts"] = (module, path) => {
  // As ts-node: packages are published compiled.
  if (path.includes(`${sep}node_modules${sep}`)) return loadJavaScript(module, path);
  module._compile(compiled(path), path);
};

function compiled(path) {
  const source = readFileSync(path, "utf8");
  if (!cache) return compile(source, path);
  const key = createHash("sha256")
    .update(JSON.stringify([compiler, path, source]))
    .digest("hex");
  const kept = join(cache, `${key}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    const text = compile(source, path);
    keep(kept, text);
    return text;
  }
}

function compile(source, path) {
  service ??= require("ts-node").create({ transpileOnly: true, ...(project ? { project } : { skipProject: true }) });
  return service.compile(source, path);
}

/** Several processes may write the same file: each moves its own into place. Where nothing can be written, nothing is kept. */
function keep(path, text) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const own = `${path}.${randomUUID()}`;
    writeFileSync(own, text);
    renameSync(own, path);
  } catch {
    // A folder that is read only or full costs time, no more.
  }
}

function cacheFolder() {
  const modules = nearest("node_modules", project ? dirname(project) : process.cwd());
  return modules && join(modules, ".cache", "tributary-compiled");
}

/** The texts of a tsconfig.json and of the files it extends, as far as they are the project's own. */
function settings(path) {
  if (!path || !existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  const base = /"extends"\s*:\s*"(\.[^"]+)"/.exec(text)?.[1];
  return [text, ...(base ? settings(resolve(dirname(path), base.endsWith(".json") ? base : `${base}.json`)) : [])];
}

function version(name) {
  return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;
}

function nearest(name, folder) {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : nearest(name, dirname(folder));
}
