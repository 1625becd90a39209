import { expect } from "chai";
import type { Json } from "../../../local/states/payload";
import { type Definition, jsonpath, run } from "./run";

const pass = (fields: Definition): Definition => jsonpath({ Type: "Pass", End: true, ...fields });

// Developer guide, "Intrinsic functions for JSONPath states in Step Functions" (intrinsic-functions).
describe("Intrinsic functions", () => {
  const input: Json = {
    n: 3,
    s: "a b",
    list: [1, 2, 2, { k: 1 }, { k: 1 }],
    o: { a: 1, b: { c: 2 } },
    p: { b: { d: 3 } },
    j: '{"x":[1]}',
    nothing: null,
  };
  const cases: readonly [string, Json][] = [
    ["States.Format('Hello, {}', $.s)", "Hello, a b"],
    ["States.Format('{} {} {}', 1, true, null)", "1 true null"],
    ["States.Format('{}', $.n)", "3"],
    ["States.Format('\\{\\} it\\'s \\\\ {}', 1)", "{} it's \\ 1"],
    ["States.Format('{}', $.o)", "{a=1, b={c=2}}"],
    ["States.Format('plain')", "plain"],
    ["States.StringToJson($.j)", { x: [1] }],
    ["States.StringToJson('')", null],
    ["States.JsonToString($.o)", '{"a":1,"b":{"c":2}}'],
    ["States.Array()", []],
    ["States.Array(1, 'x', $.o, null)", [1, "x", { a: 1, b: { c: 2 } }, null]],
    ["States.ArrayPartition(States.Array(1,2,3), 2)", [[1, 2], [3]]],
    ["States.ArrayContains($.list, 2)", true],
    ["States.ArrayContains($.list, States.StringToJson('{\"k\":1}'))", true],
    ["States.ArrayContains($.list, 9)", false],
    ["States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["States.ArrayGetItem($.list, 1)", 2],
    ["States.ArrayLength($.list)", 5],
    ["States.ArrayUnique($.list)", [1, 2, { k: 1 }]],
    ["States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="],
    ["States.Base64Decode('RGVjb2RlZCBkYXRh')", "Decoded data"],
    ["States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["States.JsonMerge($.o, $.p, false)", { a: 1, b: { d: 3 } }],
    ["States.MathRandom(0, 100)", 25],
    ["States.MathAdd($.n, -1)", 2],
    ["States.MathAdd(1.6, 1)", 3],
    ["States.StringSplit('1,2,,3', ',')", ["1", "2", "3"]],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]],
    ["States.ArrayGetItem(States.StringSplit($.s, ' '), 1)", "b"],
    ["States.Format('{}-{}', $.list[0], $.list[?(@.k == 1)])", "1-[{k=1}, {k=1}]"],
    ["States.ArrayLength(States.Array($['s'], $.list[0]))", 2],
  ];
  for (const [text, value] of cases) {
    it(text, async () => {
      const { outcome } = await run(pass({ Parameters: { "v.$": text } }), input);
      expect(outcome).to.deep.equal({ status: "SUCCEEDED", output: { v: value } });
    });
  }
  const failing = [
    "States.Format('{} {}', 1)",
    "States.Format('{}', 1, 2)",
    "States.Format('{', 1)",
    "States.StringToJson('{')",
    "States.ArrayGetItem($.list, 9)",
    "States.ArrayRange(1, 5000, 1)",
    "States.ArrayRange(1, 5, 0)",
    "States.ArrayLength($.n)",
    "States.JsonMerge($.o, $.p, true)",
    "States.MathAdd('1', 1)",
    "States.Hash('a', 'X')",
    "States.UUID(1)",
    "States.Format('{}', $.none)",
  ];
  for (const text of failing) {
    it(`${text} fails`, async () => {
      const { outcome } = await run(pass({ Parameters: { "v.$": text } }), input);
      expect(outcome).to.include({ status: "FAILED", error: "States.Runtime" });
    });
  }
  it("States.UUID() is a UUID of version 4", async () => {
    const { outcome } = await run(pass({ Parameters: { "v.$": "States.UUID()" } }));
    expect(JSON.stringify(outcome)).to.match(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  });
});
