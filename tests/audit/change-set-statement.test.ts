import { expect } from "chai";
import { changeSetQueries, changeSetQuery } from "../../audit/change-set";
import type { AuditConfig } from "../../audit/config";
import { type Cell, type Engine, openEngine } from "./engine";
import { configOf, hourly, monthly } from "./tables";
import { type Compared, changesOf, dates, plain, plainConfig, plainSpecification } from "./two-dates";

describe("the statement of a change set", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine();
  });
  after(() => engine.close());

  const changes = (...given: Compared) => changesOf(engine, ...given);

  it("scans the table once, whatever the number of attributes", () => {
    for (const config of [hourly, monthly]) {
      const sql = changeSetQuery(config, dates);
      expect(sql.split(`"${config.table}"`)).to.have.length(2);
      expect(sql).to.contain(`"exec_date" IN (DATE '2024-11-09', DATE '2024-11-08')`);
    }
  });

  it("is split over several queries when its text gets too long", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `amount_${index}`);
    const columns = Object.fromEntries([["id", "int"], ["day", "date"], ...names.map((name) => [name, "double"])]);
    const config = configOf("wide", columns, { ...plainSpecification(names) });
    expect(changeSetQueries(config, dates)).to.have.length(1);
    const queries = changeSetQueries(config, dates, 7500);
    expect(queries.length).to.be.greaterThan(2);
    for (const sql of queries) expect(Buffer.byteLength(sql)).to.be.at.most(7500);
    const row = (amount: number): Cell[] => [1, "1996-01-31", ...names.map(() => amount)];
    const whole = await changes(config, columns, [row(1)], [row(2)]);
    const parts = await Promise.all(queries.map((sql) => engine.query(sql)));
    expect(parts.flat()).to.have.deep.members(whole).and.have.length(40);
  });

  it("fits hundreds of attributes into statements that a state machine can pass on", () => {
    const names = Array.from({ length: 400 }, (_, index) => `${"measurement_".repeat(3)}${index}`);
    const columns = Object.fromEntries([["id", "int"], ["day", "date"], ...names.map((name) => [name, "float"])]);
    const queries = changeSetQueries(configOf("wide", columns, plainSpecification(names)), dates);
    expect(queries.length).to.be.within(3, 6);
    for (const sql of queries) expect(Buffer.byteLength(JSON.stringify(sql))).to.be.at.most(180_000);
  });

  it("is refused while the program is evaluated if no statement can be short enough", () => {
    const names = Array.from({ length: 900 }, (_, index) => `${"a".repeat(200)}${index}`);
    const columns = Object.fromEntries([["id", "int"], ["day", "date"], ...names.map((name) => [name, "float"])]);
    const labels = Object.fromEntries(names.map((name, index) => [name, `n${index}`]));
    const specification = { ...plainSpecification(names), filter: { conditions: "true", labels } };
    expect(() => configOf("wide", columns, specification)).to.throw("audit fewer of its 900 attributes");
  });

  const attacks: { what: string; config?: Partial<AuditConfig>; dates?: Partial<typeof dates> }[] = [
    { what: "execution date", dates: { execDate: "2024-11-09' OR '1'='1" } },
    { what: "prior date", dates: { priorDate: "2024-11-08'); DROP TABLE x; --" } },
    { what: "day that does not exist", dates: { priorDate: "2024-02-30" } },
    { what: "prior date after the execution date", dates: { priorDate: "2024-11-10" } },
    { what: "same date twice", dates: { priorDate: "2024-11-09" } },
    { what: "table", config: { table: 'plain" WHERE 1=1 --' } },
    { what: "database", config: { database: 'lake"."x' } },
    { what: "grain column", config: { grain: [{ column: 'id", 1 AS "x', type: "int" }] } },
    {
      what: "attribute",
      config: { attributes: [{ column: "amount)", type: "int", label: "amount", tolerance: null }] },
    },
    {
      what: "control character in a label",
      config: { attributes: [{ column: "amount", type: "int", label: "a\nb", tolerance: null }] },
    },
    {
      what: "column type",
      config: { attributes: [{ column: "amount", type: "int) --", label: "amount", tolerance: null }] },
    },
  ];
  for (const attack of attacks) {
    it(`refuses a faulty ${attack.what}`, () => {
      expect(() => changeSetQuery({ ...plainConfig, ...attack.config }, { ...dates, ...attack.dates }))
        .to.throw()
        .with.property("name", "AuditError");
    });
  }

  it("quotes what may stand in a label", async () => {
    const label = `it's "so", ${"\\"}' OR 1=1 --`;
    const config = {
      ...plainConfig,
      layer: label.slice(0, 50),
      attributes: [{ column: "amount", type: "int", label, tolerance: null }],
    };
    const [row] = await changes(config, { ...plain, day: "date" }, [[1, 5, null]], []);
    expect(row.attribute).to.equal(label);
  });
});
