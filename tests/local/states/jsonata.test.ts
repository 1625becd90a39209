import { expect } from "chai";
import type { Json } from "../../../local/states/payload";
import { check, type Definition, FUNCTION, jsonata, NOW, run } from "./run";

const pass = (fields: Definition): Definition => jsonata({ Type: "Pass", End: true, ...fields });
const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });

// Developer guide, "Transforming data with JSONata in Step Functions" (transforming-data).
describe("JSONata expressions", () => {
  const input: Json = { name: "Ohio", n: 3, list: [{ v: 1 }, { v: 2 }, { v: 3 }], nothing: null, text: '{"a":[1]}' };
  const cases: readonly [string, Json][] = [
    ["$states.input.name", "Ohio"],
    ["'a' & $states.input.n", "a3"],
    ["$states.input.n + 1", 4],
    ["$states.input.list[v > 1].v", [2, 3]],
    ["$states.input.list[v = 2]", { v: 2 }],
    ["$states.input.list.v", [1, 2, 3]],
    ["$sum($states.input.list.v)", 6],
    ["$states.input.nothing", null],
    ["$exists($states.input.absent)", false],
    ["$states.input.n > 2 ? 'many' : 'few'", "many"],
    ["{'a': $states.input.absent, 'b': 1}", { b: 1 }],
    ["[$states.input.list[v = 2]]", [{ v: 2 }]],
    ["$map($states.input.list, function($i) { $i.v * 2 })", [2, 4, 6]],
    ["$states.input.list.{'x': v}", [{ x: 1 }, { x: 2 }, { x: 3 }]],
    ["$merge([$states.input.list[0], {'w': 9}])", { v: 1, w: 9 }],
    ["$states.input.list ~> $count()", 3],
    ["($x := 2; $x * $x)", 4],
    ["$string($states.input.list[0])", '{"v":1}'],
    ["$match('a-1', /[a-z]-(\\d)/).groups[0]", "1"],
    ["$now()", NOW.toISOString()],
    ["$now('[Y0001]-[M01]-[D01]')", "2024-11-08"],
    ["$millis()", NOW.getTime()],
    ["$partition([1..5], 2)", [[1, 2], [3, 4], [5]]],
    ["$range(1, 9, 4)", [1, 5, 9]],
    ["$range(5, 1, -2)", [5, 3, 1]],
    ["$range(1, 0, 1)", []],
    ["$hash('Hello', 'SHA-1')", "f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0"],
    ["$random()", 0.25],
    ["$random(42) = $random(42)", true],
    ["$random(42) < 1", true],
    ["$length($uuid())", 36],
    ["$parse($states.input.text).a[0]", 1],
    ["$states.context.Execution.Name", "name"],
    ["$states.context.Execution.Input.n", 3],
    ["$states.context.StateMachine.Name", "machine"],
    ["$states.context.State.Name", "A"],
  ];
  for (const [expression, output] of cases) {
    it(expression, async () => {
      const { outcome } = await run(pass({ Output: `{% ${expression} %}` }), input);
      expect(outcome).to.deep.equal({ status: "SUCCEEDED", output });
    });
  }

  const failing: readonly [string, RegExp][] = [
    ["$states.input.absent", /'\$states.input.absent' specified for the field 'Output' returned nothing \(undefined\)/],
    ["$states.input.name + 1", /threw an error during evaluation. T2001/],
    ["function($x) { $x }", /returned an unsupported result type/],
    ["{'f': $uppercase}", /returned an unsupported result type/],
    ["$unknown(1)", /T1006/],
    ["$states.result", /returned nothing/],
    ["$states.errorOutput", /returned nothing/],
    ["$range(1, 5000, 1)", /at most 1,000/],
    ["$hash('a', 'CRC')", /Unknown hash algorithm/],
    ["$parse('{')", /threw an error/],
    ["($f := function($x) { $f($x) + 1 }; $f(1))", /D1011/],
  ];
  for (const [expression, cause] of failing) {
    it(`fails: ${expression}`, async () => {
      const { outcome } = await run(pass({ Output: `{% ${expression} %}` }), input);
      expect(outcome).to.include({ status: "FAILED", error: "States.QueryEvaluationError" });
      expect(outcome).to.have.property("cause").that.matches(cause);
    });
  }
});

// Developer guide, "Transforming data with JSONata": where expressions stand.
describe("JSONata fields", () => {
  check([
    { title: "a Pass without Output gives its input", definition: pass({}), input: [1], output: [1] },
    {
      title: "Output may be any JSON",
      definition: pass({ Output: [null, 0, { a: "{% 1 %}" }, "$.a", "{%"] }),
      output: [null, 0, { a: 1 }, "$.a", "{%"],
    },
    { title: "falsy Outputs are Outputs", definition: pass({ Output: "{% false %}" }), output: false },
    {
      title: "text around an expression makes it a literal",
      definition: pass({ Output: " {% 1 %}" }),
      output: " {% 1 %}",
    },
    {
      title: "keys that end in .$ mean nothing",
      definition: pass({ Output: { "a.$": "$.x" } }),
      output: { "a.$": "$.x" },
    },
    {
      title: "a Succeed state has an Output",
      definition: jsonata({ Type: "Succeed", Output: "{% $states.input & '!' %}" }),
      input: "a",
      output: "a!",
    },
    {
      title: "a Task's arguments default to its input",
      definition: task({}),
      input: { a: 1 },
      task: (input) => ({ got: input }),
      output: { got: { a: 1 } },
    },
    {
      title: "Arguments replace the input",
      definition: task({ Arguments: { b: "{% $states.input.a %}" } }),
      input: { a: 1 },
      task: (input) => input,
      output: { b: 1 },
    },
    {
      title: "a Task's Output sees result and input",
      definition: task({ Output: "{% [$states.result, $states.input] %}" }),
      input: 1,
      task: () => 2,
      output: [2, 1],
    },
    {
      title: "a null result is a result",
      definition: task({ Output: "{% {'r': $states.result} %}" }),
      task: () => null,
      output: { r: null },
    },
    {
      title: "$states.result is not known in Arguments",
      definition: task({ Arguments: "{% $states.result %}" }),
      error: "States.QueryEvaluationError",
      cause: /field 'Arguments' returned nothing/,
    },
    {
      title: "the field's place stands in the cause",
      definition: pass({ Output: { a: [{ b: "{% $none %}" }] } }),
      error: "States.QueryEvaluationError",
      cause: /^An error occurred while executing the state 'A' \(entered at the event id #2\)\. .*'Output\/a\[0\]\/b'/,
    },
    {
      title: "Fail takes expressions",
      definition: jsonata({
        Type: "Fail",
        Error: "{% 'E' & $states.input.n %}",
        Cause: "{% $string($states.input) %}",
      }),
      input: { n: 1 },
      error: "E1",
      cause: /^{"n":1}$/,
    },
    {
      title: "a Fail's error must be a string",
      definition: jsonata({ Type: "Fail", Error: "{% 1 %}" }),
      error: "States.QueryEvaluationError",
      cause: /Expected 'string', but was 'number'/,
    },
    { title: "an expression may span lines", definition: pass({ Output: "{%\n  1 +\n  1\n%}" }), output: 2 },
    {
      title: "a JSONata state in a JSONPath machine",
      definition: {
        StartAt: "A",
        States: { A: { Type: "Pass", QueryLanguage: "JSONata", Output: "{% 1 %}", End: true } },
      },
      output: 1,
    },
  ]);
});

// Developer guide, "Choice workflow state" (state-choice): JSONata choice rules.
describe("JSONata choices", () => {
  const choose = (rules: Definition[], fields: Definition = {}): Definition => ({
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: {
      A: { Type: "Choice", Choices: rules, ...fields },
      Yes: { Type: "Pass", Output: "{% {'yes': $states.input} %}", End: true },
      No: { Type: "Pass", Output: "{% {'no': $states.input} %}", End: true },
    },
  });
  const rule = { Condition: "{% $states.input > 1 %}", Next: "Yes" };
  check([
    {
      title: "the first rule that holds",
      definition: choose([rule, { Condition: "{% true %}", Next: "No" }]),
      input: 2,
      output: { yes: 2 },
    },
    { title: "the default", definition: choose([rule], { Default: "No" }), input: 1, output: { no: 1 } },
    {
      title: "a rule's Output",
      definition: choose([{ ...rule, Output: "{% 'chosen' %}" }], { Default: "No", Output: "{% 'not' %}" }),
      input: 2,
      output: { yes: "chosen" },
    },
    {
      title: "the state's Output goes with the default",
      definition: choose([{ ...rule, Output: "{% 'chosen' %}" }], { Default: "No", Output: "{% 'not' %}" }),
      input: 1,
      output: { no: "not" },
    },
    {
      title: "no rule, no default",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "A",
        States: { A: { Type: "Choice", Choices: [rule] }, Yes: { Type: "Succeed" } },
      },
      input: 0,
      error: "States.Runtime",
      cause: /Failed to transition out of the state/,
    },
    {
      title: "a condition that is no boolean",
      definition: choose([{ Condition: "{% 1 %}", Next: "Yes" }], { Default: "No" }),
      error: "States.QueryEvaluationError",
      cause: /Expected 'boolean', but was 'number' for value: 1/,
    },
  ]);
});
