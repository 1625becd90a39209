import { setTimeout as pause } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { NamedFault } from "../../../local/faults/plan";
import { bind, copier, FaultWorld, named, type WorldOptions } from "./world";

describe("faults", () => {
  let world: FaultWorld | undefined;
  const open = async (options: WorldOptions = { handler: copier }) => (world = await FaultWorld.open(options));
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const failures = () => world?.of("function-failed") ?? [];

  describe("of a function's calls", () => {
    /** Fault, whether the second write is there after the first attempt, and the error it sees or is. */
    const cases: [NamedFault, boolean, string][] = [
      // Amazon S3 API Reference, "Error Responses".
      [{ kind: "throttle" }, false, "SlowDown"],
      [{ kind: "server-error" }, false, "InternalError"],
      [{ kind: "lose-response" }, true, "TimeoutError"],
      // AWS Lambda Developer Guide, "Understanding retry behavior in Lambda"; the names are those of Lambda's runtime.
      [{ kind: "kill-function", when: "before" }, false, "Runtime.ExitError"],
      [{ kind: "kill-function", when: "after" }, true, "Runtime.ExitError"],
      [{ kind: "time-out-function", when: "before" }, false, "Sandbox.Timedout"],
      [{ kind: "time-out-function", when: "after" }, true, "Sandbox.Timedout"],
    ];
    for (const [handler, where] of [
      [copier, "in this process"],
      [undefined, "in a process of its own"],
    ] as const) {
      for (const [fault, effect, error] of cases) {
        it(`${fault.kind} ${fault.when ?? ""} ${where}`, async () => {
          const { runtime, put, text, of } = bind(await open({ handler }));
          runtime.faults.plan = named({ ...fault, actor: "copy", call: 2, times: 3 });
          await put("in/a", "letter");
          await runtime.whenIdle();
          // All three attempts failed at their second call (the developer guide: two retries).
          expect(of("fault-injected").map(({ fault: kind }) => kind)).to.deep.equal(Array(3).fill(fault.kind));
          expect(failures().map((entry) => entry.error)).to.deep.equal([error]);
          expect(await text("out/a")).to.equal(effect ? "letter" : undefined);
          expect(await text("done/a")).to.equal(undefined);
        });
      }
    }

    it("are made good by a retry", async () => {
      const { runtime, put, text } = bind(await open());
      runtime.faults.plan = named({ kind: "kill-function", actor: "copy", call: 3, when: "after" });
      await put("in/a", "letter");
      await runtime.whenIdle();
      expect(failures()).to.deep.equal([]);
      expect(await text("out/a")).to.equal("letter");
    });

    it("let nothing of a killed function go on", async () => {
      let went = 0;
      let goOn: () => void = () => undefined;
      const killed = new Promise<void>((resolve) => (goOn = resolve));
      const handler: WorldOptions["handler"] = (s3) => async () => {
        const write = (Key: string) => s3.send(new PutObjectCommand({ Bucket: "files", Key, Body: "x" }));
        const other = killed.then(() => write("out/later"));
        await write("out/now").finally(() => (went += 1));
        await other;
      };
      const { runtime, put, text } = bind(await open({ handler }));
      runtime.faults.plan = named({ kind: "kill-function", on: "out/now", when: "after", times: 3 });
      await put("in/a");
      await runtime.whenIdle();
      goOn();
      await pause(100);
      expect(went).to.equal(0);
      expect([await text("out/now"), await text("out/later")]).to.deep.equal(["x", undefined]);
    });

    // Amazon S3 User Guide, "How to prevent object overwrites with conditional writes": 409 if another one is under way.
    it("let a conditional write conflict, and no other", async () => {
      const seen: string[] = [];
      const handler: WorldOptions["handler"] = (s3) => async () => {
        for (const IfNoneMatch of ["*", "*", undefined]) {
          const put = new PutObjectCommand({ Bucket: "files", Key: "lease", Body: "x", IfNoneMatch });
          await s3.send(put).then(
            () => seen.push("written"),
            (error: Error) => seen.push(error.name),
          );
        }
      };
      const { runtime, put } = bind(await open({ handler }));
      runtime.faults.plan = named({ kind: "conflict" }, { kind: "conflict", call: 3 });
      await put("in/a");
      await runtime.whenIdle();
      expect(seen).to.deep.equal(["ConditionalRequestConflict", "written", "written"]);
    });

    it("never strike the owner", async () => {
      const { runtime, put, text, of } = bind(await open());
      runtime.services.events.setState("arrived", undefined, "DISABLED");
      runtime.faults.plan = { seed: 1, rates: { throttle: 1, "server-error": 1, "lose-response": 1 } };
      await put("in/a", "letter");
      expect(await text("in/a")).to.equal("letter");
      expect(of("fault-injected")).to.deep.equal([]);
    });

    it("end with the plan", async () => {
      const { runtime, put, text, of } = bind(
        await open({ handler: copier, faults: { seed: 1, rates: { throttle: 1 } } }),
      );
      runtime.faults.plan = undefined;
      await put("in/a", "letter");
      await runtime.whenIdle();
      expect(await text("out/a")).to.equal("letter");
      expect(of("fault-injected")).to.deep.equal([]);
    });
  });

  describe("of a function's clock", () => {
    for (const [handler, where] of [
      [copier, "in this process"],
      [undefined, "in a process of its own"],
    ] as const) {
      it(`move it ${where}, one invocation long`, async () => {
        const { runtime, put, text } = bind(await open({ handler }));
        runtime.faults.plan = { seed: 3, named: [{ kind: "skew-clock", given: "in/a" }], largestSkewSeconds: 7_200 };
        await put("in/a");
        await runtime.whenIdle();
        await put("in/b");
        await runtime.whenIdle();
        const off = async (name: string) =>
          Math.abs(Date.parse((await text(`done/${name}`)) ?? "") - Date.now()) / 1000;
        expect(await off("a")).to.be.within(100, 7_200);
        expect(await off("b")).to.be.below(60);
      });
    }
  });
});
