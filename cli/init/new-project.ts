/** A new project: the files of examples/shop, which the package brings, and what of package.json they need. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { CommandError } from "../command-error";

/** Files of a new project, with those of the template that they are copied from. */
const FILES: Readonly<Record<string, string>> = {
  "index.ts": "index.ts",
  "sql/revenue.sql": "sql/revenue.sql",
  "sql/revenue.test.yaml": "sql/revenue.test.yaml",
  "data/orders-2024-11-08.csv": "data/orders-2024-11-08.csv",
  "data/orders-2024-11-09.csv": "data/orders-2024-11-09.csv",
  "Pulumi.yaml": "Pulumi.yaml",
  "Pulumi.dev.yaml": "Pulumi.dev.yaml",
  "tsconfig.json": "tsconfig.json",
  "README.md": "README.md",
  // A package has no file of this name: npm would leave it out.
  ".gitignore": "gitignore",
  ".github/workflows/checks.yml": "workflow.yml",
};

/** Files that a project may have already: they stay as they are. */
const KEPT = ["README.md", ".gitignore"];

const packageFile = z.looseObject({
  main: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});

/** What is copied, and from where. */
export interface Template {
  /** Folder of the files. */
  readonly folder: string;
  /** Packages that the program imports besides this one, with their versions. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Writes a project into a folder that has a package.json, and answers the files that were written or changed. Throws a
 * {@link CommandError}, before anything is written, if a file of the same name is there, or no package.json.
 */
export function writeProject(folder: string, { folder: from, dependencies }: Template): string[] {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) {
    throw new CommandError(`There is no package.json in ${folder}: \`npm install\` this package there first.`);
  }
  const present = Object.keys(FILES).filter((name) => existsSync(join(folder, name)));
  const taken = present.filter((name) => !KEPT.includes(name));
  if (taken.length > 0) {
    throw new CommandError(
      `${folder} has ${taken.join(", ")} already: nothing was written. Begin in a folder without.`,
    );
  }
  const before = readFileSync(manifest, "utf8");
  const after = packageText(folder, before, dependencies);
  const written = Object.keys(FILES).filter((name) => !present.includes(name));
  for (const name of written) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), readFileSync(join(from, FILES[name])));
  }
  if (after === before) return written;
  writeFileSync(manifest, after);
  return [...written, "package.json"];
}

/** A package.json whose program, test and imports are the new project's; all else that it says stays. */
function packageText(folder: string, text: string, dependencies: Template["dependencies"]): string {
  let found: z.infer<typeof packageFile>;
  try {
    found = packageFile.parse(JSON.parse(text));
  } catch (error) {
    throw new CommandError(`${join(folder, "package.json")} is not what npm writes: ${(error as Error).message}`);
  }
  const { scripts = {}, main } = found;
  // What `npm init` writes of a test and a program that are not there.
  const hasTest = scripts.test !== undefined && !scripts.test.includes("no test specified");
  const hasMain = main !== undefined && existsSync(join(folder, main));
  const changed = {
    ...found,
    ...(hasMain ? {} : { main: "index.ts" }),
    scripts: { ...scripts, test: hasTest ? scripts.test : "tsc -p . && tributary check && tributary test" },
    dependencies: { ...dependencies, ...found.dependencies },
  };
  return JSON.stringify(changed) === JSON.stringify(found) ? text : `${JSON.stringify(changed, undefined, 2)}\n`;
}
