/** Looks at a file of text once, from its first byte to its last, before anything of it is placed: is it what it is declared to be? */
import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { fault } from "../invocation/fault";
import { csvCharacters, noEscape, type CsvCharacters, type FileFormat } from "./file-format";

/** How a file's bytes are compressed. */
type Compression = "gzip" | "zstd" | "none";

/** What a file is to be. */
export interface ExpectedText {
  /** `s3://…`: names the file in errors; its end says how it is compressed. */
  readonly place: string;
  readonly format: FileFormat;
  /** Names of the table's columns. */
  readonly columns: readonly string[];
}

/** Bytes of the longest line that is read. */
const longestLine = 16 * 1024 * 1024;

// Of the module's own values only plain ones survive the serialization of a closure: bytes are written as text.
const [newline, carriageReturn, byteOrderMark] = [0x0a, 0x0d, "efbbbf"];

/**
 * Reads a file to its end.
 *
 * @throws `FileNotAsDeclared` with the line, `HeaderDiffers` with the first column that does
 */
export async function inspectText(body: Readable, { place, format, columns }: ExpectedText): Promise<void> {
  const wrong = (found: string, line?: number): Error => {
    const expected = "csv" in format ? "CSV" : "lines of JSON";
    const at = line === undefined ? "" : `, line ${line}`;
    return fault(
      "FileNotAsDeclared",
      `${place}${at}: ${found}; expected ${expected}, UTF-8, as its format is declared.`,
    );
  };
  const check = "csv" in format ? csvLine(format.csv, columns, place) : jsonLine();
  let number = 0;
  const read = (line: Buffer): void => {
    number += 1;
    const first = number === 1 && line.toString("hex", 0, 3) === byteOrderMark;
    const problem = check(line, number, first);
    if (problem !== undefined) throw wrong(problem, number);
  };
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of decompressed(body, place, wrong)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(newline) + 1;
    rest = bytes.subarray(end);
    if (rest.length > longestLine) throw wrong(`a line has more than ${longestLine} bytes`, number + 1);
    // Of a million lines one is looked at by itself only if something is wrong.
    const lines = bytes.subarray(0, end);
    const checked = isUtf8(lines);
    for (let from = 0, to = lines.indexOf(newline); to >= 0; from = to + 1, to = lines.indexOf(newline, from)) {
      const line = lines.subarray(from, to);
      if (!checked && !isUtf8(line)) throw wrong("it has bytes that are no UTF-8", number + 1);
      read(line);
    }
  }
  if (rest.length > 0) {
    if (!isUtf8(rest)) throw wrong("it has bytes that are no UTF-8", number + 1);
    read(rest);
  }
}

/** What is wrong with a line, if anything. @param marked whether it begins with a byte order mark */
type LineCheck = (line: Buffer, number: number, marked: boolean) => string | undefined;

function jsonLine(): LineCheck {
  let seen = false;
  return (line, _, marked) => {
    if (marked) return "it begins with a byte order mark, which no reader of JSON takes";
    if (seen) return undefined;
    const text = line.toString("utf8").trim();
    seen = text !== "";
    return text.startsWith("[") ? "it begins with a list: each line is to be an object" : undefined;
  };
}

function csvLine(format: Parameters<typeof csvCharacters>[0], columns: readonly string[], place: string): LineCheck {
  const characters = csvCharacters(format);
  const { header, quote, escape } = characters;
  const bytesOf = (text: string): number => text.charCodeAt(0);
  return (line, number, marked) => {
    if (marked && !header) return "it begins with a byte order mark, which would be part of its first value";
    const end = line[line.length - 1] === carriageReturn ? line.length - 1 : line.length;
    const own = line.subarray(0, end);
    if (own.includes(carriageReturn)) return "a carriage return without a line feed";
    if (escape === undefined && own.includes(bytesOf(noEscape))) return "a control character (U+0001)";
    const quoted = own.includes(bytesOf(quote)) ? quoteFault(own.toString("utf8"), characters) : undefined;
    if (quoted !== undefined) return quoted;
    if (number === 1 && header) requireHeader(own.toString("utf8").replace(/^\uFEFF/, ""), characters, columns, place);
    return undefined;
  };
}

/** What is wrong with the quotes of a line. */
function quoteFault(line: string, { delimiter, quote, escape }: CsvCharacters): string | undefined {
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== quote) {
      for (; at < line.length && line[at] !== delimiter; at++) {
        if (line[at] === escape) at++;
        else if (line[at] === quote) return `a quote amid a field (column ${at + 1})`;
      }
    } else {
      const from = at + 1;
      for (at += 1; at < line.length; at++) {
        if (line[at] === escape && [quote, escape].includes(line[at + 1])) at++;
        else if (line[at] === quote && line[at + 1] === quote) at++;
        else if (line[at] === quote) break;
      }
      if (at >= line.length) {
        return `the quote at column ${from} is not closed on its line: Athena's CSV reader knows no line breaks within a field`;
      }
      at += 1;
      if (at < line.length && line[at] !== delimiter) return `text behind a closing quote (column ${at + 1})`;
    }
    at += 1;
  }
  return undefined;
}

/** The fields of a line whose quotes are right. */
function fieldsOf(line: string, { delimiter, quote }: CsvCharacters): string[] {
  const fields: string[] = [];
  let field = "";
  let inQuotes = false;
  for (const character of line) {
    if (character === quote) inQuotes = !inQuotes;
    else if (character === delimiter && !inQuotes) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  return [...fields, field];
}

/** Names may differ in case, as in the catalog. @throws `HeaderDiffers` */
function requireHeader(line: string, characters: CsvCharacters, columns: readonly string[], place: string): void {
  const found = fieldsOf(line, characters).map((name) => name.trim());
  const same = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();
  const count = Math.max(found.length, columns.length);
  const first = Array.from({ length: count }, (_, index) => index).find((index) => !same(found[index], columns[index]));
  if (first === undefined) return;
  const missing = columns.filter((name) => !found.some((other) => same(name, other)));
  const more = found.filter((name) => !columns.some((other) => same(name, other)));
  const named = (index: number, list: readonly string[]): string =>
    index < list.length ? JSON.stringify(list[index]) : "nothing";
  const why = [
    ...(missing.length > 0 ? [`it lacks ${missing.join(", ")}`] : []),
    ...(more.length > 0 ? [`it has ${more.join(", ")} that the table has not`] : []),
  ];
  throw fault(
    "HeaderDiffers",
    `${place}: column ${first + 1} is ${named(first, found)}, expected ${named(first, columns)}: ` +
      `${why.length > 0 ? why.join(", and ") : "the columns are the table's in another order"}. The table has ${columns.join(characters.delimiter)}.`,
  );
}

/** Signatures of files: RFC 1952, RFC 8878, and Parquet's own specification. */
const signatures: readonly (readonly [name: string, hexadecimal: string])[] = [
  ["gzip", "1f8b"],
  ["zstd", "28b52ffd"],
  ["Parquet", "50415231"],
  ["a ZIP archive", "504b0304"],
];

/** The content of a file. Athena takes the end of its name for how it is compressed ("Use Hive table compression"). */
async function* decompressed(
  body: Readable,
  place: string,
  wrong: (found: string) => Error,
): AsyncGenerator<Buffer, void, undefined> {
  const zlib = await import("node:zlib");
  const compression: Compression = /\.gz$/.test(place) ? "gzip" : /\.zst$/.test(place) ? "zstd" : "none";
  const other = /\.(bz2|lz4|snappy|lzo|deflate|zip)$/.exec(place);
  if (other) throw wrong(`it is compressed as ${other[0]}, and .gz and .zst are read`);
  const looked = lookAtStart(body, (start) => {
    const [found] = signatures.find(([, bytes]) => start.toString("hex", 0, 4).startsWith(bytes)) ?? [];
    if (found === (compression === "none" ? undefined : compression)) return;
    if (compression === "none") throw wrong(`it is ${found ?? "something else"}, which its name does not say`);
    throw wrong(`it is ${found ?? "not compressed"}, and its name says ${compression}`);
  });
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream };
  // What this Node.js cannot unpack is left to Athena.
  if (compression === "zstd" && !createZstdDecompress) {
    for await (const chunk of looked) void chunk;
    return;
  }
  if (compression === "none") return yield* looked;
  const { Readable: Stream, pipeline } = await import("node:stream");
  const unpack =
    compression === "gzip" ? zlib.createGunzip() : (createZstdDecompress as () => NodeJS.ReadWriteStream)();
  let failure: Error | undefined;
  pipeline(Stream.from(looked), unpack, (error) => (failure = error ?? undefined));
  try {
    yield* unpack as unknown as AsyncIterable<Buffer>;
  } catch (error) {
    const { code = "", message } = (failure ?? error) as NodeJS.ErrnoException;
    // What ends early or is damaged; what could not be requested is told as it is.
    if (/^(Z_|ZSTD_|ERR_ZSTD)/.test(code)) throw wrong(`it cannot be unpacked (${message})`);
    throw failure ?? error;
  }
}

/** The same chunks, the first of at least four bytes if there are so many, which `look` sees before. */
async function* lookAtStart(body: Readable, look: (start: Buffer) => void): AsyncGenerator<Buffer, void, undefined> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (start === undefined) {
      yield Buffer.from(chunk);
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < 4) continue;
    look(start);
    yield start;
    start = undefined;
  }
  if (start !== undefined) {
    look(start);
    yield start;
  }
}
