import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { evaluateProgram, ProgramError } from "../../../local/evaluate";
import { readFindings } from "../../../cli/check/findings";
import { readSummary } from "../../../cli/lake/lake-summary";

describe("checks while a program is evaluated", () => {
  let archives: string;
  before(() => (archives = mkdtempSync(join(tmpdir(), "tributary-archives-"))));
  after(() => rmSync(archives, { recursive: true, force: true }));
  const evaluate = (name: string, preview: boolean) =>
    evaluateProgram({ program: join(__dirname, "programs", name), stack: "dev", archives, preview });

  for (const preview of [true, false]) {
    it(`tell all mistakes together, with their places ${preview ? "in preview" : "in a deployment"}`, async () => {
      const error = await evaluate("faulty", preview).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(ProgramError);
      const { message, findings } = error as ProgramError;
      expect(readFindings(findings).map(({ code, place }) => `${code} ${place}`)).to.deep.equal([
        "unknown-column sql/macros/sums.sql:2:26",
        "unknown-model index.ts:28:20",
        "cadence index.ts:27:35",
        "pipeline-name index.ts:30:18",
        "invalid-type index.ts:37:86",
        "duplicate-table index.ts:37:31",
        "state-missing index.ts:31:18",
        "audit-specification index.ts:15:88",
        "written-twice index.ts:28:48",
      ]);
      expect(message).to.include(
        [
          "error[unknown-column]: there is no column 'tons' here",
          "  --> sql/macros/sums.sql:2:26",
          "   |",
          " 2 | select {{ column }}, sum(tons) as tons",
          "   |                          ^^^^ did you mean 'ton'?",
        ].join("\n"),
      );
      expect(message).to.include("9 errors: ");
    });
  }

  it("find nothing in a program that is right, take less time than its evaluation, and say what it makes of what", async () => {
    const started = performance.now();
    const { outputs, resources } = await evaluate("right", true);
    const evaluation = performance.now() - started;
    const checking = outputs.milliseconds as number;
    console.log(`        checks ${checking.toFixed(0)} ms of an evaluation of ${evaluation.toFixed(0)} ms`);
    expect(checking)
      .to.be.greaterThan(0)
      .and.lessThan(evaluation - checking);

    const lake = resources.find(({ type }) => type === "tributary:index:DataLake");
    const [model] = readSummary(lake?.outputs.summary).models;
    expect(model).to.include({ pipeline: "daily", table: "per_state" });
    expect(model.columns.map(({ name, sources }) => [name, sources])).to.deep.equal([
      ["state", ["readings.state"]],
      ["tons", ["readings.tons"]],
    ]);
  });
});
