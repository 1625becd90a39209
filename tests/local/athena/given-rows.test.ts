/** Rows that are given to the local Athena, of every type; what a query over them answers is Athena's result text. */
import { expect } from "chai";
import { GivenRows, type GivenTable } from "../../../local/athena/given-rows";

const now = new Date("2024-11-08T00:00:00Z");

/** Glue type → text that is given → text of the result. Athena documentation, "Data types in Amazon Athena". */
const values: readonly (readonly [type: string, given: string, result: string])[] = [
  ["boolean", "TRUE", "true"],
  ["tinyint", "-128", "-128"],
  ["int", "42", "42"],
  ["bigint", "9223372036854775807", "9223372036854775807"],
  ["float", "1.5", "1.5"],
  ["float", "NaN", "NaN"],
  ["double", "0.1", "0.1"],
  ["decimal(20,2)", "12345678901234567.80", "12345678901234567.80"],
  ["string", "it's ⊕", "it's ⊕"],
  ["varchar(3)", "abc", "abc"],
  ["char(3)", "ab", "ab "],
  ["date", "2024-02-29", "2024-02-29"],
  ["timestamp", "1996-01-01 05:00", "1996-01-01 05:00:00.000"],
  ["timestamp", "1996-01-01", "1996-01-01 00:00:00.000"],
  ["array<int>", '["1",2,null]', "[1, 2, null]"],
  ["map<string,double>", '{"a":"1.5"}', "{a=1.5}"],
  ["struct<a:int,b:string>", '{"a":"1","b":"x"}', "{a=1, b=x}"],
];

describe("Athena over given rows", () => {
  let engine: GivenRows;
  before(async () => (engine = await GivenRows.open()));
  after(() => engine.close());

  const table = (over: Partial<GivenTable>): GivenTable => ({
    ...{ database: "lake", table: "t", columns: { a: "int" }, partitionKeys: { exec_date: "date" }, rows: [] },
    ...over,
  });

  it("holds values of every type, and NULL", async () => {
    const columns = Object.fromEntries(values.map(([type], index) => [`a${index}`, type]));
    const rows = [
      [...values.map(([, given]) => given), "2024-11-08"],
      values.map(() => null as string | null).concat(null),
    ];
    const { rows: found } = await engine.run({ sql: "select * from lake.t", tables: [table({ columns, rows })], now });
    expect(found[0]).to.deep.equal([...values.map(([, , result]) => result), "2024-11-08"]);
    expect(found[1]).to.deep.equal(values.map(() => undefined as string | undefined).concat(undefined));
  });

  it("joins tables, one of them with itself, and one without rows", async () => {
    const tables = [
      table({
        rows: [
          ["1", "2024-11-08"],
          ["2", "2024-11-07"],
        ],
      }),
      table({ table: "empty", columns: { a: "int" } }),
    ];
    const sql = `select x.a, y.a as other, e.a as none from lake.t x join lake.t y on x.a < y.a left join lake.empty e on e.a = x.a
      where x.exec_date = date '2024-11-08'`;
    const { rows, columns } = await engine.run({ sql, tables, now });
    expect(columns.map(({ name }) => name)).to.deep.equal(["a", "other", "none"]);
    expect(rows).to.deep.equal([["1", "2", undefined]]);
  });

  it("stops the clock, and casts the result as its table has it", async () => {
    const sql = "select current_date as today, cast(1 as integer) as n";
    const { rows, columns } = await engine.run({ sql, tables: [], now, as: { n: "double" } });
    expect(rows).to.deep.equal([["2024-11-08", "1.0"]]);
    expect(columns[1].type.kind).to.equal("integer");
  });

  const failures: readonly (readonly [sql: string, message: RegExp])[] = [
    ["select 1 / a from lake.t", /^DIVISION_BY_ZERO: Division by zero/],
    ["select b from lake.t", /COLUMN_NOT_FOUND/],
    ["select from", /^SYNTAX_ERROR/],
    ["drop table lake.t", /NOT_SUPPORTED/],
  ];
  for (const [sql, message] of failures) {
    it(`says in Athena's words why it fails: ${sql}`, async () => {
      const tables = [table({ rows: [["0", "2024-11-08"]] })];
      const error = await engine.run({ sql, tables, now }).catch((thrown: unknown) => thrown as Error);
      expect((error as Error).message).to.match(message);
    });
  }
});
