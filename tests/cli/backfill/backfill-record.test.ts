import { expect } from "chai";
import { BackfillRecord, backfillKey, type Backfill } from "../../../cli/backfill/backfill-record";
import { openDates } from "../../../cli/backfill/run-backfill";
import { Bucket, S3Server } from "../../local/s3/server";

describe("the record of a backfill", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());

  const backfill = (id: string): Backfill => ({
    id,
    from: "2024-11-01",
    to: "2024-11-30",
    pipelines: ["daily", "monthly"],
    dates: ["2024-11-08", "2024-11-09", "2024-11-10"],
    started: "2024-12-01T00:00:00.000Z",
    tasks: {},
  });
  const done = { before: "", status: "SUCCEEDED", run: "00a1" } as const;

  it("is what another process reads after a kill at any point", async () => {
    expect(await BackfillRecord.read(server.client, Bucket, "first")).to.equal(undefined);
    const record = BackfillRecord.create(server.client, Bucket, backfill("first"));
    await Promise.all([
      record.note("2024-11-08", { daily: { before: "" }, monthly: { before: "00a0" } }),
      record.note("2024-11-08", { daily: done }),
      record.note("2024-11-09", { daily: done, monthly: { before: "", status: "SKIPPED" } }),
      record.note("2024-11-10", { daily: done, monthly: { before: "", status: "FAILED", error: "E: no" } }),
    ]);
    const read = await BackfillRecord.read(server.client, Bucket, "first");
    expect(read?.value).to.deep.equal(record.value);
    expect(read?.task("2024-11-08", "daily")).to.deep.equal(done);
    expect(read && openDates(read)).to.deep.equal(["2024-11-08", "2024-11-10"]);
    await read?.note("2024-11-10", { monthly: done });
    expect(read && openDates(read)).to.deep.equal(["2024-11-08"]);
  });

  it("is carried on by one process only", async () => {
    const started = BackfillRecord.create(server.client, Bucket, backfill("second"));
    const alsoStarted = BackfillRecord.create(server.client, Bucket, backfill("second"));
    await started.save();
    const message = async (work: Promise<unknown>): Promise<string> =>
      work.then(() => "").catch((error: Error) => error.message);
    expect(await message(alsoStarted.save())).to.include("Another process carries on the backfill second");
    const taken = await BackfillRecord.read(server.client, Bucket, "second");
    await taken?.note("2024-11-08", { daily: done });
    expect(await message(started.note("2024-11-08", { daily: done }))).to.include("Another process carries on");
  });

  for (const id of ["", "../x", "a/b", ".x", "x".repeat(101)]) {
    it(`is not called '${id.slice(0, 10)}'`, () => expect(() => backfillKey(id)).to.throw("is no id of a backfill"));
  }
});
