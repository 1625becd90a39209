import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { explainTable } from "../../cli/explain/explain-audit";
import { renderExplanations } from "../../cli/explain/formats";
import { withDuckDb } from "../../cli/sample/duckdb";
import { TestLake } from "./lake";

/** What a correction changed, in a table whose audit takes several statements. */
describe("an audit that compares with the run before, in several statements", () => {
  let lake: TestLake;
  let folder: string;

  /** Three rows of 200 ones, with the given cells changed. */
  const file = async (version: number, changes: Readonly<Record<string, string>> = {}) => {
    const path = join(folder, `wide-${version}.parquet`);
    const columns = Array.from({ length: 200 }, (_, index) => {
      const name = `a${String(index + 1).padStart(3, "0")}`;
      return `(${changes[name] ?? "1"})::int AS ${name}`;
    });
    const query = `SELECT id::int AS id, date '2024-01-01' AS day, ${columns.join(", ")} FROM range(1, 4) AS ids (id)`;
    await withDuckDb((connection) => connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`));
    return { path, name: "wide-rows.parquet" };
  };

  /** Names of the three rows. */
  const names = async (version: number, ...of: string[]) => {
    const path = join(folder, `names-${version}.parquet`);
    const values = of.map((name, index) => `(${index + 1}, '${name}')`).join(", ");
    const query = `SELECT id::int AS id, name FROM (VALUES ${values}) AS names (id, name)`;
    await withDuckDb((connection) => connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`));
    return { path, name: "names.parquet" };
  };
  /** What a person reads of the totals, without what differs from run to run. */
  const told = async (table: string, date: string): Promise<string[]> => {
    const request = { table, date, keys: {}, depth: 5, top: 5, changes: 20 };
    return renderExplanations(await explainTable(lake, request), "tree")
      .replace(/run [0-9a-f]{16,}/g, "run …")
      .replace(/ETag [0-9a-f]{32}(, arrived [0-9TZ:.-]+)?/g, "ETag …")
      .trim()
      .split("\n");
  };
  /** Causes in the explanation table, which the run wrote. */
  const causes = (table: string, date: string) =>
    lake.query(
      "select source_table, source_grain_value_1, contribution, source_curr_etag <> source_prev_etag as another_file " +
        `from audit_db_dev.explanation where exec_date = date '${date}' and table_name = '${table}' ` +
        "and source_table is not null order by 3",
    );

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-wide-"));
    lake = await TestLake.open("dev", { program: join(__dirname, "wide-table") });
  });
  after(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("notes that the first run has nothing before it", async () => {
    const [run, ...more] = await lake.land("2024-11-08", await file(1), await names(1, "a", "a", "b"));
    expect([run.status, run.error, more]).to.deep.equal(["SUCCEEDED", undefined, []]);
    expect(run.notes.join()).to.match(/wide_rows is not audited: .*2024-11-08/);
  });

  it("finds the cells that a correction changed, whichever statement they fall into", async () => {
    const corrected = await file(2, {
      a001: "case id when 2 then 7 else 1 end",
      a200: "case id when 3 then null else 1 end",
    });
    const [run] = await lake.land("2024-11-08", corrected);
    expect([run.status, run.error]).to.deep.equal(["SUCCEEDED", undefined]);
    const changes = await lake.query(
      "select attribute, grain_value_1, curr_value, prev_value, change_type, cast(prev_exec_date as varchar) as compared " +
        "from audit_db_dev.audit where exec_date = date '2024-11-08' and table_name = 'wide_rows' order by 1",
    );
    const compared = { change_type: "changed", prev_value: "1", compared: "2024-11-08" };
    expect(changes).to.deep.equal([
      { attribute: "a001", grain_value_1: "2", curr_value: "7", ...compared },
      { attribute: "a200", grain_value_1: "3", curr_value: null, ...compared },
    ]);
    const audit = run.steps.find(({ kind, partition }) => kind === "audit" && partition.table_name === "wide_rows");
    expect(audit?.queryExecutionId?.split(" ")).to.have.length(2);
  });

  it("explains what a correction moved, from what both runs read", async () => {
    expect(await told("totals_by_run", "2024-11-08")).to.deep.equal([
      "totals_by_run 2024-11-08 against run … of the same date",
      "",
      "a total +6: 8 ← 2",
      "└─ wide_rows 2 a001 +6 (100 %): 7 ← 1 [1] [2]",
      "",
      "[1] 2024-11-08 incoming/all_ef_files/2024-11-08/wide-rows.parquet, ETag …",
      "[2] 2024-11-08 incoming/all_ef_files/2024-11-08/wide-rows.parquet, ETag …",
    ]);
    expect(await causes("totals_by_run", "2024-11-08")).to.deep.equal([
      { source_table: "wide_rows", source_grain_value_1: "2", contribution: 6, another_file: true },
    ]);
  });

  it("explains what a table without dates moved, from what the run of each date read of it", async () => {
    const corrected = await file(2, { a001: "case id when 2 then 7 else 1 end" });
    const [run] = await lake.land("2024-11-09", corrected, await names(2, "a", "b", "b"));
    expect([run.status, run.error]).to.deep.equal(["SUCCEEDED", undefined]);
    expect(await told("totals_by_date", "2024-11-09")).to.deep.equal([
      "totals_by_date 2024-11-09 against 2024-11-08",
      "",
      "a total −7: 1 ← 8",
      "└─ row_names 2 / a −7 (100 %): a row that went [1] [2]",
      "",
      "b total +7: 8 ← 1",
      "└─ row_names 2 / b +7 (100 %): a row that came [1] [2]",
      "",
      "[1] 2024-11-09 incoming/all_ef_files/2024-11-09/names.parquet, ETag …",
      "[2] 2024-11-08 incoming/all_ef_files/2024-11-08/names.parquet, ETag …",
    ]);
    const named = { source_table: "row_names", source_grain_value_1: "2", another_file: true };
    expect(await causes("totals_by_date", "2024-11-09")).to.deep.equal([
      { ...named, contribution: -7 },
      { ...named, contribution: 7 },
    ]);
  });
});
