import { expect } from "chai";
import { init, openLineageColumnLineage } from "@polyglot-sql/sdk";
import { columnLineage } from "../../../audit/explanation/column-lineage";
import type { SourceTable } from "../../../audit/explanation/scope";

const table = (name: string, ...columns: string[]): SourceTable => ({
  database: "db",
  table: name,
  columns: columns.map((column) => ({ column, type: "double" })),
  grain: [],
});
const tables = [
  table("oh", "at", "tons", "mwh", "exec_date"),
  table("plants", "plant", "weight"),
  table("indiana", "at", "tons"),
];

/** Inputs of each output as `table.column`, and how they count. */
const cases: { reads: string; sql: string; columns: Record<string, string[]>; rows?: string[] }[] = [
  {
    reads: "common tables, joins in full and aggregates",
    sql: `with ohio as (select date_format(at, '%Y%m') as month, sum(tons) as tons from db.oh where exec_date = date '2024-11-09' group by 1),
      indiana as (select date_format(at, '%Y%m') as month, sum(tons) as tons from db.indiana group by 1)
      select coalesce(ohio.month, indiana.month) as month, ohio.tons as oh, ohio.tons + indiana.tons as total
      from ohio full outer join indiana on ohio.month = indiana.month`,
    columns: {
      month: ["oh.at TRANSFORMATION", "indiana.at TRANSFORMATION"],
      oh: ["oh.tons AGGREGATION"],
      total: ["oh.tons AGGREGATION", "indiana.tons AGGREGATION"],
    },
    rows: ["oh.at JOIN", "indiana.at JOIN", "oh.exec_date FILTER", "oh.at GROUP_BY", "indiana.at GROUP_BY"],
  },
  {
    reads: "stars, subqueries and columns as they are",
    sql: "select t.*, tons * 2 as doubled from (select at, tons from db.oh) as t",
    columns: { at: ["oh.at IDENTITY"], tons: ["oh.tons IDENTITY"], doubled: ["oh.tons TRANSFORMATION"] },
    rows: [],
  },
  {
    reads: "unions",
    sql: "select at as hour, tons from db.oh union all select at, tons from db.indiana",
    columns: {
      hour: ["oh.at IDENTITY", "indiana.at IDENTITY"],
      tons: ["oh.tons IDENTITY", "indiana.tons IDENTITY"],
    },
  },
  {
    reads: "windows",
    sql: "select at, sum(tons) over (order by at) as running from db.oh",
    columns: { at: ["oh.at IDENTITY"], running: ["oh.tons AGGREGATION"] },
  },
  {
    reads: "what decides a value apart from what gives it",
    sql: "select sum(case when mwh > 1 then tons end) as big, sum(tons) filter (where mwh > 1) as same from db.oh",
    columns: {
      big: ["oh.tons AGGREGATION", "oh.mwh CONDITIONAL"],
      same: ["oh.tons AGGREGATION", "oh.mwh CONDITIONAL"],
    },
  },
];

describe("column lineage", () => {
  before(() => init());

  for (const { reads, sql, columns, rows } of cases) {
    it(`reads ${reads}`, () => {
      const lineage = columnLineage(sql, tables);
      const told = (inputs: (typeof lineage)["rows"]) =>
        inputs.map(({ table: name, column, transformation }) => `${name}.${column} ${transformation.subtype}`);
      expect(
        Object.fromEntries(Object.entries(lineage.columns).map(([name, inputs]) => [name, told(inputs)])),
      ).to.deep.equal(columns);
      if (rows) expect(told(lineage.rows)).to.have.members(rows);
    });
  }

  it("finds the columns that another reader of SQL finds", () => {
    for (const { sql, reads } of cases.filter((each) => !each.sql.includes("*") && !each.sql.includes("over"))) {
      const { facet } = openLineageColumnLineage(sql, {
        dialect: "trino",
        producer: "urn:test",
        datasetNamespace: "lake",
        outputDataset: { namespace: "lake", name: "made" },
      });
      const theirs = Object.entries(facet?.fields ?? {}).map(([name, { inputFields }]) => [
        name,
        inputFields.map((input) => `${input.name}.${input.field}`).sort(),
      ]);
      const ours = Object.entries(columnLineage(sql, tables).columns).map(([name, inputs]) => [
        name,
        inputs.map((input) => `db.${input.table}.${input.column}`).sort(),
      ]);
      expect(ours, reads).to.deep.equal(theirs);
    }
  });
});
