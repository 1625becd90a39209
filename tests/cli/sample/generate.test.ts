import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqlString, withDuckDb } from "../../../cli/sample/duckdb";
import { generateSample, HOURS_OF_1996 } from "../../../cli/sample/generate";
import { misreport } from "../../../cli/sample/misreport";
import { SAMPLE_COLUMNS, SAMPLE_GRAIN, type SampleState } from "../../../cli/sample/schema";

/** Rows of a query in which `FILE` stands for a Parquet file. */
function ask(file: string, sql: string): Promise<unknown[][]> {
  return withDuckDb(async (duckdb) => {
    const read = await duckdb.runAndReadAll(sql.replace(/FILE/g, sqlString(file)));
    return read.getRowsJson() as unknown[][];
  });
}

describe("sample generator", () => {
  let folder: string;
  const full = {} as Record<SampleState, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-sample-"));
    for (const state of ["OH", "IN"] as const) {
      full[state] = join(folder, `${state}.parquet`);
      await generateSample({ state, file: full[state] });
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sizes: [SampleState, number][] = [
    ["OH", 647_808],
    ["IN", 617_088],
  ];
  for (const [state, rows] of sizes) {
    it(`writes ${rows} rows for ${state}, each grain once`, async () => {
      const grain = SAMPLE_GRAIN.join(", ");
      const [counts] = await ask(full[state], `SELECT count(*)::INT, count(DISTINCT (${grain}))::INT FROM FILE`);
      expect(counts).to.deep.equal([rows, rows]);
    });
  }

  it("has the columns of the landing table, floats of 32 bits and moments of UTC", async () => {
    const columns = await ask(full.OH, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM FILE)");
    const types = { int: "INTEGER", string: "VARCHAR", timestamp: "TIMESTAMP WITH TIME ZONE", float: "FLOAT" };
    expect(columns).to.deep.equal(SAMPLE_COLUMNS.map(({ name, glue }) => [name, types[glue]]));
  });

  it("has the row that the acceptance test is about", async () => {
    const rows = await ask(
      full.OH,
      `SELECT co2_mass_tons FROM FILE WHERE plant_id_eia = 2828 AND emissions_unit_id_epa = '1'
       AND operating_datetime_utc = TIMESTAMPTZ '1996-01-01 05:00:00+00'`,
    );
    expect(rows).to.deep.equal([[366]]);
  });

  it("covers the local year, which ends in the UTC year after", async () => {
    const [span] = await ask(
      full.OH,
      "SELECT min(operating_datetime_utc)::VARCHAR, max(operating_datetime_utc)::VARCHAR, min(year), max(year) FROM FILE",
    );
    expect(span).to.deep.equal(["1996-01-01 05:00:00+00", "1997-01-01 04:00:00+00", 1996, 1996]);
  });

  const tons: [SampleState, number, number][] = [
    ["OH", 8.6e6, 8.8e6],
    ["IN", 5.9e6, 6.0e6],
  ];
  for (const [state, least, most] of tons) {
    it(`emits CO2 of the real order in ${state}`, async () => {
      const months = await ask(
        full[state],
        `SELECT strftime(operating_datetime_utc, '%Y%m'), sum(co2_mass_tons) FROM FILE
         WHERE operating_datetime_utc < '1997-01-01' GROUP BY 1 ORDER BY 1`,
      );
      expect(months).to.have.length(12);
      expect(months[0]?.[1]).to.be.within(least, most);
      for (const [month, sum] of months) expect(sum, String(month)).to.be.within(least * 0.6, most * 1.1);
    });
  }

  it("has NULLs and zeros where a unit stands still, and codes that may be NULL", async () => {
    const [counts] = await ask(
      full.OH,
      `SELECT count(*) FILTER (co2_mass_tons IS NULL) / count(*), count(*) FILTER (co2_mass_tons = 0) / count(*),
         count(*) FILTER (gross_load_mw IS NULL) / count(*), count(*) FILTER (steam_load_1000_lbs IS NOT NULL)::INT,
         count(*) FILTER (co2_mass_measurement_code IS NULL AND co2_mass_tons > 0)::INT,
         count(DISTINCT co2_mass_measurement_code)::INT, count(*) FILTER (operating_time_hours NOT BETWEEN 0 AND 1)::INT
       FROM FILE`,
    );
    const [noCo2, zeroCo2, noLoad, steam, noCode, codes, oddHours] = counts as number[];
    expect(noCo2).to.be.within(0.05, 0.3);
    expect(zeroCo2).to.be.within(0.01, 0.2);
    expect(noLoad).to.be.within(0.05, 0.3);
    expect(steam).to.be.greaterThan(0);
    expect(noCode).to.be.greaterThan(0);
    expect(codes).to.equal(5);
    expect(oddHours).to.equal(0);
  });

  it("writes the same bytes each time, and small files of the same beginning", async () => {
    const md5 = (file: string): string => createHash("md5").update(readFileSync(file)).digest("hex");
    const [once, again] = [join(folder, "once.parquet"), join(folder, "again.parquet")];
    const rows = 2 * HOURS_OF_1996;
    await generateSample({ state: "OH", file: once, rows });
    await generateSample({ state: "OH", file: again, rows });
    expect(md5(once)).to.equal(md5(again));
    const [[same]] = await ask(
      once,
      `SELECT count(*)::INT FROM (SELECT * FROM FILE INTERSECT SELECT * FROM ${sqlString(full.OH)})`,
    );
    expect(same).to.equal(rows);
  });

  for (const rows of [0, -1, 1.5, 10_000_000]) {
    it(`refuses ${rows} rows`, async () => {
      const outcome = await generateSample({ state: "OH", file: join(folder, "no.parquet"), rows }).catch(
        (e: Error) => e,
      );
      expect(outcome).to.be.an("error").with.property("message").that.includes(String(rows));
    });
  }

  describe("misreport", () => {
    it("changes the one number and nothing else", async () => {
      const changed = join(folder, "misreported", "OH.parquet");
      await misreport({ from: full.OH, to: changed });
      const difference = (a: string, b: string): Promise<unknown[][]> =>
        ask(a, `SELECT co2_mass_tons FROM (SELECT * FROM FILE EXCEPT ALL SELECT * FROM ${sqlString(b)})`);
      expect(await difference(changed, full.OH)).to.deep.equal([[3_660_000]]);
      expect(await difference(full.OH, changed)).to.deep.equal([[366]]);
      const schema = "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM FILE)";
      expect(await ask(changed, schema)).to.deep.equal(await ask(full.OH, schema));
    });

    it("takes files whose timestamps have no time zone, in milliseconds", async () => {
      const [plain, changed] = [join(folder, "plain.parquet"), join(folder, "plain-changed.parquet")];
      await ask(
        full.OH,
        `COPY (SELECT * REPLACE (operating_datetime_utc::TIMESTAMP::TIMESTAMP_MS AS operating_datetime_utc)
               FROM FILE LIMIT 10) TO ${sqlString(plain)} (FORMAT parquet)`,
      );
      await misreport({ from: plain, to: changed, co2MassTons: 1 });
      expect(await ask(changed, "SELECT count(*)::INT FROM FILE WHERE co2_mass_tons = 1")).to.deep.equal([[1]]);
    });

    it("refuses a file without the row, or with two of it", async () => {
      const twice = join(folder, "twice.parquet");
      await ask(
        full.OH,
        `COPY (SELECT * FROM FILE UNION ALL (SELECT * FROM FILE LIMIT 1)) TO ${sqlString(twice)} (FORMAT parquet)`,
      );
      for (const [from, rows] of [
        [full.IN, 0],
        [twice, 2],
      ] as const) {
        const outcome = await misreport({ from, to: join(folder, "never.parquet") }).catch((error: Error) => error);
        expect(outcome).to.be.an("error").with.property("message").that.includes(`has ${rows} rows for plant 2828`);
      }
    });
  });
});
