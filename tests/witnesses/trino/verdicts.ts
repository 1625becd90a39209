/**
 * Plays statements on the local Athena, and says how its answers go with Trino's: the matrix, and the list of what is not equal.
 */
import type { Statement } from "./answers";
import { compare, type Verdict } from "./compare";
import type { LocalAthena } from "./local-athena";

export interface Played {
  readonly statement: Statement;
  readonly verdict: Verdict;
  /** What is refused, or in what the results differ. */
  readonly why: string;
  readonly milliseconds: number;
}

export async function play(statements: readonly Statement[], athena: LocalAthena): Promise<Played[]> {
  const played: Played[] = [];
  for (const statement of statements) {
    const clock = performance.now();
    const local = await athena.ask(statement.sql);
    const milliseconds = performance.now() - clock;
    played.push({ statement, milliseconds, ...compare(statement, local) });
  }
  return played;
}

const VERDICTS: readonly Verdict[] = ["equal", "refused", "blamed", "different", "accepted"];

/** What a statement is about, without the kind of its values: `edge values: dates` belongs to `edge values`. */
function topic(about: string): string {
  return about.split(/[:(]/)[0].trim();
}

/** A table in Markdown: how many statements of each topic got which verdict. */
export function matrix(played: readonly Played[]): string {
  const topics = [...new Set(played.map(({ statement }) => topic(statement.about)))].sort();
  const count = (of: (one: Played) => boolean): number => played.filter(of).length;
  const line = (name: string, of: (one: Played) => boolean): string[] => [
    name,
    ...VERDICTS.map((verdict) => String(count((one) => of(one) && one.verdict === verdict))),
  ];
  const rows = [
    ["statements about", ...VERDICTS],
    ...topics.map((name) => line(name, ({ statement }) => topic(statement.about) === name)),
    line("**all**", () => true),
  ];
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length), 3));
  const cells = (row: readonly string[]): string =>
    `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [cells(rows[0]), rule, ...rows.slice(1).map(cells)].join("\n");
}

/** What the local runtime names when it refuses, each once: `the function soundex`. */
export function refusals(played: readonly Played[]): string[] {
  const texts = played.filter(({ verdict }) => verdict === "refused").map(({ why }) => refused(why));
  return [...new Set(texts)].sort();
}

function refused(why: string): string {
  return why
    .replace(/^.*?The local runtime (?:does not|could not) (?:run|read)\s*/s, "")
    .replace(/\.$/s, "")
    .split("\n")[0];
}

/** One line for each statement whose answer is not Trino's. */
export function unequal(played: readonly Played[]): string[] {
  return played
    .filter(({ verdict }) => verdict !== "equal")
    .map(({ statement, verdict, why }) => {
      const reason = verdict === "refused" ? refused(why) : why.split("\n")[0].slice(0, 150);
      return [verdict, statement.id, reason].join("\t");
    });
}
