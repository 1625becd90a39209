/**
 * Fields of one line of a CSV file, as Athena's OpenCSVSerde reads them: its quirks are Trino's, which say of themselves that they are
 * the SerDe's own (trinodb/trino, `CsvDeserializer`: "bug for bug compatible with OpenCSVSerde"). Pure.
 */

/** Characters of a CSV table: one each. */
export interface CsvCharacters {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
}

/**
 * The first `count` fields of a line; `null` for those that it has not, for all of an empty line, and for a last one whose quote is
 * not closed: Athena knows no line breaks within a field.
 */
export function csvFields(line: string, count: number, { separator, quote, escape }: CsvCharacters): (string | null)[] {
  const fields: string[] = [];
  const filled = (): (string | null)[] => Array.from({ length: count }, (_, index) => fields[index] ?? null);
  if (line === "") return filled();
  let field = "";
  let inQuotes = false;
  let inField = false;
  for (let at = 0; at < line.length && fields.length < count; at++) {
    const character = line[at];
    const next = line[at + 1];
    if (character === escape) {
      // What escapes nothing is left out.
      if ((inQuotes || inField) && (next === quote || next === escape)) {
        field += next;
        at++;
      }
    } else if (character === quote) {
      if ((inQuotes || inField) && next === quote) {
        field += next;
        at++;
      } else {
        const within = at > 2 && line[at - 1] !== separator && next !== undefined && next !== separator;
        // A quote amid a field is part of it; blanks before a quote are not.
        if (within) field = field !== "" && field.trim() === "" ? "" : field + character;
        inQuotes = !inQuotes;
      }
      inField = !inField;
    } else if (character === separator && !inQuotes) {
      fields.push(field);
      field = "";
      inField = false;
    } else {
      field += character;
      inField = true;
    }
  }
  if (fields.length < count && !inQuotes) fields.push(field);
  return filled();
}
