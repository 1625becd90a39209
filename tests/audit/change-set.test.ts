import { expect } from "chai";
import { auditColumns } from "../../audit/audit-table";
import { changeSetQuery } from "../../audit/change-set";
import { type Cell, type Engine, openEngine } from "./engine";
import { configOf, hourly, hourlyColumns, hourlySpecification, monthly, monthlyColumns } from "./tables";
import { type Compared, changesOf, dates, plain, plainConfig, plainSpecification } from "./two-dates";

describe("a change set", () => {
  let engine: Engine;
  before(async () => {
    engine = await openEngine();
  });
  after(() => engine.close());

  const changes = (...given: Compared) => changesOf(engine, ...given);

  it("is the sample's expected result", async () => {
    const oh = (tons: number): Cell[] => [2828, "1", "1996-01-01 05:00:00", "OH", tons];
    const same: Cell[] = [2828, "1", "1996-01-01 06:00:00", "OH", 366];
    const landing = await changes(hourly, hourlyColumns, [oh(366), same], [oh(3660000), same]);
    expect(landing).to.deep.equal([
      {
        layer: "landing",
        attribute: "co2_mass_tons",
        grain_key_1: "plant_id_eia",
        grain_key_2: "emissions_unit_id_epa",
        grain_key_3: "operating_datetime_utc",
        grain_key_4: null,
        grain_key_5: null,
        grain_value_1: "2828",
        grain_value_2: "1",
        grain_value_3: "1996-01-01 05:00:00.000",
        grain_value_4: null,
        grain_value_5: null,
        period: "1996-01-01",
        curr_value: "366",
        prev_value: "3660000",
        change_type: "changed",
        delta: -3659634,
        prev_exec_date: "2024-11-08",
      },
    ]);
    expect(Object.keys(landing[0])).to.deep.equal(auditColumns.map(({ name }) => name));
    const processed = await changes(
      monthly,
      monthlyColumns,
      [["199601", 8708463, 5952637, 14661100]],
      [["199601", 12368097, 5952637, 18320734]],
    );
    expect(processed.map((row) => [row.attribute, row.period, row.curr_value, row.prev_value])).to.have.deep.members([
      ["co2_ton_oh", "1996-01-01", "8708463", "12368097"],
      ["co2_ton_total", "1996-01-01", "14661100", "18320734"],
    ]);
    // The acceptance query of the sample casts every value.
    const query = `SELECT sum(cast(curr_value AS decimal(20,2))) AS total FROM (${changeSetQuery(monthly, dates)}) AS t`;
    expect(await engine.query(query)).to.deep.equal([{ total: "23369563.00" }]);
  });

  const summary = (row: Record<string, unknown>) => [
    row.change_type,
    row.grain_value_1,
    row.curr_value,
    row.prev_value,
    row.delta,
  ];
  const cases: { story: string; current: Cell[][]; prior: Cell[][]; found: unknown[][] }[] = [
    { story: "nothing", current: [[1, 5]], prior: [[1, 5]], found: [] },
    { story: "NULL stays NULL", current: [[1, null]], prior: [[1, null]], found: [] },
    { story: "NULL grain stays", current: [[null, 5]], prior: [[null, 5]], found: [] },
    { story: "changed", current: [[1, 7]], prior: [[1, 5]], found: [["changed", "1", "7", "5", 2]] },
    { story: "value to NULL", current: [[1, null]], prior: [[1, 5]], found: [["changed", "1", null, "5", -5]] },
    { story: "NULL to value", current: [[1, 5]], prior: [[1, null]], found: [["changed", "1", "5", null, 5]] },
    { story: "NULL grain changed", current: [[null, 7]], prior: [[null, 5]], found: [["changed", null, "7", "5", 2]] },
    { story: "added", current: [[1, 5]], prior: [], found: [["added", "1", "5", null, 5]] },
    { story: "added with NULL", current: [[1, null]], prior: [], found: [["added", "1", null, null, null]] },
    { story: "removed", current: [], prior: [[1, 5]], found: [["removed", "1", null, "5", -5]] },
    {
      story: "duplicated",
      current: [
        [1, 5],
        [1, 5],
      ],
      prior: [[1, 5]],
      found: [["duplicate", "1", null, "5", 5]],
    },
    {
      story: "duplicates that stay as they are",
      current: [
        [1, 5],
        [1, 6],
      ],
      prior: [
        [1, 6],
        [1, 5],
      ],
      found: [],
    },
    {
      story: "duplicates of which one changed",
      current: [
        [1, 5],
        [1, 9],
      ],
      prior: [
        [1, 6],
        [1, 5],
      ],
      found: [["duplicate", "1", null, null, 3]],
    },
    {
      story: "a duplicate that went away",
      current: [[1, 5]],
      prior: [
        [1, 5],
        [1, 6],
      ],
      found: [["duplicate", "1", "5", null, -6]],
    },
  ];
  for (const { story, current, prior, found } of cases) {
    it(`of one row: ${story}`, async () => {
      const withDay = (rows: Cell[][]) => rows.map((row) => [...row, "1996-01-31"]);
      const rows = await changes(plainConfig, { ...plain, day: "date" }, withDay(current), withDay(prior));
      expect(rows.map(summary)).to.deep.equal(found);
      for (const row of rows) expect(row.period).to.equal("1996-01-31");
    });
  }

  const texts: { type: string; value: Cell; text: string }[] = [
    { type: "int", value: -42, text: "-42" },
    { type: "bigint", value: "9223372036854775807", text: "9223372036854775807" },
    { type: "decimal(10,2)", value: "366", text: "366.00" },
    { type: "decimal(2,2)", value: "0.5", text: "0.50" },
    { type: "float", value: 366, text: "366" },
    { type: "float", value: 366.1, text: "366.1" },
    { type: "float", value: 0.1, text: "0.1" },
    { type: "float", value: 12368097, text: "12368097" },
    { type: "float", value: 277275.125, text: "277275.12" },
    { type: "float", value: 16777216, text: "16777216" },
    { type: "float", value: -1.5e-7, text: "-0.00000015" },
    { type: "float", value: "3.4e38", text: "3.3999999521443642E38" },
    { type: "float", value: "1e20", text: "100000000000000000000" },
    { type: "double", value: 12368097.333984375, text: "12368097.333984375" },
    { type: "double", value: 0.1, text: "0.1" },
    { type: "double", value: "-0.0", text: "0" },
    { type: "double", value: 9007199254740991, text: "9007199254740991" },
    { type: "double", value: "1e25", text: "10000000000000000000000000" },
    { type: "double", value: "1e40", text: "1.0E40" },
    { type: "double", value: "1.2345678901234567e-6", text: "0.0000012345678901234567" },
    { type: "double", value: "1.2345678901234567e-30", text: "1.2345678901234567E-30" },
    { type: "double", value: "NaN", text: "NaN" },
    { type: "double", value: "-Infinity", text: "-Infinity" },
    { type: "boolean", value: true, text: "true" },
    { type: "date", value: "1996-01-01", text: "1996-01-01" },
    { type: "timestamp", value: "1996-01-01 05:00:00", text: "1996-01-01 05:00:00.000" },
    { type: "timestamp", value: "1996-01-01 05:00:00.25", text: "1996-01-01 05:00:00.250" },
    { type: "string", value: "it's", text: "it's" },
    { type: "string", value: "é".repeat(100), text: "é".repeat(100) },
    { type: "string", value: "é".repeat(101), text: `${"é".repeat(99)}…` },
  ];
  for (const { type, value, text } of texts) {
    it(`writes ${type} ${String(value).slice(0, 30)} as ${text.slice(0, 30)}`, async () => {
      for (const role of ["grain", "attribute"]) {
        const columns = { id: type, amount: type, day: "date" };
        const config = configOf("plain", columns, {
          ...hourlySpecification,
          grain: [role === "grain" ? "id" : "day"],
          attributes: ["amount"],
          period: { column: "day", pattern: "date" },
        });
        const [row] = await changes(config, columns, [[value, value, "1996-01-31"]], []);
        expect(role === "grain" ? row.grain_value_1 : row.curr_value, role).to.equal(text);
      }
    });
  }

  it("keeps values apart that are cut to the same text", async () => {
    const columns = { id: "int", amount: "string", day: "date" };
    const config = configOf("plain", columns, {
      ...hourlySpecification,
      grain: ["id"],
      attributes: ["amount"],
      period: { column: "day", pattern: "date" },
    });
    const long = "x".repeat(120);
    expect(await changes(config, columns, [[1, `${long}a`, null]], [[1, `${long}b`, null]])).to.have.length(1);
  });

  const periods: {
    pattern: "YYYYMM" | "YYYY" | "text-date" | "date" | "timestamp";
    type: string;
    value: Cell;
    period: Cell;
  }[] = [
    { pattern: "YYYYMM", type: "string", value: "199602", period: "1996-02-01" },
    { pattern: "YYYYMM", type: "int", value: 199612, period: "1996-12-01" },
    { pattern: "YYYYMM", type: "string", value: "199613", period: null },
    { pattern: "YYYYMM", type: "string", value: "19961", period: null },
    { pattern: "YYYYMM", type: "string", value: "all", period: null },
    { pattern: "YYYY", type: "string", value: "1996", period: "1996-01-01" },
    { pattern: "YYYY", type: "int", value: 1996, period: "1996-01-01" },
    { pattern: "YYYY", type: "string", value: "nine", period: null },
    { pattern: "text-date", type: "string", value: "1996-01-31", period: "1996-01-31" },
    { pattern: "text-date", type: "string", value: "31 January", period: null },
    { pattern: "date", type: "date", value: "1996-01-31", period: "1996-01-31" },
    { pattern: "date", type: "date", value: null, period: null },
    { pattern: "timestamp", type: "timestamp", value: "1996-01-31 23:59:59", period: "1996-01-31" },
  ];
  for (const { pattern, type, value, period } of periods) {
    it(`takes ${String(value)} (${type}) by ${pattern} for period ${String(period)}`, async () => {
      const columns = { id: type, amount: "int" };
      const specification = {
        ...hourlySpecification,
        grain: ["id"],
        attributes: ["amount"],
        period: { column: "id", pattern },
      };
      const [row] = await changes(configOf("plain", columns, specification), columns, [[value, 1]], []);
      expect(row.period).to.equal(period);
    });
  }

  it("takes the period of the current row, when it is not in the grain", async () => {
    const columns = { id: "int", amount: "int", day: "date" };
    const [row] = await changes(plainConfig, columns, [[1, 7, "1996-02-01"]], [[1, 5, "1996-01-31"]]);
    expect(row.period).to.equal("1996-02-01");
  });

  it("looks only at rows that meet the filter, on both dates, under the label", async () => {
    const config = configOf("utility_data_oh", hourlyColumns, {
      ...hourlySpecification,
      filter: { conditions: "state = 'OH' OR state = 'IN'", labels: { co2_mass_tons: "co2, two states" } },
    });
    const row = (state: string, tons: number): Cell[] => [1, state, "1996-01-01 05:00:00", state, tons];
    const found = await changes(config, hourlyColumns, [row("OH", 1), row("TX", 1)], [row("OH", 2), row("TX", 2)]);
    expect(found.map(({ attribute, grain_value_2 }) => [attribute, grain_value_2])).to.deep.equal([
      ["co2, two states", "OH"],
    ]);
  });

  it("compares two runs of one date", async () => {
    const [columns, keys] = [
      { ...plain, day: "date" },
      { exec_date: "date", run: "string" },
    ];
    await engine.fillPartitions("plain__runs", columns, keys, [
      { values: [dates.execDate, "0a"], rows: [[1, 5, null]] },
      { values: [dates.execDate, "0b"], rows: [[1, 7, null]] },
      { values: [dates.execDate, "0c"], rows: [[1, 9, null]] },
      { values: [dates.priorDate, "0b"], rows: [[1, 8, null]] },
    ]);
    const compared = { execDate: dates.execDate, run: "0c", priorRun: "0b" };
    const rows = await engine.query(changeSetQuery(plainConfig, compared));
    expect(rows.map(summary)).to.deep.equal([["changed", "1", "9", "7", 2]]);
    expect(rows[0].prev_exec_date).to.equal(dates.execDate);
    expect(() => changeSetQuery(plainConfig, { ...compared, priorRun: "0c" })).to.throw(
      "can't be compared with itself",
    );
  });

  it("leaves out what is within the tolerance, but no NULL, NaN or infinity", async () => {
    const columns = { id: "int", amount: "double", day: "date" };
    const config = configOf("plain", columns, {
      ...plainSpecification(["amount"]),
      tolerance: { absolute: 0.5, relative: 0.1 },
    });
    const pairs: [Cell, Cell, boolean][] = [
      [1, 1.5, false],
      [1, 1.75, true],
      [100, 110, false],
      [100, 112, true],
      [0, 0.25, false],
      [5, null, true],
      [5, "NaN", true],
      ["NaN", "NaN", false],
      ["Infinity", 5, true],
      ["Infinity", "-Infinity", true],
      ["Infinity", "Infinity", false],
    ];
    const side = (at: 0 | 1) => pairs.map((pair, id): Cell[] => [id, pair[at], null]);
    const found = (await changes(config, columns, side(1), side(0)))
      .map((row) => Number(row.grain_value_1))
      .sort((a, b) => a - b);
    expect(found).to.deep.equal(pairs.flatMap(([, , differs], id) => (differs ? [id] : [])));
  });

  it("says in one row what keepLargest cut, so that deltas add up", async () => {
    const config = { ...plainConfig, keepLargest: 1 };
    const rows = await changes(
      config,
      { ...plain, day: "date" },
      [
        [1, 1, null],
        [2, 200, null],
        [3, -3, null],
      ],
      [],
    );
    const told = rows.map((row) => [row.grain_key_1, row.grain_value_1, row.curr_value, row.change_type, row.delta]);
    expect(told).to.have.deep.members([
      ["id", "2", "200", "added", 200],
      ["(omitted changes)", "2", null, "omitted", -2],
    ]);
  });
});
