import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
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

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-wide-"));
    lake = await TestLake.open("dev", { program: join(__dirname, "wide-table") });
  });
  after(async () => {
    await lake.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("notes that the first run has nothing before it", async () => {
    const [run, ...more] = await lake.land("2024-11-08", await file(1));
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
        "from audit_db_dev.audit where exec_date = date '2024-11-08' order by 1",
    );
    const compared = { change_type: "changed", prev_value: "1", compared: "2024-11-08" };
    expect(changes).to.deep.equal([
      { attribute: "a001", grain_value_1: "2", curr_value: "7", ...compared },
      { attribute: "a200", grain_value_1: "3", curr_value: null, ...compared },
    ]);
    const queries = run.steps.find(({ kind }) => kind === "audit")?.queryExecutionId?.split(" ");
    expect(queries).to.have.length(2);
  });
});
