/** Backfills: how far each has come. */
import { formatCount } from "./amounts";
import { html, type Html } from "./html";
import { badge, markOf, moment, stateOf, verdict } from "./marks";
import { command, commandOf, shellWord } from "./places";
import type { BackfillView, CellState, LakeView } from "./view";

/** Dates of a backfill that are drawn. */
const DRAWN = 400;

/** The section. */
export function backfills(view: LakeView): Html {
  return html`<section id="backfills" class="view" aria-labelledby="backfills-title">
    <h1 id="backfills-title" tabindex="-1">Backfills.</h1>
    ${view.backfills.length === 0 && html`<p class="lede">There is none. ${command(commandOf(view, "backfill --from <date> --to <date>"))} runs the dates of a range again.</p>`}
    ${view.backfills.map((each) => article(each, view))} ${order(view)}
  </section>`;
}

/** What a live page asks for a backfill; elsewhere it is hidden. */
function order({ dates, pipelines }: LakeView): Html {
  const [from, to] = [dates[dates.length - 1], dates[0]];
  return html`<div class="order" hidden>
    <h2>Run dates again</h2>
    <p>
      <label>from <input type="date" name="from" value="${from}" /></label>
      <label>to <input type="date" name="to" value="${to}" /></label>
      <label
        >pipeline
        <select name="pipeline">
          <option value="">all</option>
          ${pipelines.map(({ name }) => html`<option>${name}</option>`)}
        </select></label
      >
      <button type="button" class="act" hidden data-act="backfill">Backfill…</button>
    </p>
  </div>`;
}

function article({ id, pipelines, started, finished, dates }: BackfillView, view: LakeView): Html {
  const done = dates.filter(({ status }) => status !== undefined && markOf(stateOf(status)).look !== "bad").length;
  const failed = dates.filter(({ status }) => status !== undefined && markOf(stateOf(status)).look === "bad").length;
  const state =
    finished !== undefined
      ? verdict("good", "✓", "done")
      : failed > 0
        ? badge("failed")
        : verdict("run", "▶", "under way, or interrupted");
  return html`<article class="backfill">
    <h2>${id}</h2>
    <p>
      ${state} ${formatCount(done)} of ${formatCount(dates.length)}
      done${failed > 0 && `, ${formatCount(failed)} failed`}
      <span class="muted"
        >· ${pipelines.join(", ")} · begun
        ${moment(started)}${finished !== undefined && html` · ended ${moment(finished)}`}</span
      >
    </p>
    <p class="marks">${dates.slice(0, DRAWN).map((each) => mark(each))}</p>
    ${dates.length > DRAWN && html`<p class="muted">${formatCount(dates.length - DRAWN)} more are not drawn.</p>`}
    ${finished === undefined && html`<p class="muted">Goes on with ${command(commandOf(view, `backfill --resume ${shellWord(id)}`))}</p>`}
  </article>`;
}

function mark({ date, pipeline, status, begun }: BackfillView["dates"][number]): Html {
  const state: CellState = status !== undefined ? stateOf(status) : begun ? "running" : "-";
  const { look, sign } = markOf(state);
  const words = `${date} ${pipeline} ${state === "-" ? "not begun" : state}`;
  return html`<span class="m ${look}" title="${words}"
    ><span aria-hidden="true">${sign}</span><span class="unseen">${words}</span></span
  >`;
}
