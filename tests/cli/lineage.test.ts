import { expect } from "chai";
import { buildAuditConfig, type AuditConfig } from "../../audit/config";
import { readAuditChange } from "../../audit/audit-change";
import { explain } from "../../audit/explanation";
import { explanationSentence } from "../../audit/sentence";
import { UNITS } from "../../cli/acceptance";
import { lineageOf } from "../../cli/lineage";

const audited = (
  table: string,
  columns: Record<string, string>,
  specification: {
    grain: string[];
    attributes: string[];
    period: AuditConfig["period"];
    labels?: Record<string, string>;
  },
): AuditConfig =>
  buildAuditConfig({
    specification: {
      grain: specification.grain,
      attributes: specification.attributes,
      period: { column: specification.period.column, pattern: specification.period.pattern },
      pipeline: "usghgemission_monthly",
      timeGrain: "monthly",
      ...(specification.labels && { filter: { conditions: "plant_id_eia > 0", labels: specification.labels } }),
    },
    columns,
    database: "db",
    table,
    layer: "landing",
    audit: { database: "audit_db_dev", table: "audit" },
  });

const hourly = (state: string, labels?: Record<string, string>): AuditConfig =>
  audited(
    `utility_data_${state}`,
    { plant_id_eia: "int", operating_datetime_utc: "timestamp", co2_mass_tons: "float" },
    {
      grain: ["plant_id_eia", "operating_datetime_utc"],
      attributes: ["co2_mass_tons"],
      period: { column: "operating_datetime_utc", type: "timestamp", pattern: "timestamp" },
      labels,
    },
  );
const monthly = audited(
  "utility_emissions_monthly",
  { record_month: "string", co2_ton_oh: "float", co2_ton_in: "float", co2_ton_total: "float" },
  {
    grain: ["record_month"],
    attributes: ["co2_ton_oh", "co2_ton_in", "co2_ton_total"],
    period: { column: "record_month", type: "string", pattern: "YYYYMM" },
  },
);

const sum = (state: string): string => `
  select date_format(operating_datetime_utc, '%Y%m') as record_month, sum(co2_mass_tons) as co2_ton
  from landing_db_dev.utility_data_${state} where exec_date = date '2024-11-09' group by 1`;
const model = {
  table: "utility_emissions_monthly",
  sql: `with ohio as (${sum("oh")}), indiana as (${sum("in")})
    select coalesce(ohio.record_month, indiana.record_month) as record_month, ohio.co2_ton as co2_ton_oh,
      indiana.co2_ton as co2_ton_in, coalesce(ohio.co2_ton, 0) + coalesce(indiana.co2_ton, 0) as co2_ton_total
    from ohio full outer join indiana on ohio.record_month = indiana.record_month`,
};

describe("lineage of executed models", () => {
  it("follows columns through common table expressions, in the audit's names", async () => {
    const lineage = await lineageOf([hourly("oh", { co2_mass_tons: "co2" }), hourly("in"), monthly], [model]);
    expect(lineage.tables.map(({ table, span }) => [table, span])).to.deep.equal([
      ["utility_data_oh", "day"],
      ["utility_data_in", "day"],
      ["utility_emissions_monthly", "month"],
    ]);
    const total = lineage.attributes.find(({ attribute }) => attribute === "co2_ton_total");
    expect(total?.sources).to.have.deep.members([
      { table: "utility_data_oh", attribute: "co2" },
      { table: "utility_data_in", attribute: "co2_mass_tons" },
    ]);
  });

  it("says nothing of a model that it cannot read", async () => {
    expect((await lineageOf([monthly], [{ table: "x", sql: "select from where" }])).attributes).to.deep.equal([]);
  });

  it("explains the acceptance test in a sentence", async () => {
    const row = (table: string, attribute: string, grain: [string, string][], [curr, prev]: [number, number]) =>
      readAuditChange({
        layer: "any",
        table_name: table,
        attribute,
        period: "1996-01-01",
        curr_value: String(curr),
        prev_value: String(prev),
        change_type: "changed",
        delta: String(curr - prev),
        ...Object.fromEntries(
          grain.flatMap(([key, value], index) => [
            [`grain_key_${index + 1}`, key],
            [`grain_value_${index + 1}`, value],
          ]),
        ),
      });
    const hour: [string, string][] = [
      ["plant_id_eia", "2828"],
      ["operating_datetime_utc", "1996-01-01 05:00:00.000"],
    ];
    const changes = [
      row("utility_data_oh", "co2_mass_tons", hour, [366, 3_660_000]),
      row("utility_emissions_monthly", "co2_ton_oh", [["record_month", "199601"]], [8_708_463, 12_368_097]),
      row("utility_emissions_monthly", "co2_ton_total", [["record_month", "199601"]], [14_661_100, 18_320_734]),
    ];
    const lineage = await lineageOf([hourly("oh"), hourly("in"), monthly], [model], UNITS);
    const [explanation, ...more] = explain(changes, lineage);
    expect(more).to.deep.equal([]);
    expect(explanation && explanationSentence(explanation, lineage.units))
      .to.include("co2_ton_total fell by 3,659,634 tons because co2_ton_oh fell by the same")
      .and.to.include("2828 / 1996-01-01 05:00 co2_mass_tons went from 3,660,000 to 366");
  });
});
