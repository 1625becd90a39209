/** Lineage: tables and files as a drawing with columns as rows, and the same in words. */
import { formatCount } from "./amounts";
import { html, type Html } from "./html";
import { boxId, HEAD, lineageDrawing, placeIn, ROW, type Box, type Curve } from "./lineage-layout";
import { link, placeOf } from "./places";
import { tablesInFull } from "./tables";
import type { ColumnLink, LakeView, LinkKind } from "./view";

/** How a link counts, in words. */
const kinds: Readonly<Record<LinkKind, string>> = {
  value: "its value",
  condition: "a condition of its value",
  filter: "which rows there are",
  join: "which rows meet",
  group: "what rows are grouped by",
};

/** The section. */
export function lineage(view: LakeView): Html {
  const { tables, files, links } = view;
  const drawing = lineageDrawing(tables, files, links);
  const failing = new Set(
    tables.filter((table) => table.dates[0]?.checks.some(({ failures }) => failures > 0)).map(boxId),
  );
  const places = new Map(tablesInFull(view).map((table) => [boxId(table), placeOf.table(table.database, table.table)]));
  return html`<section id="lineage" class="view" aria-labelledby="lineage-title">
    <h1 id="lineage-title" tabindex="-1">From files to numbers.</h1>
    <p class="lede" id="lineage-hint">
      Each line is a column behind another. Dashed lines decide which rows there are.<span class="scripted" hidden>
        Choose a column to see all that is behind it and all that it feeds.</span
      >
    </p>
    <p class="legend">
      ${legendLine("value", "value")} ${legendLine("rows", "filter, join, group")} ${legendLine("file", "files landed")}
    </p>
    <div class="wide drawing" tabindex="0" role="region" aria-label="Drawing of lineage">
      <svg
        id="lineage-drawing"
        viewBox="0 0 ${drawing.width} ${drawing.height}"
        width="${drawing.width}"
        height="${drawing.height}"
        role="group"
        aria-label="Tables from left to right; each is described below"
      >
        <g class="curves">${drawing.curves.map(curve)}</g>
        ${drawing.boxes.map((box) => boxOf(box, failing.has(box.id), places.get(box.id)))}
      </svg>
    </div>
    <p id="lineage-chosen" aria-live="polite"></p>
    ${inWords(view)}
  </section>`;
}

function legendLine(kind: string, words: string): Html {
  return html`<span
    ><svg width="34" height="10" aria-hidden="true"><path class="curve ${kind}" d="M0 5 H34" /></svg> ${words}</span
  >`;
}

function curve({ from, to, kind, path }: Curve): Html {
  const look = kind === "value" || kind === "table" ? "value" : kind === "file" ? "file" : "rows";
  return html`<path class="curve ${look}" d="${path}" data-from="${from}" data-to="${to}" />`;
}

function boxOf(box: Box, failing: boolean, place: string | undefined): Html {
  const { x, y, width, height, title, beside, columns, kind } = box;
  const head = html`<text class="title" x="${x + 14}" y="${y + 20}">${title}${failing && " ⚠"}</text>`;
  return html`<g class="box ${kind}${failing && " failing"}" data-box="${box.id}">
    <rect class="back" x="${x}" y="${y}" width="${width}" height="${height}" rx="6" />
    ${place === undefined ? head : html`<a href="#${place}" aria-label="${title}">${head}</a>`}
    <text class="beside" x="${x + 14}" y="${y + 36}">${beside}</text>
    ${columns.map((column, index) => {
      const top = y + HEAD + index * ROW;
      return html`<g class="column" data-column="${placeIn(box, column)}"
        ><rect x="${x + 4}" y="${top}" width="${width - 8}" height="${ROW}" rx="3" /><text x="${x + 14}" y="${top + 14}"
          >${column}</text
        ></g
      >`;
    })}
  </g>`;
}

/** Each table's columns and what they are made from. */
function inWords(view: LakeView): Html {
  const { tables, links } = view;
  const byTable = new Map<string, ColumnLink[]>();
  for (const each of links) {
    const own = byTable.get(boxId(each.to));
    if (own) own.push(each);
    else byTable.set(boxId(each.to), [each]);
  }
  const made = tablesInFull(view).filter((table) => byTable.has(boxId(table)));
  const more = tables.filter((table) => byTable.has(boxId(table))).length - made.length;
  return html`<h2>In words</h2>
    ${made.map((table) => {
      const own = byTable.get(boxId(table)) ?? [];
      const rows = own.filter(({ to }) => to.column === undefined);
      const described = new Map<string, ColumnLink[]>();
      for (const each of own) {
        if (each.to.column === undefined) continue;
        described.set(each.to.column, [...(described.get(each.to.column) ?? []), each]);
      }
      return html`<details>
        <summary>${table.table}</summary>
        <p>${link(placeOf.table(table.database, table.table), "The table, its columns and checks →")}</p>
        <dl class="behind">
          ${[...described].map(
            ([column, behind]) =>
              html`<dt>${column}</dt>
                <dd>${behind.map(source)}</dd>`,
          )}
          ${
            rows.length > 0 &&
            html`<dt>its rows</dt>
              <dd>${rows.map(source)}</dd>`
          }
        </dl>
      </details>`;
    })}
    ${more > 0 && html`<p class="muted">${formatCount(more)} more tables are in the drawing only, without their columns.</p>`}`;
}

function source({ from, kind }: ColumnLink): Html {
  return html`<div>
    <span class="data">${from.table}.${from.column}</span> <span class="muted">${kinds[kind]}</span>
  </div>`;
}
