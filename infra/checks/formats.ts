/** Checks of how incoming files are declared to be written. */
import { literal } from "../../audit/literal";
import { textValues, type CsvFormat, type FileFormat } from "../../functions/formats/file-format";
import { valueForm } from "../../functions/formats/value-forms";
import type { DeclaredFile } from "./declared";
import type { FindingCode } from "./finding";
import { typeOf } from "./queries";
import { suggestion } from "./suggestion";

type Add = (path: string, code: FindingCode, message: string, help?: string) => void;

const valueMembers = ["patterns", "rejected"];
/** Members by format. What is written in JavaScript no compiler has seen. */
const members: Readonly<Record<string, readonly string[]>> = {
  csv: ["delimiter", "quote", "escape", "header", "nullText", ...valueMembers],
  jsonLines: valueMembers,
};

/** Faults of a file's format; `path` is that of the file, e.g. `incoming[0]`. */
export function formatFindings({ format, table }: DeclaredFile, path: string, add: Add): void {
  if (format === undefined) return;
  const fault = (member: string, message: string, help?: string): void =>
    add(`${path}.format${member}`, "file-format", message, help);
  const kinds = Object.keys(format);
  const [kind] = kinds;
  if (kinds.length !== 1 || !Object.hasOwn(members, kind)) {
    const found = kinds.length === 0 ? "nothing" : kinds.join(" and ");
    return fault(
      "",
      `a file has one format, not ${found}`,
      "it is { csv: {…} } or { jsonLines: {…} }; leave it out for Parquet.",
    );
  }
  for (const member of Object.keys(textValues(format))) {
    if (members[kind].includes(member)) continue;
    fault(`.${kind}.${member}`, `${kind} has no option '${member}'`, suggestion(member, members[kind]));
  }
  if ("csv" in format) characterFaults(format.csv, fault);
  valueFaults(format, kind, table, fault);
}

type Fault = (member: string, message: string, help?: string) => void;

function characterFaults(csv: CsvFormat, fault: Fault): void {
  const { delimiter = ",", quote = '"', escape, nullText = "" } = csv;
  const characters = { delimiter, quote, ...(escape !== undefined && { escape }) };
  const seen = new Map<string, string>();
  for (const [name, character] of Object.entries(characters)) {
    const first = seen.get(character);
    if (!/^[\t\x20-\x7e]$/.test(character)) {
      const help = "Athena's CSV reader takes one character of ASCII: use a tab or one that is printed.";
      fault(`.csv.${name}`, `${JSON.stringify(character)} is no character`, help);
    } else if (first !== undefined) {
      const help = name === "escape" ? "leave it out: a quote within quotes is written twice." : "give each its own.";
      fault(`.csv.${name}`, `${JSON.stringify(character)} is the ${first} already`, help);
    }
    seen.set(character, name);
  }
  if (!isWritable(nullText)) fault(".csv.nullText", `${JSON.stringify(nullText)} has a control character`);
}

function valueFaults(format: FileFormat, kind: string, table: DeclaredFile["table"], fault: Fault): void {
  const { patterns = {}, rejected } = textValues(format);
  const { tableName, columns } = table;
  for (const [name, type] of Object.entries(columns)) {
    if (typeOf(type).kind === "unknown" || valueForm(type) !== undefined) continue;
    fault(
      "",
      `no field of text holds the ${type} of ${tableName}.${name}`,
      "make it a string, and read it in a model (json_parse).",
    );
  }
  for (const [name, pattern = ""] of Object.entries(patterns)) {
    const at = `.${kind}.patterns.${name}`;
    const type = columns[name];
    const [unknown] = /%[DUuVwX]/.exec(pattern) ?? [];
    if (type === undefined) {
      fault(at, `${tableName} has no column '${name}'`, suggestion(name, Object.keys(columns)));
    } else if (type !== "date" && type !== "timestamp") {
      fault(at, `${name} is ${type}, and a pattern is for dates and timestamps`);
    } else if (!pattern.includes("%") || !isWritable(pattern)) {
      fault(at, `'${pattern}' is no pattern`, "write one of date_parse, e.g. '%d.%m.%Y'.");
    } else if (unknown !== undefined) {
      fault(
        at,
        `Athena's date_parse does not know ${unknown}`,
        'Trino documentation, "MySQL date functions", has the list.',
      );
    }
  }
  const most = rejected?.atMost ?? 0;
  if (!Number.isInteger(most) || most < 0) {
    fault(
      `.${kind}.rejected.atMost`,
      `${most} is no number of rows`,
      "use 0, or how many rows of a run may be rejected.",
    );
  }
}

/** Whether a text can stand in SQL. */
function isWritable(text: string): boolean {
  try {
    return literal(text) !== "";
  } catch {
    return false;
  }
}
