import { expect } from "chai";
import { readTestFile } from "../../../cli/testing/test-file";

const files: Record<string, string> = {
  "sql/daily/given.csv": "id,tons\n1,2.5\n2,\n",
  "sql/daily/broken.csv": 'id,tons\n1,"2\n',
};

/** Reads a text as the tests of sql/daily/per_state.sql. */
const read = (text: string) =>
  readTestFile("sql/daily/per_state.test.yaml", "sql", (path) => (path.endsWith(".yaml") ? text : files[path]));

describe("a file of tests", () => {
  it("is of the model beside it, and has rows in every form, each with its place", () => {
    const { tests, faults } = read(`
"a name":
  exec_date: 2024-11-08
  pipeline: daily
  parameters: { limit: 3 }
  given:
    listed:
      - { id: 1, tags: [x, { a: 1 }], tons: null }
    block: |
      id , tons
      1  , 2.5
    file: { csv: given.csv }
    none: []
  expect:
    csv: expected.csv
`);
    expect(faults).to.deep.equal([]);
    const [{ given, ...test }] = tests;
    expect(test).to.deep.include({ name: "a name", model: "daily/per_state.sql", execDate: "2024-11-08" });
    expect(test).to.deep.include({
      pipeline: "daily",
      parameters: { limit: "3" },
      place: "sql/daily/per_state.test.yaml:2:1",
    });
    expect(test.expect).to.deep.include({ rows: [], file: "sql/daily/expected.csv", missing: true });
    const cells = given.map(({ table, rows }) => [
      table,
      ...rows.map((row) =>
        row.cells.map(({ column, text, place }) => `${column}=${String(text)} ${place.replace(/.*?:/, "")}`),
      ),
    ]);
    expect(cells).to.deep.equal([
      ["listed", ["id=1 8:15", 'tags=["x",{"a":"1"}] 8:24', "tons=null 8:45"]],
      ["block", ["id=1 11:7", "tons=2.5 11:12"]],
      ["file", ["id=1 2:1", "tons=2.5 2:3"], ["id=2 3:1", "tons=null 3:3"]],
      ["none"],
    ]);
    expect(given[2].rows[0].place).to.equal("sql/daily/given.csv:2:1");
  });

  const test = (body: string): string => `t:\n  exec_date: 2024-11-08\n${body}`;
  /** Text → its faults, without the file. */
  const faulty: { name: string; text: string; faults: string[] }[] = [
    { name: "no YAML", text: "a: [1,\n", faults: ["2:1: unexpected end of the stream within a flow collection"] },
    { name: "no tests", text: "", faults: ["1:1: here stand tests by name, each with exec_date, given and expect"] },
    { name: "a list", text: "- a\n", faults: ["1:1: here stand tests by name, each with exec_date, given and expect"] },
    { name: "a test that is none", text: "t: 1\n", faults: ["1:4: the test 't' has exec_date, given and expect"] },
    {
      name: "members that are not there",
      text: "t: { given: {} }\n",
      faults: ["1:1: the test 't' lacks exec_date", "1:1: the test 't' lacks expect"],
    },
    {
      name: "a member that is misspelt",
      text: test("  givn: {}\n  given: {}\n  expect: []\n"),
      faults: ["3:3: a test has no 'givn': did you mean 'given'?"],
    },
    {
      name: "given rows without a table",
      text: test("  given: []\n  expect: []\n"),
      faults: ["3:10: given has rows by table"],
    },
    {
      name: "rows that are none",
      text: test("  given: { t: { a: 1 } }\n  expect:\n"),
      faults: [
        "3:15: rows are a list, CSV behind |, or { csv: <file> }; [] for none",
        "4:10: rows are a list, CSV behind |, or { csv: <file> }; [] for none",
      ],
    },
    {
      name: "a row that is none",
      text: test("  given: { t: [1] }\n  expect: []\n"),
      faults: ["3:16: a row has values by column: { column: value, … }"],
    },
    {
      name: "given rows of a file that is not there",
      text: test("  given: { t: { csv: x.csv } }\n  expect: []\n"),
      faults: ["3:15: there is no file sql/daily/x.csv"],
    },
    {
      name: "a block that is no CSV",
      text: test("  given:\n    t: |\n      id,tons\n      1,2,3\n  expect: []\n"),
      faults: ["6:11: this row has 3 fields, and the header names 2"],
    },
    { name: "two tests of one name", text: "t: {}\nt: {}\n", faults: ["2:1: duplicated mapping key"] },
  ];
  for (const { name, text, faults } of faulty) {
    it(`tells of ${name}`, () => {
      const found = read(text);
      expect(found.tests).to.deep.equal([]);
      expect(found.faults.map(({ place, message }) => `${place}: ${message}`)).to.deep.equal(
        faults.map((fault) => `sql/daily/per_state.test.yaml:${fault}`),
      );
    });
  }

  it("tells where in a CSV file it is no CSV", () => {
    const { faults } = read(test("  given: { t: { csv: broken.csv } }\n  expect: []\n"));
    expect(faults).to.deep.equal([
      { place: "sql/daily/broken.csv:2:3", message: "a quote begins here and does not end" },
    ]);
  });
});
