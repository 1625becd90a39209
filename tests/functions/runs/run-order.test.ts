import { expect } from "chai";
import fc from "fast-check";
import { auditIdAfter, isNewerRun, isRepeatedAudit, repeatedAuditId } from "../../../functions/runs/run-order";

/**
 * Run, earlier run. Amazon S3 User Guide, "Event message structure": to compare two sequencers, right-pad the shorter value with
 * zeros, and then do a lexicographic comparison.
 */
const later: [string, string][] = [
  ["0b", "0a"],
  ["0055aed6dcd90281e6", "0055aed6dcd90281e5"],
  // The two lengths that S3's examples show: a number of more digits is no later one.
  ["617f08299329d189", "0055aed6dcd90281e5"],
  ["ff", "100"],
  ["0055aed6dcd902", "0055aed6dcd90181e5"],
  ["0055aed6dcd90281e5", "0055aed6dcd902"],
  // An audit made again comes after its date's own run, and before that date's next run.
  ["0a.20240129.01", "0a"],
  ["0b", "0a.20240129.ff"],
  // A later run of the prior date, and a prior date that is nearer.
  ["0a.20240129.02", "0a.20240129.01"],
  ["0a.20240130.01", "0a.20240129.ff"],
  ["0a", ""],
];

describe("the order of runs", () => {
  for (const [a, b] of later) {
    it(`${a} is later than ${b || "no run"}`, () => {
      expect(isNewerRun(a, b)).to.equal(true);
      expect(isNewerRun(b, a)).to.equal(false);
    });
  }

  it("knows the same sequencer with other zeros behind it", () => {
    expect(isNewerRun("0a00", "0a")).to.equal(false);
    expect(isNewerRun("0a", "0a00")).to.equal(false);
  });

  it("is a strict order of all ids that there can be", () => {
    const hex = fc.stringMatching(/^[0-9a-f]{1,6}$/);
    const id = fc.oneof(
      hex,
      fc.tuple(hex, fc.constantFrom("2024-01-29", "2024-01-30"), hex).map((parts) => repeatedAuditId(...parts)),
    );
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(isNewerRun(a, a)).to.equal(false);
        expect(isNewerRun(a, b) && isNewerRun(b, a)).to.equal(false);
        if (isNewerRun(a, b) && isNewerRun(b, c)) expect(isNewerRun(a, c)).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("names an audit made again after the run whose data it compares, whoever that was made by", () => {
    expect(repeatedAuditId("0055aed6", "2024-11-08", "0055aed9")).to.equal("0055aed6.20241108.0055aed9");
    expect(repeatedAuditId("0a.20241107.01", "2024-11-08", "0b.20241106.02")).to.equal("0a.20241108.0b");
    expect(isRepeatedAudit("0055aed6")).to.equal(false);
    expect(isRepeatedAudit("0055aed6.20241108.0055aed9")).to.equal(true);
  });

  it("lets an audit after a rollback take the place of all of its run, and give way to what a run to come brings", () => {
    const known = ["0a", "0a.20241107.0c", "0a.20241107.0b", "09.20241107.0f", "0aa.20241107.0f"];
    const first = auditIdAfter(known, "0a.20241107.0b", "19");
    expect(first).to.equal("0a.20241107.0c.19");
    const second = auditIdAfter([...known, first], "0a.20241107.0b", "1a");
    expect(second).to.equal("0a.20241107.0c.1a");
    expect(auditIdAfter(["0a"], "0a.20241107.0b", "19")).to.equal("0a.20241107.0b.19");
    for (const older of [...known.slice(0, 3), first]) expect(isNewerRun(second, older), older).to.equal(true);
    for (const newer of ["0a.20241107.0d", "0a.20241108.01", "0b"]) expect(isNewerRun(newer, second)).to.equal(true);
  });
});
