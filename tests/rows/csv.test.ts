import { expect } from "chai";
import { CsvError, readCsv, writeCsv } from "../../rows/csv";

const texts = (csv: string) => readCsv(csv).rows.map((row) => row.map(({ text }) => text));

describe("CSV", () => {
  const cases: { name: string; csv: string; rows: (string | null)[][] }[] = [
    {
      name: "plain fields",
      csv: "a,b\n1,x\n2,y\n",
      rows: [
        ["1", "x"],
        ["2", "y"],
      ],
    },
    { name: "no line break at the end", csv: "a,b\n1,x", rows: [["1", "x"]] },
    { name: "CRLF and a byte order mark", csv: "\uFEFFa,b\r\n1,x\r\n", rows: [["1", "x"]] },
    {
      name: "nothing as NULL and quotes around nothing as text",
      csv: 'a,b\n,""\n"",\n',
      rows: [
        [null, ""],
        ["", null],
      ],
    },
    {
      name: "quotes, commas and line breaks within quotes",
      csv: 'a,b\n"x ""y""","1,\n2"\n',
      rows: [['x "y"', "1,\n2"]],
    },
    {
      name: "spaces around fields, but within quotes",
      csv: 'a , b\n 1  ,  x y \n" 2 ", z\n',
      rows: [
        ["1", "x y"],
        [" 2 ", "z"],
      ],
    },
    { name: "empty lines between rows", csv: "a,b\n\n1,x\n\n", rows: [["1", "x"]] },
    { name: "no rows", csv: "a,b\n", rows: [] },
  ];
  for (const { name, csv, rows } of cases) it(`reads ${name}`, () => expect(texts(csv)).to.deep.equal(rows));

  it("knows where each field stands, behind line breaks in quotes too", () => {
    const { header, rows } = readCsv('a,bb\n"x\ny",  1\nz,2\n');
    expect(header.map(({ line, column }) => [line, column])).to.deep.equal([
      [1, 1],
      [1, 3],
    ]);
    expect(rows.flat().map(({ line, column }) => [line, column])).to.deep.equal([
      [2, 1],
      [3, 6],
      [4, 1],
      [4, 3],
    ]);
  });

  const faults: { name: string; csv: string; at: [number, number]; message: RegExp }[] = [
    { name: "no header", csv: "", at: [1, 1], message: /no header/ },
    { name: "a column without a name", csv: "a,,b\n", at: [1, 3], message: /has no name/ },
    { name: "a column twice", csv: "a,a\n", at: [1, 3], message: /names 'a' twice/ },
    { name: "a row that is too short", csv: "a,b\n1\n", at: [2, 1], message: /1 field, and the header names 2/ },
    { name: "a row that is too long", csv: "a,b\n1,2,3\n", at: [2, 5], message: /3 fields, and the header names 2/ },
    { name: "a quote without an end", csv: 'a,b\n1,"x\n2,y\n', at: [2, 3], message: /does not end/ },
    { name: "text behind a quote", csv: 'a,b\n1,"x" y\n', at: [2, 7], message: /behind a closing quote/ },
  ];
  for (const { name, csv, at, message } of faults) {
    it(`refuses ${name}`, () => {
      let thrown: unknown;
      try {
        readCsv(csv);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).to.be.instanceOf(CsvError);
      const { line, column, message: said } = thrown as CsvError;
      expect([line, column]).to.deep.equal(at);
      expect(said).to.match(message);
    });
  }

  it("reads what it writes", () => {
    const rows = [
      ["1", null, ""],
      [' x"y, ', "a\nb", "z"],
    ];
    expect(texts(writeCsv(["a", "b", "c"], rows))).to.deep.equal(rows);
  });
});
