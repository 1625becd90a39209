/**
 * State machines whose Tasks run Athena queries, on a real Athena and a real S3.
 * Step Functions Developer Guide, "Integrate services with Step Functions", "Run a Job (.sync)": a job whose Task is stopped is
 * stopped if that can be done ("best effort"), with the machine's role.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AwsError } from "../../../local/api";
import type { JournalEntry } from "../../../local/journal";
import { Runtime } from "../../../local/runtime";

const place = { account: "123456789012", region: "us-east-1" };
const role = `arn:aws:iam::${place.account}:role/daily`;
const machineArn = `arn:aws:states:${place.region}:${place.account}:stateMachine:daily`;
const results = { OutputLocation: "s3://results/queries/" };

/** Takes minutes, and can be interrupted. */
const ENDLESS =
  "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 10000)) b(y), UNNEST(sequence(1, 10000)) c(z) WHERE x + y * z % 7 = 3";

interface Query {
  readonly Status: { readonly State: string };
}

describe("Tasks that run Athena queries", () => {
  let folder: string;
  let runtime: Runtime;
  const entries: JournalEntry[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "jobs-"));
    runtime = await Runtime.open({ folder, place, pace: 1_000 });
    runtime.journal.listen((entry) => entries.push(entry));
    const trust = { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" };
    runtime.authorizer.putRole({ arn: role, trustPolicy: { Version: "2012-10-17", Statement: [trust] } });
    const actions = [
      "athena:StartQueryExecution",
      "athena:GetQueryExecution",
      "athena:StopQueryExecution",
      "athena:GetDataCatalog",
      "s3:*",
      "glue:*",
    ];
    const statement = { Effect: "Allow", Action: actions, Resource: "*" };
    runtime.authorizer.putRolePolicy("daily", "all", { Version: "2012-10-17", Statement: [statement] });
    runtime.services.s3.createBucket("results");
  });
  beforeEach(() => entries.splice(0));
  after(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  const query = (QueryString: string, more: object = {}) => ({
    Type: "Task",
    Resource: "arn:aws:states:::athena:startQueryExecution.sync",
    Arguments: { QueryString, ResultConfiguration: results },
    End: true,
    ...more,
  });
  const start = (Query: object, more: object = {}) => {
    const states = { StartAt: "Query", States: { Query } };
    const definition = { QueryLanguage: "JSONata", ...states, ...more };
    runtime.services.machines.putMachine({ name: "daily", roleArn: role, definition: JSON.stringify(definition) });
    return runtime.services.machines.start(machineArn).executionArn;
  };
  const ended = async (executionArn: string) => {
    await runtime.whenIdle();
    return runtime.services.machines.execution(executionArn);
  };
  const athena = async (operation: string, input: object) =>
    (await runtime.api.call("athena", operation, input, runtime.owner)) as Record<string, unknown>;
  /** How the latest query ended, or its state. */
  const latest = async () => {
    const { QueryExecutionIds } = await athena("ListQueryExecutions", { WorkGroup: "primary" });
    const [QueryExecutionId] = QueryExecutionIds as string[];
    const { QueryExecution } = await athena("GetQueryExecution", { QueryExecutionId });
    return { id: QueryExecutionId, state: (QueryExecution as Query).Status.State };
  };
  /** Waits until a query has begun. */
  const running = async () => {
    while ((await latest().catch(() => undefined))?.state !== "RUNNING") await pause();
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

  it("tell a catcher in the cause what the query's end was, so that it can choose", async () => {
    // Athena API reference, AthenaError; developer guide, "Transforming data with JSONata": $parse.
    const Catch = [
      {
        ErrorEquals: ["States.TaskFailed"],
        Next: "Retryable",
        Output: "{% $parse($states.errorOutput.Cause).QueryExecution.Status %}",
      },
    ];
    const states = {
      Query: query("SELECT * FROM nowhere.nothing", { Catch }),
      Retryable: {
        Type: "Choice",
        Choices: [{ Condition: "{% $states.input.AthenaError.Retryable %}", Next: "Again" }],
        Default: "Say",
      },
      Again: { Type: "Fail" },
      Say: { Type: "Pass", Output: "{% $states.input.State & ': ' & $states.input.StateChangeReason %}", End: true },
    };
    const { status, output } = await ended(start({}, { StartAt: "Query", States: states }));
    expect(status).to.equal("SUCCEEDED");
    expect(output).to.match(/FAILED: .*nothing/);
  });

  it("wait as long as an expression says, before and between attempts", async () => {
    const waited: object = {
      States: {
        Wait: { Type: "Wait", Seconds: "{% $states.input.seconds ? $states.input.seconds : 2 %}", Next: "Query" },
        Query: query("SELECT 1", { Output: "done" }),
      },
      StartAt: "Wait",
    };
    expect((await ended(start({}, waited))).output).to.equal('"done"');
  });

  describe("stop them", () => {
    it("when the execution is stopped", async () => {
      const arn = start(query(ENDLESS));
      await running();
      await runtime.services.machines.stop(arn, { error: "Enough" });
      await runtime.whenIdle();
      expect(runtime.services.machines.execution(arn)).to.include({ status: "ABORTED", error: "Enough" });
      expect((await latest()).state).to.equal("CANCELLED");
    });

    it("when the Task's time is up: States.Timeout, which a catcher sees", async () => {
      const Catch = [{ ErrorEquals: ["States.Timeout"], Next: "Say", Output: "{% $states.errorOutput.Error %}" }];
      const States = { Query: query(ENDLESS, { TimeoutSeconds: 1, Catch }), Say: { Type: "Pass", End: true } };
      const { output } = await ended(start({}, { States }));
      expect(output).to.equal('"States.Timeout"');
      expect((await latest()).state).to.equal("CANCELLED");
    });

    it("when the machine's time is up", async () => {
      expect(await ended(start(query(ENDLESS), { TimeoutSeconds: 1 }))).to.include({ status: "TIMED_OUT" });
      expect((await latest()).state).to.equal("CANCELLED");
    });

    it("when a fault of the plan says that the Task's time is up", async () => {
      runtime.faults.plan = { seed: 1, named: [{ kind: "time-out-task", on: "Query", when: "after" }] };
      const { error } = await ended(start(query(ENDLESS, { TimeoutSeconds: 3_600 })));
      runtime.faults.plan = undefined;
      expect(error).to.equal("States.Timeout");
      expect((await latest()).state).to.equal("CANCELLED");
    });

    it("with the machine's role: without athena:StopQueryExecution the query goes on", async () => {
      const restore = runtime.authorizer.withoutAction("daily", "athena:StopQueryExecution");
      try {
        const arn = start(query(ENDLESS));
        await running();
        await runtime.services.machines.stop(arn);
        await pause();
        const { id, state } = await latest();
        expect(state).to.equal("RUNNING");
        await athena("StopQueryExecution", { QueryExecutionId: id });
        await runtime.whenIdle();
      } finally {
        restore();
      }
    });
  });

  // Athena API reference, StartQueryExecution, ClientRequestToken.
  describe("name their query by a token", () => {
    const ClientRequestToken = "a".repeat(32);
    const request = { QueryString: "SELECT 1", ResultConfiguration: results, ClientRequestToken };

    it("so that the same request is the same query, also at the same time", async () => {
      const both = await Promise.all([athena("StartQueryExecution", request), athena("StartQueryExecution", request)]);
      const third = await athena("StartQueryExecution", request);
      expect(new Set([...both, third].map(({ QueryExecutionId }) => QueryExecutionId)).size).to.equal(1);
    });

    for (const [title, change] of [
      ["text", { QueryString: "SELECT 2" }],
      ["database", { QueryExecutionContext: { Database: "other" } }],
      ["place for results", { ResultConfiguration: { OutputLocation: "s3://results/elsewhere/" } }],
      ["parameters", { ExecutionParameters: ["1"] }],
    ] as const) {
      it(`so that one with another ${title} is an error`, async () => {
        await athena("StartQueryExecution", request);
        const error = await athena("StartQueryExecution", { ...request, ...change }).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(AwsError).with.property("code", "InvalidRequestException");
        await runtime.whenIdle();
      });
    }

    it("so that a Task whose answer was lost finds its query again", async () => {
      const token = "b".repeat(32);
      const Arguments = { ...request, ClientRequestToken: token };
      const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, JitterStrategy: "FULL", MaxDelaySeconds: 2 }];
      runtime.faults.plan = { seed: 1, named: [{ kind: "lose-response", operation: "StartQueryExecution" }] };
      const { status } = await ended(start(query("", { Arguments, Retry })));
      runtime.faults.plan = undefined;
      expect(status).to.equal("SUCCEEDED");
      expect(entries.filter(({ kind }) => kind === "fault-injected")).to.have.length(1);
      expect(entries.filter(({ kind }) => kind === "query-ended")).to.have.length(1);
    });
  });

  it("do not see the faults of the calls that watch them", async () => {
    runtime.faults.plan = { seed: 1, named: [{ kind: "throttle", operation: "GetQueryExecution", times: 100 }] };
    const { status } = await ended(start(query("SELECT 1")));
    runtime.faults.plan = undefined;
    expect(status).to.equal("SUCCEEDED");
  });
});
