/**
 * The local Athena against answers of a real Trino: what was equal stays equal, and what is refused is refused by the same name.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as prettier from "prettier";
import { sqlSection, withSection } from "./fidelity";
import { LocalAthena } from "./local-athena";
import { recordedStatements } from "./recorded";
import { type Played, play, unequal } from "./verdicts";

/** Their recorded answers are at fault: docs/fidelity.md says how. */
const RECORDING_FAULTS = ["z-315", "z-316", "z-345", "z-348", "z-353", "z-519"];

describe("Trino's recorded answers", () => {
  let played: Played[];

  before(async () => {
    const athena = await LocalAthena.open();
    played = await play(recordedStatements(), athena);
    athena.close();
  });

  const ids = (verdict: string): string[] =>
    played.filter((one) => one.verdict === verdict).map(({ statement }) => statement.id);

  it("are never silently different", () => {
    expect(ids("different")).to.deep.equal(RECORDING_FAULTS);
  });

  it("are never blamed on the user", () => {
    expect(ids("blamed")).to.deep.equal([]);
  });

  it("end as they did: run record.ts, and review what changes", () => {
    const known = readFileSync(join(__dirname, "unequal.txt"), "utf8").trimEnd().split("\n");
    expect(unequal(played)).to.deep.equal(known);
  });

  it("are what docs/fidelity.md tells", async () => {
    const path = join(__dirname, "../../../docs/fidelity.md");
    const document = readFileSync(path, "utf8");
    const fresh = withSection(document, sqlSection(played));
    const options = { ...(await prettier.resolveConfig(path)), parser: "markdown" };
    expect(await prettier.format(fresh, options)).to.equal(document);
  });
});
