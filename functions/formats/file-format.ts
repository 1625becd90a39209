/** What an incoming file is, where it is no Parquet file, and what the tables are called that its rows go through. */

/** How texts of either format become values. `Column` names columns of the table. */
export interface TextValues<Column extends string = string> {
  /**
   * How dates and timestamps are written, where that is not `2024-11-08` and `2024-11-08 13:30:00`: by column, as a format of Athena's
   * function `date_parse`. @example { day: "%d.%m.%Y" }
   */
  readonly patterns?: Readonly<Partial<Record<Column, string>>>;
  /**
   * How many rows of a run may be rejected, since a value of theirs is none of its column's type: with more, the run fails and readers
   * see what they saw. Rejected rows are in `<table>__rejected`.
   * @default { atMost: 0 }
   */
  readonly rejected?: { readonly atMost: number };
}

/** Lines of fields, UTF-8: RFC 4180 but for line breaks within a field, which Athena's CSV reader does not know. */
export interface CsvFormat<Column extends string = string> extends TextValues<Column> {
  /** One character between two fields. @default "," */
  readonly delimiter?: string;
  /** One character around a field that holds a delimiter; within it, it is written twice. @default '"' */
  readonly quote?: string;
  /** One character before a quote, or itself, that is part of a field. Before anything else it is left out. @default none */
  readonly escape?: string;
  /** Whether the first line names the columns: then these are the table's, in order. @default true */
  readonly header?: boolean;
  /** The text that is NULL. @default "", so that a field with nothing in it is NULL, in quotes or not */
  readonly nullText?: string;
}

/** A JSON object on each line, UTF-8; what it has beside the table's columns is left out, and what it lacks is NULL. */
export type JsonLinesFormat<Column extends string = string> = TextValues<Column>;

/**
 * How an incoming file is written. Its name may end in `.gz` or `.zst`, and says so if it is compressed.
 *
 * @example { csv: { delimiter: ";" } }
 * @example { jsonLines: { rejected: { atMost: 10 } } }
 */
export type FileFormat<Column extends string = string> =
  { readonly csv: CsvFormat<Column> } | { readonly jsonLines: JsonLinesFormat<Column> };

/** What both formats say of values. */
export function textValues(format: FileFormat): TextValues {
  return "csv" in format ? format.csv : format.jsonLines;
}

/** A CSV format with all that it leaves to its defaults. */
export interface CsvCharacters {
  readonly delimiter: string;
  readonly quote: string;
  /** Undefined if nothing is escaped. */
  readonly escape: string | undefined;
  readonly header: boolean;
  readonly nullText: string;
}

/** Fills a CSV format up. */
export function csvCharacters({
  delimiter = ",",
  quote = '"',
  escape,
  header = true,
  nullText = "",
}: CsvFormat): CsvCharacters {
  return { delimiter, quote, escape, header, nullText };
}

/** Stands for no escape: Athena's CSV reader has always one, and the backslash, its own, is part of many texts. */
export const noEscape = "\u0001";

/** Name of the table that shows a run's files of a table as they arrived, all of it text. */
export function arrivedTableName(table: string): string {
  return `${table}__arrived`;
}

/** Name of the table of the rows that could not be read. */
export function rejectedTableName(table: string): string {
  return `${table}__rejected`;
}

/** Columns of the table of rejected rows. */
export const rejectedColumns = {
  file: "string",
  row_text: "string",
  column_name: "string",
  value: "string",
  reason: "string",
} as const;

/** Columns of the table of arrived rows: the fields of a CSV file and what is beyond them, or a whole line. */
export function arrivedColumns(format: FileFormat, columns: readonly string[]): string[] {
  return "csv" in format ? [...columns.map((_, index) => `f${index + 1}`), "beyond"] : ["line"];
}
