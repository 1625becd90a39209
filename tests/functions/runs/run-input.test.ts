import { expect } from "chai";
import { runScope } from "../../../functions/runs/pipeline";
import { writeJson } from "../../../functions/storage/objects";
import { executionsPrefix, manifestKey } from "../../../functions/runs/pipeline";
import { recordEnd } from "../../../functions/handlers/ended";
import { inputKey } from "../../../functions/runs/run-input";
import { startRun } from "../../../functions/handlers/trigger";
import type { Gate } from "../../model/interleavings";
import { definition } from "../../model/definition";
import { withoutFunctionLogs } from "../../model/quiet";
import { bucket, LocalStorage } from "../../model/storage";

const date = "2024-01-29";
const folder = `incoming/s/${date}/`;
const machine = definition.stateMachineArn;
describe("starting and ending runs", () => {
  let storage: LocalStorage;
  let restoreLogs: () => void;
  before(() => {
    storage = new LocalStorage();
    restoreLogs = withoutFunctionLogs();
    const wait = { StartAt: "A", States: { A: { Type: "Wait", Seconds: 600, Next: "B" }, B: { Type: "Succeed" } } };
    storage.machines.putMachine({ name: "lake-p", definition: JSON.stringify(wait), roleArn: "arn:aws:iam::1:role/m" });
  });
  after(() => {
    restoreLogs();
    return storage.close();
  });
  let sequencer = 160;
  beforeEach(async () => {
    await storage.empty();
    sequencer += 1;
    await writeJson(storage.clients().s3, bucket, "pipelines/p/definition.json", definition);
  });

  const event = () => ({
    time: `${date}T06:00:00Z`,
    detail: { object: { key: `${folder}p.done`, sequencer: sequencer.toString(16).toUpperCase(), etag: "0" } },
  });
  const settings = { landing: bucket, assets: bucket, pipeline: "p", machinePrefix: "lake-" };
  const deliver = (gate?: Gate) => startRun(event(), { ...storage.clients(gate), settings });
  const run = (): string => sequencer.toString(16);
  const executions = (): string => executionsPrefix("p", date, `${date}T06:00:00Z`, run());
  const manifest = async () => JSON.parse((await storage.text(manifestKey({ executions: executions() }))) ?? "{}") as Record<string, unknown>; // prettier-ignore
  const executionsStarted = () =>
    storage.machines.executions(machine).filter(({ name }) => name === `${date}-${run()}`);

  it("starts a run once, however often its event is delivered", async () => {
    await storage.put(`${folder}f-1`, "one");
    expect((await deliver()).status).to.equal("started");
    expect((await deliver()).status).to.equal("started");
    await storage.machines.stop(executionsStarted()[0].executionArn);
    expect((await deliver()).status).to.equal("duplicate");
    expect(executionsStarted()).to.have.length(1);
    expect(await manifest()).to.include({ status: "RUNNING", run: run() });
  });

  it("starts with the files of the first delivery", async () => {
    await storage.put(`${folder}f-1`, "one");
    await deliver();
    const kept = await storage.text(inputKey(executions()));
    await storage.put(`${folder}f-1`, "two");
    await storage.put(`${folder}f-2`, "doubled");
    await deliver();
    expect(await storage.text(inputKey(executions()))).to.equal(kept);
    expect(executionsStarted()).to.have.length(1);
  });

  it("does not start what it rejected, when the missing file came before the next delivery", async () => {
    expect(await deliver()).to.include({ status: "rejected" });
    await storage.put(`${folder}f-1`, "one");
    expect((await deliver()).status).to.equal("duplicate");
    expect(executionsStarted()).to.have.length(0);
    expect(await manifest()).to.include({ status: "REJECTED" });
  });

  it("is started by the next delivery after a crash at any call", async () => {
    await storage.put(`${folder}f-1`, "one");
    let calls = 0;
    await deliver((call) => {
      calls += 1;
      return call();
    });
    for (let crash = 1; crash <= calls; crash++) {
      for (const when of ["before", "after"] as const) {
        sequencer += 1;
        let made = 0;
        const dying: Gate = async (call) => {
          made += 1;
          if (made !== crash) return call();
          if (when === "after") await call();
          throw new Error("The process ended.");
        };
        await deliver(dying).catch(() => undefined);
        await deliver();
        expect(executionsStarted(), `crash ${when} call ${crash}`).to.have.length(1);
        expect(await manifest()).to.include({ status: "RUNNING" });
      }
    }
  });

  describe("that could not record their end", () => {
    const ended = (status: string, more: object = {}) =>
      recordEnd(
        { detail: { name: `${date}-${run()}`, status, stateMachineArn: machine, ...more } },
        { s3: storage.clients().s3, settings, now: storage.clock.now },
      );
    const cases: [string, object, object][] = [
      ["ABORTED", {}, { name: "ABORTED", message: `The execution ${date}-x of lake-p ended as ABORTED.` }],
      ["TIMED_OUT", {}, { name: "TIMED_OUT", message: `The execution ${date}-x of lake-p ended as TIMED_OUT.` }],
      ["FAILED", { error: "States.Runtime", cause: "why" }, { name: "States.Runtime", message: "why" }],
    ];
    for (const [status, more, error] of cases) {
      it(`are recorded when they end as ${status}`, async () => {
        await storage.put(`${folder}f-1`, "one");
        await deliver();
        expect(await ended(status, more)).to.equal(true);
        const expected = JSON.parse(JSON.stringify(error).replace(`${date}-x`, `${date}-${run()}`)) as object;
        expect(await manifest()).to.deep.include({ status: "FAILED", error: expected });
        expect(await ended(status, more), "once").to.equal(false);
      });
    }

    it("are left alone if they did record it, or are none of ours", async () => {
      expect(await ended("ABORTED")).to.equal(false);
      await storage.put(`${folder}f-1`, "one");
      await deliver();
      await writeJson(storage.clients().s3, bucket, manifestKey({ executions: executions() }), { run: run(), status: "SUCCEEDED" }); // prettier-ignore
      expect(await ended("FAILED")).to.equal(false);
      expect(await manifest()).to.include({ status: "SUCCEEDED" });
    });
  });
});

describe("a run's id", () => {
  const scope = {
    pipeline: "p",
    exec_date: "2024-11-08",
    executions: "pipeline_executions/",
    started: "2024-11-08T00:00:00Z",
  };
  const read = (run: unknown) => runScope({ ...scope, run }, "").run;

  for (const id of ["0055AED6", "00aa", "00a1.20241107.00a0"]) {
    it(`is ${id}`, () => expect(read(id)).to.equal(id));
  }

  // Whoever may start an execution says what it is, and it stands in keys and in SQL.
  for (const id of [
    "",
    "../other",
    "a'; drop table t; --",
    "00aa/",
    "00aa\n",
    "x",
    "0".repeat(81),
    "0..1",
    1,
    null,
    ["00aa"],
  ]) {
    it(`is not ${JSON.stringify(id).slice(0, 30)}`, () =>
      expect(() => read(id))
        .to.throw(/^run: expected /)
        .with.property("name", "ConfigurationInvalid"));
  }
});
