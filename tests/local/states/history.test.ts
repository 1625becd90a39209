import { expect } from "chai";
import type { Json } from "../../../local/states/payload";
import { failing, type Definition, FUNCTION, jsonata, run, type Work } from "./run";

const task = (fields: Definition): Definition => jsonata({ Type: "Task", Resource: FUNCTION, End: true, ...fields });

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
      "12<11 MapStateSucceeded",
      "13<11 MapStateExited",
      "14<13 ExecutionSucceeded",
    ]);
  });

  it("of a failed evaluation", async () => {
    const { events } = await run(jsonata({ Type: "Pass", Output: "{% $none %}", End: true }));
    expect(events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`)).to.deep.equal([
      "1<0 ExecutionStarted",
      "2<0 PassStateEntered",
      "3<0 EvaluationFailed",
      "4<3 ExecutionFailed",
    ]);
    expect(events[2]?.evaluationFailedEventDetails).to.include({
      state: "A",
      error: "States.QueryEvaluationError",
      location: "Output",
    });
  });

  it("of an execution that is stopped", async () => {
    const stop = new AbortController();
    const wait = task({ TimeoutSeconds: 60 });
    const running = run(wait, {}, () => new Promise(() => undefined), stop.signal);
    setImmediate(() => stop.abort({}));
    const { events } = await running;
    expect(events.at(-1)).to.include({ type: "ExecutionAborted", previousEventId: 0 });
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
