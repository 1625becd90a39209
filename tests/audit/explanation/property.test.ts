import { expect } from "chai";
import * as fc from "fast-check";
import { type Cell, StoryLake } from "./story";

const hourColumns = { story: "int", plant: "int", at: "timestamp", tons: "double", mwh: "decimal(10,2)" };

/** A row of one date; rows of both dates meet where plant and hour do. */
const row = fc.record({
  plant: fc.integer({ min: 1, max: 3 }),
  hour: fc.integer({ min: 0, max: 4 }),
  tons: fc.option(
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
    { freq: 5 },
  ),
  mwh: fc.integer({ min: 1, max: 100 }),
});
const rows = fc.uniqueArray(row, { selector: ({ plant, hour }) => `${plant}/${hour}`, maxLength: 8 });

/** Two dates: some rows stay as they are, the others are drawn anew. */
const story = fc.tuple(rows, rows, fc.integer({ min: 0, max: 8 })).map(([before, drawn, kept]) => {
  const same = before.slice(0, kept);
  const isNew = ({ plant, hour }: (typeof before)[number]) =>
    !same.some((each) => each.plant === plant && each.hour === hour);
  return { before, now: [...same, ...drawn.filter(isNew)] };
});

type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

function cells(stories: readonly Story[], date: "before" | "now"): Cell[][] {
  return stories.flatMap((each, number) =>
    each[date].map(({ plant, hour, tons, mwh }) => [
      number,
      plant,
      `1996-01-0${1 + (hour % 2)} 0${hour}:00:00.000`,
      tons,
      mwh,
    ]),
  );
}

const models: Record<string, { sql: string; type: string }> = {
  sum: {
    sql: "select story, sum(tons) as result from db.hours where exec_date = :date group by story",
    type: "double",
  },
  "sum of decimals": {
    sql: "select story, sum(mwh) as result from db.hours where exec_date = :date group by story",
    type: "decimal(38,2)",
  },
  "sum of floats": {
    sql: "select story, sum(cast(tons as real)) as result from db.hours where exec_date = :date group by story",
    type: "float",
  },
  count: {
    sql: "select story, count(tons) as result from db.hours where exec_date = :date group by story",
    type: "bigint",
  },
  average: {
    sql: "select story, avg(tons) as result from db.hours where exec_date = :date group by story",
    type: "double",
  },
  rate: {
    sql: "select story, sum(tons) / sum(mwh) as result from db.hours where exec_date = :date group by story",
    type: "double",
  },
  "two levels": {
    sql: `with days as (select story, cast(at as date) as day, sum(tons) as tons, count(*) as n from db.hours
        where exec_date = :date group by 1, 2)
      select story, sum(case when day > date '1996-01-01' then 2 * tons else tons end) as result from days group by story`,
    type: "double",
  },
  "a join that multiplies": {
    sql: `select h.story, sum(h.tons) as result from db.hours h left join db.hours as other
      on other.story = h.story and other.plant = h.plant and other.exec_date = h.exec_date where h.exec_date = :date group by 1`,
    type: "double",
  },
};

describe("contributions and rest", () => {
  let lake: StoryLake;
  before(async () => {
    lake = await StoryLake.open();
  });
  after(() => lake.close());

  for (const [name, { sql, type }] of Object.entries(models)) {
    it(`add up to the change, and explain all of it: ${name}`, async () => {
      // Each story is a group of one table, so that a run of the model makes many results.
      const check = async (stories: Story[]) => {
        await lake.clear();
        await lake.fill("hours", {
          columns: hourColumns,
          grain: ["story", "plant", "at"],
          current: cells(stories, "now"),
          prior: cells(stories, "before"),
        });
        await lake.run("results", { sql, columns: { story: "int", result: type }, grain: ["story"] });
        for (const top of [1, 100]) {
          const edges = await lake.explainAll("results", "result", top);
          for (const { change, result } of await lake
            .changes("results", "result")
            .then((all) => all.map((each) => ({ change: each.change, result: `result ${each.grain.join("/")}` })))) {
            const own = edges.filter((edge) => edge.result === result);
            const sum = own.reduce((total, { contribution }) => total + (contribution ?? 0), 0);
            const rest = own.find(({ method }) => method === "unexplained")?.contribution;
            // Sums of doubles differ in their last digits by the order of addition; sums of floats keep 24 bits.
            const scale = 1e5 * (type === "float" ? 2.5e-7 : 1e-12);
            expect(sum, `${result}: contributions`).to.be.closeTo(change, 1e-6);
            expect(rest, `${result}: rest`).to.be.closeTo(0, Math.max(scale, 1e-9));
            expect(own.filter(({ rows }) => rows > 0).length).to.be.at.most(top + 1);
          }
        }
      };
      await fc.assert(fc.asyncProperty(fc.array(story, { minLength: 12, maxLength: 12 }), check), {
        numRuns: 2,
        endOnFailure: true,
      });
    });
  }
});
