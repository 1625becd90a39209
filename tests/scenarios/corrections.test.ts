import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { sampleFiles, TestLake, type SampleFiles } from "./lake";

/** What becomes of numbers when files come late, again, or while something else goes on. */
describe("late corrections", () => {
  let lake: TestLake;
  let files: SampleFiles;

  before(async () => {
    lake = await TestLake.open();
    files = await sampleFiles();
  });
  after(() => lake.close());

  const audited = async (date: string): Promise<string[]> => {
    const rows = await lake.query(
      "select table_name, attribute, change_type, delta, cast(prev_exec_date as varchar) as prev " +
        `from audit_db_dev.audit where exec_date = date '${date}' order by 1, 2`,
    );
    return rows.map(({ table_name, attribute, delta, prev }) =>
      [table_name, attribute, Math.round(Number(delta)), prev].join(" "),
    );
  };
  const moved = (delta: number, prev: string): string[] => [
    `utility_data_oh co2_mass_tons ${delta} ${prev}`,
    `utility_emissions_monthly co2_ton_oh ${delta} ${prev}`,
    `utility_emissions_monthly co2_ton_total ${delta} ${prev}`,
  ];

  it("of the date before make the next date's audit anew", async () => {
    await lake.land("2024-11-08", files.oh, files.in);
    await lake.land("2024-11-10", files.oh, files.in);
    expect(await audited("2024-11-10")).to.deep.equal([]);
    const runs = await lake.land("2024-11-08", files.ohMisreported);
    expect(runs.map(({ pipeline, exec_date, status }) => [pipeline, exec_date, status])).to.deep.equal([
      ["state_emission_daily", "2024-11-08", "SUCCEEDED"],
      ["state_emission_monthly", "2024-11-08", "SUCCEEDED"],
      ["state_emission_monthly", "2024-11-10", "SUCCEEDED"],
    ]);
    expect(runs[2].notes).to.deep.equal([
      `Audited again: 2024-11-08, the date before, has the new run ${runs[1].run}.`,
    ]);
    expect(runs[2].steps.map(({ kind }) => kind)).to.deep.equal(["audit", "audit", "audit", "explanation"]);
    expect(await audited("2024-11-10")).to.deep.equal(moved(-3_659_634, "2024-11-08"));
  });

  it("that bring a date in between change what the next date is compared with", async () => {
    await lake.land("2024-11-09", files.oh, files.in);
    expect(await audited("2024-11-09")).to.deep.equal(moved(-3_659_634, "2024-11-08"));
    expect(await audited("2024-11-10"), "compared with 2024-11-09 by now").to.deep.equal([]);
  });

  it("are there after a date's run was stopped, whose data never shows", async () => {
    const before = await lake.partitions();
    const stop = lake.runtime.journal.listen((entry) => {
      if (entry.kind !== "state-entered" || entry.state !== "Query utility_emissions_daily") return;
      void lake.sfn.send(new StopExecutionCommand({ executionArn: entry.executionArn, cause: "by hand" }));
    });
    const [stopped] = await lake.land("2024-11-11", files.ohMisreported, files.in);
    stop();
    expect([stopped.status, stopped.error]).to.deep.equal(["FAILED", { name: "ABORTED", message: "by hand" }]);
    expect(await lake.partitions(), "not what it landed, either").to.deep.equal(before);
    const runs = await lake.land("2024-11-11", files.oh);
    expect(runs.map(({ status }) => status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
    expect(await audited("2024-11-11")).to.deep.equal([]);
  });

  it("are the same run when their event comes again, and a delayed event of an older file changes nothing", async () => {
    const [older] = await lake.announce("2024-11-11");
    const runs = await lake.land("2024-11-11", files.ohMisreported);
    const partitions = await lake.partitions();
    const changes = await audited("2024-11-11");
    expect(await lake.redeliver(runs[0])).to.deep.equal([]);
    expect(await lake.redeliver(older)).to.deep.equal([]);
    expect(await lake.partitions()).to.deep.equal(partitions);
    expect(await audited("2024-11-11")).to.deep.equal(changes);
  });
});
