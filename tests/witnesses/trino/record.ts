/**
 * Writes down how the recorded statements end now: unequal.txt, and the section of docs/fidelity.md.
 * `npx ts-node tests/witnesses/trino/record.ts`, and review what changed.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as prettier from "prettier";
import { sqlSection, withSection } from "./fidelity";
import { LocalAthena } from "./local-athena";
import { recordedStatements } from "./recorded";
import { matrix, play, unequal } from "./verdicts";

const DOCUMENT = join(__dirname, "../../../docs/fidelity.md");

async function main(): Promise<void> {
  const athena = await LocalAthena.open();
  const played = await play(recordedStatements(), athena);
  athena.close();
  console.log(matrix(played));
  writeFileSync(join(__dirname, "unequal.txt"), `${unequal(played).join("\n")}\n`);
  const before = existsSync(DOCUMENT)
    ? readFileSync(DOCUMENT, "utf8")
    : "# Fidelity\n\nWhat runs here as it runs on AWS, and what does not.\n";
  const after = withSection(before, sqlSection(played));
  writeFileSync(
    DOCUMENT,
    await prettier.format(after, { ...(await prettier.resolveConfig(DOCUMENT)), parser: "markdown" }),
  );
}

void main();
