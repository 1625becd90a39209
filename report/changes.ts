/** All that moved: how much by table and attribute, and the largest changes, a page at a time. */
import { formatCount } from "./amounts";
import { html, jsonText, visible, type Html } from "./html";
import { link, placeOf } from "./places";
import type { ChangeView, LakeView } from "./view";
import { grainText, signed, valueText } from "../audit/explanation/wording";

/** Changes that stand in the page; the others are in its data, and shown a page at a time. */
const STANDING = 25;
/** Changes in the page's data. */
export const KEPT = 2000;

/** The section. */
export function changes(view: LakeView): Html {
  const { largest, counts } = view.changes;
  const explained = new Set(view.whys.map(({ date, explanation }) => placeOf.why(date, explanation)));
  const kept = largest.slice(0, KEPT);
  const all = counts.reduce((sum, each) => sum + each.changes, 0);
  return html`<section id="changes" class="view" aria-labelledby="changes-title">
    <h1 id="changes-title" tabindex="-1">
      ${all === 0 ? "No audited value has moved." : `${formatCount(all)} audited ${all === 1 ? "value" : "values"} moved.`}
    </h1>
    ${
      all > 0 &&
      html`${summary(view)}
        <h2>The largest</h2>
        <p class="filter">
          <label for="find-change" hidden>Find</label>
          <input id="find-change" type="search" hidden placeholder="table, attribute or row" autocomplete="off" />
        </p>
        <div class="wide" tabindex="0" role="region" aria-label="The largest changes">
          <table id="change-table">
            <thead>
              <tr>
                <th scope="col">Date</th>
                <th scope="col">Table</th>
                <th scope="col">Attribute</th>
                <th scope="col">Row</th>
                <th scope="col" class="n">Before</th>
                <th scope="col" class="n">Now</th>
                <th scope="col" class="n">Change</th>
                <th scope="col"><span class="unseen">Explanation</span></th>
              </tr>
            </thead>
            <tbody>
              ${kept.slice(0, STANDING).map((change) => changeRow(change, explained))}
            </tbody>
          </table>
        </div>
        <p class="pages" id="change-pages" aria-live="polite">
          ${all > STANDING ? `The largest ${formatCount(Math.min(STANDING, kept.length))} of ${formatCount(all)}.` : ""}
        </p>
        <script type="application/json" id="change-data">
          ${jsonText(kept.map((each) => dataRow(each, explained)))}
        </script>`
    }
  </section>`;
}

function summary({ changes: { counts } }: LakeView): Html {
  const shown = [...counts].sort((a, b) => b.date.localeCompare(a.date) || b.changes - a.changes);
  return html`<div class="wide" tabindex="0" role="region" aria-label="Changes by table and attribute">
      <table>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Table</th>
            <th scope="col">Attribute</th>
            <th scope="col" class="n">Values</th>
            <th scope="col" class="n">In all</th>
          </tr>
        </thead>
        <tbody>
          ${shown.slice(0, 40).map(
            ({ date, table, attribute, changes: count, delta }) =>
              html`<tr>
                <td>${date}</td>
                <th scope="row">${table}</th>
                <td>${attribute}</td>
                <td class="n">${formatCount(count)}</td>
                <td class="n">${delta === null ? "" : signed(delta)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${shown.length > 40 && html`<p class="muted">${formatCount(shown.length - 40)} more pairs of table and attribute are not listed.</p>`}`;
}

/** The cells of a change, as texts, and the place that explains it: what the page's script writes rows from. */
function dataRow(change: ChangeView, explained: ReadonlySet<string>): string[] {
  const { date, table, attribute, grain, current, prior, delta, type } = change;
  const place = placeOf.why(date, { table, attribute, grain });
  return [
    ...[date, table, attribute, grainText(grain)].map(visible),
    type === "added" ? "no row" : visible(valueText(prior)),
    type === "removed" ? "no row" : visible(valueText(current)),
    delta === null ? type : signed(delta),
    explained.has(place) ? place : "",
  ];
}

function changeRow(change: ChangeView, explained: ReadonlySet<string>): Html {
  const [date, table, attribute, grain, prior, current, delta, place] = dataRow(change, explained);
  return html`<tr>
    <td>${date}</td>
    <th scope="row">${table}</th>
    <td>${attribute}</td>
    <td class="data">${grain}</td>
    <td class="n">${prior}</td>
    <td class="n">${current}</td>
    <td class="n">${delta}</td>
    <td>${place && link(place, html`why<span class="unseen"> ${attribute} of ${grain} moved</span>`)}</td>
  </tr>`;
}
