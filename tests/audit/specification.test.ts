import { expect } from "chai";
import { describeFinding } from "../../audit/finding";
import { type AuditSpecification, checkSpecification } from "../../audit/specification";
import { hourlyColumns, hourlySpecification, monthlyColumns, monthlySpecification } from "./tables";

const columns = {
  ...hourlyColumns,
  year: "int",
  record_day: "date",
  readings: "array<float>",
  Mixed: "int",
  [`long_${"x".repeat(100)}`]: "int",
};
const long = `long_${"x".repeat(100)}`;

/** One fault each: what differs from a good specification, and the lines it is told in. */
const faults: { story: string; change: Partial<AuditSpecification>; told: string[] }[] = [
  { story: "no grain", change: { grain: [] }, told: ["grain: [] is empty: name the columns that identify a row."] },
  {
    story: "six grain columns",
    change: {
      grain: ["plant_id_eia", "emissions_unit_id_epa", "operating_datetime_utc", "state", "year", "record_day"],
    },
    told: [
      'grain: ["plant_id_eia","emissions_unit_id_epa","operating_datetime_utc","state","year","record_day"] has 6 columns; the audit table takes 5.',
    ],
  },
  {
    story: "an unknown grain column",
    change: { grain: ["plant_id"] },
    told: ['grain[0]: "plant_id" is no column of the table.'],
  },
  {
    story: "a misspelt grain column",
    change: { grain: ["plant_id_ea"] },
    told: ['grain[0]: "plant_id_ea" is no column of the table. Did you mean "plant_id_eia"?'],
  },
  {
    story: "a grain column twice",
    change: { grain: ["plant_id_eia", "plant_id_eia"] },
    told: ['grain[1]: "plant_id_eia" stands in grain[0] already.'],
  },
  {
    story: "a long grain column",
    change: { grain: [long] },
    told: [`grain[0]: "${long}" has 105 characters; the audit table takes 100.`],
  },
  {
    story: "no attributes",
    change: { attributes: [] },
    told: ["attributes: [] is empty: name the columns to watch."],
  },
  {
    story: "a misspelt attribute",
    change: { attributes: ["CO2_mass_ton"] },
    told: ['attributes[0]: "CO2_mass_ton" is no column of the table. Did you mean "co2_mass_tons"?'],
  },
  {
    story: "an attribute twice",
    change: { attributes: ["co2_mass_tons", "co2_mass_tons"] },
    told: ['attributes[1]: "co2_mass_tons" stands in attributes[0] already.'],
  },
  {
    story: "an attribute of the grain",
    change: { attributes: ["plant_id_eia"] },
    told: ['attributes[0]: "plant_id_eia" is in the grain: what identifies a row can\'t change in it.'],
  },
  {
    story: "an attribute of a type that can't be compared",
    change: { attributes: ["readings"] },
    told: [
      'attributes[0]: "readings" has type array<float>, which an audit can\'t compare (it takes tinyint, smallint, int, ' +
        "bigint, decimal(p,s), float, double, boolean, string, char(n), varchar(n), date, timestamp).",
    ],
  },
  {
    story: "a name that Athena does not take",
    change: { attributes: ["Mixed"] },
    told: ['attributes[0]: "Mixed" is no name: use 1 to 255 lower-case letters, digits and underscores.'],
  },
  {
    story: "a long attribute",
    change: { attributes: [long] },
    told: [`attributes[0]: "${long}" has 105 characters; the audit table takes 100.`],
  },
  {
    story: "an unknown period column",
    change: { period: { column: "operating_datetime", pattern: "timestamp" } },
    told: ['period.column: "operating_datetime" is no column of the table. Did you mean "operating_datetime_utc"?'],
  },
  {
    story: "an unknown period pattern",
    change: { period: { column: "year", pattern: "YYY" as "YYYY" } },
    told: ['period.pattern: "YYY" is none of date, timestamp, text-date, YYYYMM, YYYY. Did you mean "YYYY"?'],
  },
  {
    story: "a pattern of another type",
    change: { period: { column: "operating_datetime_utc", pattern: "date" } },
    told: [
      'period.pattern: "date" can\'t be read from operating_datetime_utc, which has type timestamp. Did you mean "timestamp"?',
    ],
  },
  {
    story: "a pattern of a column without time",
    change: { period: { column: "co2_mass_tons", pattern: "YYYY" } },
    told: ['period.pattern: "YYYY" can\'t be read from co2_mass_tons, which has type float.'],
  },
  { story: "no pipeline", change: { pipeline: " " }, told: ['pipeline: " " must be a text, not empty.'] },
  {
    story: "a long pipeline",
    change: { pipeline: "p".repeat(51) },
    told: [`pipeline: "${"p".repeat(51)}" has 51 characters; the audit table takes 50.`],
  },
  {
    story: "a control character",
    change: { timeGrain: "month\nly" },
    told: ['timeGrain: "month\\nly" has a control character.'],
  },
  {
    story: "a label for what is not audited",
    change: { filter: { conditions: "true", labels: { co2_mass_ton: "co2" } } },
    told: ['filter.labels.co2_mass_ton: "co2_mass_ton" is no attribute of this audit. Did you mean "co2_mass_tons"?'],
  },
  {
    story: "a long label",
    change: { filter: { conditions: "true", labels: { co2_mass_tons: "c".repeat(101) } } },
    told: [`filter.labels.co2_mass_tons: "${"c".repeat(101)}" has 101 characters; the audit table takes 100.`],
  },
  {
    story: "two attributes under one label",
    change: {
      attributes: ["co2_mass_tons", "year"],
      filter: { conditions: "true", labels: { year: "co2_mass_tons" } },
    },
    told: ['filter.labels: "co2_mass_tons" names two attributes.'],
  },
  {
    story: "a reference that is no table",
    change: { reference: { database: "lake", table: "x; drop" } },
    told: ['reference.table: "x; drop" is no name: use 1 to 255 lower-case letters, digits and underscores.'],
  },
  {
    story: "a pattern that fits nothing",
    change: { attributes: ["co2_mass_tons", "nox_*"] },
    told: ['attributes[1]: "nox_*" fits no column of the table outside the grain.'],
  },
  {
    story: "a pattern that fits what can't be compared",
    change: { attributes: ["read*"] },
    told: [
      'attributes[0]: "readings" has type array<float>, which an audit can\'t compare ' +
        "(it takes tinyint, smallint, int, bigint, decimal(p,s), float, double, boolean, string, char(n), varchar(n), date, timestamp).",
    ],
  },
  {
    story: "tolerances that are none",
    change: {
      attributes: ["co2_mass_tons", "state"],
      tolerance: { absolute: -1, relative: 1 },
      tolerances: { state: { absolute: 1 }, year: { relative: 0.1 }, co2_mass_tons: {} },
    },
    told: [
      "tolerance.absolute: -1 is no number from 0.",
      "tolerance.relative: 1 is no number from 0 to less than 1.",
      'tolerances.state: "state" has type string: only numbers have a tolerance.',
      'tolerances.year: "year" is no attribute of this audit.',
      "tolerances.co2_mass_tons: {} is empty: give absolute, relative or both.",
    ],
  },
  {
    story: "a tolerance without numbers",
    change: { attributes: ["state"], tolerance: { absolute: 1 } },
    told: ['tolerance: {"absolute":1} is for numbers, and no attribute is one.'],
  },
  {
    story: "no number of rows to keep",
    change: { keepLargest: 0 },
    told: ["keepLargest: 0 is no whole number from 1."],
  },
  {
    story: "a day that does not exist to compare with",
    change: { compareWith: "2024-02-30" },
    told: [
      'compareWith: "2024-02-30" is neither "prior date" nor "prior run" nor a day of the calendar written YYYY-MM-DD.',
    ],
  },
  ...[
    ["", "it is empty"],
    ["state = 'OH", "a ' is not closed"],
    ["(state = 'OH'", "a ( is not closed"],
    ["1 = 1) OR (1 = 1", "a ) closes what was not opened"],
    ["1 = 1; DROP TABLE x", "a ; ends the statement"],
    ["1 = 1 -- )", "comments (--) do not belong in it"],
    ["1 = 1 /*", "comments (/*) do not belong in it"],
  ].map(([conditions, fault]) => ({
    story: `the condition ${conditions}`,
    change: { filter: { conditions } },
    told: [`filter.conditions: ${JSON.stringify(conditions)} is no condition: ${fault}.`],
  })),
];

describe("an audit specification", () => {
  it("that fits its table has no findings", () => {
    expect(checkSpecification(hourlySpecification, hourlyColumns)).to.deep.equal([]);
    expect(checkSpecification(monthlySpecification, monthlyColumns)).to.deep.equal([]);
    const conditions = "state IN ('OH', ')', ';', '--') AND (co2_mass_tons > 0)";
    expect(checkSpecification({ ...hourlySpecification, filter: { conditions } }, hourlyColumns)).to.deep.equal([]);
  });

  for (const { story, change, told } of faults) {
    it(`is told about: ${story}`, () => {
      const findings = checkSpecification({ ...hourlySpecification, ...change }, columns);
      expect(findings.map(describeFinding)).to.deep.equal(told);
    });
  }

  it("is told about all faults at once", () => {
    const findings = checkSpecification(
      {
        grain: ["plant_id_ea", "state", "state"],
        attributes: ["state", "readings"],
        period: { column: "yaer", pattern: "YYYY" },
        pipeline: "",
        timeGrain: "",
        filter: { conditions: "(" },
      },
      columns,
    );
    expect(findings.map(({ path }) => path)).to.deep.equal([
      "grain[0]",
      "grain[2]",
      "attributes[1]",
      "attributes[0]",
      "period.column",
      "pipeline",
      "timeGrain",
      "filter.conditions",
    ]);
  });

  it("says what stands there and what was meant, as data", () => {
    const [finding] = checkSpecification({ ...hourlySpecification, attributes: ["co2_mass_ton"] }, hourlyColumns);
    expect(finding).to.deep.equal({
      path: "attributes[0]",
      found: "co2_mass_ton",
      problem: "is no column of the table",
      suggestion: "co2_mass_tons",
    });
  });
});
