import { expect } from "chai";
import fc from "fast-check";
import { readAnnouncement } from "../../functions/arrival/announcement";
import { completeRun } from "../../functions/handlers/complete";
import { leaseSeconds } from "../../functions/publication/lease";
import { writeJson, writeText } from "../../functions/storage/objects";
import { completionMarkerKey, controlFileKey, executionsPrefix } from "../../functions/runs/pipeline";
import { prune } from "../../functions/handlers/pruner";
import { publishData } from "../../functions/publication/publication";
import { inputKey, inputOf } from "../../functions/runs/run-input";
import { watch } from "../../functions/handlers/watcher";
import { choicesOf, everyOrder, interleave, type Choose, type Gate, type Work } from "./interleavings";
import { definition } from "./definition";
import { withoutFunctionLogs } from "./quiet";
import { bucket, LocalStorage } from "./storage";

const date = "2024-01-29";
const settings = { landing: bucket, assets: bucket, pipeline: "p" };

describe("records written at the same time, in every order of calls", function () {
  // Orders that are played where there are too many to play them all; the slow suite plays more.
  const sampled = process.env.TRIBUTARY_SLOW ? 3000 : 60;
  let storage: LocalStorage;
  let restoreLogs: () => void;
  before(() => {
    storage = new LocalStorage();
    restoreLogs = withoutFunctionLogs();
  });
  after(() => {
    restoreLogs();
    return storage.close();
  });

  const now = (): Date => storage.clock.now();
  const begin = async (): Promise<void> => {
    await storage.empty();
    await writeJson(storage.clients().s3, bucket, "pipelines/p/definition.json", definition);
  };

  describe("the completion marker", () => {
    const scope = (run: string) => {
      const started = `2024-01-29T00:00:0${Number(`0x${run}`) % 10}Z`;
      return { pipeline: "p", exec_date: date, run, executions: executionsPrefix("p", date, started, run), started };
    };
    const completing = (run: string, name = run): Work<unknown> => ({
      name,
      run: (gate) => {
        const sfn = { send: () => Promise.reject(new Error("Nothing is to be started.")) };
        const context = { ...storage.clients(gate), sfn: sfn as never, settings, now };
        return completeRun({ run: scope(run), status: "SUCCEEDED", notes: [] }, context);
      },
    });

    for (const runs of [
      ["0a", "0b"],
      ["0b", "0b"],
    ]) {
      it(`names the newest of ${runs.join(" and ")}`, async () => {
        const play = async (choose: Choose): Promise<void> => {
          await begin();
          for (const run of new Set(runs)) {
            const input = inputOf(definition, { scope: scope(run), date: date as never, files: [], upstreams: {} });
            await writeJson(storage.clients().s3, bucket, inputKey(scope(run).executions), input);
          }
          const ended = await interleave(
            runs.map((run, index) => completing(run, `${run} ${index}`)),
            choose,
          );
          for (const each of ended) expect(each).to.have.deep.property("answer", { status: "SUCCEEDED" });
          const marker = await storage.text(completionMarkerKey("s", date, "p"));
          expect(JSON.parse(marker ?? "{}")).to.deep.equal({ pipeline: "p", exec_date: date, run: "0b" });
        };
        expect(await everyOrder(play, sampled * 5)).to.be.greaterThan(20);
      });
    }
  });

  describe("the control file", () => {
    const watching = (name: string): Work<Awaited<ReturnType<typeof watch>>> => ({
      name,
      run: (gate) => watch({}, { s3: storage.clients(gate).s3, settings, now }),
    });
    const file = `incoming/s/${date}/f-1.parquet`;
    const drop = (gate: Gate | undefined, body: string): Promise<unknown> =>
      writeText(storage.clients(gate).s3, bucket, file, body);
    const control = controlFileKey("s", date, "p");

    it("is written once for one set of files", async () => {
      const play = async (choose: Choose): Promise<void> => {
        await begin();
        await drop(undefined, "one");
        const ended = await interleave([watching("first"), watching("second"), watching("third")].slice(0, 2), choose);
        const written = ended.flatMap((each) => ("answer" in each ? each.answer.written : ["failed"]));
        expect(written).to.deep.equal([control]);
      };
      expect(await everyOrder(play, sampled * 5)).to.be.greaterThan(5);
    });

    it("announces the newest set, whatever arrives while it is written", async () => {
      const play = async (choose: Choose): Promise<void> => {
        await begin();
        await drop(undefined, "one");
        const correction: Work<Awaited<ReturnType<typeof watch>>> = {
          name: "correction",
          run: async (gate) => {
            await drop(gate, "two");
            return watch({}, { s3: storage.clients(gate).s3, settings, now });
          },
        };
        const ended = await interleave([watching("first"), correction], choose);
        for (const each of ended) expect(each).to.have.property("answer");
        const { etag } = (await storage.store.find(bucket, file)) ?? { etag: "" };
        const announced = readAnnouncement((await storage.text(control)) ?? "");
        expect(announced).to.deep.equal({ files: [{ key: file, etag }], upstreams: {} });
      };
      expect(await everyOrder(play, sampled * 5)).to.be.greaterThan(5);
    });
  });

  describe("pruning, rolling back and publishing", () => {
    type Table = "dated" | "whole";
    const folder = (table: Table): string => (table === "dated" ? `db/dated/exec_date=${date}/` : "db/whole/");
    const publish = (table: Table, run: string, rollback: boolean, gate?: Gate): Promise<boolean> =>
      publishData(
        {
          database: "db",
          table,
          location: `s3://${bucket}/${folder(table)}${run}/`,
          partition: table === "dated" ? { exec_date: date } : {},
          execDate: date,
          run,
          rows: 1,
          rollback,
        },
        { ...storage.clients(gate), settings: { assets: bucket }, now },
      );
    const pruning: Work<unknown> = {
      name: "prune",
      run: (gate) => prune({}, { ...storage.clients(gate), settings, now }),
    };
    const rollback = (table: Table): Work<unknown> => ({
      name: "rollback",
      run: (gate) => publish(table, "0a", true, gate),
    });
    const publication = (table: Table): Work<unknown> => ({
      name: "publish",
      run: (gate) => publish(table, "0d", false, gate),
    });

    /** Four runs are there, the third is published; all but the fourth are old. */
    async function playOnce(table: Table, works: readonly Work<unknown>[], choose: Choose): Promise<void> {
      await begin();
      const only = { ...definition, tables: [{ database: "db", table }] };
      const { s3 } = storage.clients();
      await writeJson(s3, bucket, "pipelines/p/definition.json", only);
      for (const run of ["0a", "0b", "0c"]) await writeText(s3, bucket, `${folder(table)}${run}/f`, run);
      await publish(table, "0c", false);
      storage.clock.pass(3 * 24 * 3600);
      await writeText(s3, bucket, `${folder(table)}0d/f`, "0d");
      const readable = (): void => {
        const run = storage.published(table, date);
        const objects = storage.store.keys(bucket, `${folder(table)}${run}/`);
        expect(objects, `objects of ${run}, which is published`).to.have.length(1);
      };
      const ended = await interleave(works, choose, readable);
      for (const each of ended) {
        // A rollback to what was just pruned is refused.
        const allowed = each.name === "rollback" ? ["LeaseTaken", "ConfigurationInvalid"] : ["LeaseTaken"];
        if ("error" in each) expect(each.error.name, each.error.message).to.be.oneOf(allowed);
      }
      storage.clock.pass(leaseSeconds + 1);
      await publish(table, "0d", false);
      readable();
    }

    for (const table of ["dated", "whole"] as const) {
      it(`${table}: never takes away what is published: pruning beside a publication`, async () => {
        await everyOrder((choose) => playOnce(table, [pruning, publication(table)], choose), sampled);
      });

      it(`${table}: never takes away what is published: pruning beside a rollback`, async () => {
        await everyOrder((choose) => playOnce(table, [pruning, rollback(table)], choose), sampled);
      });

      it(`${table}: never takes away what is published: all three, in orders made up`, async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.nat(2), { maxLength: 40 }), async (choices) => {
            await playOnce(table, [pruning, rollback(table), publication(table)], choicesOf(choices));
          }),
          { numRuns: sampled },
        );
      });
    }
  });
});
