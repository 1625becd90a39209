import { badRuns } from "../../../cli/diff/compare";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogTable } from "../../../cli/diff/catalog";
import { compareCosts } from "../../../cli/diff/compare-costs";
import { compareRows, type RowDifference } from "../../../cli/diff/compare-rows";
import { compareSchemas, type SchemaChange } from "../../../cli/diff/compare-schemas";
import { athenaDollars } from "../../../cli/cost/prices";
import { sqlString, withDuckDb } from "../../../cli/sample/duckdb";

type Columns = Record<string, string>;

describe("the rows of two sides", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "tributary-rows-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Compares tables of `VALUES`, one list of rows per date, written as Parquet with the columns in their order. */
  async function compare(
    [base, baseColumns]: readonly [rows: Record<string, string>, columns: Columns],
    [head, headColumns]: readonly [rows: Record<string, string>, columns: Columns],
    key?: readonly string[],
  ): Promise<RowDifference | undefined> {
    return withDuckDb(async (duckdb) => {
      const table = async (side: string, dates: Record<string, string>, columns: Columns): Promise<CatalogTable> => {
        const rows = [];
        for (const [date, values] of Object.entries(dates)) {
          const file = join(folder, `${side}-${date}.parquet`);
          const select = `FROM (VALUES ${values}) AS v(${Object.keys(columns).join(", ")})`;
          await duckdb.run(`COPY (${select}) TO ${sqlString(file)} (FORMAT parquet)`);
          rows.push({ partition: { exec_date: date }, files: [file] });
        }
        return { database: "d", table: "t", columns, partitionKeys: { exec_date: "date" }, rows };
      };
      return compareRows(
        duckdb,
        await table("base", base, baseColumns),
        await table("head", head, headColumns),
        key,
        3,
      );
    });
  }

  const columns = { id: "int", tons: "double", state: "string" };
  const day = "2024-11-08";

  it("are equal whatever their order, with NULL equal to NULL", async () => {
    const one = { [day]: "(1, 1.5, 'OH'), (2, NULL, NULL)" };
    const other = { [day]: "(2, NULL, NULL), (1, 1.5, 'OH')" };
    expect(await compare([one, columns], [other, columns], ["id"])).to.equal(undefined);
    expect(await compare([one, columns], [other, columns])).to.equal(undefined);
  });

  it("are told apart by key: added, removed and changed per date, the largest change first", async () => {
    const found = await compare(
      [
        { [day]: "(1, 1.5, 'OH'), (2, 2.0, 'OH'), (3, 3.0, 'IN'), (4, NULL, 'IN')", "2024-11-09": "(1, 1.0, 'OH')" },
        columns,
      ],
      [
        { [day]: "(1, 1.0, 'OH'), (2, 9.0, 'IN'), (4, 4.0, 'IN'), (5, 5.0, 'IN')", "2024-11-09": "(1, 1.0, 'OH')" },
        columns,
      ],
      ["id"],
    );
    expect(found).to.deep.equal({
      key: ["id"],
      dates: [{ date: day, base: 4, head: 4, added: 1, removed: 1, changed: 3 }],
      columns: [
        { column: "tons", rows: 3 },
        { column: "state", rows: 1 },
      ],
      largest: [
        { date: day, row: { id: "2" }, column: "tons", base: "2.0", head: "9.0", delta: 7 },
        { date: day, row: { id: "1" }, column: "tons", base: "1.5", head: "1.0", delta: -0.5 },
        { date: day, row: { id: "4" }, column: "tons", base: null, head: "4.0" },
      ],
    });
  });

  // What is compared, rows of base and head, key; added, removed, changed.
  const cases: { what: string; base: string; head: string; key?: string[]; counts: [number, number, number] }[] = [
    { what: "as a whole without a key", base: "(1, 1.0, 'a')", head: "(1, 2.0, 'a')", counts: [1, 1, 0] },
    {
      what: "as a whole if the key names a row twice",
      base: "(1, 1.0, 'a'), (1, 2.0, 'a')",
      head: "(1, 1.0, 'a'), (1, 3.0, 'a')",
      key: ["id"],
      counts: [1, 1, 0],
    },
    {
      what: "by a key that is NULL",
      base: "(NULL, 1.0, 'a')",
      head: "(NULL, 2.0, 'a')",
      key: ["id"],
      counts: [0, 0, 1],
    },
    {
      what: "by how often they are there",
      base: "(1, 1.0, 'a')",
      head: "(1, 1.0, 'a'), (1, 1.0, 'a')",
      counts: [1, 0, 0],
    },
    {
      what: "as a whole if the key is no column",
      base: "(1, 1.0, 'a')",
      head: "(1, 2.0, 'a')",
      key: ["x"],
      counts: [1, 1, 0],
    },
    {
      what: "to the last bit",
      base: "(1, 0.1::DOUBLE, 'a')",
      head: "(1, 0.1::DOUBLE + 1e-17::DOUBLE + 2e-17::DOUBLE, 'a')",
      key: ["id"],
      counts: [0, 0, 1],
    },
  ];
  for (const { what, base, head, key, counts } of cases) {
    it(`are compared ${what}`, async () => {
      const found = await compare([{ [day]: base }, columns], [{ [day]: head }, columns], key);
      expect(found?.dates.map(({ added, removed, changed }) => [added, removed, changed])).to.deep.equal([counts]);
    });
  }

  it("are compared in the columns of both, whatever their order", async () => {
    const wider = { tons: "double", more: "int", id: "int" };
    expect(await compare([{ [day]: "(1, 1.5, 'OH')" }, columns], [{ [day]: "(1.5, 7, 1)" }, wider], ["id"])).to.equal(
      undefined,
    );
    const found = await compare([{ [day]: "(1, 1.5, 'OH')" }, columns], [{ [day]: "(2.5, 7, 1)" }, wider], ["id"]);
    expect(found?.columns).to.deep.equal([{ column: "tons", rows: 1 }]);
  });

  // Types of a column on both sides, a value of each, and whether that is another value.
  const retyped: [base: string, value: string, head: string, other: string, differs: boolean][] = [
    ["int", "1", "bigint", "1::BIGINT", false],
    ["int", "1", "double", "1.0::DOUBLE", false],
    ["float", "0.1::FLOAT", "double", "0.1::DOUBLE", false],
    ["float", "0.1::FLOAT", "double", "0.2::DOUBLE", true],
    ["int", "1", "string", "'1'", false],
    ["int", "1", "string", "'01'", true],
    ["date", "DATE '2024-11-08'", "string", "'2024-11-08'", false],
  ];
  for (const [base, value, head, other, differs] of retyped) {
    it(`${value} as ${base} ${differs ? "is not" : "is"} ${other} as ${head}`, async () => {
      const found = await compare(
        [{ [day]: `(1, ${value})` }, { id: "int", v: base }],
        [{ [day]: `(1, ${other})` }, { id: "int", v: head }],
        ["id"],
      );
      expect(found !== undefined).to.equal(differs);
    });
  }

  it("of a date that one side lacks are all added", async () => {
    const found = await compare([{}, columns], [{ [day]: "(1, 1.5, 'OH')" }, columns], ["id"]);
    expect(found?.dates).to.deep.equal([{ date: day, base: 0, head: 1, added: 1, removed: 0, changed: 0 }]);
  });
});

describe("the schemas of two sides", () => {
  const table = (columns: Columns, more: Partial<CatalogTable> = {}): CatalogTable => ({
    ...{ database: "d", table: "t", columns, partitionKeys: { exec_date: "date" }, rows: [] },
    ...more,
  });
  const cases: [what: string, base: CatalogTable, head: CatalogTable, changes: SchemaChange[]][] = [
    ["nothing", table({ a: "int" }), table({ a: "int" }), []],
    ["a column added", table({ a: "int" }), table({ a: "int", b: "date" }), [{ column: "b", head: "date" }]],
    ["a column removed", table({ a: "int", b: "date" }), table({ a: "int" }), [{ column: "b", base: "date" }]],
    ["a column retyped", table({ a: "int" }), table({ a: "bigint" }), [{ column: "a", base: "int", head: "bigint" }]],
    [
      "columns in another order",
      table({ a: "int", b: "int" }),
      table({ b: "int", a: "int" }),
      [{ column: "(order)", base: "a, b, exec_date", head: "b, a, exec_date" }],
    ],
    [
      "a column added between others",
      table({ a: "int", b: "int" }),
      table({ a: "int", c: "int", b: "int" }),
      [{ column: "c", head: "int" }],
    ],
    [
      "a partition key that was a column",
      table({ a: "int", p: "string" }),
      table({ a: "int" }, { partitionKeys: { exec_date: "date", p: "string" } }),
      [
        { column: "p", base: "string", head: "string, partition key" },
        { column: "(order)", base: "a, p, exec_date", head: "a, exec_date, p" },
      ],
    ],
    [
      "another query of a view",
      table({ a: "int" }, { view: "x" }),
      table({ a: "int" }, { view: "y" }),
      [{ column: "(view)", base: "a query", head: "another query" }],
    ],
  ];
  for (const [what, base, head, changes] of cases) {
    it(`differ by ${what}`, () => expect(compareSchemas(base, head)).to.deep.equal(changes));
  }
});

describe("the cost of two sides", () => {
  // AWS, "Amazon Athena Pricing": $5 per TB scanned, at least 10 MB per query.
  const prices: [bytes: number[], dollars: number][] = [
    [[], 0],
    [[1e12], 5],
    [[1], 0.00005],
    [[0, 10_000_000], 0.0001],
    [[20_000_000, 1], 0.00015],
  ];
  for (const [bytes, dollars] of prices) {
    it(`${bytes.join(" + ") || "no"} bytes are $${dollars}`, () =>
      expect(athenaDollars(bytes)).to.be.closeTo(dollars, 1e-12));
  }

  it("differs by step, however many queries a step has", () => {
    const query = (pipeline: string | undefined, step: string, bytes: number) => ({ pipeline, step, bytes });
    const found = compareCosts(
      [query("p", "model a", 100), query("p", "model a", 50), query("p", "model b", 7), query(undefined, "others", 1)],
      [query("p", "model a", 200), query("p", "model a", 50), query("p", "model c", 3), query(undefined, "others", 1)],
    );
    expect(found.steps).to.deep.equal([
      { pipeline: "p", step: "model a", base: 150, head: 250 },
      { pipeline: "p", step: "model b", base: 7 },
      { pipeline: "p", step: "model c", head: 3 },
    ]);
    expect([found.base.queries, found.base.bytes]).to.deep.equal([4, 158]);
  });
});

describe("the runs of two sides", () => {
  it("are told, each that did not end well, by its side", () => {
    const at = { pipeline: "daily", date: "2024-11-08" };
    const runs = [
      { ...at, base: { ...at, status: "SUCCEEDED" }, head: { ...at, status: "FAILED", reason: "E: why" } },
      { ...at, date: "2024-11-09", base: { ...at, date: "2024-11-09" }, head: { ...at, status: "SKIPPED" } },
    ];
    expect(badRuns({ base: "main", head: "mine", runs })).to.deep.equal([
      "mine: daily 2024-11-08 failed: E: why",
      "main: daily 2024-11-09 started no run",
    ]);
  });
});
