import { expect } from "chai";
import { copyFileSync, writeFileSync } from "node:fs";
import { auditQuery } from "../../../cli/sample/acceptance";
import { generateSample, HOURS_OF_1996 } from "../../../cli/sample/generate";
import { misreport } from "../../../cli/sample/misreport";
import { sampleFileName } from "../../../cli/sample/schema";
import { ServedLake } from "../served-lake";

/** The real program on the local runtime, driven by the real command; the files are small. */
describe("the tributary command and a lake", function () {
  const lake = new ServedLake();
  const file = lake.file.bind(lake);
  const run = lake.run.bind(lake);
  const ohio = (folder: string): string => file(folder, sampleFileName("OH"));
  const indiana = (): string => file("right", sampleFileName("IN"));
  const ask = (sql: string): unknown => lake.json("query", sql);
  const dates = (): unknown =>
    ask(
      "select cast(exec_date as varchar) as d, count(*) as n from landing_db_dev.utility_data_oh group by 1 order by 1",
    );

  before(async () => {
    await generateSample({ state: "OH", file: ohio("right"), rows: HOURS_OF_1996 });
    await generateSample({ state: "IN", file: indiana(), rows: HOURS_OF_1996 });
    await misreport({ from: ohio("right"), to: ohio("wrong") });
    await lake.serve();
  });
  after(() => lake.close());

  it("lands two dates, waits for all that follows, and answers", () => {
    for (const [date, from] of [
      ["2024-11-08", "wrong"],
      ["2024-11-09", "right"],
    ] as const) {
      const { status, stdout, stderr } = run(
        ...["local", "run", "--format", "json", "--land", `${ohio(from)}@${date}`, `${indiana()}@${date}`],
      );
      expect(status, stderr).to.equal(0);
      const runs = JSON.parse(stdout) as { pipeline: string; exec_date: string; status: string }[];
      expect(runs.map(({ pipeline, exec_date, status: ended }) => [pipeline, exec_date, ended])).to.deep.equal([
        ["state_emission_daily", date, "SUCCEEDED"],
        ["state_emission_monthly", date, "SUCCEEDED"],
      ]);
    }
    expect(dates()).to.deep.equal([
      { d: "2024-11-08", n: HOURS_OF_1996 },
      { d: "2024-11-09", n: HOURS_OF_1996 },
    ]);
    const audit = ask(auditQuery("audit_db_dev", "2024-11-09")) as Record<string, unknown>[];
    expect(audit.map(({ layer, attribute, grain_value_1 }) => [layer, attribute, grain_value_1])).to.deep.equal([
      ["landing", "co2_mass_tons", "2828"],
      ["processed", "co2_ton_oh", "199601"],
      ["processed", "co2_ton_total", "199601"],
    ]);
    expect(audit[0]).to.include({ curr: 366, prev: 3_660_000, grain_value_3: "1996-01-01 05:00:00.000" });
  });

  it("runs a date again whose files are landed again, once", () => {
    const { status, stdout, stderr } = run(
      ...["local", "run", "--format", "json", "--land", `${ohio("right")}@2024-11-09`, `${indiana()}@2024-11-09`],
    );
    expect(status, stderr).to.equal(0);
    const runs = JSON.parse(stdout) as { pipeline: string; status: string }[];
    expect(runs.map(({ pipeline, status: ended }) => [pipeline, ended])).to.deep.equal([
      ["state_emission_daily", "SUCCEEDED"],
      ["state_emission_monthly", "SUCCEEDED"],
    ]);
  });

  describe("given what it cannot use", () => {
    // What is landed, and what standard error must say: the key and what was expected of it.
    const cases: { name: string; args: () => string[]; says: string[] }[] = [
      {
        name: "an unknown control file",
        args: () => ["--control", "nobody.done@2024-11-10"],
        says: ["ControlFileUnknown", "2024-11-10/nobody.done", "state_emission_daily.done"],
      },
      {
        name: "a date that does not exist",
        args: () => ["--control", "state_emission_daily.done@2024-02-30"],
        says: ["ExecDateInvalid", "2024-02-30/state_emission_daily.done", "YYYY-MM-DD"],
      },
      {
        name: "a control file before its files",
        args: () => ["--land", `${ohio("right")}@2024-11-11`, "--control", "state_emission_daily.done@2024-11-11"],
        says: ["IncomingFileMissing", "2024-11-11/epacems-1996-IN"],
      },
      {
        name: "a file that is not Parquet",
        args: () => ["--land", `${file("text", "epacems-1996-OH.parquet")}@2024-11-13`, `${indiana()}@2024-11-13`],
        says: ["FileNotParquet", "2024-11-13/epacems-1996-OH.parquet"],
      },
    ];
    let unchanged: unknown;
    before(async () => {
      unchanged = dates();
      await generateSample({ state: "OH", file: file("second", "epacems-1996-OH-2.parquet"), rows: 1 });
      await generateSample({ state: "OH", file: file("text", "epacems-1996-OH.parquet"), rows: 1 });
      writeFileSync(file("text", "epacems-1996-OH.parquet"), "plant_id_eia,co2_mass_tons\n");
      copyFileSync(indiana(), file("text", "epacems-1996-IN.parquet"));
    });
    for (const { name, args, says } of cases) {
      it(`shows why, fails and changes nothing: ${name}`, () => {
        const { status, stderr } = run("local", "run", ...args());
        for (const text of says) expect(stderr).to.include(text);
        expect(stderr).not.to.match(/^\s+at /m);
        expect(status).to.equal(1);
        expect(dates()).to.deep.equal(unchanged);
      });
    }

    // What is landed, and what it waits for: nothing has failed.
    const waiting: { name: string; args: () => string[]; says: string }[] = [
      {
        name: "a registered file is missing",
        args: () => [`${ohio("right")}@2024-11-12`],
        says: "state_emission_daily 2024-11-12 waits for incoming/all_ef_files/2024-11-12/epacems-1996-IN*.",
      },
      {
        name: "there are two files for one prefix",
        args: () =>
          [ohio("right"), file("second", "epacems-1996-OH-2.parquet"), indiana()].map((f) => `${f}@2024-11-14`),
        says: "state_emission_daily 2024-11-14 waits for one file for epacems-1996-OH instead of 2 (",
      },
    ];
    for (const { name, args, says } of waiting) {
      it(`says what the date waits for and starts nothing: ${name}`, () => {
        const { status, stdout, stderr } = run("local", "run", "--format", "json", "--land", ...args());
        expect(stderr).to.include(says);
        expect({ status, runs: JSON.parse(stdout) as unknown }).to.deep.equal({ status: 0, runs: [] });
        expect(dates()).to.deep.equal(unchanged);
      });
    }

    const queries: [string, RegExp][] = [
      ["select nothing from nowhere", /nowhere/i],
      ["select no_such_column from audit_db_dev.audit", /no_such_column/],
    ];
    for (const [sql, says] of queries) {
      it(`shows Athena's message for ${sql}`, () => {
        const { status, stdout, stderr } = run("query", sql);
        expect(stderr).to.match(says);
        expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
      });
    }
  });

  describe("asked to change something", () => {
    const table = "landing_db_dev.utility_data_oh";

    it("reads unless it is told otherwise", () => {
      const { status, stderr } = run("query", `drop table ${table}`);
      expect(stderr).to.equal(
        `\`query\` reads, and this statement drops the table ${table}: give --write if that is meant.\n`,
      );
      expect(status).to.equal(2);
    });

    it("refuses to change what runs publish", () => {
      const { status, stderr } = run("query", "--write", `drop table ${table}`);
      expect(stderr).to.include(`the data of ${table} is published by the runs of state_emission_daily`);
      expect({ status, dates: dates() }).to.deep.equal({ status: 1, dates: dates() });
    });

    it("says what it changes, and changes it", () => {
      const { status, stderr } = run("query", "--write", "create view processed_db_dev.mine as select 1 as one");
      expect(stderr).to.include("This statement creates the view processed_db_dev.mine.");
      expect(status).to.equal(0);
      expect(ask("select one from processed_db_dev.mine")).to.deep.equal([{ one: 1 }]);
    });
  });

  it("reads more than one page of a result, as CSV", () => {
    const { stdout } = run("query", "--format", "csv", "select * from unnest(sequence(1, 2500)) as t(n) order by n");
    expect(stdout.split("\r\n").slice(0, 3)).to.deep.equal(["n", "1", "2"]);
    expect(stdout.split("\r\n")).to.have.length(2502);
  });

  describe("that is no longer needed", () => {
    it("protects a state that is served, stops, answers without a server, and forgets", () => {
      expect(run("local", "up")).to.include({ status: 1 }).and.property("stderr").to.include("served already");
      expect(run("local", "reset")).to.include({ status: 1 });
      expect(run("local", "down")).to.include({ status: 0 });
      expect(ask("select 1 as one, cast(null as integer) as nothing, 'x' as text")).to.deep.equal([
        { one: 1, nothing: null, text: "x" },
      ]);
      expect(run("local", "reset")).to.include({ status: 2 }).and.property("stderr").to.include("give --yes");
      expect(run("local", "reset", "--yes")).to.include({ status: 0 });
      expect(run("query", "select 1"))
        .to.include({ status: 1 })
        .and.property("stderr")
        .to.include("Nothing is deployed");
    });
  });
});
