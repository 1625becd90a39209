import { expect } from "chai";
import { CommandError } from "../../../cli/command-error";
import type { LakeModels } from "../../../cli/lake/lake-models";
import { writeLineage } from "../../../cli/lineage/formats";
import { lineageOf, programLineage } from "../../../cli/lineage/program-lineage";

const plain = { unicode: false, colour: false };
const step = { rows: "", rowSources: [], columns: [], latest: [], parameters: {} };
const partitionKeys = { exec_date: "date" };

/** orders → revenue → best, and countries, which nobody writes. */
const lake: LakeModels = {
  summary: {
    folder: "sql",
    landed: ["orders"],
    tables: [
      { database: "l", table: "orders", columns: { id: "int", country: "string", amount: "double" }, partitionKeys },
      { database: "l", table: "countries", columns: { country: "string", name: "string" }, partitionKeys: {} },
      { database: "p", table: "revenue", columns: { name: "string", amount: "double" }, partitionKeys },
      { database: "p", table: "best", columns: { name: "string" }, partitionKeys },
    ],
    models: [
      {
        ...step,
        pipeline: "daily",
        model: "revenue.sql",
        table: "revenue",
        reads: ["orders", "countries"],
        before: ["orders"],
      },
      { ...step, pipeline: "monthly", model: "best.sql", table: "best", reads: ["revenue"], before: [] },
    ],
  },
  seeds: {},
  templates: {
    "revenue.sql": `select c.name, sum(o.amount) as amount from {{ table("orders") }} o join {{ table("countries") }} c
      on o.country = c.country where o.exec_date = {{ exec_date }} group by c.name`,
    "best.sql": `select name from {{ table("revenue") }} where amount > 10`,
  },
};

describe("lineage of a program", () => {
  const lakes = [lake];
  const all = programLineage(lakes);
  const of = (name: string) => lineageOf(all, name, lakes);
  const links = (name: string): string[] =>
    of(name).links.map(({ from, to, kind }) => `${to.table}.${to.column ?? "*"} ${kind} ${from.table}.${from.column}`);

  it("says of each table what makes it", () => {
    expect(writeLineage(all, "text", false, plain)).to.equal(`table      pipeline  model          reads
---------  --------  -------------  -----------------
orders     daily     incoming file
countries
revenue    daily     revenue.sql    orders, countries
best       monthly   best.sql       revenue
`);
  });

  it("follows a column to what it comes from and what comes from it", () => {
    expect(links("revenue.amount")).to.deep.equal([
      "revenue.amount value orders.amount",
      "revenue.* filter orders.exec_date",
      "revenue.* join orders.country",
      "revenue.* join countries.country",
      "revenue.* group countries.name",
      "best.* filter revenue.amount",
    ]);
    expect(links("orders.id")).to.deep.equal([]);
    expect(links("orders.amount")).to.deep.equal([
      "revenue.amount value orders.amount",
      "best.* filter revenue.amount",
    ]);
    expect(writeLineage(of("orders.id"), "text", true, plain)).to.equal("No model reads it, and none makes it.\n");
  });

  it("follows all columns of a table, across tables", () => {
    expect(links("best")).to.include.members(["best.name value revenue.name", "revenue.name value countries.name"]);
    expect(of("countries").tables.map(({ table }) => table)).to.deep.equal(["countries", "revenue", "best"]);
  });

  it("is text, JSON or Mermaid", () => {
    expect(writeLineage(of("orders.amount"), "text", true, plain)).to.equal(`column          comes from      how
--------------  --------------  ------------
revenue.amount  orders.amount   value
best.*          revenue.amount  filters rows
`);
    expect(JSON.parse(writeLineage(of("orders.amount"), "json", true, plain))).to.deep.equal(
      JSON.parse(JSON.stringify(of("orders.amount"))),
    );
    expect(JSON.parse(writeLineage(all, "json", false, plain))).to.deep.equal({ tables: all.tables });
    expect(writeLineage(all, "mermaid", false, plain)).to.equal(`flowchart LR
  t_orders["orders"]
  t_countries["countries"]
  t_revenue["revenue"]
  t_best["best"]
  t_orders --> t_revenue
  t_countries --> t_revenue
  t_revenue --> t_best
`);
    expect(writeLineage(of("orders.amount"), "mermaid", true, plain)).to.equal(`flowchart LR
  subgraph t_orders["orders"]
    c_orders__amount["amount"]
  end
  subgraph t_revenue["revenue"]
    c_revenue__amount["amount"]
  end
  subgraph t_best["best"]
    c_best__["rows"]
  end
  c_orders__amount --> c_revenue__amount
  c_revenue__amount -.-> c_best__
`);
  });

  it("refuses what is not declared", () => {
    expect(() => of("revenu")).to.throw(CommandError, "There is no table revenu in the program; did you mean revenue?");
    expect(() => of("revenue.x")).to.throw(CommandError, "revenue has no column x; there are name, amount, exec_date.");
  });
});
