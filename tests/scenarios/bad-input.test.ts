import { writeFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { sampleFiles, TestLake, type SampleFiles } from "./lake";

interface BadInput {
  name: string;
  date: string;
  pipeline?: string;
  /** What arrives. A control file written by hand follows where the watcher writes none: where the run is rejected. */
  drop: (files: SampleFiles & { made: string }) => (string | { path: string; name: string })[];
  status: "REJECTED" | "FAILED";
  error: string;
  says: RegExp;
}

const key = (date: string, name: string): string => `incoming/all_ef_files/${date}/${name}`;

const cases: BadInput[] = [
  {
    name: "an unknown control file",
    date: "2024-12-01",
    pipeline: "state_emission_weekly",
    drop: () => [],
    status: "REJECTED",
    error: "ControlFileUnknown",
    says: new RegExp(
      `${key("2024-12-01", "state_emission_weekly.done")} .*state_emission_daily.done, state_emission_monthly.done`,
    ),
  },
  {
    name: "a date that does not exist",
    date: "2024-02-30",
    drop: (files) => [files.oh, files.in],
    status: "REJECTED",
    error: "ExecDateInvalid",
    says: new RegExp(`${key("2024-02-30", "state_emission_daily.done")}: '2024-02-30' is not a date that exists`),
  },
  {
    name: "a missing registered file",
    date: "2024-12-02",
    drop: (files) => [files.oh],
    status: "REJECTED",
    error: "IncomingFileMissing",
    says: /2024-12-02\/state_emission_daily\.done .*nothing is at incoming\/all_ef_files\/2024-12-02\/epacems-1996-IN\*/,
  },
  {
    name: "two files for one prefix",
    date: "2024-12-03",
    drop: (files) => [files.in, { path: files.in, name: "epacems-1996-IN-2.parquet" }, files.oh],
    status: "REJECTED",
    error: "IncomingFileDuplicated",
    says: /'epacems-1996-IN' has 2: .*epacems-1996-IN-2\.parquet, .*epacems-1996-IN\.parquet/,
  },
  {
    name: "a dependent that is announced before its upstream is complete",
    date: "2024-12-04",
    pipeline: "state_emission_monthly",
    drop: () => [],
    status: "REJECTED",
    error: "IncomingFileMissing",
    says: /nothing is at incoming\/all_ef_files\/2024-12-04\/state_emission_daily\.completed/,
  },
  {
    name: "a file that is not Parquet",
    date: "2024-12-05",
    drop: (files) => [files.oh, { path: join(files.made, "text.parquet"), name: "epacems-1996-IN.parquet" }],
    status: "FAILED",
    error: "FileNotParquet",
    says: /2024-12-05\/epacems-1996-IN\.parquet is not a whole Parquet file .*expected Apache Parquet/,
  },
  {
    name: "a file that is cut short",
    date: "2024-12-06",
    drop: (files) => [files.oh, { path: join(files.made, "cut.parquet"), name: "epacems-1996-IN.parquet" }],
    status: "FAILED",
    error: "FileNotParquet",
    says: /2024-12-06\/epacems-1996-IN\.parquet is not a whole Parquet file/,
  },
  {
    name: "a file that lacks a column",
    date: "2024-12-07",
    drop: (files) => [files.oh, { path: join(files.made, "lacking.parquet"), name: "epacems-1996-IN.parquet" }],
    status: "FAILED",
    error: "ColumnMissing",
    says: /2024-12-07\/epacems-1996-IN\.parquet lacks co2_mass_tons \(float\) of landing_db_dev\.utility_data_in; it has plant_id_eia,/,
  },
  {
    name: "a file with a column of another type",
    date: "2024-12-08",
    drop: (files) => [files.oh, { path: join(files.made, "mistyped.parquet"), name: "epacems-1996-IN.parquet" }],
    status: "FAILED",
    error: "ColumnTypeMismatch",
    says: /2024-12-08\/epacems-1996-IN\.parquet: co2_mass_tons is BYTE_ARRAY; landing_db_dev\.utility_data_in declares float \(FLOAT\)/,
  },
];

describe("bad input", () => {
  let lake: TestLake;
  let made: string;

  before(async () => {
    const files = await sampleFiles();
    made = mkdtempSync(join(tmpdir(), "tributary-bad-input-"));
    writeFileSync(join(made, "text.parquet"), "plant_id_eia,co2_mass_tons\n1,2\n");
    const duckdb = await DuckDBInstance.create();
    const connection = await duckdb.connect();
    const copy = (columns: string, name: string): Promise<unknown> =>
      connection.run(`COPY (SELECT ${columns} FROM '${files.in}' LIMIT 10) TO '${join(made, name)}' (FORMAT parquet)`);
    await copy("* EXCLUDE (co2_mass_tons)", "lacking.parquet");
    await copy("* REPLACE ('many' AS co2_mass_tons)", "mistyped.parquet");
    connection.closeSync();
    duckdb.closeSync();
    writeFileSync(
      join(made, "cut.parquet"),
      Buffer.concat([Buffer.from("PAR1 and then nothing that makes sense"), Buffer.from("PAR1")]),
    );
    lake = await TestLake.open();
    await lake.land("2024-11-08", files.oh, files.in);
  });
  after(async () => {
    await lake.close();
    rmSync(made, { recursive: true, force: true });
  });

  for (const { name, date, pipeline = "state_emission_daily", drop, status, error, says } of cases) {
    it(`${name}: ${status.toLowerCase()}, with the key and what was expected; nothing is published`, async () => {
      const before = await lake.partitions();
      const arrived = await lake.land(date, ...drop({ ...(await sampleFiles()), made }));
      const runs = status === "REJECTED" ? await lake.announce(date, pipeline) : arrived;
      expect(runs.map((run) => [run.pipeline, run.exec_date, run.status, run.error?.name])).to.deep.equal([
        [pipeline, date, status, error],
      ]);
      expect(runs[0].error?.message).to.match(says);
      expect(await lake.partitions()).to.deep.equal(before);
    });
  }

  it("leaves the other dates and pipelines alone: the next good date runs to its end", async () => {
    const files = await sampleFiles();
    const runs = await lake.land("2024-12-31", files.oh, files.in);
    expect(runs.map(({ pipeline, status }) => [pipeline, status])).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED"],
      ["state_emission_monthly", "SUCCEEDED"],
    ]);
  });
});
