/** The modules of this repository and what they import, read from their text. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The repository. */
export const house = resolve(__dirname, "..");

/** The top-level folders that hold code. */
const folders = readdirSync(house, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$)/.test(entry.name))
  .map(({ name }) => name);

/** Paths of all modules, relative to the repository. */
export const modules: readonly string[] = [
  ...readdirSync(house).filter((name) => name.endsWith(".ts")),
  ...folders.flatMap((folder) =>
    readdirSync(join(house, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => join(folder, name)),
  ),
].sort();

/** The names that a module imports, as it writes them: types too, at once, and when they are called for. */
export function importedNames(module: string): string[] {
  const taken = /(?:from|import|require|load|createRequire\(__filename\))\s*\(?\s*"([^"]+)"/g;
  return [...readFileSync(join(house, module), "utf8").matchAll(taken)].map(([, name]) => name);
}

/** Where an import that begins with a dot leads, relative to the repository; `undefined` if nothing is there. */
export function target(module: string, name: string): string | undefined {
  const path = resolve(house, dirname(module), name);
  const found = [".ts", "/index.ts", ".js", ""].find((end) => existsSync(path + end));
  return found === undefined ? undefined : relative(house, path + found);
}

/** The modules of this repository that a module imports. */
export function importedModules(module: string): string[] {
  const found = importedNames(module).flatMap((name) => (name.startsWith(".") ? (target(module, name) ?? []) : []));
  return found.filter((name) => name.endsWith(".ts"));
}

/**
 * The circles of a graph: its strongly connected components of more than one node, and nodes that lead to themselves. Tarjan, "Depth-first
 * search and linear graph algorithms" (1972).
 */
export function circles(nodes: readonly string[], next: (node: string) => readonly string[]): string[][] {
  const numbers = new Map<string, number>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const number = numbers.size;
    numbers.set(node, number);
    let low = number;
    path.push(node);
    const onward = next(node);
    for (const other of onward) {
      if (!numbers.has(other)) low = Math.min(low, visit(other));
      else if (path.includes(other)) low = Math.min(low, numbers.get(other)!);
    }
    if (low === number) {
      const circle = path.splice(path.indexOf(node));
      if (circle.length > 1 || onward.includes(node)) found.push(circle.sort());
    }
    return low;
  };
  for (const node of nodes) if (!numbers.has(node)) visit(node);
  return found.sort((a, b) => a[0].localeCompare(b[0]));
}
