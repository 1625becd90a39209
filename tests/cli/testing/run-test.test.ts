/** Tests of models that are wrong, or whose model makes other rows: each told with its place. */
import { expect } from "chai";
import { describeOutcome } from "../../../cli/testing/formats";
import type { LakeModels } from "../../../cli/lake/lake-models";
import { runTest } from "../../../cli/testing/run-test";
import { readTestFile } from "../../../cli/testing/test-file";
import { GivenRows } from "../../../local/athena/given-rows";

const step = { rows: "", rowSources: [], columns: [], latest: [], before: [], parameters: { least: "1" } };
const exec_date = "date";

/** readings, by region → per_state; ratio is made of it by two pipelines. */
const lake: LakeModels = {
  summary: {
    folder: "sql",
    landed: ["readings"],
    tables: [
      {
        database: "l",
        table: "readings",
        columns: { id: "int", state: "varchar(2)", tons: "double" },
        partitionKeys: { exec_date, region: "string" },
      },
      {
        database: "l",
        table: "codes",
        columns: { code: "string", state: "string" },
        partitionKeys: {},
        seed: "codes.csv",
      },
      { database: "l", table: "states", columns: { state: "string" }, partitionKeys: {} },
      {
        database: "p",
        table: "per_state",
        columns: { state: "string", tons: "double" },
        partitionKeys: { exec_date },
        key: ["state"],
      },
      { database: "p", table: "ratio", columns: { ratio: "int" }, partitionKeys: { exec_date } },
    ],
    models: [
      { ...step, pipeline: "daily", model: "per_state.sql", table: "per_state", reads: ["readings"] },
      { ...step, pipeline: "daily", model: "coded.sql", table: "per_state", reads: ["readings", "codes"] },
      { ...step, pipeline: "one", model: "ratio.sql", table: "ratio", reads: ["readings", "states"] },
      { ...step, pipeline: "two", model: "ratio.sql", table: "ratio", reads: ["readings", "states"] },
    ],
  },
  seeds: { codes: "state,code\nOH,39\nIN,18\n" },
  templates: {
    "per_state.sql": `select cast(state as varchar) as state, sum(tons) as tons from {{ table("readings") }}
      where exec_date = {{ exec_date }} and tons >= cast({{ parameters.least }} as integer) group by state`,
    "coded.sql": `select code as state, tons from {{ table("readings") }} r join {{ table("codes") }} c on r.state = c.state`,
    "ratio.sql": `select id / 0 as ratio from {{ table("readings") }}, {{ table("states") }}`,
  },
};

describe("a test of a model", () => {
  let engine: GivenRows;
  before(async () => (engine = await GivenRows.open()));
  after(() => engine.close());

  /** What is said of the one test of a file. */
  async function said(text: string, model = "per_state"): Promise<string> {
    const { tests, faults } = readTestFile(`sql/${model}.test.yaml`, "sql", (path) =>
      path.endsWith(".yaml") ? text : undefined,
    );
    expect(faults).to.deep.equal([]);
    return describeOutcome(tests[0], await runTest(tests[0], [lake], engine));
  }
  const test = (given: string, expected = "[]", more = ""): string =>
    `t:\n  exec_date: 2024-11-08\n  given: ${given}\n  expect: ${expected}\n${more}`;
  const rows = (...cells: string[]): string =>
    `{ readings: [${cells.map((row) => `{ region: eu, ${row} }`).join(", ")}] }`;

  it("passes, by the pipeline's parameters or its own", async () => {
    const given = rows("state: OH, tons: 1.5", "state: OH, tons: 0.5", "state: IN, tons: 2");
    expect(await said(test(given, "[{ state: OH, tons: 1.5 }, { state: IN, tons: 2 }]"))).to.equal("");
    expect(await said(test(given, "[{ state: IN, tons: 2 }]", "  parameters: { least: 2 }\n"))).to.equal("");
  });

  it("reads a seed as it is, or as it is given", async () => {
    const given = rows("state: OH, tons: 1.5");
    expect(await said(test(given, "[{ state: 39, tons: 1.5 }]"), "coded")).to.equal("");
    expect(
      await said(
        test(given.replace(/\}$/, ", codes: [{ state: OH, code: x }] }"), "[{ state: x, tons: 1.5 }]"),
        "coded",
      ),
    ).to.equal("");
  });

  it("compares the columns that are named, and sums to 12 digits", async () => {
    expect(await said(test(rows("state: OH, tons: 1.1", "state: OH, tons: 2.2"), "[{ tons: 3.3 }]"))).to.equal("");
  });

  it("shows differences, missing and surplus rows as a table", async () => {
    const given = rows("state: OH, tons: 1.5", "state: IN, tons: 2");
    expect(await said(test(given, "\n    - { state: OH, tons: 1.25 }\n    - { state: TX, tons: null }"))).to.equal(
      `sql/per_state.test.yaml:1:1: per_state.sql makes other rows (columns compared: state, tons).
row                  column       expected            actual
-------------------  -----------  ------------------  -----------------
1 (line 5) state=OH  tons         1.25                1.5
2 (line 6) state=TX  (whole row)  state=TX tons=NULL  no such row
not expected         (whole row)  no such row         state=IN tons=2.0
`,
    );
  });

  it("shows the first of many, and counts the rest", async () => {
    const many = Array.from({ length: 23 }, (_, index) => `state: ${String.fromCharCode(65 + index)}, tons: 1`);
    expect(await said(test(rows(...many)))).to.match(/…? ?and 3 more\.\n$/);
  });

  it("says that expected rows are still to be written", async () => {
    expect(await said(test(rows("state: OH, tons: 1"), "{ csv: expected.csv }"))).to.equal(
      `sql/per_state.test.yaml:4:11: there is no file sql/expected.csv yet; --update writes it with these rows.
row           column       expected     actual
------------  -----------  -----------  -----------------
not expected  (whole row)  no such row  state=OH tons=1.0
`,
    );
    expect(await said(test("{ readings: [] }", "{ csv: expected.csv }"))).to.match(/no file .* yet; .*\nNo rows\.\n$/);
  });

  const faults: { name: string; text: string; model?: string; says: string[] }[] = [
    {
      name: "a table that is not declared",
      text: test("{ reading: [] }"),
      says: [
        "3:12: there is no table 'reading': did you mean 'readings'?",
        "1:1: the model reads readings, and no rows of it are given: write readings: [] if there are none",
      ],
    },
    {
      name: "a table that the model does not read",
      text: test("{ readings: [], states: [] }"),
      says: ["3:26: per_state.sql does not read states; the model reads readings"],
    },
    {
      name: "a column that is not declared",
      text: test(rows("stat: OH")),
      says: ["3:43: readings has no column 'stat'; did you mean 'state'?"],
    },
    {
      name: "values that their types cannot hold",
      text: test(rows("id: 1.5, state: OHIO, tons: x")),
      says: [
        "3:41: id: '1.5' is no integer",
        "3:53: state: 'OHIO' is no varchar(2): it is longer than 2",
        "3:65: tons: 'x' is no double",
      ],
    },
    {
      name: "a row without its partition",
      text: test("{ readings: [{ id: 1 }] }"),
      says: ["3:23: the row says nothing of 'region', by which readings is partitioned"],
    },
    {
      name: "a date that does not exist",
      text: test("{ readings: [] }").replace("2024-11-08", "2024-02-30"),
      says: ["2:14: '2024-02-30' is no date that exists: write 2024-11-08"],
    },
    {
      name: "expected columns that are not declared",
      text: test("{ readings: [] }", "|\n    state,ton\n    OH,1\n    IN,2\n"),
      says: ["5:11: per_state has no column 'ton'; did you mean 'tons'?"],
    },
    {
      name: "expected values that their types cannot hold",
      text: test("{ readings: [] }", "[{ tons: much }]"),
      says: ["4:20: tons: 'much' is no double"],
    },
    {
      name: "a model that no step has",
      model: "per_stat",
      text: test("{}"),
      says: ["1:1: No step of the program has the model per_stat.sql; did you mean per_state.sql?"],
    },
    {
      name: "a pipeline that does not have it",
      text: test("{ readings: [] }", "[]", "  pipeline: x\n"),
      says: ["1:1: The pipeline x has no step with per_state.sql; it is one of daily."],
    },
    {
      name: "a model that several steps have",
      model: "ratio",
      text: test("{}"),
      says: ["1:1: Several steps have the model ratio.sql, in one, two: name the pipeline."],
    },
    {
      name: "a model that fails",
      model: "ratio",
      text: test("{ readings: [{ region: eu, id: 1 }], states: [{ state: OH }] }", "[]", "  pipeline: one\n"),
      says: ["1:1: ratio.sql failed: DIVISION_BY_ZERO: Division by zero"],
    },
  ];
  for (const { name, text, model = "per_state", says } of faults) {
    it(`tells of ${name}`, async () => {
      const lines = says.map((line) => `sql/${model}.test.yaml:${line}\n`);
      expect(await said(text, model)).to.equal(lines.join(""));
    });
  }
});
