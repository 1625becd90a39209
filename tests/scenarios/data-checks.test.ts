import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { sampleFiles, TestLake, type SampleFiles } from "./lake";

/** What a table declares of its data, before and after readers see it. */
describe("data that violates a table's checks", () => {
  let lake: TestLake;
  let files: SampleFiles;
  let made: string;

  before(async () => {
    files = await sampleFiles();
    made = mkdtempSync(join(tmpdir(), "tributary-checks-"));
    const duckdb = await DuckDBInstance.create();
    const connection = await duckdb.connect();
    const copy = (query: string, name: string): Promise<unknown> =>
      connection.run(`COPY (${query}) TO '${join(made, name)}' (FORMAT parquet)`);
    const january = "operating_datetime_utc < timestamp '1996-02-01'";
    await copy(`SELECT * REPLACE (-1e9::float AS co2_mass_tons) FROM '${files.oh}'`, "negative.parquet");
    await copy(`SELECT * FROM '${files.oh}' WHERE ${january}`, "oh-january.parquet");
    await copy(`SELECT * FROM '${files.in}' WHERE ${january}`, "in-january.parquet");
    connection.closeSync();
    duckdb.closeSync();
    lake = await TestLake.open();
    await lake.land("2024-11-08", files.oh, files.in);
  });
  after(async () => {
    await lake.close();
    rmSync(made, { recursive: true, force: true });
  });

  const oh = (name: string) => ({ path: join(made, name), name: "epacems-1996-OH.parquet" });
  const months = () => lake.query("select count(*) as n from processed_db_dev.utility_emissions_monthly");

  it("is not published at level error: the data before stays, and nothing that follows runs", async () => {
    const days = () => lake.query("select sum(co2_ton_total) as tons from processed_db_dev.utility_emissions_daily");
    const before = [await days(), await months()];
    const partitions = await lake.partitions();
    const runs = await lake.land("2024-11-08", oh("negative.parquet"));
    expect(runs.map(({ pipeline, status, error }) => [pipeline, status, error?.name])).to.deep.equal([
      ["state_emission_daily", "FAILED", "CheckFailed"],
    ]);
    expect(runs[0].error?.message).to.match(
      /^utility_emissions_daily of 2024-11-08 is not published, the data before stays: 'range: co2_ton_total from 0' is violated \d+ times\.$/,
    );
    expect([await days(), await months()]).to.deep.equal(before);
    expect(await lake.partitions(), "the landed files of the run are not published either").to.deep.equal(partitions);
    const candidates = await lake.query(
      "select count(distinct run) as runs from processed_db_dev.utility_emissions_daily__runs where exec_date = date '2024-11-08'",
    );
    expect(candidates, "both runs' data can be looked at").to.deep.equal([{ runs: 2 }]);
  });

  it("is published at level warn, and the run says so", async () => {
    const runs = await lake.land("2024-11-09", oh("oh-january.parquet"), {
      path: join(made, "in-january.parquet"),
      name: "epacems-1996-IN.parquet",
    });
    expect(runs.map(({ status, error }) => [status, error])).to.deep.equal([
      ["SUCCEEDED", undefined],
      ["SUCCEEDED", undefined],
    ]);
    expect(await lake.checksOf(runs[1])).to.deep.equal([
      { table: "utility_emissions_monthly", name: "unique: record_month", level: "error", failures: 0 },
      { table: "utility_emissions_monthly", name: "row count against the prior date", level: "warn", failures: 1 },
      { table: "utility_emissions_monthly", name: "the total is the sum", level: "error", failures: 0 },
    ]);
  });

  it("shows in the validation view of its table, one row a date", async () => {
    const rows = await lake.query(
      "select cast(exec_date as varchar) as exec_date, row_count, co2_ton_oh_missing " +
        "from processed_db_dev.utility_emissions_monthly_validation order by 1",
    );
    expect(rows).to.deep.equal([
      { exec_date: "2024-11-08", row_count: 13, co2_ton_oh_missing: 0 },
      { exec_date: "2024-11-09", row_count: 1, co2_ton_oh_missing: 0 },
    ]);
  });
});
