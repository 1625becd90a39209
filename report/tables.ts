/** Tables: how fresh they are, their rows and checks over dates, their columns. */
import { formatCount } from "./amounts";
import { sparkline } from "./history";
import { html, type Html } from "./html";
import { moment, verdict } from "./marks";
import { command, commandOf, link, placeOf, runLink, shellWord } from "./places";
import { outcome } from "./run";
import type { LakeView, TableDate, TableView } from "./view";

/** Dates of a table that are shown. */
const DATES = 14;
/** Tables that have an article each. */
const IN_FULL = 60;

/** Tables that the page tells of one by one. */
export function tablesInFull({ tables: all }: Pick<LakeView, "tables">): readonly TableView[] {
  return all.slice(0, IN_FULL);
}

/** The list, and an article for each table. */
export function tables(view: LakeView): Html {
  const all = view.tables;
  return html`<section id="tables" class="view" aria-labelledby="tables-title">
      <h1 id="tables-title" tabindex="-1">Tables, how fresh and whether their checks hold.</h1>
      <div class="wide" tabindex="0" role="region" aria-label="Tables">
        <table>
          <thead>
            <tr>
              <th scope="col">Table</th>
              <th scope="col">Newest date</th>
              <th scope="col">Published</th>
              <th scope="col" class="n">Rows</th>
              <th scope="col">over dates</th>
              <th scope="col">Checks</th>
            </tr>
          </thead>
          <tbody>
            ${all.map((table, index) => row(table, index < IN_FULL))}
          </tbody>
        </table>
      </div>
      ${all.length > IN_FULL && html`<p class="muted">Columns and checks over time are shown of the first ${IN_FULL}.</p>`}
    </section>
    ${tablesInFull(view).map((table) => article(table, view))}`;
}

function row({ database, table, zone, dates }: TableView, told: boolean): Html {
  const [newest] = dates;
  const rows = dates
    .slice(0, DATES)
    .map((each) => each.rows)
    .reverse();
  return html`<tr>
    <th scope="row">${told ? link(placeOf.table(database, table), table) : table}<small>${zone}</small></th>
    <td>${newest?.date}</td>
    <td>${newest && moment(newest.published)}</td>
    <td class="n">${newest && formatCount(newest.rows)}</td>
    <td>${sparkline(rows)}</td>
    <td>${newest && verdictOf(newest)}</td>
  </tr>`;
}

function verdictOf({ checks }: TableDate): Html {
  if (checks.length === 0) return html`<span class="muted">none</span>`;
  const violated = checks.filter(({ failures }) => failures > 0);
  if (violated.length === 0) return verdict("good", "✓", `${checks.length} hold`);
  const worst = violated.some(({ level }) => level === "error");
  return verdict(worst ? "bad" : "wait", worst ? "✕" : "!", `${violated.length} of ${checks.length} violated`);
}

function article(table: TableView, view: LakeView): Html {
  const { database, table: name, zone, description, owner, columns, writer, dates } = table;
  const place = placeOf.table(database, name);
  const commented = columns.some(({ comment }) => comment !== undefined);
  const query = `query ${shellWord(`select * from ${database}.${name} limit 20`)}`;
  return html`<article id="${place}" class="view" aria-labelledby="${place}/title">
    <p class="crumbs">${link("tables", "Tables")} / <span>${zone}</span></p>
    <h1 id="${place}/title" tabindex="-1">${name}</h1>
    ${description && html`<p class="lede">${description}</p>`}
    <p class="muted">In ${database}${writer && `, written by ${writer}`}${owner && `, owned by ${owner}`}.</p>
    ${
      dates.length > 0 &&
      html`<h2>Dates</h2>
        ${history(dates, name, view)}`
    }
    <h2>Columns</h2>
    <div class="wide" tabindex="0" role="region" aria-label="Columns of ${name}">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Audited</th>
            ${commented && html`<th scope="col">What it is</th>`}
          </tr>
        </thead>
        <tbody>
          ${columns.map(
            ({ name: column, type, audited, comment }) =>
              html`<tr>
                <th scope="row" class="data">${column}</th>
                <td class="data">${type}</td>
                <td>${audited && "✓ yes"}</td>
                ${commented && html`<td>${comment}</td>`}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="muted">Look into it: ${command(commandOf(view, query))}</p>
    ${
      dates.length > 1 &&
      html`<p class="muted">
        An earlier run’s data:
        ${command(commandOf(view, `rollback --table ${shellWord(name)} --date ${dates[0]?.date ?? ""} --list`))}
        <button type="button" class="act" hidden data-act="rollback" data-table="${name}" data-date="${dates[0]?.date}">
          Roll back…
        </button>
      </p>`
    }
  </article>`;
}

/** Rows and checks on each date, newest first. */
function history(dates: readonly TableDate[], name: string, view: LakeView): Html {
  const shown = dates.slice(0, DATES);
  const checks = [...new Set(shown.flatMap((each) => each.checks.map((check) => check.name)))];
  return html`<div class="wide" tabindex="0" role="region" aria-label="Dates of ${name}">
      <table>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Published</th>
            <th scope="col" class="n">Rows</th>
            ${checks.map((check) => html`<th scope="col">${check}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (each) =>
              html`<tr>
                <th scope="row">${runLink(view, each, each.date)}</th>
                <td>${moment(each.published)}</td>
                <td class="n">${formatCount(each.rows)}</td>
                ${checks.map((check) => {
                  const found = each.checks.find((one) => one.name === check);
                  return html`<td>${found && outcome(found)}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${dates.length > DATES && html`<p class="muted">${formatCount(dates.length - DATES)} earlier dates are not shown.</p>`}`;
}
