/**
 * CSV as people write it: RFC 4180, a header first, spaces around fields as one likes. An empty field is NULL, and `""` is the empty
 * text.
 */

/** A field and where it stands. Lines and columns count from 1. */
export interface CsvField {
  /** `null` for a field with nothing in it. */
  readonly text: string | null;
  readonly line: number;
  readonly column: number;
}

/** A table as it is written. Each row has a field for each of the header's. */
export interface CsvTable {
  readonly header: readonly CsvField[];
  readonly rows: readonly (readonly CsvField[])[];
}

/** What is no CSV, and where. */
export class CsvError extends Error {
  override readonly name = "CsvError";

  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }
}

/**
 * Reads a table. Lines with nothing on them are skipped.
 *
 * @throws CsvError without a header, for a quote that does not end or has text behind it, and for a row of other length
 * @example readCsv("id,name\n1,Ann\n") // header id, name; one row 1, Ann
 */
export function readCsv(text: string): CsvTable {
  const [header, ...rows] = records(text.replace(/^\uFEFF/, ""));
  if (!header) throw new CsvError("there is no header: the first line names the columns", 1, 1);
  const names = header.map((field) => field.text);
  header.forEach(({ text: name, line, column }, index) => {
    if (name === null || name === "") throw new CsvError("a column of the header has no name", line, column);
    if (names.indexOf(name) < index) throw new CsvError(`the header names '${name}' twice`, line, column);
  });
  for (const row of rows) {
    if (row.length === header.length) continue;
    const { line, column } = row[Math.min(header.length, row.length - 1)];
    const fields = `${row.length} field${row.length === 1 ? "" : "s"}`;
    throw new CsvError(`this row has ${fields}, and the header names ${header.length}`, line, column);
  }
  return { header, rows };
}

function records(text: string): CsvField[][] {
  const found: CsvField[][] = [];
  let record: CsvField[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  const blank = (): boolean => record.length === 1 && record[0].text === null;
  while (at < text.length || record.length > 0) {
    while (text[at] === " " || text[at] === "\t") at += 1;
    const place = { line, column: at - lineStart + 1 };
    if (text[at] === '"') {
      const end = closingQuote(text, at, place);
      const quoted = text.slice(at + 1, end);
      at = end + 1;
      while (text[at] === " " || text[at] === "\t") at += 1;
      if (at < text.length && !/[,\r\n]/.test(text[at])) {
        throw new CsvError(
          `text stands behind a closing quote; a quote within a field is written ""`,
          line,
          at - lineStart + 1,
        );
      }
      record.push({ text: quoted.replaceAll('""', '"'), ...place });
      const breaks = quoted.split("\n").length - 1;
      if (breaks > 0) {
        line += breaks;
        lineStart = text.lastIndexOf("\n", end) + 1;
      }
    } else {
      const end = /[,\r\n]/g;
      end.lastIndex = at;
      const stop = end.exec(text)?.index ?? text.length;
      const plain = text.slice(at, stop).trimEnd();
      record.push({ text: plain === "" ? null : plain, ...place });
      at = stop;
    }
    if (text[at] === ",") {
      at += 1;
      if (at < text.length) continue;
      record.push({ text: null, line, column: at - lineStart + 1 });
    }
    if (!blank()) found.push(record);
    record = [];
    if (text[at] === "\r") at += 1;
    if (text[at] === "\n") at += 1;
    line += 1;
    lineStart = at;
  }
  return found;
}

function closingQuote(text: string, opening: number, { line, column }: { line: number; column: number }): number {
  for (let end = opening + 1; ; end += 2) {
    end = text.indexOf('"', end);
    if (end < 0) throw new CsvError("a quote begins here and does not end", line, column);
    if (text[end + 1] !== '"') return end;
  }
}

/** Writes a table that {@link readCsv} reads: NULL as nothing, the empty text and all that needs it in quotes. */
export function writeCsv(names: readonly string[], rows: readonly (readonly (string | null | undefined)[])[]): string {
  const field = (text: string | null | undefined): string => {
    if (text === null || text === undefined) return "";
    return text === "" || text.trim() !== text || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}
