import { expect } from "chai";
import { translate } from "../../athena-sql/dialect/translate";
import { parseStatement } from "../../athena-sql/trino/statements";
import { nestedTotals } from "./nested-totals";

function translated(sql: string): string {
  const { statement } = parseStatement(sql);
  if (statement.kind !== "query") throw new Error(`${statement.kind} is no query`);
  const session = { database: "db", now: new Date(0), tables: new Map(), parameters: [], scans: [] };
  return translate(statement.query, session).sql;
}

describe("window functions below one another", () => {
  const perStep = (sql: string) => sql.split(" AS MATERIALIZED (").map((step) => step.split(" OVER (").length - 1);

  it("are planned in steps of a few, whose number grows with them", () => {
    expect(perStep(translated(nestedTotals(3)))).to.deep.equal([3]);
    const counts = perStep(translated(nestedTotals(60)));
    // The last part is the last step and the query after it.
    expect(Math.max(...counts)).to.be.below(16);
    expect(counts.reduce((sum, each) => sum + each)).to.equal(60);
  });

  it("stay where they are within expressions, and leave no step that nothing reads", () => {
    expect(translated(`select (select max(y) from (${nestedTotals(12)}) as s) as most`)).not.to.include("MATERIALIZED");
    expect(translated(`with unread as (${nestedTotals(12)}) select 1 as one`)).not.to.include("MATERIALIZED");
  });
});
