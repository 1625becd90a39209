import { expect } from "chai";
import { impactOf } from "../../../cli/check/impact";
import type { LakeSummary } from "../../../cli/lake/lake-summary";
import { writeFindings } from "../../../cli/check/formats";
import { readFindings } from "../../../cli/check/findings";

/** raw → day → month, and raw → other. */
const lake: LakeSummary = {
  folder: "sql",
  tables: [
    { database: "l", table: "raw", columns: { id: "int", tons: "double" }, partitionKeys: { exec_date: "date" } },
    { database: "p", table: "day", columns: { id: "int", tons: "double" }, partitionKeys: { exec_date: "date" } },
  ],
  models: [
    model("month", ["day"], [["tons", "m1", ["day.tons"]]], []),
    model(
      "day",
      ["raw"],
      [
        ["id", "d1", ["raw.id"]],
        ["tons", "d2", ["raw.tons"]],
      ],
      ["raw.id"],
    ),
    model("other", ["raw"], [["ids", "o1", ["raw.id"]]], []),
  ],
  landed: ["raw"],
};

function model(
  table: string,
  reads: string[],
  columns: [name: string, expression: string, sources: string[]][],
  rowSources: string[],
): LakeSummary["models"][number] {
  const list = columns.map(([name, expression, sources]) => ({ name, expression, sources }));
  return {
    pipeline: `make_${table}`,
    model: `${table}.sql`,
    table,
    parameters: {},
    reads,
    before: [],
    latest: [],
    rows: `r-${table}`,
    rowSources,
    columns: list,
  };
}

/** The lake with a change. */
function changed(change: (lake: LakeSummary) => void): LakeSummary {
  const copy = structuredClone(lake);
  change(copy);
  return copy;
}

describe("what a change touches", () => {
  const touched = (after: LakeSummary) =>
    impactOf(lake, after).columns.map(({ table, column, because }) => `${table}.${column} ${because}`);
  const backfill = (after: LakeSummary) => impactOf(lake, after).backfill.map(({ table }) => table);

  it("is nothing, if nothing changed", () => expect(impactOf(lake, lake)).to.deep.equal({ columns: [], backfill: [] }));

  it("is a column whose expression changed, and what reads it", () => {
    const after = changed(({ models }) => (models[1].columns[1].expression = "d2 * 2"));
    expect(touched(after)).to.deep.equal(["day.tons its expression changed", "month.tons reads day.tons"]);
    expect(backfill(after)).to.deep.equal(["day", "month"]);
  });

  it("is every column of a model that chooses other rows", () => {
    const after = changed(({ models }) => (models[1].rows = "other"));
    expect(touched(after)).to.deep.equal([
      "day.id its model chooses other rows",
      "day.tons its model chooses other rows",
      "month.tons reads day.tons",
    ]);
  });

  it("is every column of a model whose rows follow from a column that changed", () => {
    const after = changed(({ tables }) => (tables[0].columns.id = "bigint"));
    expect(touched(after)).to.deep.equal([
      "raw.id was int and is bigint",
      "day.id reads raw.id",
      "day.tons reads raw.id",
      "month.tons reads day.tons",
      "other.ids reads raw.id",
    ]);
    expect(backfill(after)).to.deep.equal(["day", "month", "other"]);
  });

  it("is a column that is new or gone; landed tables are not made again", () => {
    const after = changed(({ tables }) => {
      tables[0].columns = { id: "int", mass: "double" };
    });
    expect(touched(after)).to.deep.equal([
      "raw.mass is new",
      "raw.tons is gone",
      "day.tons reads raw.tons",
      "month.tons reads day.tons",
    ]);
  });
});

describe("findings for machines", () => {
  const at = { file: "sql/a,b.sql", line: 2, column: 3, length: 4 };
  const findings = readFindings([
    { code: "unknown-column", place: "sql/a,b.sql:2:3", at, message: "no column", help: "did you mean 'x'?" },
    { code: "not-checked", severity: "warning", place: "index.ts", message: "100 %" },
  ]);

  it("are annotations of GitHub, escaped", () => {
    expect(writeFindings(findings, "github")).to.equal(
      "::error file=sql/a%2Cb.sql,line=2,col=3,endColumn=7,title=unknown-column::no column%0Adid you mean 'x'?\n" +
        "::warning title=not-checked::100 %25\n",
    );
  });

  it("are SARIF", () => {
    const { version, runs } = JSON.parse(writeFindings(findings, "sarif")) as {
      version: string;
      runs: { results: { ruleId: string; level: string; locations: { physicalLocation: { region: object } }[] }[] }[];
    };
    expect(version).to.equal("2.1.0");
    expect(runs[0].results.map(({ ruleId, level }) => [ruleId, level])).to.deep.equal([
      ["unknown-column", "error"],
      ["not-checked", "warning"],
    ]);
    const [first] = runs[0].results;
    expect(first.locations[0].physicalLocation.region).to.deep.equal({ startLine: 2, startColumn: 3, endColumn: 7 });
  });

  it("are JSON that can be read again", () => {
    expect(readFindings(JSON.parse(writeFindings(findings, "json")) as unknown[])).to.deep.equal(findings);
  });

  it("hold what else made a program fail", () => {
    expect(readFindings([], "it threw")).to.deep.equal([
      { code: "program-error", severity: "error", place: "index.ts", message: "it threw", notes: [] },
    ]);
  });
});
