import { expect } from "chai";
import { completeRun } from "../../../functions/handlers/complete";
import type { PipelineDefinition } from "../../../functions/runs/pipeline";
import { startRun } from "../../../functions/handlers/trigger";
import { watch } from "../../../functions/handlers/watcher";
import { definition } from "../../model/definition";
import { withoutFunctionLogs } from "../../model/quiet";
import { bucket, LocalStorage } from "../../model/storage";

const folder = "incoming/s/2024-11-08/";
const control = `${folder}p.done`;
const settings = { landing: bucket, assets: bucket, pipeline: "p" };

/** A file is put there, replaced, and replaced by the first one again, at any time of the run that the first one starts. */
describe("the end of a run", () => {
  let storage: LocalStorage;
  let speak: () => void;
  before(() => {
    speak = withoutFunctionLogs();
    storage = new LocalStorage();
  });
  after(async () => {
    speak();
    await storage.close();
  });
  beforeEach(async () => {
    await storage.empty();
    await define({});
  });

  const define = (changes: Partial<PipelineDefinition>) =>
    storage.put("pipelines/p/definition.json", JSON.stringify({ ...definition, ...changes }));
  const arrive = (content: string) => storage.put(`${folder}f-readings.parquet`, content);
  const look = () =>
    watch(
      { detail: { object: { key: `${folder}f-readings.parquet` } } },
      { ...storage.clients(), settings, now: storage.clock.now },
    );

  /** The trigger's run for the control file as it is; its execution is not what this is about. */
  async function start(): Promise<{ run: object; used: string }> {
    const found = await storage.store.find(bucket, control);
    const sequencer = storage.store.nextSequencer();
    const detail = { object: { key: control, sequencer, etag: found?.etag } };
    const event = { time: "2024-11-09T00:00:00Z", detail };
    await startRun(event, { ...storage.clients(), settings }).catch(() => undefined);
    const executions = `pipeline_executions/p/2024-11-08/20241109T000000Z-${sequencer.toLowerCase()}/`;
    const input = JSON.parse((await storage.text(`${executions}input.json`)) ?? "") as { files: { etag: string }[] };
    const run = {
      pipeline: "p",
      exec_date: "2024-11-08",
      run: sequencer.toLowerCase(),
      executions,
      started: event.time,
    };
    return { run, used: input.files[0]?.etag ?? "" };
  }
  const end = (run: object, status: "SUCCEEDED" | "SUPERSEDED") =>
    completeRun(
      {
        run,
        status,
        notes: [],
        ...(status === "SUPERSEDED" && { error: { Error: "IncomingFileReplaced", Cause: "replaced" } }),
      },
      { ...storage.clients(), settings, now: storage.clock.now },
    );
  const announced = async (): Promise<string | undefined> => (await storage.store.find(bucket, control))?.etag;

  /** `first`, `second`: files that arrive; `look`: the watcher hears of one; `start`, `end`, `superseded`: the run. */
  const stories: { name: string; steps: string[]; again: boolean }[] = [
    { name: "nothing is replaced", steps: ["first", "look", "start", "end"], again: false },
    {
      name: "the watcher misses the other file, and the run fails to land it",
      steps: ["first", "look", "start", "second", "first", "look", "superseded"],
      again: true,
    },
    {
      name: "the first file comes again after the run has failed, and before the watcher looks",
      steps: ["first", "look", "start", "second", "superseded"],
      again: true,
    },
    {
      name: "the run was made of the other file, which the watcher never saw",
      steps: ["first", "look", "second", "start", "first", "look", "end"],
      again: true,
    },
    {
      name: "the watcher announces the other file itself",
      steps: ["first", "look", "start", "second", "look", "remember", "superseded"],
      again: false,
    },
    {
      name: "the watcher announces both",
      steps: ["first", "look", "start", "second", "look", "first", "look", "remember", "superseded"],
      again: false,
    },
  ];
  for (const { name, steps, again } of stories) {
    it(`announces ${again ? "what is there" : "nothing more"}: ${name}`, async () => {
      let run: object = {};
      let before: string | undefined;
      const act: Record<string, () => Promise<unknown>> = {
        first: () => arrive("first"),
        second: () => arrive("second"),
        look,
        start: async () => {
          ({ run } = await start());
          before = await announced();
        },
        remember: async () => (before = await announced()),
        end: async () => expect(await end(run, "SUCCEEDED")).to.deep.equal({ status: "SUCCEEDED" }),
        superseded: async () => expect(await end(run, "SUPERSEDED")).to.deep.equal({ status: "SUPERSEDED" }),
      };
      for (const step of steps) await act[step]?.();
      const after = await announced();
      expect(after !== before).to.equal(again);
      // A second attempt of the same task announces nothing more.
      await act[steps.at(-1) ?? ""]?.();
      expect(await announced()).to.equal(after);
      if (again) {
        const present = await storage.store.find(bucket, `${folder}f-readings.parquet`);
        expect((await start()).used).to.equal(present?.etag);
      }
    });
  }

  const refusals: { name: string; error: string; meet: () => Promise<unknown> }[] = [
    {
      name: "the file was replaced and then removed",
      error: "IncomingFileMissing",
      meet: () => storage.store.delete(bucket, `${folder}f-readings.parquet`),
    },
    {
      name: "only the source says when all is there",
      error: "IncomingFileReplaced",
      meet: async () => {
        await define({ announcedBy: "source" });
        await arrive("second");
      },
    },
  ];
  for (const { name, error, meet } of refusals) {
    it(`is no end as superseded if ${name}: ${error}`, async () => {
      await arrive("first");
      await look();
      const { run } = await start();
      await meet();
      const thrown = await end(run, "SUPERSEDED").catch((reason: unknown) => (reason as Error).name);
      expect(thrown).to.equal(error);
    });
  }

  it("says why a run was superseded, and marks nothing complete", async () => {
    await arrive("first");
    await look();
    const { run } = await start();
    await arrive("second");
    await end(run, "SUPERSEDED");
    const { executions } = run as { executions: string };
    const manifest = JSON.parse((await storage.text(`${executions}manifest.json`)) ?? "") as Record<string, unknown>;
    expect(manifest).to.include({ status: "SUPERSEDED" }).and.not.have.property("error");
    expect(manifest.notes).to.deep.equal(["replaced"]);
    expect(storage.store.keys(bucket, folder).filter((key) => key.endsWith(".completed"))).to.deep.equal([]);
  });
});
