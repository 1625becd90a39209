import { expect } from "chai";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { FileFormat } from "../../../functions/formats/file-format";
import { inspectText } from "../../../functions/formats/inspect-text";

const columns = ["id", "name", "price"];
const csv: FileFormat = { csv: {} };
const json: FileFormat = { jsonLines: {} };

/** What is said of a file; undefined if nothing is wrong. */
async function said(content: string | Buffer, format = csv, name = "a.csv", chunk = 7): Promise<string | undefined> {
  const bytes = Buffer.from(content);
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, n) =>
    bytes.subarray(n * chunk, (n + 1) * chunk),
  );
  try {
    await inspectText(Readable.from(chunks), { place: `s3://b/${name}`, format, columns });
    return undefined;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const header = "id,name,price\n";

describe("a file of text is what it is declared to be", () => {
  const right: [what: string, content: string | Buffer, format?: FileFormat, name?: string][] = [
    ["with a header", `${header}1,a,2\n`],
    ["without a last line feed", `${header}1,a,2`],
    ["with carriage returns", `${header}1,a,2\n`.replaceAll("\n", "\r\n")],
    ["with a header in quotes and other case", '"ID", Name ,price\n1,a,2\n'],
    ["with a byte order mark before the header", `\uFEFF${header}`],
    ["with quotes", `${header}1,"a,""b""",""\n"2","",""\n`],
    ["with escaped quotes", `${header}1,"a\\"b",c\\"d\n`, { csv: { escape: "\\" } }],
    ["with a backslash that escapes nothing", `${header}1,"C:\\",2\n`],
    ["without a header", "1,ä,2\n", { csv: { header: false } }],
    ["with another delimiter and quote", "id;name;price\n1;'a;b';\"\n", { csv: { delimiter: ";", quote: "'" } }],
    ["compressed", gzipSync(`${header}1,a,2\n`), csv, "a.csv.gz"],
    ["in two parts of gzip", Buffer.concat([gzipSync(header), gzipSync("1,a,2\n")]), csv, "a.csv.gz"],
    ["of lines of JSON", '{"a":1}\n\n{"b":"]"}\n', json],
    ["of lines of JSON that are none, which conversions reject", "nonsense\n", json],
    ["empty", "", csv],
  ];
  for (const [what, content, format, name] of right) {
    it(`takes one ${what}`, async () => expect(await said(content, format, name)).to.equal(undefined));
  }

  const whole = gzipSync(header + "1,a,2\n".repeat(10_000));
  const wrong: [what: string, content: string | Buffer, says: RegExp, format?: FileFormat, name?: string][] = [
    [
      "a column that is missing",
      "id,price\n",
      /^HeaderDiffers: s3:\/\/b\/a.csv: column 2 is "price", expected "name": it lacks name\. The table has id,name,price/,
    ],
    [
      "a column more",
      "id,name,price,more\n",
      /^HeaderDiffers: .*column 4 is "more", expected nothing: it has more that the table has not/,
    ],
    ["another order", "id,price,name\n", /^HeaderDiffers: .*column 2 is "price", expected "name": .* another order/],
    ["another delimiter", "id;name;price\n", /^HeaderDiffers: .*column 1 is "id;name;price", expected "id"/],
    [
      "bytes that are no UTF-8",
      Buffer.from(`${header}1,\xe4,2\n`, "latin1"),
      /^FileNotAsDeclared: s3:\/\/b\/a.csv, line 2: .*UTF-8/,
    ],
    ["UTF-16", Buffer.from(`\uFEFF${header}`, "utf16le"), /^FileNotAsDeclared: .*line 1.*no UTF-8/],
    [
      "a quote that is not closed",
      `${header}1,"a,2\nb",2\n`,
      /line 2: the quote at column 3 is not closed on its line/,
    ],
    ["text behind a quote", `${header}1,"a"b,2\n`, /line 2: text behind a closing quote \(column 6\)/],
    ["a quote amid a field", `${header}1,a"b,2\n`, /line 2: a quote amid a field \(column 4\)/],
    ["a carriage return alone", `${header}1,a\rb,2\n`, /line 2: a carriage return/],
    ["a control character that Athena would drop", `${header}1,a\u0001,2\n`, /line 2: a control character/],
    ["a mark that would be part of a value", "\uFEFF1,a,2\n", /byte order mark/, { csv: { header: false } }],
    ["Parquet", Buffer.from("PAR1....PAR1"), /^FileNotAsDeclared: .*it is Parquet, which its name does not say/],
    ["gzip by another name", gzipSync(header), /it is gzip, which its name does not say/],
    ["no gzip by the name of one", header, /it is not compressed, and its name says gzip/, csv, "a.csv.gz"],
    ["another compression", "BZh9", /it is compressed as \.bz2/, csv, "a.csv.bz2"],
    [
      "gzip that ends early",
      whole.subarray(0, whole.length - 20),
      /cannot be unpacked \(unexpected end of file\)/,
      csv,
      "a.gz",
    ],
    ["gzip that is damaged", damaged(whole), /cannot be unpacked/, csv, "a.gz"],
    ["one list", ' [\n{"a":1},\n{"a":2}]\n', /line 1: it begins with a list/, json],
    ["a mark before JSON", '\uFEFF{"a":1}\n', /byte order mark/, json],
  ];
  for (const [what, content, says, format, name] of wrong) {
    it(`refuses ${what}`, async () => expect(await said(content, format, name)).to.match(says));
  }

  it("refuses a line that is too long to be one, before it has all of it", async () => {
    const long = await said(Buffer.alloc(20 * 1024 * 1024, "a"), { csv: { header: false } }, "a.csv", 1024 * 1024);
    expect(long).to.match(/line 1: a line has more than 16777216 bytes/);
  });

  it("tells what could not be read as it is", async () => {
    const body = Readable.from(
      (function* () {
        yield gzipSync(header).subarray(0, 12);
        throw Object.assign(new Error("gone"), { name: "TimeoutError" });
      })(),
    );
    const failure = await inspectText(body, { place: "s3://b/a.gz", format: csv, columns }).catch(String);
    expect(failure).to.equal("TimeoutError: gone");
  });
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, 40, 60);
  return copy;
}
