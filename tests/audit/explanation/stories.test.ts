import { expect } from "chai";
import { type Edge, StoryLake, type StoryModel, type StoryTable } from "./story";

/** Hours of a state's plants. */
const hours = (now: StoryTable["current"], before: StoryTable["prior"]): StoryTable => ({
  columns: { plant: "int", at: "timestamp", tons: "double", mwh: "double" },
  grain: ["plant", "at"],
  current: now,
  prior: before,
});

const hour = (plant: number, at: string, tons: number | null, mwh: number | null = 1) => [
  plant,
  `1996-${at}:00:00.000`,
  tons,
  mwh,
];

/** What a line says, in short. */
function told({ source, values, contribution, method, note }: Edge): string {
  const number = contribution === null ? "no number" : String(Math.round(contribution * 1e6) / 1e6);
  return [source, source && `(${values})`, `${number}`, `${method}`, note].filter(Boolean).join(" ");
}

interface Story {
  readonly tells: string;
  readonly tables: Readonly<Record<string, StoryTable>>;
  /** Models in the order in which they run; the last one's result is explained. */
  readonly models: Readonly<Record<string, StoryModel>>;
  readonly attribute: string;
  readonly top?: number;
  readonly lines: readonly string[];
}

const months = (sql: string, columns: Record<string, string> = { month: "string", tons: "double" }): StoryModel => ({
  sql,
  columns,
  grain: ["month"],
});

const oneCorrection = hours(
  [hour(1, "01-01 05", 366), hour(1, "01-01 06", 5), hour(2, "02-01 05", 7)],
  [hour(1, "01-01 05", 3660000), hour(1, "01-01 06", 5), hour(2, "02-01 05", 7)],
);

const month = "date_format(at, '%Y%m')";

/** REFERENCE's model: two states side by side, and their total. */
const sideBySide = `
  with ohio as (select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by ${month}),
  indiana as (select ${month} as month, sum(tons) as tons from db.indiana where exec_date = :date group by ${month})
  select coalesce(ohio.month, indiana.month) as month, ohio.tons as oh, indiana.tons as indiana,
    coalesce(ohio.tons, cast(0 as double)) + coalesce(indiana.tons, cast(0 as double)) as total
  from ohio full outer join indiana on ohio.month = indiana.month`;
const statesColumns = { month: "string", oh: "double", indiana: "double", total: "double" };
const indiana = hours([hour(9, "01-02 05", 11)], [hour(9, "01-02 05", 10)]);

const stories: Story[] = [
  {
    tells: "of one corrected hour behind a month's sum",
    tables: { oh: oneCorrection },
    models: {
      months: months(`select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: ["oh 1/1996-01-01 05:00:00.000 tons (3660000 → 366) -3659634 sum", "0 unexplained"],
  },
  {
    tells: "of a total that is the sum of two columns of its row",
    tables: { oh: oneCorrection, indiana },
    models: { months: months(sideBySide, statesColumns) },
    attribute: "total",
    lines: [
      "months 199601 oh (3660005 → 371) -3659634 arithmetic",
      "months 199601 indiana (10 → 11) 1 arithmetic",
      "0 unexplained",
    ],
  },
  {
    tells: "of one of two states that are joined in full",
    tables: { oh: oneCorrection, indiana },
    models: { months: months(sideBySide, statesColumns) },
    attribute: "oh",
    lines: ["oh 1/1996-01-01 05:00:00.000 tons (3660000 → 366) -3659634 sum", "0 unexplained"],
  },
  {
    tells: "of a total whose addends are no columns of their own",
    tables: { oh: oneCorrection, indiana },
    models: {
      months: months(sideBySide.replace("ohio.tons as oh, indiana.tons as indiana,", ""), {
        month: "string",
        total: "double",
      }),
    },
    attribute: "total",
    lines: [
      "oh 1/1996-01-01 05:00:00.000 tons (3660000 → 366) -3659634 sum",
      "indiana 9/1996-01-02 05:00:00.000 tons (10 → 11) 1 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of a thousand corrected hours behind one month, the largest and the rest",
    tables: {
      oh: hours(
        Array.from({ length: 1000 }, (_, plant) => hour(plant, "01-01 05", plant + 1)),
        Array.from({ length: 1000 }, (_, plant) => hour(plant, "01-01 05", 0)),
      ),
    },
    models: {
      months: months(`select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    top: 2,
    lines: [
      "oh 999/1996-01-01 05:00:00.000 tons (0 → 1000) 1000 sum",
      "oh 998/1996-01-01 05:00:00.000 tons (0 → 999) 999 sum",
      "498501 further rows",
      "0 unexplained",
    ],
  },
  {
    tells: "of rows that came, went, lost their value or moved to another month",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 10), hour(3, "01-01 05", null), hour(4, "02-01 05", 8)],
        [hour(2, "01-01 05", 20), hour(3, "01-01 05", 30), hour(4, "01-31 05", 8)],
      ),
    },
    models: {
      months: months(`select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: [
      "oh 3/1996-01-01 05:00:00.000 tons (30 → -) -30 sum",
      "oh 2/1996-01-01 05:00:00.000 tons (20 → -) -20 sum",
      "oh 1/1996-01-01 05:00:00.000 tons (- → 10) 10 sum",
      "oh 4/1996-01-31 05:00:00.000 tons (8 → -) -8 sum",
      "0 unexplained",
      "oh 4/1996-02-01 05:00:00.000 tons (- → 8) 8 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of several results behind one source row",
    tables: { oh: hours([hour(1, "01-01 05", 5)], [hour(1, "01-01 05", 2)]) },
    models: {
      windows: {
        sql: `select w.name as month, sum(h.tons) as tons from db.oh h
          join (values ('first half', 1), ('whole year', 1), ('second half', 7)) as w (name, start) on month(h.at) >= w.start
          where h.exec_date = :date group by w.name`,
        columns: { month: "string", tons: "double" },
        grain: ["month"],
      },
    },
    attribute: "tons",
    lines: [
      "oh 1/1996-01-01 05:00:00.000 tons (2 → 5) 3 sum",
      "0 unexplained",
      "oh 1/1996-01-01 05:00:00.000 tons (2 → 5) 3 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of a sum of sums, down to the hours",
    tables: { oh: oneCorrection },
    models: {
      months: months(`with days as (select cast(at as date) as day, sum(tons) as tons, count(*) as n from db.oh
          where exec_date = :date group by 1),
        big as (select d.*, d.tons * 2 as doubled from days d where day > date '1995-12-31')
        select date_format(day, '%Y%m') as month, sum(doubled) / 2 + 1 as tons from big group by 1`),
    },
    attribute: "tons",
    lines: ["oh 1/1996-01-01 05:00:00.000 tons (3660000 → 366) -3659634 sum", "0 unexplained"],
  },
  {
    tells: "of groups that HAVING lets in and out",
    tables: { oh: hours([hour(1, "01-01 05", 5), hour(1, "01-01 06", 5)], [hour(1, "01-01 05", 5)]) },
    models: {
      months:
        months(`select month, sum(tons) as tons from (select ${month} as month, cast(at as date) as day, sum(tons) as tons
        from db.oh where exec_date = :date group by 1, 2 having count(*) > 1) as days group by month`),
    },
    attribute: "tons",
    lines: ["0 not followed HAVING: not followed", "oh 1/1996-01-01 06:00:00.000 tons (- → 5) 10 changed"],
  },
  {
    tells: "of a join, with what the amount depends on beside",
    tables: {
      oh: hours([hour(1, "01-01 05", 10), hour(2, "01-01 05", 4)], [hour(1, "01-01 05", 7), hour(2, "01-01 05", 4)]),
      plants: {
        columns: { plant: "int", weight: "double" },
        grain: ["plant"],
        current: [
          [1, 2],
          [2, 3],
        ],
        prior: [
          [1, 2],
          [2, 1],
        ],
      },
    },
    models: {
      months: months(`select ${month} as month, sum(h.tons * p.weight) as tons from db.oh as h
        left join db.plants p on p.plant = h.plant and p.exec_date = :date where h.exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: [
      "plants 2 weight (1 → 3) 8 sum with oh.tons",
      "oh 1/1996-01-01 05:00:00.000 tons (7 → 10) 6 sum with plants.weight",
      "0 unexplained",
    ],
  },
  {
    tells: "of a union",
    tables: { oh: oneCorrection, indiana },
    models: {
      months: months(`with both_states as (
          select 'oh' as state, at, tons from db.oh where exec_date = :date
          union all select 'in', at, tons from db.indiana where exec_date = :date)
        select ${month} as month, sum(tons) as tons from both_states group by 1`),
    },
    attribute: "tons",
    lines: [
      "oh 1/1996-01-01 05:00:00.000 tons (3660000 → 366) -3659634 sum",
      "indiana 9/1996-01-02 05:00:00.000 tons (10 → 11) 1 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of a union of results",
    tables: { oh: oneCorrection, indiana },
    models: {
      months: {
        sql: `select 'oh' as state, sum(tons) as tons from db.oh where exec_date = :date
          union all select 'in' as state, sum(tons) as tons from db.indiana where exec_date = :date`,
        columns: { state: "string", tons: "double" },
        grain: ["state"],
      },
    },
    attribute: "tons",
    lines: [
      "oh 1/1996-01-01 05:00:00.000 tons (3660000 → 366) -3659634 sum",
      "0 unexplained",
      "indiana 9/1996-01-02 05:00:00.000 tons (10 → 11) 1 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of CASE inside of a sum, and of a FILTER",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 5, 0), hour(2, "01-01 05", 9, 3)],
        [hour(1, "01-01 05", 5, 2), hour(2, "01-01 05", 8, 3)],
      ),
    },
    models: {
      months:
        months(`select ${month} as month, sum(case when mwh > 1 then tons else 0 end) + sum(tons) filter (where mwh > 1) as tons
        from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: [
      "oh 1/1996-01-01 05:00:00.000 mwh (2 → 0) -10 sum",
      "oh 2/1996-01-01 05:00:00.000 tons (8 → 9) 2 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of a count",
    tables: { oh: hours([hour(1, "01-01 05", 5), hour(3, "01-01 05", 1)], [hour(1, "01-01 05", 4)]) },
    models: {
      months: months(`select ${month} as month, count(*) as tons from db.oh where exec_date = :date group by 1`, {
        month: "string",
        tons: "bigint",
      }),
    },
    attribute: "tons",
    lines: ["oh 3/1996-01-01 05:00:00.000 * (- → -) 1 count", "0 unexplained"],
  },
  {
    tells: "of an average, by rows whose value changed and rows that came",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 6), hour(2, "01-01 05", 2), hour(3, "01-01 05", 10)],
        [hour(1, "01-01 05", 4), hour(2, "01-01 05", 2)],
      ),
    },
    models: {
      months: months(`select ${month} as month, avg(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: [
      "oh 3/1996-01-01 05:00:00.000 tons (- → 10) 2.2 average",
      "oh 1/1996-01-01 05:00:00.000 tons (4 → 6) 0.8 average",
      "0 unexplained",
    ],
  },
  {
    tells: "of a rate of two sums",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 6, 2), hour(2, "01-01 05", 9, 3)],
        [hour(1, "01-01 05", 6, 1), hour(2, "01-01 05", 2, 3)],
      ),
    },
    models: {
      months: months(
        `select ${month} as month, 100 * sum(tons) / nullif(sum(mwh), 0) as tons from db.oh where exec_date = :date group by 1`,
      ),
    },
    attribute: "tons",
    lines: [
      "oh 2/1996-01-01 05:00:00.000 tons (2 → 9) 155.555556 quotient",
      "oh 1/1996-01-01 05:00:00.000 mwh (1 → 2) -55.555556 quotient",
      "0 unexplained",
    ],
  },
  {
    tells: "of a rate of two columns of its row",
    tables: { oh: hours([hour(1, "01-01 05", 6, 2)], [hour(1, "01-01 05", 3, 1.5)]) },
    models: {
      months: months(
        `select ${month} as month, sum(tons) as tons, sum(mwh) as mwh, sum(tons) / sum(mwh) as rate from db.oh where exec_date = :date group by 1`,
        { month: "string", tons: "double", mwh: "double", rate: "double" },
      ),
    },
    attribute: "rate",
    lines: [
      "months 199601 tons (3 → 6) 1.714286 arithmetic",
      "months 199601 mwh (1.5 → 2) -0.714286 arithmetic",
      "0 unexplained",
    ],
  },
  {
    tells: "of a largest value by the rows that hold it, without a number",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 6), hour(2, "01-01 05", 7), hour(3, "01-01 05", 1)],
        [hour(1, "01-01 05", 9), hour(2, "01-01 05", 7), hour(3, "01-01 05", 2)],
      ),
    },
    models: {
      months: months(`select ${month} as month, max(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: ["oh 1/1996-01-01 05:00:00.000 tons (9 → 6) -2 max", "0 together"],
  },
  {
    tells: "of rows that are taken over, with arithmetic between columns of a source row",
    tables: { oh: hours([hour(1, "01-01 05", 6, 2)], [hour(1, "01-01 05", 3, 5)]) },
    models: {
      clean: {
        sql: "select plant, at, tons * 2 - mwh as tons from (select * from db.oh where exec_date = :date) as every where plant > 0",
        columns: { plant: "int", at: "timestamp", tons: "double" },
        grain: ["plant", "at"],
      },
    },
    attribute: "tons",
    lines: [
      "oh 1/1996-01-01 05:00:00.000 tons (3 → 6) 6 row",
      "oh 1/1996-01-01 05:00:00.000 mwh (5 → 2) 3 row",
      "0 unexplained",
    ],
  },
  {
    tells: "plainly that a window is not followed",
    tables: { oh: hours([hour(1, "01-01 05", 6)], [hour(1, "01-01 05", 3)]) },
    models: {
      months: months(
        `select ${month} as month, sum(sum(tons)) over (order by ${month}) as tons from db.oh where exec_date = :date group by 1`,
      ),
    },
    attribute: "tons",
    lines: ["0 not followed window function sum: not followed", "oh 1/1996-01-01 05:00:00.000 tons (3 → 6) 3 changed"],
  },
  {
    tells: "of a running total by the rows that changed within its frame, and not behind it",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 4), hour(1, "02-01 05", 9), hour(1, "03-01 05", 1), hour(2, "01-01 05", 7)],
        [hour(1, "01-01 05", 3), hour(1, "02-01 05", 5), hour(1, "03-01 05", 8), hour(2, "01-01 05", 7)],
      ),
    },
    models: {
      days: {
        sql: "select plant, at, sum(tons) over (partition by plant order by at) as tons from db.oh where exec_date = :date",
        columns: { plant: "int", at: "timestamp", tons: "double" },
        grain: ["plant", "at"],
      },
    },
    attribute: "tons",
    lines: [
      "5 not followed window function sum: not followed",
      "oh 1/1996-02-01 05:00:00.000 tons (5 → 9) no number changed",
      "oh 1/1996-01-01 05:00:00.000 tons (3 → 4) no number changed",
      "-2 not followed window function sum: not followed",
      "oh 1/1996-03-01 05:00:00.000 tons (8 → 1) no number changed",
      "oh 1/1996-02-01 05:00:00.000 tons (5 → 9) no number changed",
      "oh 1/1996-01-01 05:00:00.000 tons (3 → 4) no number changed",
      "0 not followed window function sum: not followed",
      "oh 1/1996-01-01 05:00:00.000 tons (3 → 4) 1 changed",
    ],
  },
  {
    tells: "plainly that distinct values are not followed",
    tables: { oh: hours([hour(1, "01-01 05", 6), hour(2, "01-01 05", 7)], [hour(1, "01-01 05", 3)]) },
    models: {
      months: months(
        `select ${month} as month, count(distinct tons) as tons from db.oh where exec_date = :date group by 1`,
        { month: "string", tons: "bigint" },
      ),
    },
    attribute: "tons",
    lines: [
      "1 not followed count(DISTINCT …): not followed",
      "oh 2/1996-01-01 05:00:00.000 tons (- → 7) no number changed",
      "oh 1/1996-01-01 05:00:00.000 tons (3 → 6) no number changed",
    ],
  },
  {
    tells: "of another model on the date before",
    tables: { oh: hours([hour(1, "01-01 05", 6)], [hour(1, "01-01 05", 6)]) },
    models: {
      months: {
        ...months(`select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by 1`),
        priorSql: `select ${month} as month, sum(tons * 10) as tons from db.oh where exec_date = :date group by 1`,
      },
    },
    attribute: "tons",
    lines: [
      "-54 model … date_format(at, '%Y%m') as month, sum(tons * 10) as tons from db.oh … became … date_format(at, '%Y%m') as month, sum(tons) as tons from db.oh …",
      "0 unexplained",
    ],
  },
];

const events = (rows: StoryTable["current"]): StoryTable => ({
  columns: { id: "int", kind: "int", amount: "double" },
  grain: ["id"],
  current: rows,
  prior: rows,
});
const kinds = (now: StoryTable["current"], before: StoryTable["prior"]): StoryTable => ({
  columns: { kind: "int", label: "string" },
  grain: ["kind"],
  current: now,
  prior: before,
});
const byLabel: StoryModel = {
  sql: `select k.label as label, sum(e.amount) as amount from db.events e join db.kinds k on k.kind = e.kind and k.exec_date = :date
    where e.exec_date = :date group by k.label`,
  columns: { label: "string", amount: "double" },
  grain: ["label"],
};
const fourEvents = [
  [1, 1, 10],
  [2, 1, 20],
  [3, 2, 5],
  [4, 2, 6],
];

stories.push(
  {
    tells: "of a label that was renamed, and of none of the untouched events below it",
    tables: {
      events: events(fourEvents),
      kinds: kinds(
        [
          [1, "flights"],
          [2, "trains"],
        ],
        [
          [1, "planes"],
          [2, "trains"],
        ],
      ),
    },
    models: { labels: byLabel },
    attribute: "amount",
    lines: [
      "kinds 1 label (planes → flights) 30 sum",
      "0 unexplained",
      "kinds 1 label (planes → flights) -30 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of a second row of a dimension that doubles facts, and not of the facts",
    tables: {
      events: events(fourEvents),
      kinds: kinds(
        [
          [1, "planes"],
          [1, "planes"],
        ],
        [[1, "planes"]],
      ),
    },
    models: { labels: byLabel },
    attribute: "amount",
    lines: ["kinds 1 * (- → -) 30 sum", "0 unexplained"],
  },
  {
    tells: "of a fact and its label that are both gone by the fact alone, and of both where both are needed",
    tables: {
      events: { ...events([]), prior: [[1, 1, 10]], current: [[2, 2, 20]] },
      kinds: kinds([[2, "trains"]], [[1, "planes"]]),
    },
    models: { labels: byLabel },
    attribute: "amount",
    lines: [
      "events 2 amount (- → 20) 20 sum",
      "kinds 2 * (- → -) 0 condition",
      "0 unexplained",
      "events 1 amount (10 → -) -10 sum",
      "0 unexplained",
    ],
  },
  {
    tells: "of an average by one row where each of several alone would make it",
    tables: {
      oh: hours([hour(1, "01-01 05", 4), hour(2, "01-01 05", 4), hour(3, "01-01 05", 4)], []),
    },
    models: {
      months: months(`select ${month} as month, avg(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: ["oh 1/1996-01-01 05:00:00.000 tons (- → 4) 4 average", "0 unexplained"],
  },
  {
    tells: "of results that HAVING of the model itself keeps, and plainly of one that it lets in",
    tables: {
      oh: hours(
        [hour(1, "01-01 05", 5), hour(1, "01-01 06", 9), hour(1, "02-01 05", 1), hour(1, "02-01 06", 2)],
        [hour(1, "01-01 05", 5), hour(1, "01-01 06", 5), hour(1, "02-01 05", 1)],
      ),
    },
    models: {
      months: months(
        `select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by 1 having count(*) > 1`,
      ),
    },
    attribute: "tons",
    lines: [
      "oh 1/1996-01-01 06:00:00.000 tons (5 → 9) 4 sum",
      "0 unexplained",
      "oh 1/1996-02-01 06:00:00.000 tons (- → 2) no number changed",
      "3 not followed HAVING, which lets results in and out as a whole: not followed",
    ],
  },
  {
    tells: "of a doubled grain by the values of real rows",
    tables: {
      oh: hours([hour(1, "01-01 05", 3), hour(1, "01-01 05", 7)], [hour(1, "01-01 05", 3), hour(1, "01-01 05", 4)]),
    },
    models: {
      months: months(`select ${month} as month, sum(tons) as tons from db.oh where exec_date = :date group by 1`),
    },
    attribute: "tons",
    lines: ["oh 1/1996-01-01 05:00:00.000 tons (4 → 7) 3 sum", "0 unexplained"],
  },
);

describe("an explanation", () => {
  let lake: StoryLake;
  before(async () => {
    lake = await StoryLake.open();
  });
  after(() => lake.close());
  afterEach(() => lake.clear());

  for (const { tells, tables, models, attribute, top, lines } of stories) {
    it(`tells ${tells}`, async () => {
      for (const [name, table] of Object.entries(tables)) await lake.fill(name, table);
      for (const [name, model] of Object.entries(models)) await lake.run(name, model);
      const result = Object.keys(models).pop() ?? "";
      const edges = await lake.explain(result, attribute, top);
      expect(edges.map(told)).to.deep.equal(lines);
      for (const { result: key, change } of edges) {
        const parts = edges.filter((edge) => edge.result === key).map(({ contribution }) => contribution ?? 0);
        expect(parts.reduce((sum, part) => sum + part, 0)).to.be.closeTo(change, 1e-9 * Math.max(1, Math.abs(change)));
      }
    });
  }
});
