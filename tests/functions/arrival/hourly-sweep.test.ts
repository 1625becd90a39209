import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { announcementOf } from "../../../functions/arrival/announcement";
import { lookHourly } from "../../../functions/arrival/hourly-sweep";
import { executionsPrefix, manifestKey, type PipelineDefinition } from "../../../functions/runs/pipeline";
import { inputKey } from "../../../functions/runs/run-input";
import { list, writeJson } from "../../../functions/storage/objects";
import { Journal } from "../../../local/journal";
import { Lifecycle } from "../../../local/s3/lifecycle";
import { definition as plainDefinition } from "../../model/definition";
import { bucket, LocalStorage } from "../../model/storage";

const definition: PipelineDefinition = { ...plainDefinition, pipeline: "w", stateMachineArn: "", tables: [] };

describe("the hourly sweep", () => {
  let storage: LocalStorage;
  let requests: number;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());
  beforeEach(() => storage.empty());

  const date = "2024-01-29";
  const file = (day = date) => `incoming/s/${day}/f-1.parquet`;
  const control = (day = date) => `incoming/s/${day}/w.done`;
  const clients = () =>
    storage.clients((call) => {
      requests += 1;
      return call();
    });
  const look = (of: Partial<PipelineDefinition> = {}) => {
    requests = 0;
    const settings = { landing: bucket, assets: bucket, pipeline: "w" };
    return lookHourly({ ...definition, ...of }, { s3: clients().s3, settings, now: storage.clock.now });
  };
  /** A file, and a control file after it: what is of the same second may be in any order. */
  const announced = async (day = date): Promise<void> => {
    await storage.put(file(day));
    storage.clock.pass(1);
    await storage.put(control(day));
  };
  const again = async (of: Partial<PipelineDefinition> = {}) => {
    const [first] = await look(of);
    return [first.again, first.settled];
  };
  const modified = async (key: string) => (await list(storage.clients().s3, bucket, key)).objects[0]?.modified;

  /** The records of a run that began now, made of the files that are there. */
  const ran = async (
    day = date,
    { status = "SUCCEEDED", rejected = false, control }: { status?: string; rejected?: boolean; control?: string } = {},
  ): Promise<void> => {
    const { s3 } = storage.clients();
    const { objects } = await list(s3, bucket, `incoming/s/${day}/`);
    const files = announcementOf(objects.filter(({ key }) => key.includes("/f-")), {}).files; // prettier-ignore
    const started = storage.clock.now().toISOString();
    const executions = executionsPrefix("w", day, started, storage.store.nextSequencer().toLowerCase());
    const scope = { pipeline: "w", exec_date: day, run: "", executions, started };
    if (!rejected) await writeJson(s3, bucket, inputKey(executions), { ...scope, ...inputMembers });
    await writeJson(s3, bucket, manifestKey({ executions }), {
      status: rejected ? "REJECTED" : status,
      inputs: rejected ? [] : files,
      upstreams: {},
      control,
    });
  };
  const inputMembers = {
    ...{
      date,
      pipeline_type: "w",
      start_dttm: "",
      env: "test",
      frequency: "run",
      monthly: true,
      yearly: true,
      due: true,
    },
    ...{ audits_only: false, notes: [], parameters: {}, files: [], upstreams: {} },
  };

  // S3 documentation, "Enabling Amazon EventBridge": after it is enabled, about five minutes pass before the first event.
  for (const announcedBy of ["watcher", "source"] as const) {
    it(`writes a control file once more of which no run came (announced by the ${announcedBy})`, async () => {
      await announced();
      const first = await modified(control());
      storage.clock.pass(5 * 60);
      expect(await again({ announcedBy })).to.deep.equal([undefined, false]);
      storage.clock.pass(3600);
      expect(await again({ announcedBy })).to.deep.equal([control(), false]);
      expect(await modified(control())).to.be.above(first);
      expect(await storage.text(control())).to.equal("");
      await ran();
      storage.clock.pass(3600);
      expect(await again({ announcedBy })).to.deep.equal([undefined, true]);
      expect(await look({ announcedBy })).to.deep.equal([]);
    });
  }

  it("takes the record of a rejection for a run's, though its files are missing", async () => {
    await storage.put(control());
    await ran(date, { rejected: true });
    storage.clock.pass(3600);
    expect(await again()).to.deep.equal([undefined, false]);
    await storage.put(control());
    storage.clock.pass(3600);
    expect(await again()).to.deep.equal([control(), false]);
  });

  it("takes the rejection of a control file for no other's that was written within the same seconds", async () => {
    await announced();
    await ran(date, { rejected: true, control: "0123456789abcdef0123456789abcdef" });
    storage.clock.pass(3600);
    expect(await again()).to.deep.equal([control(), false]);
  });

  it("keeps in mind a date that waits for another pipeline's latest one, though its control file was rejected", async () => {
    await announced();
    await ran(date, { rejected: true });
    storage.clock.pass(3600);
    const [first] = await look({ latest: ["rates"] });
    expect([first.settled, first.pending]).to.deep.equal([false, true]);
  });

  // S3 documentation, "Expiring objects": Amazon S3 queues an object for removal and removes it asynchronously.
  describe("when the lifecycle has taken a control file before what it announced", () => {
    it("announces the date no second time", async () => {
      await storage.put(file());
      await ran();
      expect((await look())[0]).to.include({ found: "", settled: true });
      expect(await storage.text(control())).to.equal(undefined);
    });
    it("announces other files, and those of a run that went without them", async () => {
      await storage.put(file(), "old");
      await ran();
      await storage.put(file(), "new");
      expect((await look())[0].found).to.equal(control());
      await storage.clients().s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: control() }));
      await ran(date, { status: "SUPERSEDED" });
      expect((await look())[0].found).to.equal(control());
    });
  });

  it("announces no date a second time while the lifecycle takes its objects, whichever it takes first", async () => {
    const rules = [
      { id: "incoming", status: "Enabled" as const, filter: { prefix: "incoming/" }, expiration: { days: 90 } },
    ];
    storage.store.configure(bucket, { lifecycle: rules });
    const lifecycle = new Lifecycle({
      store: storage.store,
      journal: new Journal(),
      now: storage.clock.now,
      onEvent: () => undefined,
    });
    const days = Array.from({ length: 20 }, (_, index) => `2024-01-${index + 10}`);
    for (const day of days) {
      await announced(day);
      await ran(day);
    }
    storage.clock.pass(90 * 24 * 3600);
    let controlFirst = 0;
    for (let hour = 0; hour < 50; hour++) {
      await lifecycle.sweep();
      for (const day of days) if ((await modified(file(day))) && !(await modified(control(day)))) controlFirst += 1;
      for (const { found, again } of await look()) {
        expect([typeof found === "string" ? found : "", again]).to.deep.equal(["", undefined]);
      }
      storage.clock.pass(3600);
    }
    await lifecycle.close();
    storage.store.configure(bucket, { lifecycle: [] });
    expect(controlFirst).to.be.above(0);
    expect((await list(storage.clients().s3, bucket, "incoming/")).objects).to.deep.equal([]);
  });

  it("looks again at a date in whose folder something changed, and forgets what is gone", async () => {
    await announced();
    await ran();
    expect(await look()).to.have.length(1);
    expect(await look()).to.deep.equal([]);
    await storage.put(file(), "corrected");
    expect((await look()).map((each) => each.date)).to.deep.equal([date]);
    await storage.store.emptyBucket(bucket, "incoming/");
    await look();
    expect(await storage.text("watched/w.json")).to.include(`"settled": {}`);
  });

  it("costs the same however many dates are settled", async () => {
    const today = storage.clock.now().getTime();
    const day = (back: number) => new Date(today - back * 86_400_000).toISOString().slice(0, 10);
    const settle = async (from: number, to: number) => {
      for (let back = from; back < to; back++) {
        await announced(day(back));
        await ran(day(back));
      }
      // Twice the dates take several turns, as two pages of a thousand objects hold them.
      for (let turn = 0; turn < 4; turn++) await look();
    };
    await settle(0, 10);
    expect(await look()).to.deep.equal([]);
    expect(requests).to.equal(3);
    await settle(10, 520);
    const costs: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      expect(await look()).to.deep.equal([]);
      costs.push(requests);
    }
    expect(Math.max(...costs)).to.equal(5);
    // A file of an old date whose event was lost is found in its turn.
    await storage.put(file(day(519)), "corrected");
    const found = [...(await look()), ...(await look())];
    expect(found.map((each) => each.found).filter(Boolean)).to.deep.equal([control(day(519))]);
  });
});
