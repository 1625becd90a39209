import { expect } from "chai";
import { StateFailure } from "../../../local/states/failure";
import type { Json } from "../../../local/states/payload";
import { caught, type Definition, FUNCTION, jsonata, jsonpath, run, type Work } from "./run";

const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });

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
    // The one that failed is told of, too, and all link to its failure.
    const failed = events.find(({ type }) => type === "LambdaFunctionFailed")?.id;
    const aborted = events.filter(({ type }) => type === "TaskStateAborted");
    expect(aborted.map(({ previousEventId }) => previousEventId)).to.deep.equal([failed, failed, failed]);
    expect(events.find(({ type }) => type === "ParallelStateFailed")?.previousEventId).to.equal(failed);
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
