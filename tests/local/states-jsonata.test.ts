import { expect } from "chai";
import type { Json } from "../../local/states/payload";
import { check, type Definition, FUNCTION, jsonata, NOW, run } from "./states-run";

const pass = (fields: Definition): Definition => jsonata({ Type: "Pass", End: true, ...fields });
const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });
const map = (fields: Definition, process: Definition = { Type: "Pass", End: true }): Definition =>
  jsonata({ Type: "Map", ItemProcessor: { StartAt: "P", States: { P: process } }, End: true, ...fields });

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

// Developer guide, "Passing data between states with variables" (workflow-variables).
describe("Variables", () => {
  const chain = (...states: Definition[]): Definition => ({
    QueryLanguage: "JSONata",
    StartAt: "S0",
    States: Object.fromEntries(
      states.map((state, index) => [
        `S${index}`,
        { Type: "Pass", ...state, ...(index + 1 < states.length ? { Next: `S${index + 1}` } : { End: true }) },
      ]),
    ),
  });
  const graph = (state: Definition): Definition => ({
    StartAt: "I",
    States: { I: { Type: "Pass", End: true, ...state } },
  });
  check([
    {
      title: "are there for later states",
      definition: chain({ Assign: { x: 1, y: { z: "{% $states.input.a %}" } } }, {}, { Output: "{% [$x, $y.z] %}" }),
      input: { a: 2 },
      output: [1, 2],
    },
    {
      title: "Output does not see what Assign is about to set",
      definition: chain({ Assign: { x: 1 } }, { Assign: { x: 2 }, Output: "{% $x %}" }),
      output: 1,
    },
    {
      title: "Assign sees the values from the state's entry",
      definition: chain(
        { Assign: { x: 1, y: 2 } },
        { Assign: { x: "{% $y %}", y: "{% $x %}" } },
        { Output: "{% [$x, $y] %}" },
      ),
      output: [2, 1],
    },
    { title: "can be null", definition: chain({ Assign: { x: null } }, { Output: "{% $x = null %}" }), output: true },
    {
      title: "an unknown one is undefined",
      definition: chain({ Output: "{% $x %}" }),
      error: "States.QueryEvaluationError",
    },
    {
      title: "from a Task's result",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "T",
        States: {
          T: {
            Type: "Task",
            Resource: FUNCTION,
            Assign: { r: "{% $states.result.id %}" },
            Output: "{% 'out' %}",
            Next: "P",
          },
          P: { Type: "Pass", Output: "{% [$r, $states.input] %}", End: true },
        },
      },
      task: () => ({ id: 7 }),
      output: [7, "out"],
    },
    {
      title: "by the rule that was chosen, and by the state for the default",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "C",
        States: {
          C: {
            Type: "Choice",
            Choices: [{ Condition: "{% $states.input = 1 %}", Assign: { by: "rule" }, Next: "P" }],
            Assign: { by: "default" },
            Default: "P",
          },
          P: { Type: "Pass", Output: "{% $by %}", End: true },
        },
      },
      input: 1,
      output: "rule",
    },
    {
      title: "outer ones are seen in a Parallel",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "S",
        States: {
          S: { Type: "Pass", Assign: { x: 1 }, Next: "P" },
          P: { Type: "Parallel", Branches: [graph({ Output: "{% $x %}" })], End: true },
        },
      },
      output: [1],
    },
    {
      title: "inner ones are gone after a Map and do not leak between iterations",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "M",
        States: {
          M: {
            Type: "Map",
            MaxConcurrency: 1,
            ItemProcessor: {
              StartAt: "I",
              States: { I: { Type: "Pass", Output: "{% $exists($inner) %}", Assign: { inner: 1 }, End: true } },
            },
            Next: "P",
          },
          P: { Type: "Pass", Output: "{% [$states.input, $exists($inner)] %}", End: true },
        },
      },
      input: [1, 2],
      output: [false, false, false],
    },
    {
      title: "a Map can be assigned from its result, in the outer scope",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "M",
        States: {
          M: {
            Type: "Map",
            ItemProcessor: graph({}),
            Assign: { all: "{% $states.result %}" },
            Output: null,
            Next: "P",
          },
          P: { Type: "Pass", Output: "{% $all %}", End: true },
        },
      },
      input: [1, 2],
      output: [1, 2],
    },
    {
      title: "are limited to 256 KiB a state",
      definition: chain({ Assign: { x: "{% $pad('', 262145, 'a') %}" } }),
      error: "States.DataLimitExceeded",
    },
  ]);
});

// Developer guide, "Using Map state in Inline mode" (state-map-inline), "Map workflow state" (state-map).
describe("JSONata maps", () => {
  check([
    { title: "over the input", definition: map({}), input: [1, 2], output: [1, 2] },
    { title: "over no items", definition: map({}), input: [], output: [] },
    {
      title: "over Items",
      definition: map({ Items: "{% $states.input.list[v > 1] %}" }),
      input: { list: [{ v: 1 }, { v: 2 }, { v: 3 }] },
      output: [{ v: 2 }, { v: 3 }],
    },
    { title: "over literal Items with expressions", definition: map({ Items: [1, "{% 1 + 1 %}"] }), output: [1, 2] },
    {
      title: "with an ItemSelector",
      definition: map({
        ItemSelector: {
          i: "{% $states.context.Map.Item.Index %}",
          v: "{% $states.context.Map.Item.Value %}",
          n: "{% $states.input.n %}",
        },
        Items: "{% $states.input.list %}",
      }),
      input: { n: 9, list: ["a", "b"] },
      output: [
        { i: 0, v: "a", n: 9 },
        { i: 1, v: "b", n: 9 },
      ],
    },
    {
      title: "iterations know their item",
      definition: map({}, { Type: "Pass", Output: "{% $states.context.Map.Item %}", End: true }),
      input: ["a"],
      output: [{ Index: 0, Value: "a" }],
    },
    {
      title: "Output sees the results",
      definition: map({ Output: "{% $sum($states.result) %}" }),
      input: [1, 2],
      output: 3,
    },
    {
      title: "MaxConcurrency may be an expression",
      definition: map({ MaxConcurrency: "{% 1 %}" }),
      input: [1, 2, 3],
      output: [1, 2, 3],
    },
    {
      title: "Items must be an array",
      definition: map({ Items: "{% 'string' %}" }),
      error: "States.QueryEvaluationError",
      cause:
        /The JSONata expression ''string'' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'string' for value: "string"/,
    },
    {
      title: "the input must be an array",
      definition: map({}),
      input: { a: 1 },
      error: "States.QueryEvaluationError",
      cause: /Map state input must be an array but was: {"a":1}/,
    },
    {
      title: "a failing iteration fails the Map",
      definition: map({}, { Type: "Fail", Error: "Bad", Cause: "item" }),
      input: [1],
      error: "Bad",
      cause: /^item$/,
    },
    {
      title: "a failing iteration can be caught outside",
      definition: {
        QueryLanguage: "JSONata",
        StartAt: "M",
        States: {
          M: {
            Type: "Map",
            ItemProcessor: { StartAt: "F", States: { F: { Type: "Fail", Error: "Bad" } } },
            Catch: [
              { ErrorEquals: ["Bad"], Output: "{% $states.errorOutput.Error & $count($states.input) %}", Next: "P" },
            ],
            End: true,
          },
          P: { Type: "Pass", End: true },
        },
      },
      input: [1, 2],
      output: "Bad2",
    },
    {
      title: "maps nest",
      definition: map(
        {},
        {
          Type: "Map",
          ItemProcessor: {
            StartAt: "Q",
            States: { Q: { Type: "Pass", Output: "{% $states.input * 10 %}", End: true } },
          },
          End: true,
        },
      ),
      input: [[1], [2, 3]],
      output: [[10], [20, 30]],
    },
  ]);
});

// Developer guide, "Parallel workflow state" (state-parallel).
describe("JSONata parallels", () => {
  const branch = (state: Definition, name: string): Definition => ({
    StartAt: name,
    States: { [name]: { Type: "Pass", End: true, ...state } },
  });
  check([
    {
      title: "outputs are in the order of the branches",
      definition: jsonata({
        Type: "Parallel",
        Branches: [branch({ Output: 1 }, "X"), branch({ Output: 2 }, "Y")],
        End: true,
      }),
      output: [1, 2],
    },
    {
      title: "Arguments are the branches' input",
      definition: jsonata({
        Type: "Parallel",
        Arguments: "{% $states.input.a %}",
        Branches: [branch({}, "X"), branch({}, "Y")],
        Output: "{% {'r': $states.result, 'i': $states.input} %}",
        End: true,
      }),
      input: { a: 5 },
      output: { r: [5, 5], i: { a: 5 } },
    },
    {
      title: "one failing branch fails all",
      definition: jsonata({
        Type: "Parallel",
        Branches: [branch({}, "X"), branch({ Type: "Fail", Error: "E", End: undefined }, "Y")],
        End: true,
      }),
      error: "E",
    },
  ]);
});
