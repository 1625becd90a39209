/**
 * What texts become, on the local Athena: the queries of a conversion over files as they arrive. What the readers of text do is that
 * of Athena's user guide, "Open CSV SerDe for processing CSV" and "Lazy Simple SerDe for CSV, TSV, and custom-delimited files".
 */
import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { convertedQuery, rejectedQuery, type ArrivedFiles } from "../../../functions/formats/conversion-query";
import type { FileFormat } from "../../../functions/formats/file-format";
import { arrivedTable } from "../../../infra/pipeline/arrived-table";
import type { Columns, ColumnType } from "../../../infra/columns";
import { AthenaWorld } from "../../local/athena/world";

describe("a conversion", () => {
  let world: AthenaWorld;
  let tables = 0;
  before(async () => {
    world = await new AthenaWorld().withLake();
  });
  after(() => world.close());

  /** Puts a file where a run of its own keeps it, and answers the two results. */
  async function convert(
    columns: Columns,
    format: FileFormat,
    content: string | Buffer,
    file = "a.txt",
  ): Promise<{ rows: (string | undefined)[][]; rejected: (string | undefined)[][] }> {
    const table = `t${(tables += 1)}`;
    const partition = [{ key: "run", type: "string", value: "01" }];
    const arrived: ArrivedFiles = { database: "db", table, columns, format, partition };
    const definition = arrivedTable({ table, columns, partitionKeys: {}, format, root: `s3://lake/${table}/` });
    const { name: Name, storageDescriptor: storage, partitionKeys: keys, parameters: Parameters } = definition;
    const glue = (list: readonly { name: string; type: string }[]) =>
      list.map((of) => ({ Name: of.name, Type: of.type }));
    const StorageDescriptor = {
      Columns: glue(storage.columns),
      Location: storage.location,
      InputFormat: storage.inputFormat,
      SerdeInfo: {
        SerializationLibrary: storage.serDeInfo.serializationLibrary,
        Parameters: storage.serDeInfo.parameters,
      },
    };
    const TableInput = { Name, StorageDescriptor, PartitionKeys: glue(keys), Parameters };
    await world.call("glue", "CreateTable", { DatabaseName: "db", TableInput });
    const Location = `s3://lake/${table}/01/`;
    await world.call("s3", "PutObject", { Bucket: "lake", Key: `${table}/01/${file}`, Body: content });
    await world.call("glue", "CreatePartition", {
      DatabaseName: "db",
      TableName: Name,
      PartitionInput: { Values: ["01"], StorageDescriptor: { ...StorageDescriptor, Location } },
    });
    return { rows: await world.rows(convertedQuery(arrived)), rejected: await world.rows(rejectedQuery(arrived)) };
  }

  /** A type, and texts with what they become; those without a value are rejected. */
  const forms: [type: ColumnType, values: [text: string, value?: string][], pattern?: string][] = [
    ["tinyint", [["127", "127"], ["-128", "-128"], ["128"], [" 7 ", "7"], ["+7", "7"], ["7.0"], ["0x7"], ["seven"]]],
    ["int", [["2147483647", "2147483647"], ["2147483648"], ["1e3"], ["1,000"], ["007", "7"]]],
    ["bigint", [["-9223372036854775808", "-9223372036854775808"], ["9223372036854775808"]]],
    [
      "double",
      [
        ["1", "1.0"],
        ["-.5", "-0.5"],
        ["1e3", "1000.0"],
        ["1.", "1.0"],
        ["1e999"],
        ["NaN", "NaN"],
        ["Infinity"],
        ["1d"],
        ["0,5"],
      ],
    ],
    ["float", [["1.5", "1.5"], ["1e39"]]],
    [
      "decimal(5,2)",
      [
        ["1.5", "1.50"],
        ["1.500", "1.50"],
        ["1.505"],
        ["999.99", "999.99"],
        ["1000"],
        [".5", "0.50"],
        ["+1", "1.00"],
        ["1e2"],
      ],
    ],
    ["decimal(3,0)", [["12.00", "12"], ["12.5"]]],
    ["boolean", [["true", "true"], ["F", "false"], ["1", "true"], ["0", "false"], ["TRUE", "true"], ["yes"], ["2"]]],
    ["date", [["2024-02-29", "2024-02-29"], ["2023-02-29"], ["2024-2-9"], ["29.02.2024"], ["2024-01-01 00:00:00"]]],
    ["date", [["29.02.2024", "2024-02-29"], ["30.02.2024"], ["2024-02-29"]], "%d.%m.%Y"],
    [
      "timestamp",
      [
        ["2024-01-02 03:04:05", "2024-01-02 03:04:05.000"],
        ["2024-01-02T03:04:05.600Z", "2024-01-02 03:04:05.600"],
        ["2024-01-02 03:04", "2024-01-02 03:04:00.000"],
        ["2024-01-02 03:04:05.123000", "2024-01-02 03:04:05.123"],
        ["2024-01-02 03:04:05.1234"],
        ["2024-01-02T03:04:05+02:00"],
        ["2024-01-02"],
        ["2024-01-02 25:00"],
      ],
    ],
    ["timestamp", [["02.01.2024 03:04", "2024-01-02 03:04:00.000"], ["2024-01-02"]], "%d.%m.%Y %H:%i"],
    ["varchar(3)", [["abc", "abc"], ["äöü", "äöü"], ["abcd"]]],
    ["char(3)", [["ab", "ab "], ["abcd"]]],
    [
      "string",
      [
        [" a b ", " a b "],
        ["\\n", "\\n"],
        ["NULL", "NULL"],
      ],
    ],
  ];
  for (const [type, values, pattern] of forms) {
    it(`reads texts as ${type}${pattern === undefined ? "" : ` written as ${pattern}`}`, async () => {
      const format: FileFormat = {
        csv: { header: false, ...(pattern !== undefined && { patterns: { value: pattern } }) },
      };
      const lines = values.map(([text], index) => `${index},"${text}"`);
      const { rows, rejected } = await convert({ id: "int", value: type }, format, lines.join("\n"));
      const found = new Map(rows.map(([id, value]) => [Number(id), value]));
      expect(values.map(([text], index) => [text, found.get(index)])).to.deep.equal(
        values.map(([text, value]) => [text, value]),
      );
      const told = rejected.map(([, , column, text, reason]) => [column, text, reason?.startsWith("no ")]);
      const expected = values.filter((_, index) => !found.has(index)).map(([text]) => ["value", text.trim(), true]);
      expect(told).to.have.deep.members(expected);
    });
  }

  it("takes a field with nothing in it for NULL, or the text that is said to be", async () => {
    const columns: Columns = { a: "string", b: "int" };
    const empty = await convert(columns, { csv: { header: false } }, '"",""\n,\n x ,1\n');
    expect(empty).to.deep.equal({
      rows: [
        [undefined, undefined],
        [undefined, undefined],
        [" x ", "1"],
      ],
      rejected: [],
    });
    const said = await convert(columns, { csv: { header: false, nullText: "NA" } }, "NA,NA\n,1\nx,\n");
    expect(said.rows).to.deep.equal([
      [undefined, undefined],
      ["", "1"],
    ]);
    expect(said.rejected).to.deep.equal([["s3://lake/" + `t${tables}/01/a.txt`, '["x",""]', "b", "", "no int"]]);
  });

  it("reads quotes, doubled and escaped, backslashes, other delimiters, and leaves the header and empty lines out", async () => {
    const columns: Columns = { a: "string", b: "string" };
    const doubled = await convert(
      columns,
      { csv: { delimiter: ";" } },
      'a;b\r\n"1;""x""";C:\\new\r\n\r\n"""";"\\"\r\n',
    );
    expect(doubled.rows).to.deep.equal([
      ['1;"x"', "C:\\new"],
      ['"', "\\"],
    ]);
    const escaped = await convert(
      columns,
      { csv: { quote: "'", escape: "\\" } },
      "a,b\n'it\\'s','C:\\\\new'\nx\\n,y\n",
    );
    expect(escaped.rows).to.deep.equal([
      ["it's", "C:\\new"],
      ["xn", "y"],
    ]);
    const tabs = await convert(columns, { csv: { delimiter: "\t", header: false } }, "1\t2,3\n");
    expect(tabs.rows).to.deep.equal([["1", "2,3"]]);
  });

  it("rejects rows of other lengths, and says so", async () => {
    const { rows, rejected } = await convert({ a: "int", b: "int" }, { csv: { header: false } }, "1,2\n3\n4,5,6\n7,\n");
    expect(rows).to.deep.equal([
      ["1", "2"],
      ["7", undefined],
    ]);
    expect(rejected.map(([, ...rest]) => rest)).to.deep.equal([
      ['["3"]', undefined, undefined, "less than 2 fields"],
      ['["4","5","6"]', undefined, undefined, "more than 2 fields"],
    ]);
  });

  it("reads lines of JSON as they were written: numbers to the last digit, structures as text, what is missing as NULL", async () => {
    const lines = [
      '{"id": 1, "price": 12345678901234567.12, "text": "a\\tb", "more": true}',
      '{"id": "2", "price": null, "text": {"a": [1, 2]}}',
      "{}",
      "",
      '{"id": 3.5}',
      '{"id": [4]}',
      '{"id": 5',
      "[6]",
      "null",
    ];
    const columns: Columns = { id: "int", price: "decimal(20,2)", text: "string" };
    const { rows, rejected } = await convert(columns, { jsonLines: {} }, gzipSync(lines.join("\n")), "a.json.gz");
    expect(rows).to.deep.equal([
      ["1", "12345678901234567.12", "a\tb"],
      ["2", undefined, '{"a":[1,2]}'],
      [undefined, undefined, undefined],
    ]);
    expect(rejected.map(([, ...rest]) => rest)).to.deep.equal([
      ['{"id": 3.5}', "id", "3.5", "no int"],
      ['{"id": [4]}', "id", "[4]", "no int"],
      ['{"id": 5', undefined, undefined, "no JSON object"],
      ["[6]", undefined, undefined, "no JSON object"],
      ["null", undefined, undefined, "no JSON object"],
    ]);
  });

  it("fails a query over a file that is cut off, or compressed otherwise than its name says", async () => {
    const whole = gzipSync("1\n".repeat(1000));
    const cut = await convert({ a: "int" }, { csv: {} }, whole.subarray(0, whole.length - 9), "a.gz").catch(String);
    expect(cut).to.match(/HIVE_CURSOR_ERROR: Failed to read file: s3:\/\/lake\/t\d+\/01\/a.gz/);
    expect(await convert({ a: "int" }, { csv: {} }, "1\n", "a.gz").catch(String)).to.match(/HIVE_CURSOR_ERROR/);
  });

  it("takes more columns than an array of SQL has elements", async () => {
    const columns = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`c${index}`, "int" as const]));
    const line = Object.keys(columns)
      .map((_, index) => String(index))
      .join(",");
    const { rows, rejected } = await convert(columns, { csv: { header: false } }, `${line}\n${line},1\n`);
    expect(rows).to.have.lengthOf(1);
    expect(rejected.map(([, , , , reason]) => reason)).to.deep.equal(["more than 101 fields"]);
  });
});
