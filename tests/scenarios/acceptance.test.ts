import { GetQueryExecutionCommand } from "@aws-sdk/client-athena";
import { expect } from "chai";
import { executedStatement } from "../../cli/commands/compile";
import { lakeModels, stepOf } from "../../cli/lake/lake-models";
import { manifestKeys } from "../../cli/runs/run-records";
import { house } from "../docs/markdown";
import { evaluated } from "../evaluated";
import { sampleFiles, TestLake } from "./lake";

/** The acceptance test of the system that Tributary replaces, on less data. */
describe("a correction of one row", () => {
  let lake: TestLake;

  const audit = () =>
    lake.query(
      "select layer, table_name, attribute, grain_value_1, grain_value_2, grain_value_3, " +
        "cast(curr_value as decimal(20,2)) as curr, cast(prev_value as decimal(20,2)) as prev, " +
        "cast(period as varchar) as period, change_type, delta, cast(prev_exec_date as varchar) as prev_exec_date " +
        "from audit_db_dev.audit where exec_date = date '2024-11-09' order by table_name, attribute",
    );
  const land = async (date: string, oh: string) => {
    const { in: indiana } = await sampleFiles();
    return lake.land(date, oh, indiana);
  };

  /** Runs of the second date. */
  let corrected: Awaited<ReturnType<typeof land>> = [];

  before(async () => {
    lake = await TestLake.open();
  });
  after(() => lake.close());

  it("runs both pipelines for the first date; there is nothing to compare with", async () => {
    const runs = await land("2024-11-08", (await sampleFiles()).ohMisreported);
    expect(runs.map(({ pipeline, status, error }) => [pipeline, status, error])).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED", undefined],
      ["state_emission_monthly", "SUCCEEDED", undefined],
    ]);
    expect(runs[0].steps.map(({ kind, table, rows }) => [kind, table, rows])).to.deep.equal([
      ["land", "utility_data_in", 15_000],
      ["land", "utility_data_oh", 20_000],
      ["model", "utility_emissions_daily", 367],
    ]);
    expect(await lake.query("select count(*) as n from audit_db_dev.audit")).to.deep.equal([{ n: 0 }]);
  });

  it("finds exactly the three numbers that moved on the next date", async () => {
    const runs = await land("2024-11-09", (await sampleFiles()).oh);
    corrected = runs;
    expect(runs.map(({ status }) => status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED"]);
    const changes = await audit();
    expect(changes.map(({ layer, table_name, attribute }) => [layer, table_name, attribute])).to.deep.equal([
      ["landing", "utility_data_oh", "co2_mass_tons"],
      ["processed", "utility_emissions_monthly", "co2_ton_oh"],
      ["processed", "utility_emissions_monthly", "co2_ton_total"],
    ]);
    const [row, ...months] = changes;
    expect(row).to.deep.include({
      grain_value_1: "2828",
      grain_value_2: "1",
      grain_value_3: "1996-01-01 05:00:00.000",
      curr: 366,
      prev: 3_660_000,
      period: "1996-01-01",
      change_type: "changed",
      delta: -3_659_634,
      prev_exec_date: "2024-11-08",
    });
    for (const month of months) {
      expect(month).to.deep.include({ grain_value_1: "199601", grain_value_2: null, period: "1996-01-01" });
      // Sums of a million tons and more, in 32 bits, have steps of a quarter of a ton.
      expect(Number(month.curr) - Number(month.prev)).to.be.closeTo(-3_659_634, 1);
    }
  });

  it("says the same when the date is announced again, and holds each date once", async () => {
    const before = await audit();
    const partitions = await lake.partitions();
    expect(await land("2024-11-09", (await sampleFiles()).oh), "the same files").to.deep.equal([]);
    expect(await lake.announce("2024-11-09")).to.have.length(2);
    expect(await audit()).to.deep.equal(before);
    const again = await lake.partitions();
    expect(Object.keys(again)).to.deep.equal(Object.keys(partitions));
    expect(
      await lake.query(
        "select cast(exec_date as varchar) as exec_date, count(*) as n from landing_db_dev.utility_data_oh group by 1 order by 1",
      ),
    ).to.deep.equal([
      { exec_date: "2024-11-08", n: 20_000 },
      { exec_date: "2024-11-09", n: 20_000 },
    ]);
  });

  it("keeps the SQL, the configurations and a manifest with each run", async () => {
    const { assetsBucket } = lake.outputs;
    const manifests = [...(await manifestKeys(lake.s3, assetsBucket))].sort();
    expect(manifests).to.have.length(6);
    for (const key of manifests) {
      expect(key).to.match(
        /^pipeline_executions\/state_emission_(daily|monthly)\/2024-11-0[89]\/\d{8}T\d{6}Z-[0-9a-f]+\/manifest\.json$/,
      );
    }
    const monthly = lake.runtime.services.s3
      .keys(assetsBucket)
      .filter((key) => key.startsWith(manifests[manifests.length - 1].replace("manifest.json", "")))
      .map((key) => key.split("/").pop());
    expect(monthly).to.have.members([
      "input.json",
      "manifest.json",
      "utility_emissions_monthly.json",
      "openlineage.json",
      "explanation_utility_emissions_monthly_rendered.sql",
      "explanation_utility_emissions_monthly_executed.sql",
      "explanation-utility_emissions_monthly.json",
      "checks_utility_emissions_monthly_rendered.sql",
      "checks_utility_emissions_monthly_executed.sql",
      "model-utility_emissions_monthly.json",
      "utility_emissions_monthly_rendered.sql",
      "audit_utility_emissions_monthly_executed.sql",
      ...["utility_data_in", "utility_data_oh", "utility_emissions_monthly"].flatMap((table) => [
        `audit_${table}_config.json`,
        `audit_${table}_rendered.sql`,
        `audit-${table}.json`,
      ]),
    ]);
  });

  it("has Athena execute what `tributary compile --executed` prints", async () => {
    const lakes = lakeModels(await evaluated("dev"), house);
    const models = corrected.flatMap(({ run, steps }) =>
      steps.filter(({ kind }) => kind === "model").map((step) => ({ run, ...step })),
    );
    expect(models.map(({ table }) => table)).to.deep.equal(["utility_emissions_daily", "utility_emissions_monthly"]);
    for (const { run, table, queryExecutionId } of models) {
      const asked = new GetQueryExecutionCommand({ QueryExecutionId: queryExecutionId ?? undefined });
      const { QueryExecution } = await lake.athena.send(asked);
      const printed = executedStatement(stepOf(lakes, `usghgemission/${table}.sql`), "2024-11-09");
      expect(printed.replaceAll("<run>", run)).to.equal(`${QueryExecution?.Query ?? ""}\n`);
    }
  });
});
