import { expect } from "chai";
import type { AuditConfig } from "../../audit/config";
import { readAuditConfig } from "../../audit/stored-config";
import { buildAuditConfig } from "../../audit/build-config";
import { configOf, hourly, hourlyColumns, hourlySpecification, monthly } from "./tables";

describe("an audit configuration", () => {
  it("holds everything that the audit of a run needs", () => {
    expect(hourly).to.deep.equal({
      version: 1,
      database: "lake",
      table: "utility_data_oh",
      layer: "landing",
      grain: [
        { column: "plant_id_eia", type: "int" },
        { column: "emissions_unit_id_epa", type: "string" },
        { column: "operating_datetime_utc", type: "timestamp" },
      ],
      attributes: [{ column: "co2_mass_tons", type: "float", label: "co2_mass_tons", tolerance: null }],
      period: { column: "operating_datetime_utc", type: "timestamp", pattern: "timestamp" },
      conditions: null,
      keepLargest: null,
      compareWith: "prior date",
      pipeline: "usghgemission_monthly",
      timeGrain: "monthly",
      reference: { database: "lake", table: "utility_emissions_monthly" },
      audit: { database: "audit_db_dev", table: "audit" },
    } satisfies AuditConfig);
    expect(monthly.reference, "the table itself, unless another is named").to.deep.equal({
      database: "lake",
      table: "utility_emissions_monthly",
    });
  });

  const optional = configOf(
    "options",
    { ...hourlyColumns, nox_lbs: "float", nox_code: "string", so2_lbs: "double" },
    {
      ...hourlySpecification,
      attributes: ["so2_lbs", "nox_*", "*_lbs"],
      tolerance: { relative: 0.01 },
      tolerances: { so2_lbs: { absolute: 10 } },
      keepLargest: 100,
      compareWith: "prior run",
    },
  );

  it("has patterns expanded, each column once, and the tolerance of each number", () => {
    expect(optional.attributes).to.deep.equal([
      { column: "so2_lbs", type: "double", label: "so2_lbs", tolerance: { absolute: 10, relative: 0 } },
      { column: "nox_lbs", type: "float", label: "nox_lbs", tolerance: { absolute: 0, relative: 0.01 } },
      { column: "nox_code", type: "string", label: "nox_code", tolerance: null },
    ]);
    expect([optional.keepLargest, optional.compareWith]).to.deep.equal([100, "prior run"]);
  });

  it("comes back from JSON as it went", () => {
    for (const config of [hourly, monthly, optional]) {
      expect(readAuditConfig(JSON.stringify(config))).to.deep.equal(config);
      expect(readAuditConfig(JSON.parse(JSON.stringify(config)))).to.deep.equal(config);
    }
  });

  it("is not built from a faulty specification: all faults are told", () => {
    const build = () =>
      buildAuditConfig({
        specification: { ...hourlySpecification, grain: [], attributes: ["co2_mass_ton"] },
        columns: hourlyColumns,
        database: "lake",
        table: "utility_data_oh",
        layer: "landing",
        audit: { database: "audit_db_dev", table: "audit" },
      });
    expect(build)
      .to.throw(
        "The audit of table utility_data_oh can't be built:\n" +
          "- grain: [] is empty: name the columns that identify a row.\n" +
          '- attributes[0]: "co2_mass_ton" is no column of the table. Did you mean "co2_mass_tons"?',
      )
      .with.property("name", "AuditError");
  });

  it("is not built for a table whose name the audit table can't hold", () => {
    expect(() =>
      buildAuditConfig({
        specification: hourlySpecification,
        columns: hourlyColumns,
        database: "lake",
        table: "t".repeat(101),
        layer: "l".repeat(51),
        audit: { database: "Audit", table: "audit" },
      }),
    ).to.throw(/- table: .* 101 characters.*\n- layer: .* 51 characters.*\n- audit\.database: "Audit" is no name/);
  });

  const faults: { story: string; stored: unknown; told: RegExp }[] = [
    { story: "no JSON", stored: "{", told: /^The stored audit configuration is no JSON: / },
    { story: "no object", stored: "[]", told: /\(root\): \[\] is no object/ },
    { story: "another version", stored: { ...hourly, version: 2 }, told: /version: 2 is not 1/ },
    { story: "a missing property", stored: { ...hourly, layer: undefined }, told: /layer: nothing is missing/ },
    { story: "an unknown property", stored: { ...hourly, color: "red" }, told: /color: "red" is an unknown property/ },
    { story: "a number for a text", stored: { ...hourly, table: 1 }, told: /table: 1 is no text/ },
    { story: "no list", stored: { ...hourly, grain: "plant_id_eia" }, told: /grain: "plant_id_eia" is no list/ },
    {
      story: "an item with a fault",
      stored: { ...hourly, grain: [{ column: "plant_id_eia" }] },
      told: /grain\[0\]\.type: nothing is missing/,
    },
    { story: "a null for a table", stored: { ...hourly, audit: null }, told: /audit: null is no object/ },
    {
      story: "a name with SQL in it",
      stored: { ...hourly, table: 'x" WHERE 1=1 --' },
      told: /table: "x\\" WHERE 1=1 --" is no name/,
    },
    {
      story: "a column with SQL in it",
      stored: { ...hourly, attributes: [{ column: 'x", 1', type: "int", label: "x", tolerance: null }] },
      told: /attributes\[0\]: "x\\", 1" is no name/,
    },
    {
      story: "an unknown type",
      stored: { ...hourly, attributes: [{ column: "x", type: "json", label: "x", tolerance: null }] },
      told: /attributes\[0\]: "x" has type json/,
    },
    {
      story: "a pattern that does not fit",
      stored: { ...hourly, period: { ...hourly.period, pattern: "YYYY" } },
      told: /period\.pattern: "YYYY" can't be read/,
    },
    { story: "a condition that ends the statement", stored: { ...hourly, conditions: "1=1;" }, told: /a ; ends/ },
    {
      story: "two attributes of one name",
      stored: {
        ...hourly,
        attributes: [
          { column: "a", type: "int", label: "x", tolerance: null },
          { column: "b", type: "int", label: "x", tolerance: null },
        ],
      },
      told: /attributes\[1\]\.label: "x" names two attributes/,
    },
    {
      story: "several faults, all at once",
      stored: { ...hourly, layer: 1, pipeline: undefined },
      told: /pipeline: nothing is missing\.\n- layer: 1 is no text/,
    },
  ];
  for (const { story, stored, told } of faults) {
    it(`is refused with ${story}`, () => {
      const read = () => readAuditConfig(typeof stored === "string" ? stored : JSON.stringify(stored));
      expect(read).to.throw(told).with.property("name", "AuditError");
    });
  }
});
