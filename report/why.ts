/** Why numbers moved: a change as a tree, from the result to tables, rows and files, with bars that add up. */
import { isNegligible, type Cause, type Explanation } from "../audit/explanation/tree";
import { counted, grainText, percent, signed, valueText } from "../audit/explanation/wording";
import { fileId, type SourceFile } from "../audit/explanation/explained";
import { extent, partBar, stacked } from "./bars";
import { historyLine } from "./history";
import { html, type Content, type Html } from "./html";
import { moment } from "./marks";
import { command, link, placeOf } from "./places";
import { sqlDifference } from "./sql-difference";
import type { LakeView, WhyView } from "./view";

/** An article for each explained change. */
export function whys({ whys: all }: LakeView): Html {
  return html`${all.map(why)}`;
}

function why(view: WhyView): Html {
  const { explanation, date, priorDate, priorRun, sentence, history, models } = view;
  const { table, attribute, grain, change } = explanation;
  const place = placeOf.why(date, explanation);
  const against = priorRun === undefined ? priorDate : `run ${priorRun} of the same date`;
  const files = new Files(view);
  const tree = html`<ul class="tree">
    ${node(explanation, undefined, files)}
  </ul>`;
  return html`<article id="${place}" class="view why" aria-labelledby="${place}/title">
    <p class="crumbs">${link("changes", "Changes")} / <span>${table}</span> / <span>${attribute}</span></p>
    <h1 id="${place}/title" tabindex="-1" class="sentence">${sentence}</h1>
    <div class="figures">
      <div><span class="label">${grainOf(view)}</span><span class="data">${grainText(grain)}</span></div>
      <div>
        <span class="label">${against}</span
        ><span class="figure">${explanation.became === "added" ? "no row" : valueText(explanation.prior)}</span>
      </div>
      <div>
        <span class="label">${date}</span
        ><span class="figure">${explanation.became === "removed" ? "no row" : valueText(explanation.current)}</span>
      </div>
      ${change !== null && html`<div><span class="label">change</span><span class="figure river">${signed(change)}</span></div>`}
    </div>
    <h2>Where it comes from</h2>
    ${explanation.causes.length > 0 && html`<p class="muted">Each bar begins where the one above it ended. Together they are the change; what they do not reach is stated.</p>`}
    ${tree} ${files.list()}
    ${
      history.length > 1 &&
      html`<h2>${attribute} over execution dates</h2>
        ${historyLine(history, date, `${attribute} of ${grainText(grain)}`)}`
    }
    ${models.map(
      ({ table: changed, prior, current }) =>
        html`<h2>What changed in the model of ${changed}</h2>
          ${sqlDifference(prior, current, priorDate, date)}`,
    )}
    <p class="muted">The same in a terminal: ${command(view.command)}</p>
  </article>`;
}

function grainOf({ grain }: WhyView): string {
  return grain.join(" / ");
}

/** The files of an explanation, each by a number. */
class Files {
  private readonly files: { readonly date: string; readonly file: SourceFile }[] = [];

  constructor(private readonly view: WhyView) {}

  /** Marks of the files of a value. */
  marks({ current, prior }: Explanation["files"]): Html {
    const { date, priorDate } = this.view;
    return html`${this.mark(date, current)}${this.mark(priorDate, prior)}`;
  }

  private place(number: number): string {
    return `${placeOf.why(this.view.date, this.view.explanation)}/file-${number}`;
  }

  private mark(date: string, file: SourceFile | undefined): Html | undefined {
    if (!file) return undefined;
    const known = this.files.findIndex(
      (each) => each.date === date && each.file.key === file.key && each.file.etag === file.etag,
    );
    const number = known >= 0 ? known + 1 : this.files.push({ date, file });
    const name = file.key.split("/").pop() ?? file.key;
    return html`<a class="file" href="#${this.place(number)}" data-stay>${name} <span>${date}</span></a>`;
  }

  list(): Html | undefined {
    if (this.files.length === 0) return undefined;
    return html`<h2>The files that carried it</h2>
      <ol class="files">
        ${this.files.map(({ date, file }, index) => {
          const { key, etag } = file;
          const arrived = this.view.arrivals[fileId(file)];
          return html`<li id="${this.place(index + 1)}">
            <span class="data">${key}</span
            ><small
              >for ${date} · ETag
              ${etag}${
                arrived === undefined ? " · another file is there by now" : html` · arrived ${moment(arrived)}`
              }</small
            >
          </li>`;
        })}
      </ol>`;
  }
}

/** A value and what is behind it. */
function node(explanation: Explanation, head: Content, files: Files): Html {
  const lines = linesBelow(explanation, files);
  const line = html`<div class="line">${head ?? resultLine(explanation, files)}</div>`;
  if (lines.length === 0) return html`<li>${line}</li>`;
  return html`<li>
    <details open>
      <summary>${line}</summary>
      <ul>
        ${lines}
      </ul>
    </details>
  </li>`;
}

function resultLine(explanation: Explanation, files: Files): Html {
  const { attribute, grain, change, table } = explanation;
  return html`<span class="what"><b>${attribute}</b> <span class="muted">${table} ${grainText(grain)}</span></span>
    <span class="amount">${change === null ? "" : signed(change)}</span>
    ${change !== null && partBar({ from: 0, to: 1 }, [0, 1], "the whole change", "whole")}
    <span class="values">${values(explanation, "no row")}${files.marks(explanation.files)}</span>`;
}

/** Both values; `absent` for the one that a row which came or went does not have. */
function values({ current, prior, became, attribute }: Explanation, absent: string): Html {
  if (attribute === "*")
    return html`${became === "added" ? "a row that came" : became === "removed" ? "a row that went" : "a row that changed"}`;
  const before = became === "added" ? absent : valueText(prior);
  const now = became === "removed" ? absent : valueText(current);
  return html`<span class="data">${before}</span> → <span class="data">${now}</span>`;
}

/** What a line says and how much of the change it is. */
interface Share {
  readonly amount: number;
  readonly write: (bar: Html | undefined) => Html;
}

/** What is behind a value: causes, rows that are not listed, the model, the rest; their bars stand one after another. */
function linesBelow(explanation: Explanation, files: Files): Html[] {
  const { causes, further, model, together, unexplained, notFollowed, change } = explanation;
  const stated = (what: string, amount: number, beside?: Content): Share => ({
    amount,
    write: (bar) =>
      html`<li>
        <div class="line">
          <span class="what">${what}</span
          ><span class="amount">${signed(amount)} <small>${percent(amount, change)}</small></span
          >${bar}<span class="values">${beside}</span>
        </div>
      </li>`,
  });
  const shares: Share[] = [
    ...(model ? [stated("the model itself", model.contribution, model.difference)] : []),
    ...causes.map((cause): Share => ({
      amount: cause.contribution ?? 0,
      write: (bar) => node(cause.source, causeLine(cause, explanation, bar, files), files),
    })),
    ...(further.rows > 0 ? [stated(counted(further.rows, "more row"), further.contribution, "not listed")] : []),
    ...(together !== 0 ? [stated("these together", together)] : []),
    ...(isNegligible(unexplained, explanation) ? [] : [stated("unexplained", unexplained)]),
  ];
  const whole = change ?? 0;
  const parts = stacked(shares.map(({ amount }) => (whole === 0 ? 0 : amount / whole)));
  const range = extent(parts);
  return [
    ...shares.map(({ amount, write }, index) => {
      const part = parts[index];
      const bar =
        part && whole !== 0 && amount !== 0
          ? partBar(part, range, percent(amount, whole), amount / whole < 0 ? "against" : "with")
          : undefined;
      return write(bar);
    }),
    ...(notFollowed === null
      ? []
      : [
          html`<li>
            <div class="line"><span class="what muted">${notFollowed}</span></div>
          </li>`,
        ]),
  ];
}

/** Methods by which a row counts for something else than its value moved, in words. */
const weighed: Readonly<Record<string, string>> = { average: "by the average", quotient: "by the quotient" };

function causeLine(cause: Cause, above: Explanation, bar: Html | undefined, files: Files): Html {
  const { source, contribution, share, method, note } = cause;
  const name =
    source.table === above.table
      ? html`<b>${source.attribute}</b>`
      : html`<b>${grainText(source.grain)}</b> ${source.attribute === "*" ? "" : source.attribute}
          <span class="muted">${source.table}</span>`;
  const amount =
    method === "condition"
      ? html`<small>needed for what is above</small>`
      : contribution !== null &&
        share !== null &&
        html`${signed(contribution)} <small>${percent(share, 1)}${weighed[method] && ` ${weighed[method]}`}</small>`;
  return html`<span class="what">${name}</span><span class="amount">${amount}</span>${bar}
    <span class="values"
      >${values(source, "did not reach this result")}${note !== null && html`, <span class="muted">${note}</span>`}${files.marks(source.files)}</span
    >`;
}
