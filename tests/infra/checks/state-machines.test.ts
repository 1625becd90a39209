import { expect } from "chai";
import { machineFaults } from "../../../infra/checks/state-machines";
import { parseDefinition } from "../../../local/states/definition-rules";

/** What the checks refuse, the local runtime refuses too, which knows the whole language; and the other way round here. */
describe("state machines, by the checks and by the local runtime", () => {
  const done = { Type: "Succeed" };
  const task = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 1, End: true };
  const branch = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };
  const cases: [name: string, definition: object, right: boolean][] = [
    ["one state", { StartAt: "A", States: { A: done } }, true],
    ["a task", { StartAt: "A", States: { A: task } }, true],
    ["a branch", { StartAt: "P", States: { P: { Type: "Parallel", Branches: [branch], End: true } } }, true],
    ["a map", { StartAt: "M", States: { M: { Type: "Map", ItemProcessor: branch, End: true } } }, true],
    ["no start", { States: { A: done } }, false],
    ["a start that is not there", { StartAt: "B", States: { A: done } }, false],
    ["a way to nowhere", { StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } }, false],
    ["no way on", { StartAt: "A", States: { A: { Type: "Pass" } } }, false],
    ["a state apart", { StartAt: "A", States: { A: done, B: done } }, false],
    ["a way on from the end", { StartAt: "A", States: { A: { Type: "Succeed", Next: "A" } } }, false],
    ["no type", { StartAt: "A", States: { A: { Type: "Do" } } }, false],
    ["one name twice", { StartAt: "A", States: { A: { Type: "Parallel", Branches: [branch], End: true } } }, false],
    ["a long name", { StartAt: "a".repeat(81), States: { ["a".repeat(81)]: done } }, false],
    [
      "members of the other language",
      { StartAt: "A", QueryLanguage: "JSONata", States: { A: { ...task, Parameters: {} } } },
      false,
    ],
    [
      "an expression that does not parse",
      { StartAt: "A", QueryLanguage: "JSONata", States: { A: { ...task, Arguments: { a: "{% ( %}" } } } },
      false,
    ],
    [
      "all errors before others",
      {
        StartAt: "A",
        States: { A: { ...task, Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["States.Timeout"] }] } },
      },
      false,
    ],
    [
      "a branch with a fault",
      { StartAt: "P", States: { P: { Type: "Map", ItemProcessor: { StartAt: "X", States: { A: done } }, End: true } } },
      false,
    ],
  ];
  for (const [name, definition, right] of cases) {
    it(`${right ? "take" : "refuse"} ${name}`, () => {
      expect(machineFaults(definition).length === 0, "checks").to.equal(right);
      const { diagnostics } = parseDefinition(JSON.stringify(definition), () => undefined);
      expect(diagnostics.length === 0, "local runtime").to.equal(right);
    });
  }

  it("the checks alone ask for a time limit on each task", () => {
    const { TimeoutSeconds: _, ...endless } = task;
    expect(machineFaults({ StartAt: "A", States: { A: endless } }).map(({ message }) => message)).to.deep.equal([
      "it has no TimeoutSeconds",
    ]);
  });
});
