import { expect } from "chai";
import { type AuditChange, readAuditChange } from "../../audit/audit-change";
import { explain, explainChange } from "../../audit/explanation";
import type { Lineage } from "../../audit/lineage";
import { explanationSentence } from "../../audit/sentence";

const hourly = (state: string) => `utility_data_${state}`;
const monthly = "utility_emissions_monthly";
const daily = "utility_emissions_daily";

/** As the parsed models have it: the daily table, which is not audited, sums the hours, the monthly one the days. */
const lineage: Lineage = {
  tables: [
    { table: hourly("oh"), attributes: ["co2_mass_tons"], span: "day" },
    { table: hourly("in"), attributes: ["co2_mass_tons"], span: "day" },
    { table: monthly, attributes: ["co2_ton_oh", "co2_ton_in", "co2_ton_total"], span: "month" },
  ],
  attributes: [
    { table: daily, attribute: "co2_ton_oh", sources: [{ table: hourly("oh"), attribute: "co2_mass_tons" }] },
    { table: daily, attribute: "co2_ton_in", sources: [{ table: hourly("in"), attribute: "co2_mass_tons" }] },
    {
      table: daily,
      attribute: "co2_ton_total",
      sources: ["oh", "in"].map((state) => ({ table: hourly(state), attribute: "co2_mass_tons" })),
    },
    ...["co2_ton_oh", "co2_ton_in", "co2_ton_total"].map((attribute) => ({
      table: monthly,
      attribute,
      sources: [
        { table: daily, attribute },
        { table: daily, attribute: "record_date" },
      ],
    })),
  ],
  units: { co2_ton_total: "tons", co2_ton_oh: "tons", co2_ton_in: "tons", co2_mass_tons: "tons" },
};

function hour(state: string, time: string, current: number | null, prior: number | null): AuditChange {
  return {
    table: hourly(state),
    layer: "landing",
    attribute: "co2_mass_tons",
    grain: [
      { key: "plant_id_eia", value: "2828" },
      { key: "emissions_unit_id_epa", value: "1" },
      { key: "operating_datetime_utc", value: `${time}.000` },
    ],
    period: time.slice(0, 10),
    ...values(current, prior),
  };
}

function month(attribute: string, period: string, current: number | null, prior: number | null): AuditChange {
  return {
    table: monthly,
    layer: "processed",
    attribute,
    grain: [{ key: "record_month", value: period.slice(0, 7).replace("-", "") }],
    period,
    ...values(current, prior),
  };
}

function values(
  current: number | null,
  prior: number | null,
): Pick<AuditChange, "current" | "prior" | "delta" | "type"> {
  return {
    current: current === null ? null : String(current),
    prior: prior === null ? null : String(prior),
    delta: (current ?? 0) - (prior ?? 0),
    type: prior === null ? "added" : current === null ? "removed" : "changed",
  };
}

const sample = [
  month("co2_ton_oh", "1996-01-01", 8708463, 12368097),
  hour("oh", "1996-01-01 05:00:00", 366, 3660000),
  month("co2_ton_total", "1996-01-01", 14661100, 18320734),
];

describe("an explanation", () => {
  const stories: { story: string; changes: AuditChange[]; sentences: string[] }[] = [
    { story: "of nothing", changes: [], sentences: [] },
    {
      story: "of the sample's correction",
      changes: sample,
      sentences: [
        "For 1996-01 co2_ton_total fell by 3,659,634 tons because co2_ton_oh fell by the same, because utility_data_oh's " +
          "2828 / 1 / 1996-01-01 05:00 co2_mass_tons went from 3,660,000 to 366 (100 %).",
      ],
    },
    {
      story: "of two states, of which one has many rows",
      changes: [
        month("co2_ton_oh", "1996-01-01", 90, 100),
        month("co2_ton_in", "1996-01-01", 130, 100),
        month("co2_ton_total", "1996-01-01", 220, 200),
        hour("oh", "1996-01-01 05:00:00", null, 10),
        hour("in", "1996-01-02 05:00:00", 15, null),
        ...["03", "04", "05"].map((day) => hour("in", `1996-01-${day} 05:00:30`, 6, 1)),
      ],
      sentences: [
        "For 1996-01 co2_ton_total rose by 20 tons because co2_ton_in rose by 30 (150 %), because utility_data_in's " +
          "2828 / 1 / 1996-01-02 05:00 came with co2_mass_tons 15 (75 %), " +
          "2828 / 1 / 1996-01-03 05:00:30 co2_mass_tons went from 1 to 6 (25 %), " +
          "2828 / 1 / 1996-01-04 05:00:30 co2_mass_tons went from 1 to 6 (25 %) and 1 more (25 %) and " +
          "co2_ton_oh fell by 10 (-50 %), because utility_data_oh's " +
          "2828 / 1 / 1996-01-01 05:00 went with co2_mass_tons 10 (-50 %).",
      ],
    },
    {
      story: "of two months, largest first, with rows of the month only",
      changes: [
        month("co2_ton_oh", "1996-01-01", 110, 100),
        hour("oh", "1996-01-31 05:00:00", 11, 1),
        month("co2_ton_oh", "1996-02-01", 120, 100),
        hour("oh", "1996-02-01 05:00:00", 21, 1),
      ],
      sentences: [
        "For 1996-02 co2_ton_oh rose by 20 tons because utility_data_oh's 2828 / 1 / 1996-02-01 05:00 co2_mass_tons " +
          "went from 1 to 21 (100 %).",
        "For 1996-01 co2_ton_oh rose by 10 tons because utility_data_oh's 2828 / 1 / 1996-01-31 05:00 co2_mass_tons " +
          "went from 1 to 11 (100 %).",
      ],
    },
    {
      story: "that accounts for a part",
      changes: [month("co2_ton_oh", "1996-01-01", 90, 100), hour("oh", "1996-01-01 05:00:00", 1, 8)],
      sentences: [
        "For 1996-01 co2_ton_oh fell by 10 tons because utility_data_oh's 2828 / 1 / 1996-01-01 05:00 co2_mass_tons " +
          "went from 8 to 1 (70 %); −3 tons (30 %) remain unexplained.",
      ],
    },
    {
      story: "of a change whose sources stayed as they were",
      changes: [month("co2_ton_oh", "1996-01-01", 90, 100), hour("oh", "1996-03-01 05:00:00", 1, 8)],
      sentences: ["For 1996-01 co2_ton_oh fell by 10 tons, and nothing it is computed from is known to have changed."],
    },
    {
      story: "that goes past a sibling which tells less",
      changes: [
        month("co2_ton_oh", "1996-01-01", 101, 100),
        month("co2_ton_total", "1996-01-01", 190, 200),
        hour("oh", "1996-01-01 05:00:00", 1, 11),
      ],
      sentences: [
        "For 1996-01 co2_ton_total fell by 10 tons because utility_data_oh's 2828 / 1 / 1996-01-01 05:00 co2_mass_tons " +
          "went from 11 to 1 (100 %).",
        "For 1996-01 co2_ton_oh rose by 1 tons because utility_data_oh's 2828 / 1 / 1996-01-01 05:00 co2_mass_tons " +
          "went from 11 to 1 (-1,000 %); +11 tons (1,100 %) remain unexplained.",
      ],
    },
    {
      story: "of doubled rows",
      changes: [
        month("co2_ton_oh", "1996-01-01", 105, 100),
        { ...hour("oh", "1996-01-01 05:00:00", null, 5), type: "duplicate", delta: 5 },
      ],
      sentences: [
        "For 1996-01 co2_ton_oh rose by 5 tons because utility_data_oh's 2828 / 1 / 1996-01-01 05:00 stands more than " +
          "once and changed co2_mass_tons by +5 (100 %).",
      ],
    },
  ];
  for (const { story, changes, sentences } of stories) {
    it(story, () => {
      const found = explain(changes, lineage).map((each) => explanationSentence(each, lineage.units));
      expect(found).to.deep.equal(sentences);
    });
  }

  it("is data: steps, shares and what stays unexplained", () => {
    const [explanation] = explain(sample, lineage);
    expect(explanation).to.deep.include({ share: 1, unexplained: 0, span: "month", change: sample[2] });
    const [ohio] = explanation.causes;
    expect(ohio).to.deep.include({ table: monthly, attribute: "co2_ton_oh", delta: -3659634, share: 1, further: 0 });
    const [source] = ohio.changes[0].causes;
    expect(source).to.deep.include({ table: hourly("oh"), attribute: "co2_mass_tons", share: 1 });
    expect(source.changes[0]).to.deep.include({ change: sample[1], causes: [], unexplained: 0 });
  });

  it("adds up whatever is shown of it", () => {
    const rows = Array.from({ length: 28 }, (_, day) =>
      hour("oh", `1996-02-${String(day + 1).padStart(2, "0")} 01:00:00`, day + 2, 1),
    );
    const whole = rows.reduce((total, { delta }) => total + (delta ?? 0), 0);
    const change = month("co2_ton_oh", "1996-02-01", 1000 + whole, 1000);
    for (const shown of [0, 1, 5, 100]) {
      const { causes, unexplained } = explainChange(change, [...rows, change], lineage, { rows: shown });
      expect(causes[0]).to.deep.include({ delta: whole, share: 1, further: Math.max(0, 28 - shown) });
      expect(unexplained).to.equal(0);
    }
  });

  it("starts once, at the result, when tables on the way are audited", () => {
    const audited = {
      ...lineage,
      tables: [...lineage.tables, { table: daily, attributes: ["co2_ton_oh"], span: "day" as const }],
    };
    const days = ["01", "02", "03", "04", "05"];
    const changes = [
      month("co2_ton_oh", "1996-01-01", 105, 100),
      ...days.map((day) => ({
        ...month("co2_ton_oh", `1996-01-${day}`, 2, 1),
        table: daily,
        grain: [{ key: "record_date", value: `1996-01-${day}` }],
      })),
      ...days.map((day) => hour("oh", `1996-01-${day} 01:00:00`, 2, 1)),
    ];
    const found = explain(changes, audited);
    expect(found.map(({ change }) => change.table)).to.deep.equal([monthly]);
    expect(found[0].causes[0]).to.deep.include({ table: daily, delta: 5, further: 2 });
    expect(found[0].causes[0].changes[0].causes[0]).to.deep.include({ table: hourly("oh"), delta: 1, share: 0.2 });
  });

  it("counts only rows with the same values in the grain columns that both tables have", () => {
    const perPlant: Lineage = {
      tables: [
        { table: "hours", attributes: ["tons"], span: "day" },
        { table: "plants", attributes: ["tons"], span: "year" },
      ],
      attributes: [{ table: "plants", attribute: "tons", sources: [{ table: "hours", attribute: "tons" }] }],
    };
    const row = (table: string, plant: string, delta: number): AuditChange => ({
      ...values(delta, 0),
      table,
      layer: "",
      attribute: "tons",
      grain: [{ key: "plant", value: plant }],
      period: "1996-01-01",
    });
    const changes = [row("plants", "a", 5), row("hours", "a", 5), row("plants", "b", 7), row("hours", "b", 7)];
    const found = explain(changes, perPlant);
    expect(found.map(({ change, unexplained }) => [change.grain[0].value, unexplained])).to.deep.equal([
      ["b", 0],
      ["a", 0],
    ]);
  });

  it("does not follow a lineage in circles", () => {
    const circle: Lineage = {
      tables: [{ table: "t", attributes: ["a", "b"], span: "day" }],
      attributes: [
        { table: "t", attribute: "a", sources: [{ table: "t", attribute: "b" }] },
        { table: "t", attribute: "b", sources: [{ table: "t", attribute: "a" }] },
      ],
    };
    const changes = ["a", "b"].map((attribute) => ({ ...month(attribute, "1996-01-01", 2, 1), table: "t" }));
    expect(() => explain(changes, circle)).not.to.throw();
    expect(explainChange(changes[0], changes, circle).causes[0].changes[0].causes).to.deep.equal([]);
  });
});

describe("a row of the audit table", () => {
  const row = {
    layer: "landing",
    attribute: "co2_mass_tons",
    grain_key_1: "plant_id_eia",
    grain_value_1: "2828",
    grain_key_2: "emissions_unit_id_epa",
    grain_value_2: null,
    period: "1996-01-01",
    curr_value: "366",
    prev_value: "3660000",
    change_type: "changed",
    delta: "-3659634.0",
    table_name: "utility_data_oh",
  };

  it("is read as Athena returns it", () => {
    expect(readAuditChange(row)).to.deep.equal({
      table: "utility_data_oh",
      layer: "landing",
      attribute: "co2_mass_tons",
      grain: [
        { key: "plant_id_eia", value: "2828" },
        { key: "emissions_unit_id_epa", value: null },
      ],
      period: "1996-01-01",
      current: "366",
      prior: "3660000",
      type: "changed",
      delta: -3659634,
    });
    expect(readAuditChange({ ...row, delta: undefined, curr_value: undefined })).to.include({
      delta: null,
      current: null,
    });
  });

  for (const fault of [{ change_type: "moved" }, { table_name: null }, { attribute: undefined }, { delta: "" }]) {
    it(`is refused with ${JSON.stringify(fault)}`, () => {
      expect(() => readAuditChange({ ...row, ...fault }))
        .to.throw()
        .with.property("name", "AuditError");
    });
  }
});
