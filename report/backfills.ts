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
    ${view.backfills.map((each) => article(each, view))}
  </section>`;
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
