import { expect } from "chai";
import { writeJson } from "../../../functions/storage/objects";
import type { PipelineDefinition } from "../../../functions/runs/pipeline";
import { wallClock, watch } from "../../../functions/handlers/watcher";
import { withoutFunctionLogs } from "../../model/quiet";
import { definition as plainDefinition } from "../../model/definition";
import { bucket, LocalStorage } from "../../model/storage";

/** Instant, zone, date and hour that clocks there show: also where an hour is left out or comes twice. */
const clocks: [instant: string, zone: string, date: string, hour: number][] = [
  ["2024-01-29T23:59:59Z", "UTC", "2024-01-29", 23],
  ["2024-01-30T00:00:00Z", "UTC", "2024-01-30", 0],
  ["2024-01-29T23:00:00Z", "Europe/Berlin", "2024-01-30", 0],
  // Clocks go forward: 02:00 is 03:00.
  ["2024-03-31T00:59:59Z", "Europe/Berlin", "2024-03-31", 1],
  ["2024-03-31T01:00:00Z", "Europe/Berlin", "2024-03-31", 3],
  ["2024-03-10T06:59:00Z", "America/New_York", "2024-03-10", 1],
  ["2024-03-10T07:00:00Z", "America/New_York", "2024-03-10", 3],
  // Clocks go back: two o'clock comes twice.
  ["2024-10-27T00:30:00Z", "Europe/Berlin", "2024-10-27", 2],
  ["2024-10-27T01:30:00Z", "Europe/Berlin", "2024-10-27", 2],
  // The day has 25 hours.
  ["2024-11-04T04:59:00Z", "America/New_York", "2024-11-03", 23],
  ["2024-12-31T12:00:00Z", "Pacific/Kiritimati", "2025-01-01", 2],
  ["2024-01-29T18:45:00Z", "Asia/Kathmandu", "2024-01-30", 0],
  ["2024-02-29T11:00:00Z", "Pacific/Pago_Pago", "2024-02-29", 0],
];

const definition: PipelineDefinition = {
  ...plainDefinition,
  pipeline: "w",
  incoming: [...plainDefinition.incoming, { ...plainDefinition.incoming[0], prefix: "f-long" }],
  after: ["u"],
  lateAfterHour: 12,
  timeZone: "Europe/Berlin",
  stateMachineArn: "",
  tables: [],
};

describe("watching", () => {
  for (const [instant, zone, date, hour] of clocks) {
    it(`at ${instant}, clocks in ${zone} show ${date} ${hour} o'clock`, () => {
      expect(wallClock(new Date(instant), zone)).to.deep.equal({ date, hour });
    });
  }

  describe("a folder", () => {
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

    const folder = "incoming/s/2024-01-29/";
    const look = async (files: string[], { now = "2024-01-29T08:00:00Z", cadence = definition.cadence } = {}) => {
      await storage.empty();
      const { s3 } = storage.clients();
      await writeJson(s3, bucket, "pipelines/w/definition.json", { ...definition, cadence });
      for (const file of files) await storage.put(folder + file, file.endsWith(".completed") ? "" : file);
      const settings = { landing: bucket, assets: bucket, pipeline: "w" };
      return watch({}, { s3, settings, now: () => new Date(now) });
    };
    const all = ["f-1.parquet", "f-long-1.parquet", "u.completed"];

    it("is announced when everything is there", async () => {
      expect(await look(all)).to.deep.include({ written: [`${folder}w.done`], waiting: [] });
    });
    it("waits for what is missing, and says what", async () => {
      const { written, waiting } = await look(["f-long-1.parquet"]);
      expect(written).to.deep.equal([]);
      expect(waiting).to.deep.equal([
        {
          date: "2024-01-29",
          missing: [`${folder}f-*`, `${folder}u.completed`],
          duplicated: [],
          unfinished: [],
          renewed: [],
        },
      ]);
    });
    it("waits when a prefix has two files, and says which", async () => {
      const { written, waiting } = await look([...all, "f-2.parquet"]);
      expect(written).to.deep.equal([]);
      expect(waiting).to.deep.equal([
        { date: "2024-01-29", missing: [], duplicated: ["f-"], unfinished: [], renewed: [] },
      ]);
    });

    const late: [string, boolean, string[], string, PipelineDefinition["cadence"]][] = [
      ["before its hour", false, all, "2024-01-29T10:59:00Z", definition.cadence],
      ["from its hour on", true, all, "2024-01-29T11:00:00Z", definition.cadence],
      ["once it is complete", false, [...all, "w.completed"], "2024-01-29T20:00:00Z", definition.cadence],
      ["on a day on which nothing is due", false, all, "2024-01-29T20:00:00Z", { every: "month", day: 2, month: undefined }], // prettier-ignore
      ["on the day on which something is due", true, all, "2024-01-29T20:00:00Z", { every: "month", day: 29, month: undefined }], // prettier-ignore
    ];
    for (const [name, isLate, files, now, cadence] of late) {
      it(`is ${isLate ? "" : "not "}late ${name}`, async () => {
        expect((await look(files, { now, cadence })).late).to.equal(isLate);
      });
    }
  });
});
