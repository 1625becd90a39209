import { expect } from "chai";
import { readSeed, seedQuery, seedView } from "../../infra/seed-rows";
import type { Columns } from "../../infra/columns";
import { GivenRows } from "../../local/athena/given-rows";

const columns: Columns = { id: "int", name: "string", share: "decimal(5,2)" };

/** Rows of a text, and what is said of it as `line:column message`. */
function read(
  text: string | undefined,
  own: Columns = columns,
): { rows: readonly (readonly (string | null)[])[]; said: string[] } {
  const said: string[] = [];
  const { rows } = readSeed(
    { file: "seeds/a.csv", columns: own },
    () => text,
    (message, at) => void said.push(`${at ? `${at.line}:${at.column} ` : ""}${message}`),
  );
  return { rows, said };
}

describe("the rows of a seed", () => {
  it("stand in the order of the columns, whatever that of the file", () => {
    const { rows, said } = read('share,id,name\n1.5,1,"a, b"\n,2,""\n');
    expect(said).to.deep.equal([]);
    expect(rows).to.deep.equal([
      ["1", "a, b", "1.5"],
      ["2", "", null],
    ]);
  });

  const faults: { name: string; text: string | undefined; said: string[] }[] = [
    { name: "no file", text: undefined, said: ["there is no file seeds/a.csv in the program's folder"] },
    { name: "no header", text: "", said: ["1:1 there is no header: the first line names the columns"] },
    {
      name: "a column misspelt",
      text: "id,nam,share\n",
      said: ["1:4 'nam' is no column of the table: did you mean 'name'?", "1:1 the header lacks the column 'name'"],
    },
    {
      name: "a column too many",
      text: "id,name,share,colour\n",
      said: ["1:15 'colour' is no column of the table: it has id, name, share"],
    },
    {
      name: "values that are none of their type, all of them",
      text: "id,name,share\n1,a,1.234\nx,b,\n",
      said: ["2:5 share: '1.234' is no decimal(5,2): it has 2 digits behind the point", "3:1 id: 'x' is no integer"],
    },
    {
      name: "a row that is too short",
      text: "id,name,share\n1,a\n",
      said: ["2:3 this row has 2 fields, and the header names 3"],
    },
    {
      name: "a quote that does not end",
      text: 'id,name,share\n1,"a,1\n',
      said: ["2:3 a quote begins here and does not end"],
    },
  ];
  for (const { name, text, said } of faults) {
    it(`are refused for ${name}`, () => expect(read(text)).to.deep.equal({ rows: [], said }));
  }

  it("are a query that gives them, none too", async () => {
    const engine = await GivenRows.open();
    try {
      const { rows } = read("id,name,share\n1,it's,1.5\n2,,\n");
      const ask = async (sql: string) => (await engine.run({ sql, tables: [], now: new Date(0) })).rows;
      expect(await ask(seedQuery(columns, rows))).to.deep.equal([
        ["1", "it's", "1.50"],
        ["2", undefined, undefined],
      ]);
      expect(await ask(seedQuery(columns, []))).to.deep.equal([]);
    } finally {
      engine.close();
    }
  });

  it("are kept as Athena keeps a view", () => {
    const text = seedView({ id: "int", at: "timestamp", tags: "array<string>" }, [["1", null, "[]"]], "landing_db");
    const [, base64 = ""] = /^\/\* Presto View: ([\w+/=]+) \*\/$/.exec(text) ?? [];
    const { originalSql, ...definition } = JSON.parse(Buffer.from(base64, "base64").toString()) as Record<
      string,
      unknown
    >;
    expect(definition).to.deep.equal({
      ...{ catalog: "awsdatacatalog", schema: "landing_db" },
      columns: [
        { name: "id", type: "integer" },
        { name: "at", type: "timestamp(3)" },
        { name: "tags", type: "array(varchar)" },
      ],
    });
    expect(originalSql).to.equal(
      'SELECT CAST("id" AS integer) AS "id", CAST("at" AS timestamp(3)) AS "at", CAST(json_parse("tags") AS array(varchar)) AS "tags"\n' +
        'FROM (VALUES\n  (\'1\', CAST(NULL AS varchar), \'[]\')\n) AS seed ("id", "at", "tags")',
    );
  });
});
