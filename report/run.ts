/** A run: its states, what it read, wrote and found, beside the run before it. */
import { formatBytes, formatCount, formatDollars, formatDuration } from "./amounts";
import { html, type Html } from "./html";
import { badge, moment, stateOf, verdict } from "./marks";
import { runActions } from "./run-actions";
import { command, commandOf, link, placeOf, runLink, shellWord } from "./places";
import { sqlText } from "./sql-text";
import { timeline } from "./timeline";
import type { CheckView, LakeView, LogLine, RunSummary, RunView, StepView } from "./view";
import { signed } from "../audit/explanation/wording";

/** Lines of a log that are shown. */
const LINES = 200;

/** The list of runs, and an article for each. */
export function runs(view: LakeView): Html {
  return html`<section id="runs" class="view" aria-labelledby="runs-title">
      <h1 id="runs-title" tabindex="-1">Runs, the newest first.</h1>
      <div class="wide" tabindex="0" role="region" aria-label="Runs">
        <table>
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Pipeline and date</th>
              <th scope="col">State</th>
              <th scope="col" class="n">Took</th>
              <th scope="col" class="n">Rows</th>
              <th scope="col" class="n">Scanned</th>
            </tr>
          </thead>
          <tbody>
            ${view.runs.map(
              (run) =>
                html`<tr>
                  <td>${moment(run.started)}</td>
                  <th scope="row">${link(placeOf.run(run), `${run.pipeline} ${run.date}`)}</th>
                  <td>${badge(stateOf(run.status))}</td>
                  <td class="n">${took(run)}</td>
                  <td class="n">${formatCount(sumOf(run, "rows"))}</td>
                  <td class="n">${formatBytes(sumOf(run, "bytes"))}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${view.runs.length === 0 && html`<p>There is none yet.</p>`}
    </section>
    ${view.runs.map((run) => article(run, view))}`;
}

function article(run: RunView, view: LakeView): Html {
  const { pipeline, date, status, error, notes, upstreams, states, log, before } = run;
  const place = placeOf.run(run);
  return html`<article id="${place}" class="view" aria-labelledby="${place}/title">
    <p class="crumbs">${link("runs", "Runs")} / <span>${pipeline}</span> / <span>${date}</span></p>
    <h1 id="${place}/title" tabindex="-1">${pipeline} <span class="light">${date}</span></h1>
    <p class="state">
      ${badge(stateOf(status))}
      <span class="muted">run <span class="data">${run.run}</span>, started ${moment(run.started)}</span>
      ${runActions(run, view)}
    </p>
    ${
      error &&
      html`<div class="todo bad">
        <p><b>${error.name}</b>: ${error.message}</p>
        <p class="remedy">
          <span class="muted">When it is mended:</span>
          ${command(commandOf(view, `rerun --pipeline ${shellWord(pipeline)} --date ${shellWord(date)}`))}
        </p>
      </div>`
    }
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
    ${Object.keys(upstreams).length > 0 && html`<p class="muted">Read what ${Object.entries(upstreams).map(([name, id], index) => html`${index > 0 && ", "}${runLink(view, { pipeline: name, date, run: id }, `${name}’s run ${id}`)}`)} had published.</p>`}
    ${comparison(run, before, view)}
    ${
      states.length > 0 &&
      html`<h2>States</h2>
        ${timeline(run)}`
    }
    ${
      run.inputs.length > 0 &&
      html`<h2>Files it read</h2>
        ${inputs(run, before)}`
    }
    ${
      run.steps.length > 0 &&
      html`<h2>Tables it wrote</h2>
        ${steps(run, before)}`
    }
    ${
      run.checks.length > 0 &&
      html`<h2>Checks</h2>
        ${checkTable(run.checks, before?.checks)}`
    }
    ${
      log.length > 0 &&
      html`<details class="log">
        <summary>Log, ${formatCount(log.length)} ${log.length === 1 ? "line" : "lines"}</summary>
        <pre tabindex="0">${log.slice(0, LINES).map(logLine)}${log.length > LINES && html`<span>… ${formatCount(log.length - LINES)} more lines</span>`}</pre>
      </details>`
    }
    <p class="muted">
      In a terminal: ${command(commandOf(view, `logs ${run.run}`))} Its record: <span class="data">${run.record}</span>
    </p>
  </article>`;
}

function logLine({ time, from, level, text }: LogLine): Html {
  return html`<span class="${level}">${time.slice(11, 23)}  ${from}  ${level === "error" && "✕ "}${text}</span>`;
}

/** The run beside the one before it, in numbers. */
function comparison(run: RunView, before: RunSummary | undefined, view: LakeView): Html | undefined {
  const row = (name: string, now: string, then: string | undefined, delta: string): Html =>
    html`<tr>
      <th scope="row">${name}</th>
      ${before && html`<td class="n">${then ?? ""}</td>`}
      <td class="n">${now}</td>
      ${before && html`<td class="n muted">${delta}</td>`}
    </tr>`;
  const numbers = (name: string, of: (run: RunSummary) => number, write: (value: number) => string): Html => {
    const then = before && of(before);
    const moved =
      then === undefined || of(run) === then
        ? ""
        : then === 0
          ? ""
          : `${signed(Math.round(((of(run) - then) / then) * 1000) / 10)} %`;
    return row(name, write(of(run)), then === undefined ? undefined : write(then), moved);
  };
  const duration = ({ started, ended }: RunSummary): number =>
    ended === undefined ? 0 : Date.parse(ended) - Date.parse(started);
  return html`<table class="compare">
    <thead>
      <tr>
        <th scope="col"><span class="unseen">Number</span></th>
        ${before && html`<th scope="col" class="n">${runLink(view, before, `the run before: ${before.date}`)}</th>`}
        <th scope="col" class="n">this run</th>
        ${before && html`<th scope="col" class="n">moved</th>`}
      </tr>
    </thead>
    <tbody>
      ${numbers("took", duration, formatDuration)}
      ${numbers("rows written", (each) => sumOf(each, "rows"), formatCount)}
      ${numbers("scanned", (each) => sumOf(each, "bytes"), formatBytes)}
      ${run.dollars !== undefined && row("Athena would bill", formatDollars(run.dollars), "", "")}
      ${numbers("files", ({ inputs: files }) => files.length, formatCount)}
      ${numbers("checks violated", ({ checks }) => checks.filter(({ failures }) => failures > 0).length, formatCount)}
    </tbody>
  </table>`;
}

function sumOf({ steps: all }: RunSummary, what: "rows" | "bytes"): number {
  return all.reduce((sum, step) => sum + (step[what] ?? 0), 0);
}

function took({ started, ended }: RunSummary): string {
  return ended === undefined ? "" : formatDuration(Date.parse(ended) - Date.parse(started));
}

function inputs(run: RunView, before: RunSummary | undefined): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="Files it read">
    <table>
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col" class="n">Size</th>
          <th scope="col">ETag</th>
          <th scope="col">Against the run before</th>
        </tr>
      </thead>
      <tbody>
        ${run.inputs.map(({ key, etag, size }) => {
          const name = key.split("/").pop();
          const then = before?.inputs.find((each) => each.key.split("/").pop() === name);
          const became = !before
            ? ""
            : !then
              ? "new"
              : then.etag === etag
                ? "the same"
                : html`<b>another content</b> (${formatBytes(then.size)}, ETag
                    <span class="data">${then.etag.slice(0, 8)}…</span>)`;
          return html`<tr>
            <th scope="row" class="data">${key}</th>
            <td class="n">${formatBytes(size)}</td>
            <td class="data">${etag}</td>
            <td>${became}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function steps(run: RunView, before: RunSummary | undefined): Html {
  const same = (step: StepView): StepView | undefined =>
    before?.steps.find(({ kind, table, about }) => kind === step.kind && table === step.table && about === step.about);
  return html`<div class="wide" tabindex="0" role="region" aria-label="Tables it wrote">
      <table>
        <thead>
          <tr>
            <th scope="col">Table</th>
            <th scope="col">How</th>
            <th scope="col" class="n">Rows</th>
            ${before && html`<th scope="col" class="n">before</th>`}
            <th scope="col" class="n">Scanned</th>
            <th scope="col">Readers see it</th>
          </tr>
        </thead>
        <tbody>
          ${run.steps.map(
            (step) =>
              html`<tr>
                <th scope="row">${step.table}${step.about && html` <small>of ${step.about}</small>`}</th>
                <td>${step.kind}</td>
                <td class="n">${formatCount(step.rows ?? 0)}</td>
                ${before && html`<td class="n muted">${same(step)?.rows === undefined ? "" : formatCount(same(step)?.rows ?? 0)}</td>`}
                <td class="n">${formatBytes(step.bytes ?? 0)}</td>
                <td>${step.published ? "yes" : "no"}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${statements(run.steps)}`;
}

/** The statements of the models, and where those that are not in the page are. */
function statements(all: readonly StepView[]): Html {
  const name = ({ table, about }: StepView): string => (about === undefined ? table : `${table} of ${about}`);
  const elsewhere = all.filter(({ sql, sqlKey }) => sql === undefined && sqlKey !== undefined);
  return html`${all.map(
    (step) =>
      step.sql !== undefined &&
      html`<details>
        <summary>SQL of ${name(step)}</summary>
        ${sqlText(step.sql)}
      </details>`,
  )}
  ${
    elsewhere.length > 0 &&
    html`<details>
      <summary>Where ${formatCount(elsewhere.length)} more statements are kept</summary>
      <ul>
        ${elsewhere.map((step) => html`<li>${name(step)}: <span class="data">${step.sqlKey}</span></li>`)}
      </ul>
    </details>`
  }`;
}

/** What checks found. */
function checkTable(checks: readonly CheckView[], before?: readonly CheckView[]): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="Checks of the run">
    <table>
      <thead>
        <tr>
          <th scope="col">Check</th>
          <th scope="col">Table</th>
          <th scope="col">Outcome</th>
          ${before && html`<th scope="col" class="n">before</th>`}
        </tr>
      </thead>
      <tbody>
        ${checks.map((check) => {
          const then = before?.find(({ table, name }) => table === check.table && name === check.name);
          return html`<tr>
            <th scope="row">${check.name}</th>
            <td>${check.table}</td>
            <td>${outcome(check)}</td>
            ${before && html`<td class="n muted">${then === undefined ? "" : formatCount(then.failures)}</td>`}
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** Whether a check holds, in words. */
export function outcome({ failures, level }: CheckView): Html {
  if (failures === 0) return verdict("good", "✓", "holds");
  return verdict(
    level === "warn" ? "wait" : "bad",
    level === "warn" ? "!" : "✕",
    `${formatCount(failures)} violate it`,
  );
}
