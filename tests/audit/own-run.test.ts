import { expect } from "chai";
import { queryOfRun, tablesNamed, type OwnData } from "../../audit/own-run";

const facts: OwnData = {
  database: "db",
  table: "facts",
  columns: ["id", "amount", "other"],
  partition: [{ key: "exec_date", type: "date", value: "2024-11-08" }],
};
const names: OwnData = { database: "db", table: "names", columns: ["id", "name"], partition: [] };

const ownFacts = (columns: string): string =>
  `"facts of this run" AS (SELECT ${columns}, "exec_date" FROM "db"."facts" WHERE NOT ("exec_date" = DATE '2024-11-08') ` +
  `UNION ALL SELECT ${columns}, "exec_date" FROM "db"."facts__runs" ` +
  `WHERE "exec_date" = DATE '2024-11-08' AND "run" = '0a')`;
const ownNames = `"names of this run" AS (SELECT "id", "name" FROM "db"."names__runs" WHERE "run" = '0a')`;

// What the queries then find, tests/scenarios and tests/model see: runs read what they wrote, readers do not.
describe("a query over what its own run wrote", () => {
  const cases: { name: string; sql: string; is: string }[] = [
    { name: "names no table of the run", sql: "select id from db.others", is: "select id from db.others" },
    {
      name: "names one, without an alias",
      sql: "select facts.id, amount from db.facts where facts.exec_date = date '2024-11-08'",
      is:
        `WITH ${ownFacts('"id", "amount"')} select facts.id, amount from "facts of this run" AS "facts" ` +
        "where facts.exec_date = date '2024-11-08'",
    },
    {
      name: "gives it an alias, quotes it, and writes it in capitals",
      sql: 'select f.id from "DB".Facts f',
      is: `WITH ${ownFacts('"id"')} select f.id from "facts of this run" f`,
    },
    {
      name: "qualifies columns with the database",
      sql: "select db.facts.id, awsdatacatalog.db.facts.amount from awsdatacatalog.db.facts",
      is: `WITH ${ownFacts('"id", "amount"')} select facts.id, facts.amount from "facts of this run" AS "facts"`,
    },
    {
      name: "reads all columns of a table that is replaced as a whole",
      sql: "select * from db.names",
      is: `WITH ${ownNames} select * from "names of this run" AS "names"`,
    },
    {
      name: "has common tables of its own, one of the same name",
      sql: "-- first\nwith names as (select id from db.names) select count(id) from names, db.facts",
      is:
        `-- first\nwith ${ownFacts('"id"')}, ${ownNames.replace('"id", "name"', '"id"')}, ` +
        'names as (select id from "names of this run" AS "names") ' +
        'select count(id) from names, "facts of this run" AS "facts"',
    },
    {
      name: "names it in conditions, in other places of SELECT, in windows' queries, and in texts",
      sql: "select (select max(id) from db.facts), 'db.facts' from db.others where id in (select id from db.facts as f) order by (select 1 from db.facts)",
      is:
        `WITH ${ownFacts('"id"')} select (select max(id) from "facts of this run" AS "facts"), 'db.facts' from db.others ` +
        'where id in (select id from "facts of this run" as f) order by (select 1 from "facts of this run" AS "facts")',
    },
    {
      name: "reads no column",
      sql: "select count(1) from db.facts",
      is: `WITH ${ownFacts('"id"')} select count(1) from "facts of this run" AS "facts"`,
    },
  ];
  for (const { name, sql, is } of cases) {
    it(name, () => expect(queryOfRun(sql, [facts, names], "0a")).to.equal(is));
  }

  it("is told with its place if it is none", () =>
    expect(() => queryOfRun("select from", [facts], "0a")).to.throw(/line 1:8/));

  it("names tables with their databases, each once", () =>
    expect(
      tablesNamed("with a as (select 1 from x.t) select 1 from a join X.T on true where exists (select 1 from y.u)"),
    ).to.deep.equal(["x.t", "y.u"]));
});
