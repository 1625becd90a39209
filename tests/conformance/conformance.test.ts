import { expect } from "chai";
import { describeHistory, differences } from "./answers";
import { mostDollars } from "./cost";

describe("the conformance suite", () => {
  it("finds each answer that differs, by its place", () => {
    const recorded = { a: { status: "SUCCEEDED", rows: [["1.0", "x"]], types: ["a real"] }, b: 1 };
    expect(differences(recorded, recorded)).to.deep.equal([]);
    const answered = { a: { status: "SUCCEEDED", rows: [["1", "x"]], types: ["a real", "b date"] }, c: null };
    expect(differences(recorded, answered)).to.deep.equal([
      { question: "a › rows › 1 › 1", expected: "1.0", found: "1" },
      { question: "a › types", expected: ["a real"], found: ["a real", "b date"] },
      { question: "b", expected: 1 },
      { question: "c", found: null },
    ]);
  });

  it("counts events of a history by type: branches run side by side", () => {
    const event = (type: "TaskScheduled" | "TaskSucceeded") => ({ timestamp: new Date(0), id: 1, type });
    const [first, second] = [event("TaskScheduled"), event("TaskSucceeded")];
    expect(describeHistory([first, second, first])).to.deep.equal({ TaskScheduled: 2, TaskSucceeded: 1 });
    expect(describeHistory([first, first, second])).to.deep.equal(describeHistory([first, second, first]));
  });

  it("costs less than a dollar", () => {
    expect(mostDollars()).to.be.within(0.01, 1);
  });
});
