/** The first look: how the newest date stands, what to do, what moved, and the runs of months at a glance. */
import { formatBytes, formatCount, formatDollars } from "./amounts";
import { grid } from "./grid";
import { html, type Html } from "./html";
import { badge, markOf, moment } from "./marks";
import { command, commandOf, link, placeOf, runLink, shellWord } from "./places";
import { movementBars } from "./bars";
import type { CellView, LakeView, WhyView } from "./view";

/** Things to do that are told one by one. */
const TOLD = 12;

/** The section. */
export function overview(view: LakeView): Html {
  return html`<section id="overview" class="view" aria-labelledby="overview-title">
    ${headline(view)} ${attention(view)} ${moved(view)}
    <section aria-labelledby="grid-title">
      <h2 id="grid-title">Runs</h2>
      ${grid(view)}
    </section>
    ${spending(view)}
  </section>`;
}

/** What is wrong with a date or keeps it waiting, worst first. Earlier dates that wait no longer matter once a later one is done. */
export function needsLook({ cells, pipelines }: Pick<LakeView, "cells" | "pipelines">): CellView[] {
  const rank = (cell: CellView): number => ["bad", "run", "wait"].indexOf(markOf(cell.state).look);
  const newest = new Map(
    pipelines.map(({ name }) => [
      name,
      cells.reduce(
        (date, each) => (each.pipeline === name && each.state === "succeeded" && each.date > date ? each.date : date),
        "",
      ),
    ]),
  );
  return cells
    .filter((cell) => rank(cell) >= 0 && !(cell.state === "waiting" && cell.date < (newest.get(cell.pipeline) ?? "")))
    .sort((a, b) => rank(a) - rank(b) || b.date.localeCompare(a.date));
}

function headline(view: LakeView): Html {
  const [newest] = view.dates;
  if (newest === undefined) {
    return html`<h1 id="overview-title" tabindex="-1">Nothing has arrived yet.</h1>
      <p class="lede">The page fills when files land.</p>`;
  }
  const cells = view.cells.filter(({ date }) => date === newest);
  const counts = new Map<string, number>();
  for (const { state } of cells) counts.set(state, (counts.get(state) ?? 0) + 1);
  const done = counts.get("succeeded") ?? 0;
  const due = cells.filter(({ state }) => !["-", "not due", "skipped"].includes(state)).length;
  const open = ["failed", "rejected", "lost", "running", "waiting"].flatMap((state) => {
    const count = counts.get(state) ?? 0;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const words =
    due > 0 && done === due ? `${newest} is done` : `${newest}: ${[`${done} of ${due} done`, ...open].join(", ")}`;
  const rows = cells.reduce((sum, cell) => sum + (cell.rows ?? 0), 0);
  const bytes = cells.reduce((sum, cell) => sum + (cell.bytes ?? 0), 0);
  const dollars = cells.reduce((sum, cell) => sum + (cell.dollars ?? 0), 0);
  const changes = view.changes.counts
    .filter(({ date }) => date === newest)
    .reduce((sum, each) => sum + each.changes, 0);
  const fact = (name: string, value: string): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<h1 id="overview-title" tabindex="-1">${words}.</h1>
    <dl class="facts">
      ${fact("rows written", formatCount(rows))} ${fact("scanned", formatBytes(bytes))}
      ${fact("Athena would bill", formatDollars(dollars))} ${fact("audited values moved", formatCount(changes))}
    </dl>`;
}

function attention(view: LakeView): Html | undefined {
  const all = needsLook(view);
  if (all.length === 0 && view.deadLetters === 0) return undefined;
  const letters =
    view.deadLetters > 0 &&
    html`<li class="todo bad">
      <p>${badge("rejected")} <strong>${formatCount(view.deadLetters)} events</strong> could not be handled.</p>
      <p class="muted">They wait in the lake’s queue of dead letters.</p>
    </li>`;
  return html`<section aria-labelledby="todo-title">
    <h2 id="todo-title">Needs a look</h2>
    <ul class="todos">
      ${letters}${all.slice(0, TOLD).map((cell) => todo(cell, view))}
    </ul>
    ${all.length > TOLD && html`<p class="muted">${formatCount(all.length - TOLD)} more are in the grid below.</p>`}
  </section>`;
}

function todo(cell: CellView, view: LakeView): Html {
  const { pipeline, date, state, error, waitsFor = [], step, run } = cell;
  const { look } = markOf(state);
  const name = html`<strong>${pipeline}</strong> ${date}`;
  const rerun = `rerun --pipeline ${shellWord(pipeline)} --date ${shellWord(date)}`;
  const why =
    look === "bad"
      ? error
        ? html`<p><b>${error.name}</b>: ${error.message}</p>`
        : html`<p>Its execution is gone.</p>`
      : state === "running"
        ? html`<p>It is in ${step ?? "its first state"}${cell.started && html`, since ${moment(cell.started)}`}.</p>`
        : waitsFor.length === 0
          ? html`<p>All that it waits for is there: it is about to begin.</p>`
          : html`<p>
            It waits for
            ${waitsFor.map((what, index) => html`${index > 0 && " and for "}<span class="data">${what}</span>`)}.
          </p>`;
  const remedy =
    look === "bad" &&
    html`<p class="remedy">
      <span class="muted">${state === "rejected" ? "Deliver what it asks for; then" : "When it is mended:"}</span>
      ${command(commandOf(view, rerun))}
      <button type="button" class="act" hidden data-act="rerun" data-pipeline="${pipeline}" data-date="${date}">
        Rerun…
      </button>
    </p>`;
  const what = run === undefined ? name : runLink(view, { pipeline, date, run }, name);
  return html`<li class="todo ${look}">
    <p>${badge(state)} ${what}</p>
    ${why}${remedy}
  </li>`;
}

/** The largest changes of the newest date that has any, a sentence each. */
function moved({ whys, changes }: LakeView): Html | undefined {
  const date = changes.counts.reduce((newest, each) => (each.date > newest ? each.date : newest), "");
  if (date === "") return undefined;
  const told = whys.filter((each) => each.date === date).slice(0, 3);
  const count = changes.counts.filter((each) => each.date === date).reduce((sum, each) => sum + each.changes, 0);
  const [first] = told;
  return html`<section aria-labelledby="moved-title">
    <h2 id="moved-title">What moved on ${date}</h2>
    ${first && html`<p class="muted">against ${first.priorRun === undefined ? first.priorDate : `run ${first.priorRun} of the same date`}</p>`}
    <ol class="moved">
      ${told.map(movedLine)}
    </ol>
    <p>
      ${link("changes", `${count === 1 ? "The one audited value" : `All ${formatCount(count)} audited values`} that moved →`)}
    </p>
  </section>`;
}

function movedLine({ explanation, sentence, date, priorDate, priorRun }: WhyView): Html {
  const before = priorRun === undefined ? priorDate : `run ${priorRun}`;
  return html`<li>
    <a class="story" href="#${placeOf.why(date, explanation)}">
      <span class="words"><span class="sentence">${sentence}</span> <span class="follow">Follow it down →</span></span>
      ${movementBars(explanation, before, date)}
    </a>
  </li>`;
}

/** What the dates cost, each pipeline by itself. */
function spending({ cells, pipelines, dates }: LakeView): Html | undefined {
  const spent = pipelines
    .map(({ name }) => {
      const own = cells.filter(({ pipeline }) => pipeline === name);
      const sum = (of: (cell: CellView) => number | undefined) =>
        own.reduce((total, cell) => total + (of(cell) ?? 0), 0);
      return {
        name,
        bytes: sum(({ bytes }) => bytes),
        dollars: sum((cell) => cell.dollars),
        rows: sum(({ rows }) => rows),
      };
    })
    .filter(({ bytes }) => bytes > 0);
  if (spent.length === 0) return undefined;
  const all = spent.reduce((sum, { dollars }) => sum + dollars, 0);
  const last = dates[dates.length - 1];
  return html`<section aria-labelledby="spent-title">
    <h2 id="spent-title">Bytes and cost</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Cost of each pipeline">
      <table>
        <caption>
          The newest runs from ${last} to ${dates[0]}: ${formatDollars(all)} at Athena’s price, with its least bill for
          each query
        </caption>
        <thead>
          <tr>
            <th scope="col">Pipeline</th>
            <th scope="col" class="n">Rows</th>
            <th scope="col" class="n">Scanned</th>
            <th scope="col" class="n">Cost</th>
          </tr>
        </thead>
        <tbody>
          ${spent.map(
            ({ name, bytes, dollars, rows }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="n">${formatCount(rows)}</td>
                <td class="n">${formatBytes(bytes)}</td>
                <td class="n">${formatDollars(dollars)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
