import { check, type Definition, FUNCTION } from "./run";

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
