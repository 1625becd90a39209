/** Explanations as text: a tree for people, JSON for programs, Markdown for reports. */
import type { SourceFile } from "../../audit/explanation/explained";
import { isNegligible, type Cause, type Explanation } from "../../audit/explanation/tree";
import { grainText, percent, signed, valueText } from "../../audit/explanation/wording";
import type { ExplainedTable } from "./explain-audit";
import type { ExplanationFormat } from "./arguments";

/** Writes explained changes in a format, ending with a line break. */
export function renderExplanations(explained: ExplainedTable, format: ExplanationFormat): string {
  if (format === "json") return `${JSON.stringify(explained, undefined, 2)}\n`;
  const { explanations, further, table, date, priorDate } = explained;
  if (priorDate === undefined)
    return `Nothing that was asked for differs in ${table} on ${date} from the date before.\n`;
  const lines = explanations.flatMap((each) =>
    format === "tree" ? [...treeLines(line(each, explained)), ""] : [...markdownLines(line(each, explained), 0), ""],
  );
  const heading = `${table} ${date} against ${priorDate}`;
  const more = further > 0 ? [`${further.toLocaleString("en-US")} smaller changes are not shown (--changes).`] : [];
  return [format === "tree" ? heading : `## ${heading}`, "", ...lines, ...more].join("\n").replace(/\n*$/, "\n");
}

/** A line and the lines below it. */
interface Line {
  readonly text: string;
  readonly below: readonly Line[];
}

/** A change, what it comes from, and what stays unexplained. */
function line(explanation: Explanation, explained: ExplainedTable): Line {
  const { attribute, grain } = explanation;
  return { text: `${grainText(grain)} ${attribute} ${moved(explanation)}`, below: linesBelow(explanation, explained) };
}

function moved({ current, prior, change }: Explanation): string {
  const values = `${valueText(current)} ← ${valueText(prior)}`;
  return change === null ? values : `${signed(change)}: ${values}`;
}

function linesBelow(explanation: Explanation, explained: ExplainedTable): Line[] {
  const { causes, further, unexplained, notFollowed, change, files } = explanation;
  const lines = causes.map((cause) => causeLine(cause, explanation, explained));
  if (further.rows > 0) {
    const rows = further.rows.toLocaleString("en-US");
    lines.push({
      text: `${rows} more ${signed(further.contribution)} (${percent(further.contribution, change)})`,
      below: [],
    });
  }
  if (notFollowed !== null) lines.push({ text: notFollowed, below: [] });
  if (!isNegligible(unexplained, explanation)) {
    lines.push({ text: `unexplained ${signed(unexplained)} (${percent(unexplained, change)})`, below: [] });
  }
  const { date, priorDate = "" } = explained;
  return [...lines, ...fileLine(date, files.current, explained), ...fileLine(priorDate, files.prior, explained)];
}

function causeLine(cause: Cause, above: Explanation, explained: ExplainedTable): Line {
  const { source, contribution, share, method, note } = cause;
  const sameRow = source.table === above.table;
  const name = sameRow ? source.attribute : `${source.table} ${grainText(source.grain)} ${source.attribute}`;
  const part = share === null ? `(${method}, no number)` : `(${percent(share, 1)})`;
  // A row can count for more or less than its value moved: a rate, an average, a factor.
  const other = contribution !== null && !isNegligible(contribution - (source.change ?? 0), source);
  const counted = other ? `${signed(contribution)} by ${method} of ` : "";
  const beside = note === null ? "" : ` ${note}`;
  const values = source.attribute === "*" ? "" : moved(source);
  return {
    text: `${name} ${counted}${values} ${part}${beside}`.replace(/ +/g, " "),
    below: linesBelow(source, explained),
  };
}

function fileLine(date: string, file: SourceFile | undefined, { arrivals }: ExplainedTable): Line[] {
  if (!file) return [];
  const arrival = arrivals[file.key] === undefined ? "" : `, arrived ${arrivals[file.key]}`;
  return [{ text: `${date} ${file.key}, ETag ${file.etag}${arrival}`, below: [] }];
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
  const escaped = text.replace(/[\\`*_{}[\]<>|#]/g, "\\$&");
  return [`${"  ".repeat(depth)}- ${escaped}`, ...below.flatMap((each) => markdownLines(each, depth + 1))];
}
