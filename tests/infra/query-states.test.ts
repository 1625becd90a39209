import { expect } from "chai";
import { endOfRun, queryStates, stepAttempts } from "../../infra/state-machine/queries";
import { call } from "../../infra/state-machine/tasks";
import { StateFailure } from "../../local/states/failure";
import type { TaskRequest } from "../../local/states/environment";
import type { Json, JsonObject } from "../../local/states/payload";
import { run, type Definition } from "../local/states/run";

/** How a query ends that was started: Athena API reference, "QueryExecutionStatus". */
interface Ending {
  readonly State: "SUCCEEDED" | "FAILED";
  readonly StateChangeReason?: string;
  readonly AthenaError?: { readonly Retryable: boolean };
}

/** The text makes the cause so long that its end, where Athena's error stands, is cut off. */
const text = `SELECT '${"x".repeat(40_000)}'`;

/** Athena, as far as a task sees it: queries end as they are told to, and calls fail with the given names first. */
class Scripted {
  readonly tokens: string[] = [];
  private readonly ended: { readonly token: string; readonly ending: Ending }[] = [];

  constructor(
    private readonly endings: Ending[],
    private readonly errors: string[] = [],
  ) {}

  readonly work = (input: Json, _call: number, { resource }: TaskRequest): Json => {
    const error = this.errors.shift();
    if (error !== undefined) throw new StateFailure(error, "of the service");
    const given = input as JsonObject;
    const action = resource.kind === "integration" ? `${resource.action}.${resource.pattern}` : "";
    if (action === "getQueryExecution.response") return this.describe(Number(given.QueryExecutionId));
    const token = String(given.ClientRequestToken);
    const known = this.ended.findIndex((query) => query.token === token);
    // One token is one query, and starting it again waits for nothing.
    if (action === "startQueryExecution.response") return { QueryExecutionId: String(known) };
    this.tokens.push(token);
    const ending = this.endings.shift() ?? { State: "SUCCEEDED" };
    this.ended.push({ token, ending });
    const described = this.describe(this.ended.length - 1);
    if (ending.State === "FAILED") throw new StateFailure("States.TaskFailed", JSON.stringify(described));
    return described;
  };

  private describe(id: number): Json {
    const Status = { ...this.ended[id]?.ending } as JsonObject;
    return { QueryExecution: { Query: text, QueryExecutionId: String(id), Statistics: {}, Status } };
  }
}

const definition: Definition = {
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Assign: { attempt: 0 }, Next: "Query t" },
    ...queryStates({
      name: "t",
      workgroup: "w",
      statement: JSON.stringify(text),
      assign: {},
      attempts: stepAttempts,
      next: "Done",
      failed: endOfRun,
    }),
    Done: { Type: "Succeed" },
    "Record failure": { Type: "Fail", Error: "{% $failure.Error %}", Cause: "{% $failure.Cause %}" },
  },
};

const failed = (StateChangeReason: string, Retryable: boolean): Ending => ({
  State: "FAILED",
  StateChangeReason,
  AthenaError: { Retryable },
});

// Athena API reference, "AthenaError" and "StartQueryExecution"; Step Functions documentation, "Handling errors"; Step Functions
// API reference, "TaskFailedEventDetails": a cause has 32,768 characters at most.
describe("a run's query", () => {
  const cases: readonly {
    readonly title: string;
    readonly endings?: Ending[];
    readonly errors?: string[];
    readonly attempts: number;
    readonly error?: string;
    readonly cause?: RegExp;
  }[] = [
    { title: "that succeeds is run once", attempts: 1 },
    {
      title: "that failed for a reason which Athena calls retryable is run again, however long its text is",
      endings: [failed("Query exhausted resources", true), failed("Query exhausted resources", true)],
      attempts: 3,
    },
    {
      title: "that fails for such a reason again and again ends the run with the reason",
      endings: [failed("a", true), failed("b", true), failed("c", true)],
      attempts: 3,
      error: "QueryFailed",
      cause: /^c$/,
    },
    {
      title: "that is wrong is not run again",
      endings: [failed("COLUMN_NOT_FOUND: line 1:8", false)],
      attempts: 1,
      error: "QueryFailed",
      cause: /^COLUMN_NOT_FOUND: line 1:8$/,
    },
    {
      title: "that is not allowed yet is run again: IAM's changes take a moment",
      endings: [failed("User: arn:… is not authorized to perform: glue:GetTable on resource: …", false)],
      attempts: 2,
    },
    {
      title: "is started again after errors of too many requests, of which Athena's model lists one only",
      errors: ["Athena.TooManyRequestsException", "Athena.AmazonAthenaException", "Athena.ThrottlingException"],
      attempts: 1,
    },
    {
      title: "that Athena does not take is not started again",
      errors: ["Athena.InvalidRequestException"],
      attempts: 0,
      error: "Athena.InvalidRequestException",
      cause: /of the service/,
    },
  ];
  for (const { title, endings = [], errors = [], attempts, error, cause } of cases) {
    it(title, async () => {
      const athena = new Scripted([...endings], [...errors]);
      const { outcome } = await run(definition, {}, athena.work);
      expect(outcome).to.include(error === undefined ? { status: "SUCCEEDED" } : { status: "FAILED", error });
      if (cause) expect((outcome as { cause?: string }).cause).to.match(cause);
      expect(athena.tokens).to.have.length(attempts);
      expect(new Set(athena.tokens).size, "a token for each attempt").to.equal(attempts);
    });
  }

  it("that cannot be asked about ends the run with the failure as the task told it", async () => {
    const athena = new Scripted([failed("Query exhausted resources", true)]);
    const work: typeof athena.work = (input, number, request) => {
      if (request.resource.kind === "integration" && request.resource.action === "getQueryExecution") {
        throw new StateFailure("Athena.InvalidRequestException", "was not found");
      }
      return athena.work(input, number, request);
    };
    const { outcome } = await run(definition, {}, work);
    expect(outcome).to.include({ status: "FAILED", error: "States.TaskFailed" });
  });
});

// Step Functions documentation, "Handling errors": `States.ALL` stands for these, too.
describe("a run's call of a function", () => {
  const states = (payload: object): Definition => ({
    QueryLanguage: "JSONata",
    StartAt: "Call",
    States: { Call: call("f", payload, { End: true }) },
  });
  const answer = (names: string[]) => {
    const left = [...names];
    return (): Json => {
      const error = left.shift();
      if (error !== undefined) throw new StateFailure(error, "{}");
      return { Payload: {} };
    };
  };
  const cases: readonly [error: string, times: number, waits: number][] = [
    ["States.QueryEvaluationError", 1, 0],
    ["TypeError", 1, 0],
    ["CheckFailed", 1, 0],
    ["AccessDenied", 3, 3],
    ["Lambda.AWSLambdaException", 4, 4],
    ["Lambda.TooManyRequestsException", 2, 2],
  ];
  for (const [error, times, waits] of cases) {
    it(`${waits > 0 ? "is made again" : "is not made again"} after ${error}`, async () => {
      const ran = await run(states({}), {}, answer(Array.from({ length: times }, () => error)));
      expect(ran.waits).to.have.length(waits);
      expect(ran.outcome.status).to.equal(waits > 0 ? "SUCCEEDED" : "FAILED");
    });
  }

  it("whose payload cannot be computed fails at once", async () => {
    const { outcome, waits } = await run(states({ a: "{% $states.input.b.c + 'x' %}" }), { b: { c: 1 } });
    expect(outcome).to.include({ status: "FAILED", error: "States.QueryEvaluationError" });
    expect(waits).to.deep.equal([]);
  });
});
