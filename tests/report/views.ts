/** Views to draw: one of a small lake as the acceptance story leaves it, and ones made of it. */
import type { Explanation } from "../../audit/explanation/tree";
import type { CellView, ChangeView, LakeView, RunView, StepView, WhyView } from "../../report/view";

/** An explained value of which nothing more is known. */
export function explained(
  more: Partial<Explanation> & Pick<Explanation, "table" | "attribute" | "grain">,
): Explanation {
  return {
    ...{
      current: null,
      prior: null,
      change: null,
      became: "changed",
      causes: [],
      further: { rows: 0, contribution: 0 },
    },
    ...{ model: null, together: 0, unexplained: 0, notFollowed: null, files: {} },
    ...more,
  };
}

const row = explained({
  ...{ table: "utility_data_oh", attribute: "co2_mass_tons", grain: ["2828", "1", "1996-01-01 05:00:00.000"] },
  ...{ current: "366", prior: "3660000", change: -3659634 },
  files: {
    current: { key: "incoming/all_ef_files/2024-11-09/epacems-1996-OH.parquet", etag: "aa" },
    prior: { key: "incoming/all_ef_files/2024-11-08/epacems-1996-OH.parquet", etag: "bb" },
  },
});
const ohio = explained({
  ...{ table: "utility_emissions_monthly", attribute: "co2_ton_oh", grain: ["199601"] },
  ...{ current: "8708968", prior: "12368602", change: -3659634 },
  causes: [{ source: row, contribution: -3659634, share: 1, method: "sum", note: null }],
});

/** The change of the acceptance story. */
export const total = explained({
  ...{ table: "utility_emissions_monthly", attribute: "co2_ton_total", grain: ["199601"] },
  ...{ current: "14659280", prior: "18318914", change: -3659634 },
  causes: [{ source: ohio, contribution: -3659634, share: 1, method: "arithmetic", note: null }],
});

/** An explanation as the page shows it. */
export function why(explanation: Explanation, more: Partial<WhyView> = {}): WhyView {
  return {
    ...{ date: "2024-11-09", priorDate: "2024-11-08", grain: ["record_month"], about: "1996-01", explanation },
    sentence: "For 1996-01 co2_ton_total fell by 3,659,634.",
    history: [
      { date: "2024-11-08", value: 18318914 },
      { date: "2024-11-09", value: 14659280 },
    ],
    arrivals: { "incoming/all_ef_files/2024-11-09/epacems-1996-OH.parquet aa": "2026-11-28T00:24:06.000Z" },
    ...{ models: [], command: "npx tributary explain" },
    ...more,
  };
}

/** A run of the monthly pipeline. */
function run(more: Partial<RunView> = {}): RunView {
  const model: StepView = {
    kind: "model",
    table: "utility_emissions_monthly",
    rows: 13,
    bytes: 4780893,
    published: true,
    sql: "select 'x' as a -- note\n",
  };
  return {
    ...{ pipeline: "state_emission_monthly", date: "2024-11-09", run: "00a1", status: "SUCCEEDED" },
    ...{
      started: "2026-11-28T00:24:10Z",
      ended: "2026-11-28T00:24:24.841Z",
      inputs: [],
      notes: [],
      upstreams: { state_emission_daily: "00a0" },
    },
    steps: [model],
    checks: [{ table: "utility_emissions_monthly", name: "the total is the sum", level: "error", failures: 0 }],
    states: [
      { name: "Begin", entered: "2026-11-28T00:24:10.000Z", exited: "2026-11-28T00:24:10.100Z", failures: [] },
      {
        name: "Query",
        entered: "2026-11-28T00:24:10.100Z",
        exited: "2026-11-28T00:24:24.000Z",
        failures: [{ at: "2026-11-28T00:24:12.000Z", text: "Task failed: TooManyRequestsException" }],
      },
    ],
    log: [{ time: "2026-11-28T00:24:10.000Z", from: "states", level: "info", text: "Begin" }],
    ...{ dollars: 0.0001, record: "s3://assets/manifest.json" },
    ...more,
  };
}

const cell = (more: Partial<CellView>): CellView => ({
  pipeline: "state_emission_monthly",
  date: "2024-11-09",
  state: "succeeded",
  run: "00a1",
  ...more,
});

/** The lake of the acceptance story, with a date that failed. */
export function lakeView(more: Partial<LakeView> = {}): LakeView {
  const change: ChangeView = {
    date: "2024-11-09",
    table: "utility_emissions_monthly",
    attribute: "co2_ton_total",
    grain: ["199601"],
    type: "changed",
    current: "14659280",
    prior: "18318914",
    delta: -3659634,
  };
  return {
    ...{
      name: "emissions-dev",
      place: "on this machine, stack dev",
      command: "npx tributary",
      commandOptions: "",
      made: "2026-11-28T00:30:00.000Z",
    },
    pipelines: [
      { name: "state_emission_daily", after: [], cadence: "each date" },
      { name: "state_emission_monthly", after: ["state_emission_daily"], cadence: "each date" },
    ],
    dates: ["2024-11-09", "2024-11-08"],
    cells: [
      cell({
        pipeline: "state_emission_daily",
        state: "failed",
        run: "00a0",
        error: { name: "ParquetInvalid", message: "epacems-1996-OH.parquet is no Parquet file" },
      }),
      cell({ state: "waiting", run: undefined, waitsFor: ["state_emission_daily.completed"] }),
      cell({ date: "2024-11-08", rows: 13, bytes: 4780893, dollars: 0.00005 }),
      cell({
        date: "2024-11-08",
        pipeline: "state_emission_daily",
        run: "009f",
        rows: 1265263,
        bytes: 4780893,
        dollars: 0.00005,
      }),
    ],
    runs: [run()],
    tables: [
      {
        database: "landing_db_dev",
        table: "utility_data_oh",
        zone: "landing",
        writer: "state_emission_daily",
        columns: [
          { name: "co2_mass_tons", type: "float", audited: true },
          { name: "exec_date", type: "date", partition: true },
        ],
        dates: [],
      },
      {
        ...{
          database: "processed_db_dev",
          table: "utility_emissions_monthly",
          zone: "processed",
          writer: "state_emission_monthly",
        },
        columns: [
          { name: "record_month", type: "string" },
          { name: "co2_ton_total", type: "float", audited: true },
        ],
        dates: [
          {
            date: "2024-11-09",
            run: "00a1",
            pipeline: "state_emission_monthly",
            published: "2026-11-28T00:24:13Z",
            rows: 13,
            checks: [{ table: "utility_emissions_monthly", name: "the total is the sum", level: "error", failures: 2 }],
          },
        ],
      },
    ],
    files: [
      { prefix: "epacems-1996-OH", source: "all_ef_files", database: "landing_db_dev", table: "utility_data_oh" },
    ],
    links: [
      {
        from: { database: "landing_db_dev", table: "utility_data_oh", column: "co2_mass_tons" },
        to: { database: "processed_db_dev", table: "utility_emissions_monthly", column: "co2_ton_total" },
        kind: "value",
      },
      {
        from: { database: "landing_db_dev", table: "utility_data_oh", column: "exec_date" },
        to: { database: "processed_db_dev", table: "utility_emissions_monthly" },
        kind: "filter",
      },
    ],
    changes: {
      counts: [
        {
          date: "2024-11-09",
          table: "utility_emissions_monthly",
          attribute: "co2_ton_total",
          changes: 1,
          delta: -3659634,
        },
      ],
      largest: [change],
    },
    whys: [why(total)],
    backfills: [
      {
        id: "again",
        pipelines: ["state_emission_daily"],
        started: "2026-11-28T00:00:00Z",
        dates: [
          { date: "2024-11-08", pipeline: "state_emission_daily", status: "SUCCEEDED", begun: true },
          { date: "2024-11-09", pipeline: "state_emission_daily", begun: true },
        ],
      },
    ],
    ...{ deadLetters: 0, leftOut: ["3 dates before 2024-11-08."] },
    ...more,
  };
}

/** Every text of a value put in place of those that it has, keys and what the page goes by aside. */
export function withHostileNames(view: LakeView, hostile: string): LakeView {
  const kept =
    /^(state|status|level|kind|became|type|started|ended|made|published|time|at|entered|exited|date|priorDate|method)$/;
  const change = (value: unknown, key: string): unknown => {
    if (typeof value === "string")
      return kept.test(key) || /^-?\d+(\.\d+)?$/.test(value) ? value : `${value}${hostile}`;
    if (Array.isArray(value)) return value.map((each) => change(each, key));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        name === "dates" && typeof (each as unknown[])[0] === "string" ? each : change(each, name),
      ]),
    );
  };
  return change(view, "") as LakeView;
}

/** A lake of a size that few have. */
export function largeView({ pipelines = 10, dates = 500, tables = 500, changes = 100_000 } = {}): LakeView {
  const names = Array.from({ length: pipelines }, (_, index) => `pipeline_${index}`);
  const days = Array.from({ length: dates }, (_, index) =>
    new Date(Date.UTC(2026, 0, 1) - index * 86_400_000).toISOString().slice(0, 10),
  );
  const states = [
    "succeeded",
    "succeeded",
    "succeeded",
    "succeeded",
    "succeeded",
    "succeeded",
    "failed",
    "skipped",
  ] as const;
  const tableViews = Array.from({ length: tables }, (_, index) => ({
    ...{
      database: "processed_db_dev",
      table: `table_${index}`,
      zone: index < 50 ? "landing" : "processed",
      writer: names[index % pipelines],
    },
    columns: Array.from({ length: 12 }, (_unused, column) => ({ name: `column_${column}`, type: "double" })),
    dates: days.slice(0, 20).map((date) => ({
      date,
      run: "00a1",
      pipeline: names[index % pipelines] ?? "",
      published: `${date}T03:00:00Z`,
      rows: 1000 + index,
      checks: [],
    })),
  }));
  const largest = Array.from({ length: changes }, (_, index): ChangeView => ({
    ...{
      date: days[0] ?? "",
      table: `table_${index % tables}`,
      attribute: `column_${index % 12}`,
      grain: [`plant ${index}`, "1"],
    },
    ...{ type: "changed", current: String(index), prior: String(index * 2), delta: index - changes },
  }));
  return lakeView({
    pipelines: names.map((name, index) => ({
      name,
      after: index === 0 ? [] : [names[index - 1] ?? ""],
      cadence: "each date",
    })),
    dates: days,
    cells: days.flatMap((date, day) =>
      names.map((pipeline, index) =>
        cell({
          pipeline,
          date,
          state: states[(day * 7 + index * 3) % states.length],
          run: `r${day}-${index}`,
          rows: 1000,
          bytes: 1e9,
          dollars: 0.005,
        }),
      ),
    ),
    runs: days
      .slice(0, 3)
      .flatMap((date, day) => names.map((pipeline, index) => run({ pipeline, date, run: `r${day}-${index}` }))),
    tables: tableViews,
    files: [],
    links: tableViews.slice(50).flatMap((table, index) =>
      [0, 1, 2].map((column) => ({
        from: {
          database: table.database,
          table: `table_${Math.floor(index / 2) + column}`,
          column: `column_${column}`,
        },
        to: { database: table.database, table: table.table, column: `column_${column}` },
        kind: "value" as const,
      })),
    ),
    changes: {
      counts: tableViews.map(({ table }) => ({
        date: days[0] ?? "",
        table,
        attribute: "column_0",
        changes: changes / tables,
        delta: -1,
      })),
      largest,
    },
    whys: Array.from({ length: 40 }, (_, index) => why({ ...total, grain: [`plant ${index}`] }, { date: days[0] })),
    leftOut: ["All but the largest changes."],
  });
}
