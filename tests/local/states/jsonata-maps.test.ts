import { check, type Definition, jsonata } from "./run";

const map = (fields: Definition, process: Definition = { Type: "Pass", End: true }): Definition =>
  jsonata({ Type: "Map", ItemProcessor: { StartAt: "P", States: { P: process } }, End: true, ...fields });

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
