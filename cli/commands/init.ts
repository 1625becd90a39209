/** `tributary init`: a whole small project in the working directory, to be changed into one's own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { writeProject } from "../init/new-project";
import { terminalText } from "../presentation/terminal-text";

/** Writes the project, and says what to do with it. Throws CommandError if something is in the way. */
export function init(folder: string): void {
  const manifest = createRequire(__filename).resolve("tributary/package.json");
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(manifest, "utf8")));
  const imported = { "@pulumi/pulumi": dependencies["@pulumi/pulumi"] };
  const written = writeProject(folder, { folder: join(dirname(manifest), "examples/shop"), dependencies: imported });
  const lines = [
    ...written.map((name) => `  ${name}`),
    "",
    "A lake of orders, with two days of them to try it:",
    "",
    "  npm test",
    "  npx tributary local run --land data/orders-2024-11-08.csv@2024-11-08",
    "  npx tributary local run --land data/orders-2024-11-09.csv@2024-11-09",
    "  npx tributary explain --table revenue --date 2024-11-09",
  ];
  process.stdout.write(terminalText(`${lines.join("\n")}\n`));
}
