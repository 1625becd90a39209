import type { StartExecutionOutput } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import type { Definition } from "./run";
import { closeRuntimes, machineArn, openFolder, PASSING, roleArn, Runtime, WAITING } from "./world";

describe("State machines", () => {
  let folder: string;
  beforeEach(() => (folder = openFolder()));
  afterEach(() => closeRuntimes(folder));

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
