import { expect } from "chai";
import { StateFailure } from "../../../local/states/failure";
import type { Json } from "../../../local/states/payload";
import { failing, type Definition, FUNCTION, jsonata, run } from "./run";

const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });

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
      title: "States.ALL is States.DataLimitExceeded, too",
      retry: [{ ErrorEquals: ["States.ALL"] }],
      errors: ["States.DataLimitExceeded"],
      waits: [1],
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
