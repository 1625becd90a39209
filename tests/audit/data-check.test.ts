/** Checks of data: what each counts on a few rows, and what may be wrong with one. */
import { expect } from "chai";
import { checkFaults, checkName, type DataCheck } from "../../audit/data-check";
import { dataCheckQuery } from "../../audit/data-check-query";
import { GivenRows, type GivenTable } from "../../local/athena/given-rows";

const columns = { id: "int", state: "string", tons: "double", day: "date" };
const partition = [
  { key: "exec_date", type: "date", value: "2024-11-09" },
  { key: "run", type: "string", value: "r2" },
];
const prior = { table: "t", partition: [{ key: "exec_date", type: "date", value: "2024-11-08" }] };
const lake: readonly GivenTable[] = [
  {
    ...{ database: "db", table: "t__runs", columns, partitionKeys: { exec_date: "date", run: "string" } },
    rows: [
      ["1", "OH", "1.5", "2024-01-01", "2024-11-09", "r2"],
      ["1", "oh", "-1", "2023-12-31", "2024-11-09", "r2"],
      [null, "OHIO", null, null, "2024-11-09", "r2"],
      ["2", null, "3", "2024-02-01", "2024-11-09", "r2"],
      ["9", "x", "-9", "1999-01-01", "2024-11-09", "r1"],
    ],
  },
  {
    ...{ database: "db", table: "t", columns, partitionKeys: { exec_date: "date" } },
    rows: [["1", "OH", "1", "2024-01-01", "2024-11-08"]],
  },
];

const counts: readonly (readonly [check: DataCheck, name: string, failures: string])[] = [
  [{ notNull: ["id", "tons"] }, "not null: id, tons", "1"],
  [{ unique: ["id"] }, "unique: id", "1"],
  [{ accepted: { column: "state", values: ["OH"] } }, "accepted values: state", "2"],
  [{ range: { column: "tons", min: 0 } }, "range: tons from 0", "1"],
  [{ range: { column: "day", min: "2024-01-01", max: "2024-01-31" } }, "range: day from 2024-01-01 to 2024-01-31", "2"],
  [{ pattern: { column: "state", matches: "^[A-Z]{2}$" } }, "pattern: state", "2"],
  [{ pattern: { column: "state", matches: "(?i)oh" } }, "pattern: state", "0"],
  [{ pattern: { column: "state", matches: "it's|\\d" } }, "pattern: state", "3"],
  [{ rowCount: { atLeast: 0.5, atMost: 2 } }, "row count against the prior date", "1"],
  [{ name: "no id", sql: "select * from candidate where id is null" }, "no id", "1"],
];

describe("checks of data", () => {
  let engine: GivenRows;
  before(async () => (engine = await GivenRows.open()));
  after(() => engine.close());

  it("count what violates them, all in one query", async () => {
    const checks = counts.map(([check]) => check);
    expect(checks.map(checkName)).to.deep.equal(counts.map(([, name]) => name));
    const sql = dataCheckQuery(checks, { database: "db", runsTable: "t__runs", columns, partition, prior });
    const { rows } = await engine.run({ sql, tables: lake, now: new Date(0) });
    const failures = [...rows].sort((a, b) => Number(a[0]) - Number(b[0])).map(([, count]) => count);
    expect(failures).to.deep.equal(counts.map(([, , count]) => count));
  });

  const faults: readonly (readonly [check: DataCheck, path: string, problem: string])[] = [
    [{ pattern: { column: "stat", matches: "x" } }, "checks[0].pattern.column", "is no column of the table"],
    [{ pattern: { column: "tons", matches: "x" } }, "checks[0].pattern.column", "is double, and a pattern is for text"],
    ...["", "(", "a)", "[a", "a\\", "a\nb"].map(
      (matches) =>
        [
          { pattern: { column: "state", matches } },
          "checks[0].pattern.matches",
          "is no regular expression on one line with its brackets closed",
        ] as const,
    ),
  ];
  for (const [check, path, problem] of faults) {
    it(`tell what is wrong with ${JSON.stringify(check)}`, () => {
      expect(checkFaults([check], columns).map((fault) => [fault.path, fault.problem])).to.deep.equal([
        [path, problem],
      ]);
    });
  }

  it("take brackets that are escaped, or in a class", () => {
    for (const matches of ["\\(", "[(]", "(a|[)])", "\\\\"]) {
      expect(checkFaults([{ pattern: { column: "state", matches } }], columns), matches).to.deep.equal([]);
    }
  });
});
