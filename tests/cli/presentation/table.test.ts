import { expect } from "chai";
import { lookFor, render, renderCsv, renderJson, renderTable, type Rows } from "../../../cli/presentation/table";

const plain = { unicode: false, colour: false };

const sample: Rows = {
  columns: [
    { name: "name", type: "varchar" },
    { name: "tons", type: "decimal" },
    { name: "day", type: "date" },
  ],
  rows: [
    ["Ohio", "366.00", "1996-01-01"],
    ["Indiana, the state", "12368097.5", undefined],
    ["", undefined, "1996-02-29"],
  ],
};

describe("tables of rows", () => {
  it("aligns numbers to the right and text to the left", () => {
    expect(renderTable(sample, plain)).to.equal(
      [
        "name                      tons  day",
        "------------------  ----------  ----------",
        "Ohio                    366.00  1996-01-01",
        "Indiana, the state  12368097.5  NULL",
        "                          NULL  1996-02-29",
        "",
      ].join("\n"),
    );
  });

  it("draws lines and colours for a terminal only", () => {
    const text = renderTable(sample, { unicode: true, colour: true });
    expect(text)
      .to.include("─────")
      .and.to.include("\u001b[1mname\u001b[22m")
      .and.to.include("\u001b[2mNULL\u001b[22m");
    expect(renderTable(sample, { unicode: true, colour: false })).not.to.include("\u001b");
  });

  it("keeps a row on its line and the terminal unsteered", () => {
    const text = renderTable({ columns: [{ name: "x", type: "varchar" }], rows: [["a\nb\u001b[2J\tc"]] }, plain);
    expect(text).to.equal("x\n---------\na⏎b·[2J·c\n");
  });

  it("shows the columns of an empty result", () => {
    const empty = { columns: sample.columns, rows: [] };
    expect(renderTable(empty, plain)).to.equal("name  tons  day\n----  ----  ---\n");
    expect(renderJson(empty)).to.equal("[]\n");
    expect(renderCsv(empty)).to.equal("name,tons,day\r\n");
  });

  const looks: [string, { isTTY?: boolean }, NodeJS.ProcessEnv, { unicode: boolean; colour: boolean }][] = [
    ["a terminal", { isTTY: true }, {}, { unicode: true, colour: true }],
    ["a pipe", {}, {}, { unicode: false, colour: false }],
    ["NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, { unicode: true, colour: false }],
    ["an empty NO_COLOR, which counts as not set", { isTTY: true }, { NO_COLOR: "" }, { unicode: true, colour: true }],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, { unicode: false, colour: false }],
  ];
  for (const [name, stream, environment, look] of looks) {
    it(`looks right for ${name}`, () => expect(lookFor(stream, environment)).to.deep.equal(look));
  }
});

describe("rows as JSON", () => {
  // Type as Athena names it, text as Athena gives it, JSON text.
  const values: [string, string | undefined, string][] = [
    ["integer", "7", "7"],
    ["bigint", "9007199254740993", "9007199254740993"],
    ["bigint", "-1", "-1"],
    ["decimal", "366.00", "366.00"],
    ["decimal(20,2)", "0.10", "0.10"],
    ["double", "1.2368097E7", "1.2368097E7"],
    ["real", "366.0", "366.0"],
    ["float", "-0.5", "-0.5"],
    ["double", "NaN", '"NaN"'],
    ["double", "-Infinity", '"-Infinity"'],
    ["double", undefined, "null"],
    ["boolean", "true", "true"],
    ["boolean", undefined, "null"],
    ["varchar", "007", '"007"'],
    ["varchar", "", '""'],
    ["varchar", 'a "b"\n', '"a \\"b\\"\\n"'],
    ["date", "1996-01-01", '"1996-01-01"'],
    ["timestamp", "1996-01-01 05:00:00.000", '"1996-01-01 05:00:00.000"'],
    ["array", "[1, 2]", '"[1, 2]"'],
    ["varchar", undefined, "null"],
  ];
  for (const [type, cell, json] of values) {
    it(`${type} ${String(cell)} → ${json}`, () => {
      expect(renderJson({ columns: [{ name: "x", type }], rows: [[cell]] })).to.equal(`[\n{"x":${json}}\n]\n`);
    });
  }

  it("is an array of objects, whatever the names", () => {
    const columns = ["a", 'b"', "_col2"].map((name) => ({ name, type: "integer" }));
    const text = renderJson({
      columns,
      rows: [
        ["1", "2", "3"],
        ["4", undefined, "6"],
      ],
    });
    expect(JSON.parse(text)).to.deep.equal([
      { a: 1, 'b"': 2, _col2: 3 },
      { a: 4, 'b"': null, _col2: 6 },
    ]);
  });

  it("refuses two columns of one name, of which an object would lose one", () => {
    const columns = [1, 2].map(() => ({ name: "n", type: "integer" }));
    expect(() => renderJson({ columns, rows: [] })).to.throw("Two columns of the result are called n");
  });
});

describe("rows as CSV (RFC 4180)", () => {
  const fields: [string | undefined, string][] = [
    ["plain", "plain"],
    [" spaces stay ", " spaces stay "],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["carriage\rreturn", '"carriage\rreturn"'],
    ["", '""'],
    [undefined, ""],
    ["ü ✓", "ü ✓"],
  ];
  for (const [cell, csv] of fields) {
    it(`${JSON.stringify(cell) ?? "NULL"} → ${JSON.stringify(csv)}`, () => {
      const columns = ["x", "y"].map((name) => ({ name, type: "varchar" }));
      expect(renderCsv({ columns, rows: [[cell, "1"]] })).to.equal(`x,y\r\n${csv},1\r\n`);
    });
  }

  it("quotes headings too", () => {
    expect(render({ columns: [{ name: "a,b", type: "varchar" }], rows: [] }, "csv", plain)).to.equal('"a,b"\r\n');
  });
});
