/** Findings as a person reads them: place, code frame, what was found, what was meant. */
import type { Finding } from "./finding";

/**
 * One finding, over several lines.
 *
 * @example
 * error[unknown-column]: there is no column 'co2_mass_ton' here
 *   --> sql/macros/emissions.sql:5:9
 *    |
 *  5 |     sum(co2_mass_ton) as co2_ton
 *    |         ^^^^^^^^^^^^ did you mean 'co2_mass_tons'?
 */
export function describeFinding(finding: Finding): string {
  const { code, severity = "error", place, at, source, message, help, notes = [] } = finding;
  const lines = [`${severity}[${code}]: ${message}`, `  --> ${place}`];
  if (at && source !== undefined) {
    const number = String(at.line);
    const gutter = " ".repeat(number.length + 1);
    const { text, column } = excerpt(source, at.column);
    const length = Math.max(1, Math.min(at.length ?? 1, text.length - column + 1));
    const pointer = `${" ".repeat(column - 1)}${"^".repeat(length)}`;
    lines.push(`${gutter} |`, ` ${number} | ${text}`, `${gutter} | ${pointer}${help ? ` ${help}` : ""}`);
  } else if (help) lines.push(`   = ${help}`);
  return [...lines, ...notes.map((note) => `   = ${note}`)].join("\n");
}

/** All findings, and how many. */
export function describeFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity !== "warning").length;
  const count = (number: number, what: string): string[] =>
    number === 0 ? [] : [`${number} ${what}${number === 1 ? "" : "s"}`];
  const total = [...count(errors, "error"), ...count(findings.length - errors, "warning")].join(", ");
  return [...findings.map(describeFinding), `${total}: docs/checks.md says what each code means.`].join("\n\n");
}

const widest = 110;

/** The part of a long line that can be shown, and the column in it. */
function excerpt(line: string, column: number): { text: string; column: number } {
  const text = line.replace(/\t/g, " ").trimEnd();
  if (text.length <= widest) return { text, column };
  const from = Math.max(0, Math.min(column - 1 - Math.floor(widest / 3), text.length - widest));
  const cut = text.slice(from, from + widest);
  return { text: `${from > 0 ? "…" : ""}${cut}`, column: column - from + (from > 0 ? 1 : 0) };
}
