/**
 * Rows as text: a table for people, JSON and CSV for programs. All three start from Athena's answer, in which each value
 * is text or absent and the column says what the text means.
 */
import { CommandError } from "../command-error";

/** A column of a result; `type` is Athena's name, e.g. `varchar`, `decimal`, `real`. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A value's text; undefined for NULL. */
export type Cell = string | undefined;

/** A result. Each row has a cell for each column. */
export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The formats that `--format` takes. */
export const FORMATS = ["table", "json", "csv"] as const;
export type Format = (typeof FORMATS)[number];

/** How a table may look: lines and colour are for terminals. */
export interface Look {
  readonly unicode: boolean;
  readonly colour: boolean;
}

/** The look for a stream: plain text unless a person watches it; https://no-color.org is respected. */
export function lookFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Look {
  const watched = Boolean(stream.isTTY) && environment.TERM !== "dumb";
  return { unicode: watched, colour: watched && !environment.NO_COLOR };
}

/** Writes rows in a format, ending with a line break. */
export function render(rows: Rows, format: Format, look: Look): string {
  if (format === "json") return renderJson(rows);
  if (format === "csv") return renderCsv(rows);
  return renderTable(rows, look);
}

/** A heading between tables. */
export function heading(text: string, look: Look): string {
  return look.colour ? `\u001b[1m${text}\u001b[22m` : text;
}

const NUMERIC = /^(tinyint|smallint|int|integer|bigint|float|real|double|decimal)\b/;

/** An aligned table: numbers to the right, text to the left, NULL as such. */
export function renderTable({ columns, rows }: Rows, look: Look): string {
  const headings = columns.map(({ name }) => oneLine(name));
  const cells = rows.map((row) => columns.map((_, index) => (row[index] === undefined ? "NULL" : oneLine(row[index]))));
  const widths = headings.map((heading, index) =>
    Math.max(width(heading), ...cells.map((row) => width(row[index] ?? ""))),
  );
  const right = columns.map(({ type }) => NUMERIC.test(type));
  const line = (row: readonly string[], paint: (text: string, index: number) => string): string =>
    row
      .map((text, index) => {
        const space = " ".repeat((widths[index] ?? 0) - width(text));
        return right[index] ? space + paint(text, index) : paint(text, index) + space;
      })
      .join("  ")
      .trimEnd();
  const dim = (text: string): string => (look.colour ? `\u001b[2m${text}\u001b[22m` : text);
  const bold = (text: string): string => (look.colour ? `\u001b[1m${text}\u001b[22m` : text);
  const rule = widths.map((count) => (look.unicode ? "─" : "-").repeat(count)).join(look.unicode ? "──" : "  ");
  return [
    line(headings, bold),
    dim(rule),
    ...cells.map((row, at) => line(row, (text, index) => (rows[at]?.[index] === undefined ? dim(text) : text))),
  ]
    .map((text) => `${text}\n`)
    .join("");
}

/**
 * An array of objects, one a line. Numbers keep the digits that the engine gave: a `bigint` or a `decimal` of more digits
 * than a JavaScript number holds is written in full.
 */
export function renderJson({ columns, rows }: Rows): string {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CommandError(
      `Two columns of the result are called ${twice}; JSON needs an alias (AS …) for one of them.`,
    );
  }
  const objects = rows.map(
    (row) =>
      `{${columns.map(({ name, type }, index) => `${JSON.stringify(name)}:${jsonValue(row[index], type)}`).join(",")}}`,
  );
  return objects.length === 0 ? "[]\n" : `[\n${objects.join(",\n")}\n]\n`;
}

function jsonValue(cell: Cell, type: string): string {
  if (cell === undefined) return "null";
  if (type === "boolean" && /^(true|false)$/.test(cell)) return cell;
  // NaN and Infinity are no JSON numbers: they stay text.
  if (NUMERIC.test(type) && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(cell)) return cell;
  return JSON.stringify(cell);
}

/** RFC 4180: CRLF, quotes where needed. NULL is nothing, empty text is `""`. */
export function renderCsv({ columns, rows }: Rows): string {
  const field = (cell: Cell): string => {
    if (cell === undefined) return "";
    return cell === "" || /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
  };
  return [columns.map(({ name }) => name), ...rows]
    .map((row) => `${columns.map((_, index) => field(row[index])).join(",")}\r\n`)
    .join("");
}

/** Control characters would break the lines of a table, or steer the terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === "\n" ? "⏎" : "·"));
}

/** Columns that a text takes in a terminal, near enough: characters, not code units. */
function width(text: string): number {
  return [...text].length;
}
