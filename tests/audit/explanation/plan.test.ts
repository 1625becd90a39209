import { expect } from "chai";
import { buildAuditConfig } from "../../../audit/build-config";
import { explanationQuery, type LakeKnowledge } from "../../../audit/explanation/plan";
import { explanationOf, readEdge, type Edge, type Explanation } from "../../../audit/explanation/tree";
import { grainText, signed } from "../../../audit/explanation/wording";
import { current, prior, StoryLake, type StoryModel } from "./story";

const dates = { execDate: current, priorDate: prior };

const hours = {
  columns: { plant: "int", at: "timestamp", tons: "double" },
  grain: ["plant", "at"],
  prior: [
    [1, "1996-01-01 05:00:00.000", 100],
    [1, "1996-01-01 06:00:00.000", 50],
    [1, "1996-01-02 05:00:00.000", 7],
    [2, "1996-02-01 05:00:00.000", 3],
  ],
  // The first day's corrections cancel out, the second day's doesn't.
  current: [
    [1, "1996-01-01 05:00:00.000", 90],
    [1, "1996-01-01 06:00:00.000", 60],
    [1, "1996-01-02 05:00:00.000", 9],
    [2, "1996-02-01 05:00:00.000", 3],
  ],
};
const days: StoryModel = {
  sql: "select cast(at as date) as day, sum(tons) as tons from db.hours where exec_date = :date group by 1",
  columns: { day: "date", tons: "double" },
  grain: ["day"],
};
const months: StoryModel = {
  sql: "select date_format(day, '%Y%m') as month, sum(tons) as tons, avg(tons) as mean from db.days where exec_date = :date group by 1",
  columns: { month: "string", tons: "double", mean: "double" },
  grain: ["month"],
};
const config = buildAuditConfig({
  database: "db",
  table: "months",
  columns: months.columns,
  layer: "processed",
  audit: { database: "db", table: "audit" },
  specification: {
    grain: ["month"],
    attributes: ["tons", "mean"],
    period: { column: "month", pattern: "YYYYMM" },
    pipeline: "p",
    timeGrain: "monthly",
  },
});

/** What an explanation says, indented. */
function told(
  { table, attribute, grain, change, causes, unexplained, notFollowed }: Explanation,
  indent = "",
): string[] {
  return [
    `${indent}${table} ${grainText(grain)} ${attribute} ${signed(change ?? 0)}${notFollowed ? ` (${notFollowed})` : ""}`,
    ...causes.flatMap(({ source, contribution }) => [
      `${indent} by ${signed(contribution ?? 0)}`,
      ...told(source, `${indent}  `),
    ]),
    ...(Math.abs(unexplained) > 1e-9 ? [`${indent} rest ${signed(unexplained)}`] : []),
  ];
}

describe("the explanation of a table", () => {
  let lake: StoryLake;
  let knowledge: LakeKnowledge;

  before(async () => {
    lake = await StoryLake.open();
    await lake.fill("hours", hours);
    await lake.run("days", days);
    await lake.run("months", months);
    await lake.fill("audit", {
      columns: {
        ...{
          pipeline: "string",
          table_name: "string",
          time_grain: "string",
          attribute: "string",
          change_type: "string",
          delta: "double",
        },
        ...Object.fromEntries([1, 2, 3, 4, 5].map((place) => [`grain_value_${place}`, "string"])),
      },
      grain: [],
      prior: [],
      current: [
        ["p", "months", "monthly", "tons", "changed", 2, "199601", null, null, null, null],
        ["p", "months", "monthly", "mean", "changed", 1, "199601", null, null, null, null],
        ["other", "months", "monthly", "tons", "changed", 5, "199602", null, null, null, null],
        ["p", "months", "monthly", "tons", "omitted", 5, "3", null, null, null, null],
      ],
    });
    knowledge = lake.knowledge({
      hours: { current: [{ key: "now.parquet", etag: "a" }], prior: [{ key: "before.parquet", etag: "b" }] },
    });
  });
  after(() => lake.close());

  const explained = async (limits: object = {}): Promise<Edge[]> => {
    const sql = explanationQuery(config, dates, knowledge, limits);
    return (await lake.objects(sql ?? "")).map(readEdge);
  };
  const tree = (edges: readonly Edge[], attribute: string, change: number) =>
    explanationOf(
      {
        table: "months",
        attribute,
        grain: ["199601"],
        current: null,
        prior: null,
        change,
        became: "changed",
        files: {},
      },
      edges,
    );

  it("goes over a table that is not audited, past changes that cancel out there, to rows and files", async () => {
    const edges = await explained();
    expect(told(tree(edges, "tons", 2))).to.deep.equal([
      "months 199601 tons +2",
      " by +2",
      "  days 1996-01-02 tons +2",
      "   by +2",
      "    hours 1 / 1996-01-02 05:00 tons +2",
    ]);
    const [{ source: day }] = tree(edges, "tons", 2).causes;
    expect(day.causes[0].source.files).to.deep.equal({
      current: { key: "now.parquet", etag: "a" },
      prior: { key: "before.parquet", etag: "b" },
    });
  });

  it("weighs what an average is made of", async () => {
    expect(told(tree(await explained(), "mean", 1)).slice(0, 3)).to.deep.equal([
      "months 199601 mean +1",
      " by +1",
      "  days 1996-01-02 tons +2",
    ]);
  });

  it("sums up to each change, whatever is listed", async () => {
    const edges = await explained();
    for (const key of new Set(edges.map(({ result }) => JSON.stringify(result)))) {
      const own = edges.filter(({ result }) => JSON.stringify(result) === key);
      const sum = own.reduce((total, { contribution }) => total + (contribution ?? 0), 0);
      expect(sum, key).to.be.closeTo(own[0].change, 1e-9);
    }
  });

  it("leaves the changes of an audited table between to its own audit: each stands once in the table", async () => {
    const labels = { "days.tons": "tons" };
    const sql = explanationQuery(config, dates, { ...knowledge, labels });
    const edges = (await lake.objects(sql ?? "")).map(readEdge);
    expect([...new Set(edges.map(({ result }) => result.table))]).to.deep.equal(["months"]);
    expect([...new Set((await explained()).map(({ result }) => result.table))]).to.deep.equal(["months", "days"]);
  });

  it("goes as deep as it is asked to", async () => {
    expect(told(tree(await explained({ depth: 1 }), "tons", 2))).to.have.length(3);
  });

  it("says so where its statement would be too long for Athena", async () => {
    const edges = await explained({ longest: 20_000 });
    expect(edges.map(({ method, note }) => note ?? method)).to.include(
      "a statement that would be too long: not followed",
    );
  });

  it("is none for a table that no model makes", () => {
    expect(explanationQuery(config, dates, { ...knowledge, models: {} })).to.equal(undefined);
  });
});
