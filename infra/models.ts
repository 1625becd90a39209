/** The SQL templates of a lake: read from the program's folder while the program is evaluated. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Sources of all templates below a folder, by path relative to it with `/`. */
export function readTemplates(folder: string): Readonly<Record<string, string>> {
  const templates: Record<string, string> = {};
  const read = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) read(path);
      else if (entry.name.endsWith(".sql"))
        templates[relative(folder, path).split(sep).join("/")] = readFileSync(path, "utf8");
    }
  };
  read(folder);
  return templates;
}
