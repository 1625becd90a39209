/** Tests of models that are recorded from a lake, which here answers what it is told to. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { CommandError } from "../../../cli/command-error";
import type { LakeModels } from "../../../cli/lake/lake-models";
import { describeOutcome } from "../../../cli/testing/formats";
import { findTests } from "../../../cli/testing/find-tests";
import { recordTest, type Recording } from "../../../cli/testing/record";
import { runTest } from "../../../cli/testing/run-test";
import { GivenRows, type GivenTable } from "../../../local/athena/given-rows";

const exec_date = "date";
const step = { rows: "", rowSources: [], columns: [], latest: [], parameters: {}, before: [] };
const lake: LakeModels = {
  summary: {
    folder: "sql",
    landed: ["readings"],
    tables: [
      {
        ...{ database: "l", table: "readings", partitionKeys: { exec_date, region: "string" } },
        columns: { id: "int", name: "string", tons: "float", at: "timestamp", tags: "array<string>" },
      },
      { database: "l", table: "order", columns: { id: "int" }, partitionKeys: {} },
      { database: "l", table: "codes", columns: { id: "int", code: "string" }, partitionKeys: {}, seed: "codes.csv" },
      {
        ...{ database: "p", table: "per_name", partitionKeys: { exec_date } },
        columns: { name: "string", tons: "double", tags: "bigint", code: "string", day: "date" },
      },
    ],
    models: [
      {
        ...{ ...step, pipeline: "daily", model: "daily/per_name.sql", table: "per_name" },
        reads: ["readings", "order", "codes"],
      },
    ],
  },
  seeds: { codes: "code,id\na,1\nb,2\n" },
  templates: {
    "daily/per_name.sql": `select r.name, r.tons, cardinality(r.tags) as tags, c.code, cast(r.at as date) as day
      from {{ table("readings") }} r join {{ table("order") }} o on o.id = r.id join {{ table("codes") }} c on c.id = r.id
      where r.exec_date = {{ exec_date }}`,
  },
};

/** What lies in the lake. */
const stored: readonly GivenTable[] = [
  {
    ...lake.summary.tables[0],
    rows: [
      ["2", null, "0.1", "2024-11-09 05:00:00.5", null, "2024-11-09", "eu"],
      ["1", 'O"Brien, ', "1.5E8", "2024-11-09", '["x","y, z"]', "2024-11-09", "eu"],
      ["1", "", "3", null, "[]", "2024-11-09", "us"],
      ["1", "other date", "7", null, "[]", "2024-11-08", "eu"],
    ],
  },
  { ...lake.summary.tables[1], rows: [["1"], ["2"]] },
];

describe("recording a test", () => {
  let project: string;
  let engine: GivenRows;
  const asked: string[] = [];
  before(async () => (engine = await GivenRows.open()));
  after(() => engine.close());
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "tributary-record-"));
    asked.length = 0;
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const record = (over: Partial<Recording> = {}): Promise<string[]> =>
    recordTest(
      { model: "daily/per_name.sql", date: "2024-11-09", rows: 100, where: {}, ...over },
      [lake],
      project,
      async (sql) => {
        asked.push(sql);
        const { columns, rows } = await engine.run({ sql, tables: stored, now: new Date(0) });
        return { columns: columns.map(({ name }) => ({ name, type: "varchar" })), rows };
      },
    );
  const text = (path: string): string => readFileSync(join(project, path), "utf8");

  it("writes rows of the date, every value as it is, and a test that passes with them", async () => {
    expect(await record()).to.deep.equal([
      "sql/daily/per_name.recorded/2024-11-09/readings.csv",
      "sql/daily/per_name.recorded/2024-11-09/order.csv",
      "sql/daily/per_name.recorded/2024-11-09/expected.csv",
      "sql/daily/per_name.test.yaml",
    ]);
    expect(text("sql/daily/per_name.recorded/2024-11-09/readings.csv")).to.equal(
      [
        "id,name,tons,at,tags,region",
        '1,"",3.0,,[],us',
        '1,"O""Brien, ",1.5E8,2024-11-09 00:00:00.000,"[""x"",""y, z""]",eu',
        "2,,0.1,2024-11-09 05:00:00.500,,eu",
        "",
      ].join("\n"),
    );
    expect(text("sql/daily/per_name.test.yaml")).to.equal(`"recorded from 2024-11-09":
  exec_date: 2024-11-09
  given:
    readings: { csv: per_name.recorded/2024-11-09/readings.csv }
    order: { csv: per_name.recorded/2024-11-09/order.csv }
  expect: { csv: per_name.recorded/2024-11-09/expected.csv }
`);
    const [{ tests, faults }] = findTests(project, "sql");
    expect(faults).to.deep.equal([]);
    expect(tests[0].expect.rows).to.have.length(3);
    expect(describeOutcome(tests[0], await runTest(tests[0], [lake], engine))).to.equal("");
  });

  it("takes so many rows of those that meet a condition", async () => {
    await record({ rows: 1, where: { readings: "tons < 5 or tons is null" } });
    expect(asked[0]).to.equal(
      `select "id", "name", "tons", "at", json_format(cast("tags" as json)) as "tags", "region" from l.readings ` +
        `where exec_date = date '2024-11-09' and (tons < 5 or tons is null) order by "id", "name", "tons", "at", "region" limit 1`,
    );
    expect(asked[1]).to.equal('select "id" from l."order" order by "id" limit 1');
    expect(text("sql/daily/per_name.recorded/2024-11-09/readings.csv").split("\n")).to.have.length(3);
  });

  it("adds to the tests that are there, once", async () => {
    await record({ date: "2024-11-08" });
    await record();
    expect(findTests(project, "sql")[0].tests.map(({ name }) => name)).to.deep.equal([
      "recorded from 2024-11-08",
      "recorded from 2024-11-09",
    ]);
    const error = await record().catch((thrown: unknown) => thrown as Error);
    expect(error).to.be.instanceOf(CommandError);
    expect((error as Error).message).to.match(/has a test 'recorded from 2024-11-09' already/);
  });

  for (const [name, over, message] of [
    ["a model that no step has", { model: "x.sql" }, /No step of the program has the model x\.sql/],
    [
      "a condition on another table",
      { where: { reading: "true" } },
      /does not read reading; it reads readings, order, codes/,
    ],
  ] as const) {
    it(`refuses ${name}, and asks nothing`, async () => {
      const error = await record(over).catch((thrown: unknown) => thrown as Error);
      expect(error).to.be.instanceOf(CommandError);
      expect((error as Error).message).to.match(message);
      expect(asked).to.deep.equal([]);
    });
  }
});
