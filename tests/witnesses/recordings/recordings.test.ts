/**
 * Plays what AWS recorded: all cases of `../shared/recordings`. A case is equal, refused by name, or different; none may be
 * different unless `faults.ts` says why its recording cannot be matched. Prints the matrix.
 */
import { expect } from "chai";
import { deliveries } from "./deliveries";
import { patterns, schedules, targetInputs } from "./events";
import { executionVerdict } from "./executions";
import { FAULTS } from "./faults";
import { creations, validations } from "./language";
import { Matrix, type Verdict } from "./matrix";
import { executions, recorded } from "./recordings";
import { testStates } from "./test-state";
import { variableReferences } from "./variable-references";

describe("What AWS recorded", () => {
  if (!recorded) {
    it.skip("SKIPPED: there are no recordings here (../shared/recordings)", () => undefined);
    return;
  }
  const matrix = new Matrix(FAULTS);
  const start = Date.now();

  const check = (area: string, verdicts: readonly Verdict[]) => {
    matrix.add(area, verdicts);
    expect(verdicts).to.not.have.length(0);
    expect(matrix.unexpected(area).join("\n")).to.equal("");
  };

  for (const [area, recordings] of executions()) {
    it(`executions: ${area}`, async () => {
      const verdicts: Verdict[] = [];
      // Virtual time has one clock: one after the other.
      for (const recording of recordings) verdicts.push(await executionVerdict(recording));
      check(`executions: ${area}`, verdicts);
    });
  }
  it("states by themselves (TestState)", async () => check("TestState", await testStates()));
  it("definitions, validated", () => check("validations", validations()));
  it("machines that could not be created", () => check("creations", creations()));
  it("references of variables", () => check("variable references", variableReferences()));
  it("what Tasks delivered", async () => check("deliveries", await deliveries()));
  it("event patterns", async () => check("event patterns", await patterns()));
  it("schedules of rules", async () => check("schedules", await schedules()));
  it("inputs of targets", async () => check("target inputs", await targetInputs()));

  it("lists no fault of a recording that is none", () => expect(matrix.stale()).to.deep.equal([]));

  after(() => {
    console.log(`\n${matrix.print()}\n\nrefused:`);
    for (const [reason, cases] of matrix.refusals()) console.log(`${String(cases).padStart(5)}  ${reason}`);
    console.log(`${((Date.now() - start) / 1_000).toFixed(1)} s`);
  });
});
