/** Explanations as text: a tree for people, JSON for programs, Markdown for reports. */
import { fileId, type SourceFile } from "../../audit/explanation/explained";
import { isNegligible, type Cause, type Explanation } from "../../audit/explanation/tree";
import { counted, grainText, percent, signed, valueText } from "../../audit/explanation/wording";
import type { ExplainedTable } from "./explain-audit";
import type { ExplanationFormat } from "./arguments";

/** Writes explained changes in a format, ending with a line break. */
export function renderExplanations(explained: ExplainedTable, format: ExplanationFormat): string {
  if (format === "json") return `${JSON.stringify(explained, undefined, 2)}\n`;
  const { explanations, further, table, date, priorDate, priorRun } = explained;
  if (priorDate === undefined)
    return `Nothing that was asked for differs in ${table} on ${date} from the date before.\n`;
  const footnotes = new Footnotes(explained);
  const lines = explanations.flatMap((each) => {
    const whole = line(each, footnotes);
    return [...(format === "tree" ? treeLines(whole) : markdownLines(whole, 0)), ""];
  });
  const heading = `${table} ${date} against ${priorRun === undefined ? priorDate : `run ${priorRun} of the same date`}`;
  const more =
    further > 0 ? [`${counted(further, "smaller change is", "smaller changes are")} not shown (--changes).`, ""] : [];
  const notes = footnotes.lines().map((each) => (format === "tree" ? each : `- ${escaped(each)}`));
  return [format === "tree" ? heading : `## ${heading}`, "", ...lines, ...more, ...notes]
    .join("\n")
    .replace(/\n*$/, "\n");
}

/** A line and the lines below it. */
interface Line {
  readonly text: string;
  readonly below: readonly Line[];
}

/** The files that were mentioned, each once, by number. */
class Footnotes {
  private readonly files: { readonly date: string; readonly file: SourceFile }[] = [];

  constructor(private readonly explained: ExplainedTable) {}

  /** ` [1] [2]` for the files of a value. */
  mark({ current, prior }: Explanation["files"]): string {
    const { date, priorDate = "" } = this.explained;
    return this.number(date, current) + this.number(priorDate, prior);
  }

  private number(date: string, file: SourceFile | undefined): string {
    if (!file) return "";
    const same = (each: (typeof this.files)[number]) =>
      each.date === date && each.file.key === file.key && each.file.etag === file.etag;
    const known = this.files.findIndex(same);
    return ` [${known >= 0 ? known + 1 : this.files.push({ date, file })}]`;
  }

  lines(): string[] {
    const { arrivals } = this.explained;
    return this.files.map(({ date, file }, index) => {
      const arrived = arrivals[fileId(file)] as string | undefined;
      return `[${index + 1}] ${date} ${file.key}, ETag ${file.etag}${arrived === undefined ? "" : `, arrived ${arrived}`}`;
    });
  }
}

/** A change, what it comes from, and what stays unexplained. */
function line(explanation: Explanation, footnotes: Footnotes): Line {
  const { attribute, grain, change, files } = explanation;
  const amount = change === null ? "" : ` ${signed(change)}`;
  const values = movement(explanation, "no row");
  return {
    text: `${grainText(grain)} ${attribute}${amount}: ${values}${footnotes.mark(files)}`,
    below: linesBelow(explanation, footnotes),
  };
}

/** Both values of a row; `absent` in place of the one that a row which came or went does not have. */
function movement({ current, prior, became }: Explanation, absent: string): string {
  const now = became === "removed" ? absent : valueText(current);
  const before = became === "added" ? absent : valueText(prior);
  return `${now} ← ${before}`;
}

function linesBelow(explanation: Explanation, footnotes: Footnotes): Line[] {
  const { causes, further, model, together, unexplained, notFollowed, change } = explanation;
  const leaf = (text: string): Line => ({ text, below: [] });
  const part = (amount: number) => `${signed(amount)} (${percent(amount, change)})`;
  return [
    ...(model ? [{ text: `the model itself ${part(model.contribution)}`, below: [leaf(model.difference)] }] : []),
    ...causes.map((cause) => causeLine(cause, explanation, footnotes)),
    ...(further.rows > 0 ? [leaf(`${counted(further.rows, "more row")} ${part(further.contribution)}`)] : []),
    ...(together !== 0 ? [leaf(`these together ${part(together)}`)] : []),
    ...(notFollowed === null ? [] : [leaf(notFollowed)]),
    ...(isNegligible(unexplained, explanation) ? [] : [leaf(`unexplained ${part(unexplained)}`)]),
  ];
}

/** Methods by which a row counts for something else than its value moved, in words. */
const weighed: Readonly<Record<string, string>> = { average: " by the average", quotient: " by the quotient" };

function causeLine(cause: Cause, above: Explanation, footnotes: Footnotes): Line {
  const { source, contribution, share, method, note } = cause;
  const name =
    source.table === above.table ? source.attribute : `${source.table} ${grainText(source.grain)} ${source.attribute}`;
  const amount =
    method === "condition"
      ? " needed for what is above"
      : contribution === null || share === null
        ? ""
        : ` ${signed(contribution)} (${percent(share, 1)})${weighed[method] ?? ""}`;
  const beside = note === null ? "" : `, ${note}`;
  return {
    text: `${name.replace(/ \*$/, "")}${amount}: ${whatHappened(source)}${beside}${footnotes.mark(source.files)}`,
    below: linesBelow(source, footnotes),
  };
}

function whatHappened(source: Explanation): string {
  if (source.attribute !== "*") return movement(source, "did not reach this result");
  return source.became === "added"
    ? "a row that came"
    : source.became === "removed"
      ? "a row that went"
      : "a row that changed";
}

function treeLines({ text, below }: Line): string[] {
  return [
    text,
    ...below.flatMap((each, index) => {
      const last = index === below.length - 1;
      const [first, ...rest] = treeLines(each);
      return [`${last ? "└─ " : "├─ "}${first}`, ...rest.map((more) => `${last ? "   " : "│  "}${more}`)];
    }),
  ];
}

function markdownLines({ text, below }: Line, depth: number): string[] {
  return [`${"  ".repeat(depth)}- ${escaped(text)}`, ...below.flatMap((each) => markdownLines(each, depth + 1))];
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
}
