import { StateFailure } from "../../../local/states/failure";
import { failing, caught, check, type Definition, FUNCTION, jsonata, type Work } from "./run";

const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });

// Developer guide, "Handling errors": fallback states, error output.
describe("Catch", () => {
  const fail: Work = failing("E", "E", "E", "E");
  const output = { Error: "E", Cause: "cause 0" };
  check([
    {
      title: "hands over the error",
      definition: caught({ Catch: [{ ErrorEquals: ["E"], Next: "B" }] }),
      task: fail,
      output,
    },
    {
      title: "Output with error and input",
      definition: caught({
        Catch: [
          { ErrorEquals: ["E"], Output: { e: "{% $states.errorOutput.Cause %}", i: "{% $states.input %}" }, Next: "B" },
        ],
      }),
      input: 1,
      task: fail,
      output: { e: "cause 0", i: 1 },
    },
    {
      title: "Assign",
      definition: {
        ...caught({ Catch: [{ ErrorEquals: ["E"], Assign: { x: "{% $states.errorOutput.Error %}" }, Next: "V" }] }),
        States: {
          A: {
            Type: "Task",
            Resource: FUNCTION,
            Catch: [{ ErrorEquals: ["E"], Assign: { x: "{% $states.errorOutput.Error %}" }, Next: "V" }],
            End: true,
          },
          V: { Type: "Pass", Output: "{% $x %}", End: true },
        },
      },
      task: fail,
      output: "E",
    },
    {
      title: "the first catcher that matches",
      definition: caught({
        Catch: [
          { ErrorEquals: ["F"], Next: "B", Output: 1 },
          { ErrorEquals: ["G", "E"], Next: "B", Output: 2 },
          { ErrorEquals: ["States.ALL"], Next: "B", Output: 3 },
        ],
      }),
      task: fail,
      output: 2,
    },
    {
      title: "no catcher matches",
      definition: caught({ Catch: [{ ErrorEquals: ["F"], Next: "B" }] }),
      task: fail,
      error: "E",
      cause: /^cause 0$/,
    },
    {
      title: "after the retries",
      definition: caught({
        Retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }],
      }),
      task: fail,
      output: { Error: "E", Cause: "cause 1" },
    },
    {
      title: "States.ALL is States.DataLimitExceeded, too: recorded, although the guide excepts it",
      definition: caught({ Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput %}", Next: "B" }] }),
      task: () => "x".repeat(262_143),
      output: {
        Error: "States.DataLimitExceeded",
        Cause: `The state/task '${FUNCTION}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      },
    },
    {
      title: "States.DataLimitExceeded by its name",
      definition: caught({ Catch: [{ ErrorEquals: ["States.DataLimitExceeded"], Output: 1, Next: "B" }] }),
      task: () => "x".repeat(262_143),
      output: 1,
    },
    {
      title: "States.QueryEvaluationError of Arguments",
      definition: caught({
        Arguments: "{% $none %}",
        Catch: [{ ErrorEquals: ["States.QueryEvaluationError"], Output: 1, Next: "B" }],
      }),
      output: 1,
    },
    {
      title: "States.QueryEvaluationError of Output",
      definition: caught({ Output: "{% $none %}", Catch: [{ ErrorEquals: ["States.ALL"], Output: 1, Next: "B" }] }),
      output: 1,
    },
    {
      title: "an error in the catcher's Output is not caught",
      definition: caught({ Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $none %}", Next: "B" }] }),
      task: fail,
      error: "States.QueryEvaluationError",
    },
    {
      title: "States.Runtime never",
      definition: {
        StartAt: "A",
        States: {
          A: {
            Type: "Task",
            Resource: FUNCTION,
            OutputPath: "$.none",
            Catch: [{ ErrorEquals: ["States.Runtime"], Next: "B" }],
            End: true,
          },
          B: { Type: "Succeed" },
        },
      },
      task: () => ({}),
      error: "States.Runtime",
    },
    {
      title: "JSONPath: replaces the input",
      definition: {
        StartAt: "A",
        States: {
          A: { Type: "Task", Resource: FUNCTION, Catch: [{ ErrorEquals: ["E"], Next: "B" }], End: true },
          B: { Type: "Pass", End: true },
        },
      },
      input: { i: 1 },
      task: fail,
      output,
    },
    {
      title: "JSONPath: ResultPath",
      definition: {
        StartAt: "A",
        States: {
          A: {
            Type: "Task",
            Resource: FUNCTION,
            Catch: [{ ErrorEquals: ["E"], ResultPath: "$.error", Next: "B" }],
            End: true,
          },
          B: { Type: "Pass", End: true },
        },
      },
      input: { i: 1 },
      task: fail,
      output: { i: 1, error: output },
    },
    {
      title: "an error without a cause has an empty one",
      definition: caught({ Catch: [{ ErrorEquals: ["E"], Next: "B" }] }),
      task: () => {
        throw new StateFailure("E", undefined);
      },
      output: { Error: "E", Cause: "" },
    },
  ]);
});

// Step Functions service quotas: 262,144 bytes of UTF-8.
describe("Payload limit", () => {
  check([
    {
      title: "a result of exactly 262,144 bytes passes",
      definition: task({ Output: 1 }),
      task: () => "x".repeat(262_142),
      output: 1,
    },
    {
      title: "bytes count, not characters",
      definition: task({ Output: 1 }),
      task: () => "é".repeat(131_072),
      error: "States.DataLimitExceeded",
    },
    {
      title: "arguments",
      definition: task({ Arguments: "{% $pad('', 262145, 'x') %}" }),
      error: "States.DataLimitExceeded",
    },
    {
      title: "a Pass's output",
      definition: jsonata({ Type: "Pass", Output: "{% $pad('', 262145, 'x') %}", End: true }),
      error: "States.DataLimitExceeded",
      cause: /'A'/,
    },
    {
      title: "a Map's output",
      definition: jsonata({
        Type: "Map",
        ItemProcessor: {
          StartAt: "P",
          States: { P: { Type: "Pass", Output: "{% $pad('', 100000, 'x') %}", End: true } },
        },
        End: true,
      }),
      input: [1, 2, 3],
      error: "States.DataLimitExceeded",
    },
  ]);
});

// Step Functions API reference, "TaskFailedEventDetails" and "ExecutionFailedEventDetails": cause, maximum length of 32768.
describe("Causes", () => {
  check([
    {
      title: "are cut after 32,768 characters",
      definition: caught({
        Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $length($states.errorOutput.Cause) %}", Next: "B" }],
      }),
      task: () => {
        throw new StateFailure("Long", "x".repeat(40_000));
      },
      output: 32_768,
    },
  ]);
});
