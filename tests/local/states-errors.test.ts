import { expect } from "chai";
import { StateFailure } from "../../local/states/failure";
import type { Json } from "../../local/states/payload";
import { check, type Definition, FUNCTION, jsonata, jsonpath, run, type Work } from "./states-run";

/** Fails with the errors in turn, then succeeds. */
function failing(...errors: string[]): Work {
  return (_input, call) => {
    const error = errors[call];
    if (error !== undefined) throw new StateFailure(error, `cause ${call}`);
    return "done";
  };
}

const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });
const caught = (fields: Definition): Definition => ({
  QueryLanguage: "JSONata",
  StartAt: "A",
  States: { A: { Type: "Task", Resource: FUNCTION, End: true, ...fields }, B: { Type: "Pass", End: true } },
});

// Amazon States Language, "Retrying after error"; developer guide, "Handling errors in Step Functions workflows".
describe("Retry", () => {
  const cases: readonly { title: string; retry: Definition[]; errors: string[]; waits: number[]; error?: string }[] = [
    {
      title: "defaults: 3 retries after 1, 2 and 4 seconds",
      retry: [{ ErrorEquals: ["E"] }],
      errors: ["E", "E", "E"],
      waits: [1, 2, 4],
    },
    {
      title: "gives up after MaxAttempts",
      retry: [{ ErrorEquals: ["E"], MaxAttempts: 2 }],
      errors: ["E", "E", "E"],
      waits: [1, 2],
      error: "E",
    },
    {
      title: "MaxAttempts 0 never retries",
      retry: [{ ErrorEquals: ["E"], MaxAttempts: 0 }],
      errors: ["E"],
      waits: [],
      error: "E",
    },
    {
      title: "IntervalSeconds and BackoffRate",
      retry: [{ ErrorEquals: ["E"], IntervalSeconds: 10, BackoffRate: 1.5 }],
      errors: ["E", "E"],
      waits: [10, 15],
    },
    {
      title: "MaxDelaySeconds caps the interval",
      retry: [{ ErrorEquals: ["E"], IntervalSeconds: 10, MaxDelaySeconds: 15 }],
      errors: ["E", "E"],
      waits: [10, 15],
    },
    {
      title: "full jitter",
      retry: [{ ErrorEquals: ["E"], IntervalSeconds: 10, JitterStrategy: "FULL" }],
      errors: ["E", "E"],
      waits: [2.5, 5],
    },
    { title: "another error is not retried", retry: [{ ErrorEquals: ["F"] }], errors: ["E"], waits: [], error: "E" },
    {
      title: "each retrier counts for itself",
      retry: [
        { ErrorEquals: ["E"], MaxAttempts: 1 },
        { ErrorEquals: ["F"], MaxAttempts: 2, IntervalSeconds: 7 },
      ],
      errors: ["E", "F", "F"],
      waits: [1, 7, 14],
    },
    {
      title: "a spent retrier does not pass on to the next",
      retry: [{ ErrorEquals: ["E"], MaxAttempts: 1 }, { ErrorEquals: ["States.ALL"] }],
      errors: ["E", "E"],
      waits: [1],
      error: "E",
    },
    { title: "States.ALL", retry: [{ ErrorEquals: ["States.ALL"] }], errors: ["Anything"], waits: [1] },
    { title: "States.TaskFailed", retry: [{ ErrorEquals: ["States.TaskFailed"] }], errors: ["Anything"], waits: [1] },
    {
      title: "States.TaskFailed is no States.Timeout",
      retry: [{ ErrorEquals: ["States.TaskFailed"] }],
      errors: ["States.Timeout"],
      waits: [],
      error: "States.Timeout",
    },
    {
      title: "States.ALL is no States.DataLimitExceeded",
      retry: [{ ErrorEquals: ["States.ALL"] }],
      errors: ["States.DataLimitExceeded"],
      waits: [],
      error: "States.DataLimitExceeded",
    },
    {
      title: "States.DataLimitExceeded by its name",
      retry: [{ ErrorEquals: ["States.DataLimitExceeded"] }],
      errors: ["States.DataLimitExceeded"],
      waits: [1],
    },
    {
      title: "States.Runtime never",
      retry: [{ ErrorEquals: ["States.Runtime"] }],
      errors: ["States.Runtime"],
      waits: [],
      error: "States.Runtime",
    },
  ];
  for (const { title, retry, errors, waits, error } of cases) {
    it(title, async () => {
      const ran = await run(task({ Retry: retry }), {}, failing(...errors));
      expect(ran.waits).to.deep.equal(waits);
      if (error === undefined) expect(ran.outcome).to.deep.equal({ status: "SUCCEEDED", output: "done" });
      else expect(ran.outcome).to.include({ status: "FAILED", error });
    });
  }

  it("counts the retries in the context object, from 0 again in the next visit", async () => {
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "A",
      States: {
        A: {
          Type: "Task",
          Resource: FUNCTION,
          Arguments: "{% $states.context.State.RetryCount %}",
          Retry: [{ ErrorEquals: ["E"] }],
          Next: "B",
        },
        B: { Type: "Task", Resource: FUNCTION, Arguments: "{% $states.context.State.RetryCount %}", End: true },
      },
    };
    const seen: Json[] = [];
    await run(definition, {}, (input, call) => {
      seen.push(input);
      if (call < 2) throw new StateFailure("E", "");
      return null;
    });
    expect(seen).to.deep.equal([0, 1, 2, 0]);
  });

  it("retries a whole Parallel", async () => {
    const definition = jsonata({
      Type: "Parallel",
      Branches: [{ StartAt: "T", States: { T: { Type: "Task", Resource: FUNCTION, End: true } } }],
      Retry: [{ ErrorEquals: ["E"] }],
      End: true,
    });
    const ran = await run(definition, {}, failing("E"));
    expect(ran.outcome).to.deep.equal({ status: "SUCCEEDED", output: ["done"] });
    expect(ran.failures).to.deep.equal(["T: E"]);
  });
});

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
      title: "States.ALL is no States.DataLimitExceeded",
      definition: caught({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] }),
      task: () => "x".repeat(262_143),
      error: "States.DataLimitExceeded",
      cause: /returned a result with a size exceeding the maximum number of bytes service limit/,
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

// Developer guide, "Task workflow state": TimeoutSeconds; "State machine structure": TimeoutSeconds.
describe("Time limits", () => {
  const never: Work = (_input, _call, { signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));

  it("a Task that takes too long is States.Timeout and its signal fires", async () => {
    let aborted = false;
    const work: Work = (_input, _call, { signal }) =>
      new Promise(() => signal.addEventListener("abort", () => (aborted = true)));
    const { outcome, events } = await run(task({ TimeoutSeconds: 1 }), {}, work);
    expect(outcome).to.deep.equal({ status: "FAILED", error: "States.Timeout" });
    expect(aborted).to.equal(true);
    expect(events.map(({ type }) => type)).to.include("LambdaFunctionTimedOut");
  });

  it("a Task's limit may be an expression, and can be caught", async () => {
    const definition = caught({
      TimeoutSeconds: "{% $states.input.t %}",
      Catch: [{ ErrorEquals: ["States.Timeout"], Output: "late", Next: "B" }],
    });
    expect((await run(definition, { t: 1 }, never)).outcome).to.deep.equal({ status: "SUCCEEDED", output: "late" });
  });

  it("a limit that is no whole number is an error", async () => {
    const { outcome } = await run(task({ TimeoutSeconds: "{% 1.5 %}" }));
    expect(outcome).to.include({ status: "FAILED", error: "States.QueryEvaluationError" });
  });

  it("TimeoutSecondsPath", async () => {
    const definition = jsonpath({ Type: "Task", Resource: FUNCTION, TimeoutSecondsPath: "$.t", End: true });
    expect((await run(definition, { t: 1 }, never)).outcome).to.include({ error: "States.Timeout" });
  });

  it("a machine that takes too long is timed out, whatever its catchers say", async () => {
    const definition = { ...caught({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "B" }] }), TimeoutSeconds: 1 };
    const { outcome, events } = await run(definition, {}, never);
    expect(outcome).to.deep.equal({ status: "TIMED_OUT" });
    expect(events.at(-1)).to.include({ type: "ExecutionTimedOut" });
  });

  const waits: readonly [string, Definition, Json, number][] = [
    ["Seconds", { Seconds: 60 }, {}, 60],
    ["Seconds as an expression", { QueryLanguage: "JSONata", Seconds: "{% $states.input.s * 2 %}" }, { s: 5 }, 10],
    ["SecondsPath", { SecondsPath: "$.s" }, { s: 5 }, 5],
    ["Timestamp", { Timestamp: "2024-11-08T12:35:56.789Z" }, {}, 60],
    [
      "Timestamp as an expression",
      { QueryLanguage: "JSONata", Timestamp: "{% $states.input %}" },
      "2024-11-08T13:35:56.789+01:00",
      60,
    ],
    ["TimestampPath into the past", { TimestampPath: "$.t" }, { t: "2020-01-01T00:00:00Z" }, 0],
  ];
  for (const [title, fields, input, seconds] of waits) {
    it(`a Wait with ${title}`, async () => {
      const ran = await run(jsonpath({ Type: "Wait", ...fields, End: true }), input);
      expect(ran.outcome).to.deep.equal({ status: "SUCCEEDED", output: input });
      expect(ran.waits).to.deep.equal([seconds]);
    });
  }

  const wrong: readonly [string, Definition, Json, string][] = [
    ["no time zone", { TimestampPath: "$" }, "2016-12-05T21:29:29", "States.Runtime"],
    [
      "a month 13",
      { QueryLanguage: "JSONata", Timestamp: "{% $states.input %}" },
      "2016-13-05T21:29:29Z",
      "States.QueryEvaluationError",
    ],
    ["half seconds", { SecondsPath: "$" }, 1.5, "States.Runtime"],
    ["negative seconds", { SecondsPath: "$" }, -1, "States.Runtime"],
    ["no seconds", { SecondsPath: "$.s" }, {}, "States.Runtime"],
  ];
  for (const [title, fields, input, error] of wrong) {
    it(`a Wait with ${title}`, async () => {
      expect((await run(jsonpath({ Type: "Wait", ...fields, End: true }), input)).outcome).to.include({
        status: "FAILED",
        error,
      });
    });
  }
});

describe("Side by side", () => {
  const parallel = (...states: Definition[]): Definition => ({
    QueryLanguage: "JSONata",
    StartAt: "P",
    States: {
      P: {
        Type: "Parallel",
        Branches: states.map((state, index) => ({
          StartAt: `S${index}`,
          States: { [`S${index}`]: { Type: "Task", Resource: FUNCTION, Arguments: index, End: true, ...state } },
        })),
        End: true,
      },
    },
  });

  it("a failing branch stops the others before the Parallel fails", async () => {
    let stopped = 0;
    const work: Work = (input, _call, { signal }) => {
      if (input === 0) throw new StateFailure("E", "first");
      return new Promise(() => signal.addEventListener("abort", () => stopped++));
    };
    const { outcome, events } = await run(parallel({}, {}, {}), {}, work);
    expect(outcome).to.deep.equal({ status: "FAILED", error: "E", cause: "first" });
    expect(stopped).to.equal(2);
    expect(events.filter(({ type }) => type === "TaskStateAborted")).to.have.length(2);
  });

  it("MaxConcurrency limits how many iterations run", async () => {
    let now = 0;
    let most = 0;
    const work: Work = async (input) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      return input;
    };
    const map = (fields: Definition): Definition =>
      jsonata({
        Type: "Map",
        ItemProcessor: { StartAt: "T", States: { T: { Type: "Task", Resource: FUNCTION, End: true } } },
        End: true,
        ...fields,
      });
    const items = Array.from({ length: 50 }, (_, index) => index);
    const { outcome } = await run(map({ MaxConcurrency: 3 }), items, work);
    expect(outcome).to.deep.equal({ status: "SUCCEEDED", output: items });
    expect(most).to.equal(3);
    most = 0;
    await run(map({}), items, work);
    expect(most).to.equal(40);
  });

  it("stopping ends waits, Tasks and branches", async () => {
    const stop = new AbortController();
    const work: Work = () => {
      setImmediate(() => stop.abort({ error: "Why", cause: "because" }));
      return new Promise(() => undefined);
    };
    const { outcome, events } = await run(parallel({}, {}), {}, work, stop.signal);
    expect(outcome).to.deep.equal({ status: "ABORTED", error: "Why", cause: "because" });
    expect(events.at(-1)).to.deep.include({
      type: "ExecutionAborted",
      executionAbortedEventDetails: { error: "Why", cause: "because" },
    });
  });
});

// API reference, "HistoryEvent"; types, ids and links as recorded from the service.
describe("History", () => {
  const shape = async (definition: Definition, input: Json, task?: Work) =>
    (await run(definition, input, task)).events.map(
      ({ id, previousEventId, type }) => `${id ?? 0}<${previousEventId ?? 0} ${type ?? ""}`,
    );

  it("of a retried Task", async () => {
    expect(await shape(task({ Retry: [{ ErrorEquals: ["E"] }] }), {}, failing("E"))).to.deep.equal([
      "1<0 ExecutionStarted",
      "2<0 TaskStateEntered",
      "3<2 LambdaFunctionScheduled",
      "4<3 LambdaFunctionStarted",
      "5<4 LambdaFunctionFailed",
      "6<5 LambdaFunctionScheduled",
      "7<6 LambdaFunctionStarted",
      "8<7 LambdaFunctionSucceeded",
      "9<8 TaskStateExited",
      "10<9 ExecutionSucceeded",
    ]);
  });

  it("of a Map with one iteration at a time", async () => {
    const definition = jsonata({
      Type: "Map",
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: "P", States: { P: { Type: "Pass", End: true } } },
      End: true,
    });
    expect(await shape(definition, [1, 2])).to.deep.equal([
      "1<0 ExecutionStarted",
      "2<0 MapStateEntered",
      "3<2 MapStateStarted",
      "4<3 MapIterationStarted",
      "5<4 PassStateEntered",
      "6<5 PassStateExited",
      "7<6 MapIterationSucceeded",
      "8<6 MapIterationStarted",
      "9<8 PassStateEntered",
      "10<9 PassStateExited",
      "11<10 MapIterationSucceeded",
      "12<10 MapStateSucceeded",
      "13<10 MapStateExited",
      "14<13 ExecutionSucceeded",
    ]);
  });

  it("of a failed evaluation", async () => {
    const { events } = await run(jsonata({ Type: "Pass", Output: "{% $none %}", End: true }));
    expect(events.map(({ type }) => type)).to.deep.equal([
      "ExecutionStarted",
      "PassStateEntered",
      "EvaluationFailed",
      "ExecutionFailed",
    ]);
    expect(events[2]?.evaluationFailedEventDetails).to.include({ state: "A", error: "States.QueryEvaluationError" });
  });

  it("names the variables that a state assigned", async () => {
    const { events } = await run(jsonata({ Type: "Pass", Assign: { x: [1] }, End: true }), {});
    expect(events[2]?.stateExitedEventDetails).to.deep.include({
      name: "A",
      output: "{}",
      assignedVariables: { x: "[1]" },
    });
  });
});
