import { expect } from "chai";
import type { Json } from "../../../local/states/payload";
import { type Definition, jsonpath, NOW, run } from "./run";

const pass = (fields: Definition): Definition => jsonpath({ Type: "Pass", End: true, ...fields });

// Amazon States Language, "Paths"; developer guide, "Using JSONPath paths" (amazon-states-language-paths).
describe("Paths", () => {
  const input: Json = {
    a: [
      { b: 1, c: "x" },
      { b: 2, c: "y" },
    ],
    n: null,
    z: 0,
    e: "",
    f: false,
    "a.b": 3,
    "x y": { é: 4 },
    m: [[1, 2], [3]],
    nums: [3, 1, 2],
  };
  const cases: readonly [string, Json][] = [
    ["$", input],
    [
      "$.a",
      [
        { b: 1, c: "x" },
        { b: 2, c: "y" },
      ],
    ],
    ["$.a[0].b", 1],
    ["$.a[-1].b", 2],
    ["$['a'][1]['c']", "y"],
    ['$["a"][0].c', "x"],
    ["$['a.b']", 3],
    ["$['x y'].é", 4],
    ["$.n", null],
    ["$.z", 0],
    ["$.e", ""],
    ["$.f", false],
    ["$.a[*].b", [1, 2]],
    ["$.a[0,1].b", [1, 2]],
    ["$.a[1:].b", [2]],
    ["$.a[:1].b", [1]],
    ["$.nums[-2:]", [1, 2]],
    ["$..b", [1, 2]],
    ["$.a[?(@.b > 1)].c", ["y"]],
    ["$.a[?(@.c == 'x')].b", [1]],
    ["$.a[?(@.b > 5)]", []],
    ["$.none[*]", []],
    ["$.a[*].none", []],
    ["$.m[*][0]", [1, 3]],
    ["$.a.length()", 2],
    ["$.nums.max()", 3],
    ["$.nums.sum()", 6],
    ["$$.Execution.Input.z", 0],
    ["$$.Execution.StartTime", NOW.toISOString()],
    ["$$.State.Name", "A"],
    ["$$.StateMachine.Name", "machine"],
  ];
  for (const [path, value] of cases) {
    it(`${path} as a parameter`, async () => {
      const { outcome } = await run(pass({ Parameters: { "v.$": path } }), input);
      expect(outcome).to.deep.equal({ status: "SUCCEEDED", output: { v: value } });
    });
  }
  for (const path of ["$.none", "$.a[2]", "$.a.b", "$.n.x", "$$.None", "$none", "$.a.min()"]) {
    it(`${path} leads nowhere`, async () => {
      const { outcome } = await run(pass({ Parameters: { "v.$": path } }), input);
      expect(outcome).to.include({ status: "FAILED", error: "States.Runtime" });
    });
  }
});
