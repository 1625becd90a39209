/** Pipelines × dates, newest first: the newest dates in words, earlier ones as a mark each. */
import { formatBytes, formatCount, formatDuration } from "./amounts";
import { html, type Html } from "./html";
import { badge, markOf, wordOf } from "./marks";
import { placeOf } from "./places";
import type { CellView, LakeView } from "./view";

/** Dates told in words. */
const IN_WORDS = 3;
/** Dates that are marks; earlier ones are in the page's data. */
const AS_MARKS = 120;

/** The grid, and a key to it. */
export function grid(view: LakeView): Html {
  const { dates, pipelines, cells } = view;
  const byPlace = new Map(cells.map((cell) => [`${cell.date} ${cell.pipeline}`, cell]));
  const told = new Set(view.runs.map((run) => placeOf.run(run)));
  const words = dates.slice(0, IN_WORDS);
  const marks = dates.slice(IN_WORDS, IN_WORDS + AS_MARKS);
  const hidden = dates.length - words.length - marks.length;
  const cellAt = (date: string, pipeline: string): CellView =>
    byPlace.get(`${date} ${pipeline}`) ?? { pipeline, date, state: "-" };
  return html`<div class="wide" tabindex="0" role="region" aria-label="Dates and pipelines">
      <table class="grid">
        <caption class="unseen">
          State of each date of each pipeline, newest date first
        </caption>
        <thead>
          <tr>
            <th scope="col">Pipeline</th>
            ${words.map((date) => html`<th scope="col">${date}</th>`)}${
              marks.length > 0 &&
              html`<th scope="col">
                <span class="months" aria-hidden="true">${months(marks)}</span
                ><span class="unseen">${marks[0]} back to ${marks[marks.length - 1]}</span>
              </th>`
            }
          </tr>
        </thead>
        <tbody>
          ${pipelines.map(
            ({ name, after, cadence }) =>
              html`<tr>
                <th scope="row">
                  ${name}<small>${cadence}${after.length > 0 && ` · after ${after.join(", ")}`}</small>
                </th>
                ${words.map((date) =>
                  wordCell(cellAt(date, name), told),
                )}${marks.length > 0 && html`<td class="marks">${marks.map((date) => mark(cellAt(date, name), told))}</td>`}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${marks.length > 0 && legend(cells)}
    ${hidden > 0 && html`<p class="muted">${formatCount(hidden)} earlier dates are not drawn; <code>status --from</code> shows them.</p>`}`;
}

function wordCell(cell: CellView, told: ReadonlySet<string>): Html {
  const { state, rows, bytes, started, ended, pipeline, date, run, waitsFor = [] } = cell;
  const { look } = markOf(state);
  const place = run === undefined ? undefined : placeOf.run({ pipeline, date, run });
  const details = [
    rows !== undefined && rows > 0 && `${formatCount(rows)} rows`,
    started !== undefined && ended !== undefined && formatDuration(Date.parse(ended) - Date.parse(started)),
    bytes !== undefined && bytes > 0 && formatBytes(bytes),
  ].filter((text) => text !== false);
  const text = html`${state === "-" ? html`<span class="muted">nothing</span>` : badge(state)}<small
      >${state === "waiting" ? waitsFor.map((what) => `for ${what}`).join(", ") : details.join(" · ")}</small
    >`;
  const linked = place !== undefined && told.has(place);
  return html`<td class="cell ${look}" data-cell="${pipeline} ${date}">
    ${linked ? html`<a href="#${place}">${text}</a>` : text}
  </td>`;
}

function mark(cell: CellView, told: ReadonlySet<string>): Html {
  const { state, pipeline, date, run } = cell;
  const { look, sign } = markOf(state);
  const words = `${date} ${wordOf(state)}`;
  const place = run === undefined ? undefined : placeOf.run({ pipeline, date, run });
  const inside = html`<span aria-hidden="true">${sign}</span><span class="unseen">${words}</span>`;
  // One of a row takes part in the tab order; arrow keys go on from there.
  return place !== undefined && told.has(place)
    ? html`<a class="m ${look}" href="#${place}" title="${words}">${inside}</a>`
    : html`<span class="m ${look}" title="${words}">${inside}</span>`;
}

/** Names of months above their dates. */
function months(dates: readonly string[]): Html[] {
  const runs: { readonly month: string; count: number }[] = [];
  for (const date of dates) {
    const month = date.slice(0, 7);
    const last = runs[runs.length - 1];
    if (last?.month === month) last.count += 1;
    else runs.push({ month, count: 1 });
  }
  return runs.map(({ month, count }) => {
    const width = count * 14;
    return html`<svg width="${width}" height="14" class="month">
      <text x="0" y="11">${count > 3 ? month : ""}</text>
    </svg>`;
  });
}

function legend(cells: readonly CellView[]): Html {
  const states = [...new Set(cells.map(({ state }) => state))].filter((state) => state !== "-");
  return html`<p class="legend">${states.map((state) => html`${badge(state)} `)}</p>`;
}
