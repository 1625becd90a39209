import { expect } from "chai";
import type { NamedFault } from "../../../local/faults/plan";
import type { Runtime } from "../../../local/runtime";
import { bind, copier, FaultWorld, machineArn, named, place, roleArn, type WorldOptions } from "./world";

describe("faults", () => {
  let world: FaultWorld | undefined;
  const open = async (options: WorldOptions = { handler: copier }) => (world = await FaultWorld.open(options));
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  // S3 User Guide, "Enabling Amazon EventBridge": approximately five minutes.
  it("let S3 tell EventBridge nothing in the five minutes after it was enabled, unless the plan says otherwise", async () => {
    const { runtime, put, text, of } = bind(await open());
    runtime.services.s3.configure("files", { eventBridgeSince: new Date(Date.now() - 200_000).toISOString() });
    runtime.faults.plan = { seed: 1 };
    await put("in/early");
    runtime.faults.plan = { seed: 1, enablingSeconds: 100 };
    await put("in/late");
    await runtime.whenIdle();
    expect([await text("out/early"), await text("out/late")]).to.deep.equal([undefined, "in/late"]);
    expect(of("fault-injected").map(({ where }) => where)).to.deep.equal(["lose-event files/in/early"]);
  });

  it("let single events of objects never come", async () => {
    const { runtime, put, text } = bind(await open());
    runtime.faults.plan = named({ kind: "lose-event", on: "in/a" });
    await put("in/a");
    await put("in/b");
    await put("in/a", "again");
    await runtime.whenIdle();
    expect([await text("out/a"), await text("out/b")]).to.deep.equal(["again", "in/b"]);
  });

  describe("of events", () => {
    // EventBridge User Guide, "How EventBridge retries delivering events" and the FAQ: at least once, in no order.
    it("deliver one twice", async () => {
      const { runtime, put, of } = bind(await open());
      runtime.faults.plan = named({ kind: "duplicate-event", on: "in/a" });
      await put("in/a");
      await put("in/b");
      await runtime.whenIdle();
      expect(of("event-delivered")).to.have.length(3);
    });

    it("deliver one late", async () => {
      const seen: string[] = [];
      const { runtime, put } = bind(await open({ handler: note(seen) }));
      runtime.faults.plan = { ...named({ kind: "delay-event", on: "in/a" }), longestDelaySeconds: 6_000 };
      const begin = Date.now();
      await put("in/a");
      await runtime.whenIdle();
      expect(seen).to.deep.equal(["in/a"]);
      expect(Date.now() - begin).to.be.greaterThan(20);
    });

    it("let one go past another", async () => {
      const seen: string[] = [];
      const { runtime, put } = bind(await open({ handler: note(seen) }));
      // So long that only the other one can have ended the wait.
      runtime.faults.plan = { ...named({ kind: "reorder-event", on: "in/a" }), longestDelaySeconds: 6_000_000 };
      await put("in/a");
      await put("in/b");
      await runtime.whenIdle();
      expect(seen).to.deep.equal(["in/b", "in/a"]);
    });

    it("break a delivery, which is tried again", async () => {
      const { runtime, put, text, of } = bind(await open());
      runtime.faults.plan = named(
        { kind: "throttle", actor: "arrived" },
        { kind: "server-error", actor: "arrived" },
        { kind: "lose-response", actor: "arrived" },
      );
      await put("in/a", "letter");
      await runtime.whenIdle();
      expect(await text("out/a")).to.equal("letter");
      expect(of("fault-injected").map(({ fault }) => fault)).to.deep.equal([
        "throttle",
        "server-error",
        "lose-response",
      ]);
      expect(of("event-dropped")).to.deep.equal([]);
    });
  });

  describe("of a state machine's Tasks", () => {
    const definition = (Task: object) => ({
      QueryLanguage: "JSONata",
      StartAt: "Write",
      States: {
        Write: {
          Type: "Task",
          Resource: "arn:aws:states:::aws-sdk:s3:putObject",
          Arguments: { Bucket: "files", Key: "out/a", Body: "x" },
          TimeoutSeconds: 30,
          Output: "written",
          End: true,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Say", Output: "{% $states.errorOutput.Error %}" }],
          ...Task,
        },
        Say: { Type: "Pass", End: true },
      },
    });
    const cases: [NamedFault, string, boolean][] = [
      [{ kind: "throttle" }, "S3.S3Exception", false],
      [{ kind: "server-error" }, "S3.S3Exception", false],
      [{ kind: "lose-response" }, "S3.SdkClientException", true],
      [{ kind: "time-out-task", when: "before" }, "States.Timeout", false],
      [{ kind: "time-out-task", when: "after" }, "States.Timeout", true],
    ];
    for (const [fault, error, effect] of cases) {
      it(`${fault.kind} ${fault.when ?? ""} is ${error}`, async () => {
        const { runtime, execute, text } = bind(await open({ definition: definition({}) }));
        runtime.faults.plan = named({ ...fault, actor: "daily" });
        expect((await execute()).output).to.equal(JSON.stringify(error));
        // Step Functions stores a text as JSON, with its quotes.
        expect(await text("out/a")).to.equal(effect ? '"x"' : undefined);
      });
    }

    it("are named by the state, and made good by a retry", async () => {
      const Retry = [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1 }];
      const { runtime, execute, of } = bind(await open({ definition: definition({ Retry }) }));
      runtime.faults.plan = named({ kind: "time-out-task", on: "Write" }, { kind: "time-out-task", on: "Other" });
      expect((await execute()).output).to.equal('"written"');
      expect(of("fault-injected")).to.have.length(1);
    });

    it("time out no Task without TimeoutSeconds", async () => {
      const { runtime, execute } = bind(await open({ definition: definition({ TimeoutSeconds: undefined }) }));
      runtime.faults.plan = named({ kind: "time-out-task" });
      expect((await execute()).output).to.equal('"written"');
    });
  });

  it("are the same for the same seed, although everything runs at the same time", async () => {
    const rates = {
      "duplicate-event": 0.1,
      "delay-event": 0.1,
      "reorder-event": 0.1,
      throttle: 0.05,
      "server-error": 0.05,
      "lose-response": 0.05,
      "kill-function": 0.05,
      "time-out-function": 0.05,
      "skew-clock": 0.1,
    } as const;
    const play = async (seed: number) => {
      const opened = await open({ handler: copier, faults: { seed, rates } });
      await Promise.all(Array.from({ length: 24 }, (_, index) => opened.put(`in/${index}`)));
      await opened.runtime.whenIdle();
      const { faults } = opened;
      await opened.close();
      world = undefined;
      return faults;
    };
    const first = await play(5);
    expect(first).to.have.length.greaterThan(20);
    expect(await play(5)).to.deep.equal(first);
    expect(await play(6)).to.not.deep.equal(first);
  });

  it("are the same for the same seed in executions that run at the same time, Tasks beside Tasks", async () => {
    const Write = {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:putObject",
      Arguments: { Bucket: "files", Key: "{% 'out/' & $states.input %}", Body: "x" },
      TimeoutSeconds: 30,
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 9, JitterStrategy: "FULL" }],
      End: true,
    };
    const Map = {
      Type: "Map",
      Items: "{% $states.input.keys %}",
      ItemProcessor: { StartAt: "Write", States: { Write } },
      End: true,
    };
    const definition = { QueryLanguage: "JSONata", StartAt: "Map", States: { Map } };
    const rates = { throttle: 0.1, "server-error": 0.1, "lose-response": 0.1, "time-out-task": 0.1 };
    const play = async (seed: number) => {
      const opened = await open({ definition, faults: { seed, rates } });
      const { machines } = opened.runtime.services;
      for (const run of ["a", "b", "c"]) {
        const keys = Array.from({ length: 8 }, (_, index) => `${run}${index}`);
        machines.start(machineArn, JSON.stringify({ keys }));
      }
      await opened.runtime.whenIdle();
      expect(opened.of("execution-ended").map(({ status }) => status)).to.deep.equal(Array(3).fill("SUCCEEDED"));
      const { faults } = opened;
      await opened.close();
      world = undefined;
      return faults;
    };
    const first = await play(5);
    expect(first).to.have.length.greaterThan(5);
    expect(await play(5)).to.deep.equal(first);
    expect(await play(6)).to.not.deep.equal(first);
  });

  describe("over the loopback port", () => {
    const send = (runtime: Runtime, key: string, service: string, headers: Record<string, string> = {}) =>
      fetch(service === "s3" ? `${runtime.endpoint}/files?list-type=2` : runtime.endpoint, {
        method: service === "s3" ? "GET" : "POST",
        headers: {
          ...headers,
          authorization: `AWS4-HMAC-SHA256 Credential=${key}/20240101/${place.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        },
        ...(service !== "s3" && { body: "{}" }),
      }).then(
        ({ status }) => status,
        ({ cause }: Error) => (cause as { code?: string }).code ?? String(cause),
      );
    const services: [string, Record<string, string>][] = [
      ["s3", {}],
      ["glue", { "x-amz-target": "AWSGlue.GetDatabases" }],
    ];
    for (const [service, headers] of services) {
      it(`leave the owner's calls to ${service} alone, and break the connection of others`, async () => {
        const { runtime } = await open();
        runtime.faults.plan = { seed: 1, rates: { "lose-response": 1 } };
        const actor = runtime.faults.invocation("copy", "{}", () => undefined);
        const { accessKeyId, end } = runtime.services.sessions.lend(roleArn("copy"), () => actor);
        expect(await send(runtime, "local", service, headers)).to.equal(200);
        expect(await send(runtime, accessKeyId, service, headers)).to.be.oneOf(["UND_ERR_SOCKET", "ECONNRESET"]);
        runtime.faults.plan = undefined;
        expect(await send(runtime, accessKeyId, service, headers)).to.equal(200);
        end();
        if (service !== "s3") expect(await send(runtime, accessKeyId, service, headers)).to.equal(403);
      });
    }
  });
});

/** A function that notes the keys of its events. */
function note(seen: string[]): WorldOptions["handler"] {
  return () => (event) => void seen.push((event as { detail: { object: { key: string } } }).detail.object.key);
}
