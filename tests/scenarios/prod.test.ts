import { expect } from "chai";
import { chaptersOn } from "./chapters";
import { sampleFiles, TestLake } from "./lake";
import { grantsOnEverything, unexplainedGrants, unexplainedPatterns } from "./permission-coverage";

/** The stage that encrypts with KMS keys and does monthly work on day 2 only. */
describe("prod", () => {
  let lake: TestLake;
  before(async () => {
    lake = await TestLake.open("prod");
  });
  after(() => lake.close());

  const run = async (date: string, wrong = false) => {
    const files = await sampleFiles();
    const runs = await lake.land(date, wrong ? files.ohMisreported : files.oh, files.in);
    return runs.map(({ pipeline, status, error, notes }) => [pipeline, status, error ?? notes?.join()]);
  };

  it("does monthly work on day 2, with the permissions that its keys ask for", async () => {
    expect(await run("2024-11-02", true)).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED", ""],
      [
        "state_emission_monthly",
        "SUCCEEDED",
        ["utility_data_in", "utility_data_oh", "utility_emissions_monthly"]
          .map(
            (table) =>
              `${table} is not audited: processed_db_prod.utility_emissions_monthly has no execution date before 2024-11-02.`,
          )
          .join(),
      ],
    ]);
    const used = lake.runtime.authorizer.usage().map(({ action }) => action);
    expect(used).to.include("kms:Decrypt").and.include("kms:GenerateDataKey");
  });

  it("skips it on other days, and says why", async () => {
    expect(await run("2024-11-03")).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED", ""],
      ["state_emission_monthly", "SKIPPED", "Work is due on day 2 of each month; 2024-11-03 is not."],
    ]);
  });

  it("compares with the month before, not with the day before", async () => {
    await run("2024-12-02");
    const changes = await lake.query(
      "select attribute, delta, cast(prev_exec_date as varchar) as prev from audit_db_prod.audit where exec_date = date '2024-12-02' order by attribute",
    );
    expect(changes.map(({ attribute, prev }) => [attribute, prev])).to.deep.equal([
      ["co2_mass_tons", "2024-11-02"],
      ["co2_ton_oh", "2024-11-02"],
      ["co2_ton_total", "2024-11-02"],
    ]);
  });

  // The grants that dev has not: those of the key, which each role needs for what it reads and writes.
  describe("permissions", () => {
    before(async function () {
      // The first two chapters were played above.
      for (const chapter of chaptersOn("2024-11-02", "2024-12-02", "2025-01-02").slice(2)) await chapter.play(lake, 0);
    });

    it("are all used, or a reason is written down", () => {
      expect(unexplainedGrants(lake.runtime.authorizer)).to.deep.equal([]);
    });

    it("are on exact resources, or a reason is written down", () => {
      expect(unexplainedPatterns(lake.runtime.authorizer)).to.deep.equal([]);
      expect(grantsOnEverything(lake.runtime.authorizer)).to.deep.equal(["DeliverLogs", "Trace"]);
    });
  });
});
