import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type {
  DescribeExecutionOutput,
  GetExecutionHistoryOutput,
  ListExecutionsOutput,
  StartExecutionOutput,
  ValidateStateMachineDefinitionOutput,
} from "@aws-sdk/client-sfn";
import { expect } from "chai";
import {
  Api,
  AwsError,
  type Caller,
  operation,
  type Operations,
  type Permission,
  type ServiceName,
} from "../../local/api";
import { Journal, type JournalEntry } from "../../local/journal";
import { StateMachines, type StateMachineOptions } from "../../local/states/machines";
import type { StatusChange } from "../../local/states/status-change";
import { statesOperations } from "../../local/states/operations";
import type { Definition } from "./states-run";

const place = { account: "123456789012", region: "us-east-1" };
const owner: Caller = { principalArn: "arn:aws:iam::123456789012:root" };
const roleArn = "arn:aws:iam::123456789012:role/pipeline";
const machineArn = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const executionArn = (machine: string, name: string) =>
  `arn:aws:states:us-east-1:123456789012:execution:${machine}:${name}`;

type Stub = (input: Record<string, unknown>, caller: Caller) => unknown;

/** A service whose operations are plain functions. */
function service(operations: Record<string, Stub>): Operations {
  return Object.fromEntries(
    Object.entries(operations).map(([name, stub]) => [
      name,
      operation({
        parse: (input) => input as Record<string, unknown>,
        permissions: () => [{ action: name, resource: "*" }],
        run: async (input, call) => stub(input, call.caller),
      }),
    ]),
  );
}

/** A runtime of Step Functions and stubs. */
class Runtime {
  /** All that the running test has opened. */
  static readonly open: Runtime[] = [];
  readonly journal = new Journal();
  readonly entries: JournalEntry[] = [];
  readonly permissions: { caller: string; permission: Permission }[] = [];
  readonly changes: StatusChange[] = [];
  readonly api: Api;
  readonly machines: StateMachines;

  constructor(
    folder: string,
    stubs: Partial<Record<ServiceName, Record<string, Stub>>> = {},
    options: Partial<StateMachineOptions> = {},
  ) {
    this.journal.listen((entry) => this.entries.push(entry));
    this.api = new Api(({ principalArn }, permission) => {
      this.permissions.push({ caller: principalArn, permission });
      if (permission.action === "Forbidden") throw new AwsError("AccessDeniedException", "User is not authorized", 403);
    });
    for (const [name, operations] of Object.entries(stubs)) this.api.register(name as ServiceName, service(operations));
    this.machines = new StateMachines(folder, {
      place,
      api: this.api,
      journal: this.journal,
      pace: 1_000,
      onStatusChange: (change) => this.changes.push(change),
      ...options,
    });
    this.api.register("states", statesOperations(this.machines, place));
    Runtime.open.push(this);
  }

  call<Output>(name: string, input: unknown): Promise<Output> {
    return this.api.call("states", name, input, owner) as Promise<Output>;
  }

  put(name: string, definition: Definition): void {
    this.machines.putMachine({ name, definition: JSON.stringify(definition), roleArn });
  }

  /** Runs an execution to its end. */
  async execute(name: string, input: unknown = {}): Promise<DescribeExecutionOutput> {
    const { executionArn } = await this.call<StartExecutionOutput>("StartExecution", {
      stateMachineArn: machineArn(name),
      input: JSON.stringify(input),
    });
    await this.journal.whenIdle();
    return this.call("DescribeExecution", { executionArn });
  }

  async history(executionArn: string | undefined): Promise<NonNullable<GetExecutionHistoryOutput["events"]>> {
    return (
      (await this.call<GetExecutionHistoryOutput>("GetExecutionHistory", { executionArn, maxResults: 1000 })).events ??
      []
    );
  }
}

async function rejection(work: Promise<unknown> | (() => unknown)): Promise<AwsError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return error as AwsError;
  }
  throw new Error("nothing was thrown");
}

const WAITING: Definition = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 99_999, End: true } } };
const PASSING: Definition = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };
const one = (state: Definition): Definition => ({
  QueryLanguage: "JSONata",
  StartAt: "T",
  States: { T: { Type: "Task", End: true, ...state } },
});

describe("State machines", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "states-"))));
  afterEach(async () => {
    await Promise.all(Runtime.open.splice(0).map(({ machines }) => machines.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  describe("a pipeline: Map over files, Parallel audits, functions, queries, a recording catcher", () => {
    const invoke = (fields: Definition, Payload: unknown): Definition => ({
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      TimeoutSeconds: 60,
      Arguments: { FunctionName: "work", Payload },
      Output: "{% $states.result.Payload %}",
      ...fields,
    });
    const audit = (name: string): Definition => ({
      StartAt: `Render ${name}`,
      States: {
        [`Render ${name}`]: invoke({ Next: `Query ${name}` }, { action: "render", table: name, run: "{% $run %}" }),
        [`Query ${name}`]: {
          Type: "Task",
          Resource: "arn:aws:states:::athena:startQueryExecution.sync",
          TimeoutSeconds: 60,
          Arguments: { QueryString: "{% $states.input.sql %}", WorkGroup: "lake" },
          Output: {
            id: "{% $states.result.QueryExecution.QueryExecutionId %}",
            scanned: "{% $states.result.QueryExecution.Statistics.DataScannedInBytes %}",
          },
          End: true,
        },
      },
    });
    const definition: Definition = {
      QueryLanguage: "JSONata",
      StartAt: "Prepare",
      TimeoutSeconds: 300,
      States: {
        Prepare: {
          Type: "Pass",
          Assign: { run: "{% $states.context.Execution.Name %}", date: "{% $states.input.date %}" },
          Next: "Work",
        },
        Work: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "Land",
              States: {
                Land: {
                  Type: "Map",
                  Items: "{% $states.input.files %}",
                  ItemSelector: {
                    file: "{% $states.context.Map.Item.Value %}",
                    index: "{% $states.context.Map.Item.Index %}",
                  },
                  MaxConcurrency: 2,
                  ItemProcessor: {
                    StartAt: "Copy",
                    States: {
                      Copy: invoke(
                        { End: true, Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 60 }] },
                        { action: "copy", file: "{% $states.input.file %}", date: "{% $date %}" },
                      ),
                    },
                  },
                  Assign: { landed: "{% $count($states.result) %}" },
                  Output: "{% {'files': $states.result} %}",
                  Next: "Audits",
                },
                Audits: {
                  Type: "Parallel",
                  Branches: [audit("in"), audit("oh")],
                  Output: "{% {'landed': $landed, 'audits': $states.result} %}",
                  End: true,
                },
              },
            },
          ],
          Output: "{% $states.result[0] %}",
          Catch: [{ ErrorEquals: ["States.ALL"], Assign: { failure: "{% $states.errorOutput %}" }, Next: "Record" }],
          Next: "Due",
        },
        Due: {
          Type: "Choice",
          Choices: [{ Condition: "{% $states.input.landed > 0 %}", Next: "Done" }],
          Default: "Done",
        },
        Done: { Type: "Succeed" },
        Record: invoke({ Next: "Failed" }, { action: "record", error: "{% $failure.Error %}", run: "{% $run %}" }),
        Failed: { Type: "Fail", Error: "{% $failure.Error %}", Cause: "{% 'run ' & $run & ': ' & $failure.Cause %}" },
      },
    };

    function pipeline(options: { failCopy?: string; failQuery?: boolean } = {}) {
      const invoked: Record<string, unknown>[] = [];
      const queries = new Map<string, number>();
      let busy = 1;
      const runtime = new Runtime(folder, {
        lambda: {
          Invoke: ({ Payload }) => {
            const event = JSON.parse(Payload as string) as Record<string, unknown>;
            invoked.push(event);
            const reply = (value: unknown, failed = false) => ({
              StatusCode: 200,
              ExecutedVersion: "$LATEST",
              Payload: Buffer.from(JSON.stringify(value)),
              ...(failed && { FunctionError: "Unhandled" }),
            });
            if (event.action === "copy" && busy-- > 0) return reply({ errorType: "Busy", errorMessage: "later" }, true);
            if (event.action === "copy" && event.file === options.failCopy)
              return reply({ errorType: "FileMissing", errorMessage: `no ${options.failCopy ?? ""}`, trace: [] }, true);
            return reply(
              event.action === "render"
                ? { sql: `SELECT '${String(event.table)}'` }
                : { done: event.file ?? event.action },
            );
          },
        },
        athena: {
          StartQueryExecution: ({ QueryString }) => {
            queries.set(QueryString as string, 0);
            return { QueryExecutionId: QueryString };
          },
          GetQueryExecution: ({ QueryExecutionId }) => {
            const looks = (queries.get(QueryExecutionId as string) ?? 0) + 1;
            queries.set(QueryExecutionId as string, looks);
            const State = looks < 3 ? "RUNNING" : options.failQuery ? "FAILED" : "SUCCEEDED";
            return {
              QueryExecution: {
                QueryExecutionId,
                Status: { State, SubmissionDateTime: new Date("2024-11-08T00:00:00Z") },
                Statistics: { DataScannedInBytes: 10 },
              },
            };
          },
        },
      });
      runtime.put("daily", definition);
      return { runtime, invoked };
    }

    it("succeeds", async () => {
      const { runtime, invoked } = pipeline();
      const ended = await runtime.execute("daily", {
        date: "2024-11-08",
        files: ["in.parquet", "oh.parquet", "wv.parquet"],
      });
      expect(ended.status, ended.cause).to.equal("SUCCEEDED");
      expect(JSON.parse(ended.output ?? "")).to.deep.equal({
        landed: 3,
        audits: [
          { id: "SELECT 'in'", scanned: 10 },
          { id: "SELECT 'oh'", scanned: 10 },
        ],
      });
      expect(invoked.filter(({ action }) => action === "copy"))
        .to.have.length(4)
        .and.to.deep.include({ action: "copy", file: "oh.parquet", date: "2024-11-08" });
      expect(invoked.find(({ action }) => action === "render")).to.include({ run: ended.name });
      expect(
        runtime.permissions.filter(({ permission }) => permission.action === "Invoke").map(({ caller }) => caller),
      ).to.satisfy((callers: string[]) => callers.every((caller) => caller === roleArn));
      expect(runtime.entries.map(({ kind }) => kind)).to.include.members([
        "execution-started",
        "state-entered",
        "state-exited",
        "state-failed",
        "execution-ended",
      ]);
      expect(runtime.changes.map(({ status }) => status)).to.deep.equal(["RUNNING", "SUCCEEDED"]);
    });

    it("records a function's error and fails with it", async () => {
      const { runtime, invoked } = pipeline({ failCopy: "oh.parquet" });
      const ended = await runtime.execute("daily", { date: "2024-11-08", files: ["in.parquet", "oh.parquet"] });
      expect(ended).to.include({ status: "FAILED", error: "FileMissing" });
      expect(ended.cause).to.equal(
        `run ${ended.name ?? ""}: {"errorType":"FileMissing","errorMessage":"no oh.parquet","trace":[]}`,
      );
      expect(invoked.at(-1)).to.deep.include({ action: "record", error: "FileMissing" });
      expect(runtime.entries).to.deep.include.members([
        {
          ...runtime.entries.find(
            ({ kind, ...entry }) =>
              kind === "state-failed" &&
              "state" in entry &&
              entry.state === "Copy" &&
              "error" in entry &&
              entry.error === "FileMissing",
          ),
        },
      ]);
    });

    it("records a query's failure, with the query in its cause", async () => {
      const { runtime } = pipeline({ failQuery: true });
      const ended = await runtime.execute("daily", { date: "2024-11-08", files: [] });
      expect(ended).to.include({ status: "FAILED", error: "States.TaskFailed" });
      const cause = JSON.parse((ended.cause ?? "").replace(/^run [^:]*: /, "")) as {
        QueryExecution: { Status: unknown };
      };
      expect(cause.QueryExecution.Status).to.deep.equal({
        State: "FAILED",
        SubmissionDateTime: "2024-11-08T00:00:00Z",
      });
    });
  });

  // Developer guide: connect-lambda, connect-athena, supported-services-awssdk, connect-stepfunctions, connect-eventbridge.
  describe("Integrations", () => {
    const reply = (value: unknown, more: object = {}) => ({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      Payload: Buffer.from(JSON.stringify(value)),
      ...more,
    });
    const denied = () => {
      throw new AwsError("AccessDeniedException", "User: arn is not authorized to perform: x", 403);
    };
    const refused =
      (code: string, status = 400) =>
      () => {
        throw new AwsError(code, "no", status);
      };
    const lambda = "arn:aws:states:::lambda:invoke";
    const cases: readonly {
      title: string;
      state: Definition;
      stubs: ConstructorParameters<typeof Runtime>[1];
      input?: unknown;
      output?: unknown;
      error?: string;
      cause?: RegExp;
    }[] = [
      {
        title: "lambda:invoke gives the response with the payload as JSON",
        state: { Resource: lambda, Arguments: { FunctionName: "f", Payload: "{% $states.input %}" } },
        stubs: {
          lambda: {
            Invoke: ({ Payload, FunctionName }) =>
              reply({ FunctionName, got: JSON.parse(Payload as string) as unknown }),
          },
        },
        input: { a: 1 },
        output: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: { FunctionName: "f", got: { a: 1 } } },
      },
      {
        title: "a function that returns nothing",
        state: { Resource: lambda, Arguments: { FunctionName: "f" } },
        stubs: { lambda: { Invoke: () => reply(null) } },
        output: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: null },
      },
      {
        title: "a function's ARN gives the payload alone",
        state: { Resource: "arn:aws:lambda:us-east-1:123456789012:function:f" },
        stubs: { lambda: { Invoke: ({ Payload }) => reply([Payload]) } },
        input: 5,
        output: ["5"],
      },
      {
        title: "a function's error",
        state: { Resource: lambda, Arguments: { FunctionName: "f" } },
        stubs: {
          lambda: { Invoke: () => reply({ errorType: "Oops", errorMessage: "m" }, { FunctionError: "Unhandled" }) },
        },
        error: "Oops",
        cause: /^{"errorType":"Oops","errorMessage":"m"}$/,
      },
      {
        title: "a function's error without a type",
        state: { Resource: lambda, Arguments: { FunctionName: "f" } },
        stubs: { lambda: { Invoke: () => reply({ errorMessage: "Task timed out" }, { FunctionError: "Unhandled" }) } },
        error: "Lambda.Unknown",
        cause: /did not return an error type.*Task timed out/,
      },
      {
        title: "no such function",
        state: { Resource: lambda, Arguments: { FunctionName: "f" } },
        stubs: { lambda: { Invoke: refused("ResourceNotFoundException", 404) } },
        error: "Lambda.ResourceNotFoundException",
        cause: /^no \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException;/,
      },
      {
        title: "no permission to invoke",
        state: { Resource: lambda, Arguments: { FunctionName: "f" } },
        stubs: { lambda: { Invoke: denied } },
        error: "Lambda.AWSLambdaException",
        cause: /not authorized/,
      },
      {
        title: "no permission to start a query",
        state: { Resource: "arn:aws:states:::athena:startQueryExecution.sync", Arguments: {} },
        stubs: { athena: { StartQueryExecution: denied } },
        error: "Athena.AmazonAthenaException",
      },
      {
        title: "a query that Athena refuses",
        state: { Resource: "arn:aws:states:::athena:startQueryExecution.sync", Arguments: {} },
        stubs: { athena: { StartQueryExecution: refused("InvalidRequestException") } },
        error: "Athena.InvalidRequestException",
      },
      {
        title: "a query that is only started",
        state: { Resource: "arn:aws:states:::athena:startQueryExecution", Arguments: { QueryString: "q" } },
        stubs: { athena: { StartQueryExecution: ({ QueryString }) => ({ QueryExecutionId: QueryString }) } },
        output: { QueryExecutionId: "q" },
      },
      {
        title: "aws-sdk: times as texts, no undefined members",
        state: { Resource: "arn:aws:states:::aws-sdk:glue:getTable", Arguments: { DatabaseName: "d" } },
        stubs: {
          glue: {
            GetTable: ({ DatabaseName }) => ({
              Table: {
                DatabaseName,
                CreateTime: new Date("2024-01-02T03:04:05.600Z"),
                UpdateTime: new Date("2024-01-02T03:04:05Z"),
                Owner: undefined,
              },
            }),
          },
        },
        output: {
          Table: { DatabaseName: "d", CreateTime: "2024-01-02T03:04:05.600Z", UpdateTime: "2024-01-02T03:04:05Z" },
        },
      },
      {
        title: "aws-sdk: an error of the service",
        state: { Resource: "arn:aws:states:::aws-sdk:glue:getTable", Arguments: {} },
        stubs: { glue: { GetTable: refused("EntityNotFoundException") } },
        error: "Glue.EntityNotFoundException",
        cause: /^no \(Service: Glue, Status Code: 400, Request ID: /,
      },
      {
        title: "aws-sdk: Glue lists AccessDeniedException",
        state: { Resource: "arn:aws:states:::aws-sdk:glue:getTable", Arguments: {} },
        stubs: { glue: { GetTable: denied } },
        error: "Glue.AccessDeniedException",
      },
      {
        title: "aws-sdk: S3 errors get a suffix",
        state: { Resource: "arn:aws:states:::aws-sdk:s3:getObject", Arguments: {} },
        stubs: { s3: { GetObject: refused("NoSuchKey", 404) } },
        error: "S3.NoSuchKeyException",
        cause: /Service: S3, Status Code: 404/,
      },
      {
        title: "aws-sdk: a HEAD of a missing object",
        state: { Resource: "arn:aws:states:::aws-sdk:s3:headObject", Arguments: {} },
        stubs: { s3: { HeadObject: refused("NotFound", 404) } },
        error: "S3.NoSuchKeyException",
      },
      {
        title: "aws-sdk: S3 errors that its model does not list",
        state: { Resource: "arn:aws:states:::aws-sdk:s3:putObject", Arguments: {} },
        stubs: { s3: { PutObject: refused("PreconditionFailed", 412) } },
        error: "S3.S3Exception",
        cause: /Status Code: 412/,
      },
      {
        title: "aws-sdk: an object's body is text",
        state: { Resource: "arn:aws:states:::aws-sdk:s3:getObject", Arguments: { Bucket: "b" } },
        stubs: {
          s3: { GetObject: () => ({ Body: Readable.from([Buffer.from("he"), Buffer.from("llo")]), ContentLength: 5 }) },
        },
        output: { Body: "hello", ContentLength: 5 },
      },
      {
        title: "aws-sdk: a body that is too large",
        state: { Resource: "arn:aws:states:::aws-sdk:s3:getObject", Arguments: { Bucket: "b" } },
        stubs: { s3: { GetObject: () => ({ Body: Readable.from([Buffer.alloc(300_000)]) }) } },
        error: "States.DataLimitExceeded",
      },
      {
        title: "aws-sdk: a body of JSON is written as text",
        state: { Resource: "arn:aws:states:::aws-sdk:s3:putObject", Arguments: { Body: { a: 1 } } },
        stubs: { s3: { PutObject: ({ Body }) => ({ ETag: Body }) } },
        output: { ETag: '{"a":1}' },
      },
      {
        title: "events:putEvents with a JSON detail",
        state: {
          Resource: "arn:aws:states:::events:putEvents",
          Arguments: { Entries: [{ Source: "s", Detail: { a: 1 } }] },
        },
        stubs: { events: { PutEvents: ({ Entries }) => ({ FailedEntryCount: 0, Entries }) } },
        output: { FailedEntryCount: 0, Entries: [{ Source: "s", Detail: '{"a":1}' }] },
      },
      {
        title: "events:putEvents with a failed entry",
        state: { Resource: "arn:aws:states:::events:putEvents", Arguments: { Entries: [] } },
        stubs: { events: { PutEvents: () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: "E" }] }) } },
        error: "EventBridge.FailedEntry",
        cause: /"ErrorCode":"E"/,
      },
      {
        title: "sqs:sendMessage",
        state: { Resource: "arn:aws:states:::sqs:sendMessage", Arguments: { QueueUrl: "q", MessageBody: { a: 1 } } },
        stubs: { sqs: { SendMessage: ({ MessageBody }) => ({ MessageId: MessageBody }) } },
        output: { MessageId: '{"a":1}' },
      },
      {
        title: "sns:publish",
        state: { Resource: "arn:aws:states:::sns:publish", Arguments: { TopicArn: "t", Message: "m" } },
        stubs: { sns: { Publish: refused("NotFoundException", 404) } },
        error: "SNS.NotFoundException",
      },
      {
        title: "an operation that the runtime does not have",
        state: { Resource: "arn:aws:states:::aws-sdk:ssm:getParameter", Arguments: {} },
        stubs: {},
        error: "Ssm.SsmException",
        cause: /no operation GetParameter in ssm/,
      },
    ];
    for (const { title, state, stubs, input, output, error, cause } of cases) {
      it(title, async () => {
        const runtime = new Runtime(folder, stubs);
        runtime.put("m", one(state));
        const ended = await runtime.execute("m", input);
        if (error === undefined) {
          expect(ended.cause).to.equal(undefined);
          expect(JSON.parse(ended.output ?? "")).to.deep.equal(output);
        } else {
          expect(ended).to.include({ status: "FAILED", error });
          if (cause) expect(ended.cause).to.match(cause);
        }
      });
    }

    it("stops the query of a Task whose time is up", async () => {
      const stopped: unknown[] = [];
      const runtime = new Runtime(folder, {
        athena: {
          StartQueryExecution: () => ({ QueryExecutionId: "q" }),
          GetQueryExecution: () => ({ QueryExecution: { Status: { State: "RUNNING" } } }),
          StopQueryExecution: (input) => stopped.push(input),
        },
      });
      runtime.put(
        "m",
        one({ Resource: "arn:aws:states:::athena:startQueryExecution.sync", Arguments: {}, TimeoutSeconds: 1 }),
      );
      expect(await runtime.execute("m")).to.include({ status: "FAILED", error: "States.Timeout" });
      expect(stopped).to.deep.equal([{ QueryExecutionId: "q" }]);
    });

    const nested = (pattern: string): Definition =>
      one({
        Resource: `arn:aws:states:::states:startExecution${pattern}`,
        Arguments: { StateMachineArn: machineArn("child"), Name: "c", Input: { a: 1 } },
      });

    it("nested executions", async () => {
      const runtime = new Runtime(folder);
      runtime.put("child", PASSING);
      runtime.put("m", nested(".sync:2"));
      const described = JSON.parse((await runtime.execute("m")).output ?? "{}") as Record<string, unknown>;
      expect(described).to.deep.include({
        ExecutionArn: executionArn("child", "c"),
        Status: "SUCCEEDED",
        Input: { a: 1 },
        Output: { a: 1 },
        InputDetails: { Included: true },
      });
      runtime.put("m", nested(""));
      expect(await runtime.execute("m")).to.include({
        status: "FAILED",
        error: "StepFunctions.ExecutionAlreadyExistsException",
      });
    });

    it("a nested execution that fails", async () => {
      const runtime = new Runtime(folder);
      runtime.put("child", { StartAt: "F", States: { F: { Type: "Fail", Error: "E", Cause: "C" } } });
      runtime.put("m", nested(".sync"));
      const ended = await runtime.execute("m");
      expect(ended).to.include({ status: "FAILED", error: "States.TaskFailed" });
      expect(JSON.parse(ended.cause ?? "")).to.include({ Error: "E", Cause: "C", Status: "FAILED" });
    });

    describe("task tokens", () => {
      const waiting = (fields: Definition = {}): Definition =>
        one({
          Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
          Arguments: { QueueUrl: "q", MessageBody: { token: "{% $states.context.Task.Token %}" } },
          ...fields,
        });
      const withToken = (answer: (runtime: Runtime, taskToken: string) => unknown) => {
        const runtime: Runtime = new Runtime(folder, {
          sqs: {
            SendMessage: ({ MessageBody }) => {
              const { token } = JSON.parse(MessageBody as string) as { token: string };
              setImmediate(() => void answer(runtime, token));
              return { MessageId: "1" };
            },
          },
        });
        return runtime;
      };

      it("success", async () => {
        const runtime = withToken((at, taskToken) => at.call("SendTaskSuccess", { taskToken, output: '{"ok":true}' }));
        runtime.put("m", waiting());
        const ended = await runtime.execute("m");
        expect(JSON.parse(ended.output ?? "")).to.deep.equal({ ok: true });
        expect((await runtime.history(ended.executionArn)).map(({ type }) => type)).to.include("TaskSubmitted");
      });

      it("failure", async () => {
        const runtime = withToken((at, taskToken) => at.call("SendTaskFailure", { taskToken, error: "E", cause: "C" }));
        runtime.put("m", waiting());
        expect(await runtime.execute("m")).to.include({ status: "FAILED", error: "E", cause: "C" });
      });

      it("a missed heartbeat", async () => {
        const runtime = withToken((at, taskToken) => at.call("SendTaskHeartbeat", { taskToken }));
        runtime.put("m", waiting({ HeartbeatSeconds: 1 }));
        expect(await runtime.execute("m")).to.include({ status: "FAILED", error: "States.Timeout" });
      });

      it("wrong tokens", async () => {
        const runtime = new Runtime(folder);
        expect((await rejection(runtime.call("SendTaskSuccess", { taskToken: "x", output: "1" }))).code).to.equal(
          "InvalidToken",
        );
        expect((await rejection(runtime.call("SendTaskFailure", { taskToken: "local-task-1" }))).code).to.equal(
          "TaskTimedOut",
        );
        expect((await rejection(runtime.call("SendTaskSuccess", { taskToken: "x", output: "{" }))).code).to.equal(
          "InvalidOutput",
        );
      });
    });
  });

  // API reference, "StartExecution".
  describe("StartExecution", () => {
    const start = (runtime: Runtime, input: object) =>
      runtime.call<StartExecutionOutput>("StartExecution", { stateMachineArn: machineArn("m"), ...input });

    it("is idempotent for the same name and input while it runs", async () => {
      const runtime = new Runtime(folder, {}, { pace: 1 });
      runtime.put("m", WAITING);
      const first = await start(runtime, { name: "n", input: "{}" });
      expect(await start(runtime, { name: "n", input: "{}" })).to.deep.equal(first);
      expect((await rejection(start(runtime, { name: "n", input: "1" }))).code).to.equal("ExecutionAlreadyExists");
      await runtime.call("StopExecution", { executionArn: first.executionArn });
      expect((await rejection(start(runtime, { name: "n", input: "{}" }))).code).to.equal("ExecutionAlreadyExists");
    });

    it("frees a name after 90 days", async () => {
      let now = new Date("2024-01-01T00:00:00Z");
      const runtime = new Runtime(folder, {}, { now: () => now });
      runtime.put("m", PASSING);
      await start(runtime, { name: "n" });
      await runtime.journal.whenIdle();
      now = new Date("2024-03-30T00:00:00Z");
      expect((await rejection(start(runtime, { name: "n" }))).code).to.equal("ExecutionAlreadyExists");
      now = new Date("2024-04-01T00:00:00Z");
      await start(runtime, { name: "n" });
      await runtime.journal.whenIdle();
      expect(await runtime.history(executionArn("m", "n"))).to.have.length(4);
    });

    const refusals: readonly [string, object, string][] = [
      ["no such machine", { stateMachineArn: machineArn("none") }, "StateMachineDoesNotExist"],
      [
        "a machine in another account",
        { stateMachineArn: machineArn("m").replace("123456789012", "999999999999") },
        "StateMachineDoesNotExist",
      ],
      ["no ARN", { stateMachineArn: "m" }, "InvalidArn"],
      ["a name with a space", { name: "a b" }, "InvalidName"],
      ["a name with a slash", { name: "a/b" }, "InvalidName"],
      ["a name of 81 characters", { name: "n".repeat(81) }, "ValidationException"],
      ["input that is no JSON", { input: "not json" }, "InvalidExecutionInput"],
      ["empty input", { input: "" }, "InvalidExecutionInput"],
      ["input of more than 262,144 bytes", { input: JSON.stringify("é".repeat(131_072)) }, "ValidationException"],
    ];
    for (const [title, input, code] of refusals) {
      it(`refuses ${title}`, async () => {
        const runtime = new Runtime(folder);
        runtime.put("m", PASSING);
        expect((await rejection(start(runtime, input))).code).to.equal(code);
      });
    }

    it("takes names of 80 unusual characters", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      const name = `É.(x)'!+=@_-${"é".repeat(68)}`;
      const { executionArn } = await start(runtime, { name });
      expect(await runtime.call("DescribeExecution", { executionArn })).to.include({ name });
    });

    it("takes any JSON, and {} by default", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      expect((await runtime.execute("m", null)).output).to.equal("null");
      const { executionArn } = await start(runtime, {});
      await runtime.journal.whenIdle();
      expect(await runtime.call("DescribeExecution", { executionArn })).to.include({ input: "{}", output: "{}" });
    });

    it("needs states:StartExecution on the machine, states:DescribeExecution on the execution", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      const { executionArn } = await start(runtime, {});
      await runtime.call("DescribeExecution", { executionArn });
      expect(runtime.permissions.map(({ permission }) => permission)).to.deep.equal([
        { action: "states:StartExecution", resource: machineArn("m") },
        { action: "states:DescribeExecution", resource: executionArn },
      ]);
    });
  });

  // API reference: StopExecution, DescribeExecution, ListExecutions, GetExecutionHistory, DescribeStateMachine….
  describe("Operations", () => {
    it("StopExecution ends waits at once", async () => {
      const runtime = new Runtime(folder, {}, { pace: 1 });
      runtime.put("m", WAITING);
      const { executionArn } = await runtime.call<StartExecutionOutput>("StartExecution", {
        stateMachineArn: machineArn("m"),
      });
      const stopped = await runtime.call<{ stopDate: Date }>("StopExecution", {
        executionArn,
        error: "Mine",
        cause: "enough",
      });
      expect(stopped.stopDate).to.be.instanceOf(Date);
      expect(await runtime.call("DescribeExecution", { executionArn })).to.include({
        status: "ABORTED",
        error: "Mine",
        cause: "enough",
      });
      expect(await runtime.call("StopExecution", { executionArn })).to.deep.equal(stopped);
      expect((await runtime.history(executionArn)).map(({ type }) => type)).to.deep.equal([
        "ExecutionStarted",
        "WaitStateEntered",
        "ExecutionAborted",
      ]);
    });

    it("ListExecutions by status, latest first, in pages", async () => {
      let tick = 0;
      const runtime = new Runtime(folder, {}, { now: () => new Date(1_700_000_000_000 + tick++) });
      runtime.put("m", {
        QueryLanguage: "JSONata",
        StartAt: "C",
        States: {
          C: { Type: "Choice", Choices: [{ Condition: "{% $states.input = 1 %}", Next: "F" }], Default: "S" },
          F: { Type: "Fail" },
          S: { Type: "Succeed" },
        },
      });
      for (const [name, input] of [
        ["a", 0],
        ["b", 1],
        ["c", 0],
        ["d", 0],
      ] as const) {
        await runtime.call("StartExecution", { stateMachineArn: machineArn("m"), name, input: String(input) });
        await runtime.journal.whenIdle();
      }
      const names: string[][] = [];
      let nextToken: string | undefined;
      do {
        const listed: ListExecutionsOutput = await runtime.call("ListExecutions", {
          stateMachineArn: machineArn("m"),
          statusFilter: "SUCCEEDED",
          maxResults: 2,
          nextToken,
        });
        names.push((listed.executions ?? []).map(({ name }) => name ?? ""));
        nextToken = listed.nextToken;
      } while (nextToken !== undefined);
      expect(names).to.deep.equal([["d", "c"], ["a"]]);
      const wrong = await rejection(
        runtime.call("ListExecutions", { stateMachineArn: machineArn("m"), nextToken: "x" }),
      );
      expect(wrong.code).to.equal("InvalidToken");
    });

    it("GetExecutionHistory in pages, backwards, without data", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      const { executionArn } = await runtime.execute("m", { secret: 1 });
      const first = await runtime.call<GetExecutionHistoryOutput>("GetExecutionHistory", {
        executionArn,
        maxResults: 3,
      });
      expect(first.events?.map(({ id }) => id)).to.deep.equal([1, 2, 3]);
      const second = await runtime.call<GetExecutionHistoryOutput>("GetExecutionHistory", {
        executionArn,
        maxResults: 3,
        nextToken: first.nextToken,
      });
      expect(second.events?.map(({ id }) => id)).to.deep.equal([4]);
      expect(second.nextToken).to.equal(undefined);
      const back = await runtime.call<GetExecutionHistoryOutput>("GetExecutionHistory", {
        executionArn,
        reverseOrder: true,
        includeExecutionData: false,
      });
      expect(back.events?.map(({ type }) => type)).to.deep.equal([
        "ExecutionSucceeded",
        "PassStateExited",
        "PassStateEntered",
        "ExecutionStarted",
      ]);
      expect(JSON.stringify(back)).to.not.include("secret");
      expect(first.events?.[0]?.timestamp).to.be.instanceOf(Date);
    });

    it("machines are described as they are, and as an execution found them", async () => {
      const runtime = new Runtime(folder);
      runtime.put("m", PASSING);
      const { executionArn } = await runtime.execute("m");
      const before = await runtime.call<{ revisionId: string }>("DescribeStateMachine", {
        stateMachineArn: machineArn("m"),
      });
      runtime.put("m", WAITING);
      const after = await runtime.call<{ revisionId: string; definition: string }>("DescribeStateMachine", {
        stateMachineArn: machineArn("m"),
      });
      expect(after).to.include({
        name: "m",
        status: "ACTIVE",
        type: "STANDARD",
        roleArn,
        definition: JSON.stringify(WAITING),
      });
      expect(after.revisionId).to.not.equal(before.revisionId);
      expect(await runtime.call("DescribeStateMachineForExecution", { executionArn })).to.include({
        definition: JSON.stringify(PASSING),
      });
      expect(await runtime.call("ListStateMachines", {})).to.have.nested.property("stateMachines[0].name", "m");
    });

    it("deleted machines", async () => {
      const runtime = new Runtime(folder, {}, { pace: 1 });
      runtime.put("m", WAITING);
      const { executionArn } = await runtime.call<StartExecutionOutput>("StartExecution", {
        stateMachineArn: machineArn("m"),
      });
      await runtime.machines.deleteMachine(machineArn("m"));
      expect(
        (await rejection(runtime.call("DescribeStateMachine", { stateMachineArn: machineArn("m") }))).code,
      ).to.equal("StateMachineDoesNotExist");
      expect(await runtime.call("DescribeExecution", { executionArn })).to.include({ status: "ABORTED" });
    });

    const refusals: readonly [string, string, object, string][] = [
      [
        "an unknown execution",
        "DescribeExecution",
        { executionArn: executionArn("m", "none") },
        "ExecutionDoesNotExist",
      ],
      [
        "an unknown execution's history",
        "GetExecutionHistory",
        { executionArn: executionArn("m", "none") },
        "ExecutionDoesNotExist",
      ],
      [
        "an unknown machine's executions",
        "ListExecutions",
        { stateMachineArn: machineArn("none") },
        "StateMachineDoesNotExist",
      ],
      ["executions of nothing", "ListExecutions", {}, "ValidationException"],
      ["map runs", "ListExecutions", { mapRunArn: "arn:aws:states:x" }, "ValidationException"],
      ["an ARN that is none", "DescribeExecution", { executionArn: "x" }, "InvalidArn"],
      [
        "a synchronous execution",
        "StartSyncExecution",
        { stateMachineArn: machineArn("m") },
        "StateMachineTypeNotSupported",
      ],
    ];
    for (const [title, name, input, code] of refusals) {
      it(`${name} refuses ${title}`, async () => {
        expect((await rejection(new Runtime(folder).call(name, input))).code).to.equal(code);
      });
    }

    it("ValidateStateMachineDefinition", async () => {
      const runtime = new Runtime(folder);
      const validate = (definition: string) =>
        runtime.call<ValidateStateMachineDefinitionOutput>("ValidateStateMachineDefinition", { definition });
      expect(await validate(JSON.stringify(PASSING))).to.deep.equal({
        result: "OK",
        diagnostics: [],
        truncated: false,
      });
      expect(await validate("{}")).to.deep.include({ result: "FAIL" });
      expect((await validate("{}")).diagnostics?.[0]).to.deep.equal({
        severity: "ERROR",
        code: "SCHEMA_VALIDATION_FAILED",
        message: "These fields are required: [StartAt, States]",
        location: "/",
      });
    });

    it("putMachine refuses what cannot run, with all reasons and places", async () => {
      const runtime = new Runtime(folder);
      const error = await rejection(() => runtime.put("m", { StartAt: "X", States: { A: { Type: "Pass" } } }));
      expect(error.code).to.equal("InvalidDefinition");
      expect(error.message).to.match(
        /Missing 'StartAt' target: X at \/StartAt.*exactly one of "Next" and "End".* at \/States\/A/,
      );
      expect(
        (
          await rejection(() =>
            runtime.machines.putMachine({ name: "e", definition: JSON.stringify(PASSING), roleArn, type: "EXPRESS" }),
          )
        ).code,
      ).to.equal("StateMachineTypeNotSupported");
    });
  });

  describe("What outlives the process", () => {
    it("machines, executions and histories", async () => {
      const before = new Runtime(folder);
      before.put("m", PASSING);
      const ended = await before.execute("m", { a: 1 });
      const after = new Runtime(folder);
      expect(await after.call("DescribeExecution", { executionArn: ended.executionArn })).to.deep.equal(ended);
      expect(await after.history(ended.executionArn)).to.deep.equal(await before.history(ended.executionArn));
      expect((await after.execute("m", 2)).output).to.equal("2");
    });

    it("an execution that was running is aborted, with the reason", async () => {
      const before = new Runtime(folder, {}, { pace: 1 });
      before.put("m", WAITING);
      const { executionArn } = await before.call<StartExecutionOutput>("StartExecution", {
        stateMachineArn: machineArn("m"),
        name: "n",
      });
      // A process that is killed may leave half a line.
      const file = join(folder, "executions", "m", "n.history.jsonl");
      writeFileSync(file, `${readFileSync(file, "utf8")}{"id":3,"ty`);
      const after = new Runtime(folder);
      expect(await after.call("DescribeExecution", { executionArn })).to.include({
        status: "ABORTED",
        error: "Local.RuntimeStopped",
      });
      expect((await after.history(executionArn)).map(({ type }) => type)).to.deep.equal([
        "ExecutionStarted",
        "WaitStateEntered",
        "ExecutionAborted",
      ]);
    });

    it("closing stops what runs", async () => {
      const runtime = new Runtime(folder, {}, { pace: 1 });
      runtime.put("m", WAITING);
      const { executionArn } = await runtime.call<StartExecutionOutput>("StartExecution", {
        stateMachineArn: machineArn("m"),
      });
      await runtime.machines.close();
      expect(runtime.machines.execution(executionArn ?? "")).to.include({
        status: "ABORTED",
        error: "Local.RuntimeClosed",
      });
    });
  });

  // Step Functions service quotas: 25,000 events.
  it("a history of 25,000 events ends an execution", async () => {
    const runtime = new Runtime(folder);
    runtime.put("m", { StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } } });
    const ended = await runtime.execute("m");
    expect(ended).to.include({ status: "FAILED", error: "States.Runtime" });
    expect(ended.cause).to.match(/maximum number of history events \(25000\)/);
    const events = runtime.machines.history(ended.executionArn ?? "");
    expect(events).to.have.length(25_000);
    expect(events.at(-1)).to.include({ type: "ExecutionFailed", id: 25_000 });
  });
});
