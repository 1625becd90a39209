/** Writes a difference: as Markdown for a pull request, as tables for a terminal, as JSON for programs. Pure. */
import { heading, renderTable, type Look, type Rows } from "../presentation/table";
import type { DiffFormat } from "./arguments";
import { isDifferent, type LakeDifference } from "./compare";
import { sectionsOf, summary } from "./sections";

/** Rows that a table of a Markdown comment has at most: GitHub takes 65,536 characters. */
const MOST_ROWS = 30;

/** Characters of a value that a Markdown comment shows. */
const MOST_CHARACTERS = 200;

/** What was run, for the reader. */
export interface DiffedSample {
  /** What was landed, e.g. `3,000 generated rows per state`. */
  readonly described: string;
  /** Execution dates. */
  readonly dates: readonly string[];
}

/** Writes a difference, ending with a line break. */
export function writeDifference(difference: LakeDifference & DiffedSample, format: DiffFormat, look: Look): string {
  const different = isDifferent(difference);
  if (format === "json") return `${JSON.stringify({ different, ...difference }, null, 2)}\n`;
  const { base, head, described, dates } = difference;
  const ran = `Both ran on ${described} for ${dates.join(" and ")}.`;
  const told = different ? summary(difference) : "No difference.";
  const sections = different ? sectionsOf(difference) : [];
  if (format === "table") {
    const parts = sections.map(
      ({ title, rows, notes = [] }) =>
        `\n${heading(title, look)}\n${renderTable(rows, look)}${notes.map((note) => `${note}\n`).join("")}`,
    );
    return `${base} → ${head}: ${different ? told : "no difference."} ${ran}\n${parts.join("")}`;
  }
  const parts = sections.map(
    ({ title, rows, notes = [] }) =>
      `\n#### ${title}\n\n${markdownTable(rows)}${notes.map((note) => `\n${plain(note)}\n`).join("")}`,
  );
  return `### Data diff: ${code(base)} → ${code(head)}\n\n**${told}** ${ran}\n${parts.join("")}`;
}

/** Writes why a side could not be evaluated, in formats that others read on. */
export function writeFailure(message: string, format: Exclude<DiffFormat, "table">): string {
  if (format === "json") return `${JSON.stringify({ failure: message }, null, 2)}\n`;
  const fence = "`".repeat(Math.max(3, ...[...message.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `### Data diff\n\n**There is nothing to compare.**\n\n${fence}text\n${message}\n${fence}\n`;
}

function markdownTable({ columns, rows }: Rows): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const shown = rows.slice(0, MOST_ROWS);
  const right = columns.map(({ type }) => type !== "varchar");
  return [
    line(columns.map(({ name }) => name)),
    line(right.map((isRight) => (isRight ? "---:" : "---"))),
    ...shown.map((row) =>
      line(row.map((cell = "NULL", index) => (right[index] || /^–?$/.test(cell) ? plain(cell) : code(cell)))),
    ),
    rows.length > shown.length ? `\n… and ${rows.length - shown.length} more.\n` : "",
  ].join("");
}

/**
 * A value as code: what data and programs say is shown, and never acts as Markdown, HTML or a mention.
 * A pipe would end the cell even within code.
 */
function code(text: string): string {
  const clean = shortened(text).replace(/`/g, "ˋ").replace(/\|/g, "\\|");
  return `\`${clean}\``;
}

/** Text outside of code: numbers and our own sentences, which may name what a program named. */
function plain(text: string): string {
  return shortened(text, 1000).replace(/[\\`*_~[\]<>|#@&]/g, (character) =>
    character === "@" ? "@\u200b" : `\\${character}`,
  );
}

function shortened(text: string, most = MOST_CHARACTERS): string {
  const line = text.replace(/\p{Cc}+/gu, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
