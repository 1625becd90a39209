import { StateFailure } from "../../../local/states/failure";
import type { Json } from "../../../local/states/payload";
import { check, type Definition, FUNCTION, jsonpath } from "./run";

const pass = (fields: Definition): Definition => jsonpath({ Type: "Pass", End: true, ...fields });
const task = (fields: Definition): Definition => jsonpath({ Type: "Task", Resource: FUNCTION, End: true, ...fields });
const map = (fields: Definition, process: Definition = { Type: "Pass", End: true }): Definition =>
  jsonpath({ Type: "Map", ItemProcessor: { StartAt: "P", States: { P: process } }, End: true, ...fields });

// Amazon States Language, "Input and Output Processing"; developer guide, "Processing input and output in Step Functions".
describe("JSONPath input and output", () => {
  const input: Json = { a: { b: 1 }, c: [1, 2] };
  check([
    { title: "InputPath selects", definition: pass({ InputPath: "$.a" }), input, output: { b: 1 } },
    { title: "InputPath null stands for {}", definition: pass({ InputPath: null }), input, output: {} },
    {
      title: "InputPath of the context object",
      definition: pass({ InputPath: "$$.Execution.Name" }),
      input,
      output: "name",
    },
    { title: "OutputPath selects", definition: pass({ OutputPath: "$.a.b" }), input, output: 1 },
    { title: "OutputPath null gives {}", definition: pass({ OutputPath: null }), input, output: {} },
    {
      title: "Parameters take text, paths and nested templates",
      definition: pass({ Parameters: { x: "$.a", y: { "z.$": "$.a.b" }, l: [{ "q.$": "$.c[0]" }, 1] } }),
      input,
      output: { x: "$.a", y: { z: 1 }, l: [{ q: 1 }, 1] },
    },
    {
      title: "Parameters after InputPath",
      definition: pass({ InputPath: "$.a", Parameters: { "x.$": "$.b" } }),
      input,
      output: { x: 1 },
    },
    {
      title: "Result is given as it stands",
      definition: pass({ Result: { "x.$": "$.a" } }),
      input,
      output: { "x.$": "$.a" },
    },
    { title: "a Result of 0 is a result", definition: pass({ Result: 0 }), input, output: 0 },
    {
      title: "a Result of false is a result",
      definition: pass({ Result: false, ResultPath: "$.r" }),
      input: {},
      output: { r: false },
    },
    { title: "an empty Result is a result", definition: pass({ Result: "" }), input, output: "" },
    { title: "a null Result is a result", definition: pass({ Result: null }), input, output: null },
    { title: "ResultPath $ replaces the input", definition: pass({ Result: 1, ResultPath: "$" }), input, output: 1 },
    {
      title: "ResultPath null keeps the input",
      definition: pass({ Result: 1, ResultPath: null }),
      input,
      output: input,
    },
    {
      title: "ResultPath adds to the raw input",
      definition: pass({ InputPath: "$.a", Result: 1, ResultPath: "$.r" }),
      input,
      output: { ...(input as object), r: 1 },
    },
    {
      title: "ResultPath makes objects on its way",
      definition: pass({ Result: 1, ResultPath: "$.x.y.z" }),
      input: {},
      output: { x: { y: { z: 1 } } },
    },
    {
      title: "ResultPath replaces a member",
      definition: pass({ Result: 1, ResultPath: "$.a" }),
      input,
      output: { a: 1, c: [1, 2] },
    },
    {
      title: "ResultPath into an array",
      definition: pass({ Result: 9, ResultPath: "$.c[1]" }),
      input,
      output: { a: { b: 1 }, c: [1, 9] },
    },
    {
      title: "ResultPath past an array's end",
      definition: pass({ Result: 9, ResultPath: "$.c[2]" }),
      input,
      error: "States.ResultPathMatchFailure",
    },
    {
      title: "ResultPath into a number",
      definition: pass({ Result: 9, ResultPath: "$.a.b.c" }),
      input,
      error: "States.ResultPathMatchFailure",
    },
    {
      title: "ResultSelector, then ResultPath, then OutputPath",
      definition: task({ ResultSelector: { "id.$": "$.deep.id" }, ResultPath: "$.r", OutputPath: "$.r.id" }),
      task: () => ({ deep: { id: 5 } }),
      input,
      output: 5,
    },
    {
      title: "ResultSelector sees the context object",
      definition: task({ ResultSelector: { "n.$": "$$.State.Name" } }),
      output: { n: "A" },
    },
    {
      title: "a path that is not there",
      definition: pass({ InputPath: "$.none" }),
      input,
      error: "States.Runtime",
      cause: /^An error occurred while executing the state 'A' \(entered at the event id #2\)\. Invalid path '\$.none'/,
    },
    {
      title: "a parameter that is not there",
      definition: pass({ Parameters: { "v.$": "$.none" } }),
      input: {},
      error: "States.Runtime",
      cause: /The JSONPath '\$.none' specified for the field 'v.\$' could not be found in the input '{}'/,
    },
    {
      title: "no state changes what another one sees",
      definition: {
        StartAt: "A",
        States: {
          A: { Type: "Pass", InputPath: "$$.Execution.Input", Result: 2, ResultPath: "$.x", Next: "B" },
          B: { Type: "Pass", InputPath: "$$.Execution.Input", End: true },
        },
      },
      input: { x: 1 },
      output: { x: 1 },
    },
    {
      title: "a Wait passes its input on",
      definition: jsonpath({ Type: "Wait", Seconds: 5, End: true }),
      input,
      output: input,
    },
    {
      title: "a Succeed state selects",
      definition: jsonpath({ Type: "Succeed", InputPath: "$.a", OutputPath: "$.b" }),
      input,
      output: 1,
    },
    {
      title: "a Fail's paths",
      definition: jsonpath({ Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('{}!', $.c)" }),
      input: { e: "E", c: "C" },
      error: "E",
      cause: /^C!$/,
    },
  ]);
});

// Developer guide, "Passing data between states with variables": JSONPath states.
describe("JSONPath variables", () => {
  const then = (first: Definition, second: Definition): Definition => ({
    StartAt: "A",
    States: { A: { Next: "B", ...first }, B: { End: true, Type: "Pass", ...second } },
  });
  check([
    {
      title: "from a Pass result",
      definition: then(
        { Type: "Pass", Result: { q: 1 }, Assign: { "v.$": "$.q", w: "$.q" } },
        { Parameters: { "v.$": "$v", "w.$": "$w" } },
      ),
      output: { v: 1, w: "$.q" },
    },
    {
      title: "from a Task result, with intrinsics",
      definition: then(
        { Type: "Task", Resource: FUNCTION, ResultPath: null, Assign: { "v.$": "States.MathAdd($.n, 1)" } },
        { InputPath: "$v" },
      ),
      task: () => ({ n: 1 }),
      output: 2,
    },
    {
      title: "paths into variables",
      definition: then(
        { Type: "Pass", Assign: { v: { l: [1, { m: 2 }] } } },
        { Parameters: { "x.$": "$v.l[1].m", "all.$": "$v.l[*]" } },
      ),
      output: { x: 2, all: [1, { m: 2 }] },
    },
    {
      title: "in a choice",
      definition: {
        StartAt: "A",
        States: {
          A: { Type: "Pass", Assign: { v: 2 }, Next: "C" },
          C: { Type: "Choice", Choices: [{ Variable: "$v", NumericEquals: 2, Assign: { chosen: true }, Next: "D" }] },
          D: { Type: "Pass", InputPath: "$chosen", End: true },
        },
      },
      output: true,
    },
    {
      title: "in a catcher, from the error",
      definition: {
        StartAt: "T",
        States: {
          T: {
            Type: "Task",
            Resource: FUNCTION,
            Catch: [{ ErrorEquals: ["States.ALL"], Assign: { "e.$": "$.Error" }, ResultPath: null, Next: "P" }],
            End: true,
          },
          P: { Type: "Pass", InputPath: "$e", End: true },
        },
      },
      input: 1,
      task: () => {
        throw new StateFailure("E", "C");
      },
      output: "E",
    },
  ]);
});

// Developer guide, "Using Map state in Inline mode" (state-map-inline), "Map workflow state: ItemsPath, ItemSelector".
describe("JSONPath maps", () => {
  check([
    { title: "over the input", definition: map({}), input: [1, 2], output: [1, 2] },
    {
      title: "ItemsPath after InputPath",
      definition: map({ InputPath: "$.a", ItemsPath: "$.items" }),
      input: { a: { items: [1] } },
      output: [1],
    },
    {
      title: "ItemsPath into the context object",
      definition: map({ ItemsPath: "$$.Execution.Input.items" }),
      input: { items: [3] },
      output: [3],
    },
    {
      title: "ItemSelector",
      definition: map({
        ItemsPath: "$.items",
        ItemSelector: { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "n.$": "$.n" },
      }),
      input: { n: 1, items: ["a"] },
      output: [{ i: 0, v: "a", n: 1 }],
    },
    {
      title: "Parameters and Iterator, as they were called",
      definition: jsonpath({
        Type: "Map",
        Parameters: { "v.$": "$$.Map.Item.Value" },
        Iterator: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
        End: true,
      }),
      input: ["a"],
      output: [{ v: "a" }],
    },
    {
      title: "$$.Map and $$.State in iterations",
      definition: map(
        {},
        { Type: "Pass", Parameters: { "i.$": "$$.Map.Item.Index", "s.$": "$$.State.Name" }, End: true },
      ),
      input: ["a"],
      output: [{ i: 0, s: "P" }],
    },
    {
      title: "ResultSelector and ResultPath",
      definition: map({ ItemsPath: "$.items", ResultSelector: { "first.$": "$[0]" }, ResultPath: "$.r" }),
      input: { items: [7, 8] },
      output: { items: [7, 8], r: { first: 7 } },
    },
    {
      title: "MaxConcurrencyPath",
      definition: map({ ItemsPath: "$.items", MaxConcurrencyPath: "$.n" }),
      input: { n: 1, items: [1, 2] },
      output: [1, 2],
    },
    {
      title: "MaxConcurrencyPath to digits in a string",
      definition: map({ ItemsPath: "$.items", MaxConcurrencyPath: "$.n" }),
      input: { n: "1", items: [1] },
      output: [1],
    },
    {
      title: "MaxConcurrencyPath to no number",
      definition: map({ ItemsPath: "$.items", MaxConcurrencyPath: "$.n" }),
      input: { n: "many", items: [1] },
      error: "States.Runtime",
      cause: /refers to value "many" which is not a valid integer: \$.n/,
    },
    {
      title: "ItemsPath to no array",
      definition: map({ ItemsPath: "$.n" }),
      input: { n: 1 },
      error: "States.Runtime",
      cause: /Reference path "\$.n" must point to array\./,
    },
  ]);
});
