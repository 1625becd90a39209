import { expect } from "chai";
import { fingerprintsOf } from "../../../infra/checks/fingerprints";

const query = `
  with day as (select unit, sum(tons) as tons, max(hour) as last from raw where code <> 'X' group by unit),
  other (unit, tons) as (select u, t from spare)
  select day.unit, day.tons + coalesce(other.tons, 0) as total, o2.last as "Last"
  from day left join other on day.unit = other.unit left join day o2 on true`;

/** What a change of the query changes: `rows`, and columns by name. */
function changed(from: string, to: string, of = query): string[] {
  const after = of.replace(from, to);
  expect(after, `${from} is not in the query`).not.to.equal(of);
  const [a, b] = [fingerprintsOf(of), fingerprintsOf(after)];
  const columns = b.columns.filter(({ print }, index) => a.columns.at(index)?.print !== print);
  return [...(a.rows === b.rows ? [] : ["rows"]), ...columns.map(({ name }) => name ?? "?")];
}

describe("fingerprints of a query", () => {
  const cases: [what: string, from: string, to: string, expected: string[]][] = [
    ["a column's expression", "coalesce(other.tons, 0)", "0", ["total"]],
    ["an expression of a common table, for the columns that read it", "sum(tons)", "max(tons)", ["total"]],
    ["one that an alias may mean", "max(hour)", "min(hour)", ["last"]],
    ["one of a table whose columns are named before", "select u, t", "select u, t * 2", ["total"]],
    ["one that rows are joined by", "select u,", "select u + 1,", ["rows"]],
    ["the rows of a common table, with the columns read by its name", "<> 'X'", "<> 'Y'", ["rows", "unit", "total"]],
    ["a join", "left join other", "join other", ["rows"]],
    ["nothing, for white space and case", "with day as (select unit,", "WITH Day AS ( -- each day\n SELECT unit ,", []],
  ];
  for (const [what, from, to, expected] of cases) {
    it(`tell ${what}`, () => expect(changed(from, to)).to.deep.equal(expected));
  }

  const wholes: [what: string, sql: string, from: string, to: string][] = [
    ["all columns", "select * from raw", "raw", "other"],
    ["different rows", "select distinct a, b from raw", "a,", "c,"],
    ["a union", "select a from x union all select b from y", "b", "c"],
    ["a part of the rows", "select a, b from x order by 1 limit 3", "a,", "c,"],
  ];
  for (const [what, sql, from, to] of wholes) {
    it(`tell nothing apart of ${what}`, () => expect(changed(from, to, sql)[0]).to.equal("rows"));
  }

  it("take a grouping by number for the column that it stands for", () => {
    const grouped = "select date_trunc('day', at), count(*) from raw group by 1";
    expect(changed("'day'", "'month'", grouped)).to.deep.equal(["rows", "?"]);
    expect(changed("count(*)", "sum(x)", grouped)).to.deep.equal(["?"]);
  });
});
