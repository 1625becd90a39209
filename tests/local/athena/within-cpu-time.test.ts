import { expect } from "chai";
import { withinCpuTime } from "../../../local/athena/native/within-cpu-time";

/** Waits without computing, as a process does that gets no processor. */
function wait(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

describe("The limit of computing", () => {
  it("lets work end on a machine that is busy with other things", () => {
    const done: number[] = [];
    const work = (row: number): void => {
      // Longer than the first look at it.
      if (row === 1) wait(700);
      done.push(row);
    };
    withinCpuTime(3, work, "f");
    expect(done).to.deep.equal([0, 1, 2]);
  });

  it("ends a row that computes on and on, and does not begin the next", () => {
    const begun = new Set<number>();
    const work = (row: number): void => {
      begun.add(row);
      while (row === 1);
    };
    expect(() => withinCpuTime(3, work, "f")).to.throw(/^NOT_SUPPORTED: The local runtime does not run f on a value/);
    expect([...begun]).to.deep.equal([0, 1]);
  });

  it("passes on what the work throws", () => {
    const work = (): void => {
      throw new Error("INVALID_FUNCTION_ARGUMENT: no");
    };
    expect(() => withinCpuTime(1, work, "f")).to.throw("INVALID_FUNCTION_ARGUMENT: no");
  });
});
