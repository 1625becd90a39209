/** The models and macros of a project. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** Sources of all templates below a folder, by path relative to it with `/`; none if there is no such folder. */
export function templatesIn(folder: string): Map<string, string> {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
  return new Map(
    names
      .filter((name) => name.endsWith(".sql"))
      .map((name) => [name.split(sep).join("/"), readFileSync(join(folder, name), "utf8")]),
  );
}
