/** A whole page: one file that asks for nothing else, with a policy that lets nothing else in. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { backfills } from "./backfills";
import { changes } from "./changes";
import { Html, html, type Content } from "./html";
import { lineage } from "./lineage";
import { moment } from "./marks";
import { overview } from "./overview";
import { runs } from "./run";
import { style } from "./style";
import { tables } from "./tables";
import type { LakeView } from "./view";
import { whys } from "./why";

/** The script knows a browser, and nothing else here does: it is compiled by itself. */
const { pageScript } = createRequire(__filename)("./browser/script") as { readonly pageScript: () => void };

/** How the page is to be. */
export interface PageOptions {
  /** Whether a server behind it tells what changes and takes actions. @default false */
  readonly live?: boolean;
}

/** The page of a lake, HTML. */
export function renderPage(view: LakeView, { live = false }: PageOptions = {}): string {
  const title = `${view.name} lake`;
  const body = html`${banner(view, live)}
    <main id="main">
      ${overview(view)}${changes(view)}${whys(view)}${lineage(view)}${runs(view)}${tables(view)}${backfills(view)}
    </main>
    ${foot(view, live)}`;
  return documentOf(title, body, { live, script: `(${pageScript.toString()})();` });
}

/** A document around a body. The policy names the style and the script by their hashes: Content Security Policy Level 3, "hash-source". */
function documentOf(
  title: string,
  body: Html,
  { live, script }: { readonly live: boolean; readonly script: string },
): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    ...(live ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html`${new Html("<!doctype html>")}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body${live && html` data-live`}>
${body}
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}

const sections: readonly (readonly [string, string])[] = [
  ["overview", "Overview"],
  ["changes", "Changes"],
  ["lineage", "Lineage"],
  ["runs", "Runs"],
  ["tables", "Tables"],
  ["backfills", "Backfills"],
];

function banner({ name, place, made }: LakeView, live: boolean): Html {
  const items: Content[] = sections.map(([id, words]) => html`<li><a href="#${id}">${words}</a></li>`);
  return html`<a class="skip" href="#main" data-stay>Skip to the content</a>
    <header class="banner">
      <div class="brand">
        ${logo}<span><strong>${name}</strong> <span class="muted">${place}</span></span>
      </div>
      <nav aria-label="Parts of the page">
        <ul>
          ${items}
        </ul>
      </nav>
      <p class="made">${live ? html`<span class="live" id="live">live</span>` : html`as of ${moment(made)}`}</p>
    </header>`;
}

/** Three streams that become one. */
const logo = html`<svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
  <path d="M3 6 C14 6 12 16 29 16" />
  <path d="M3 16 H29" />
  <path d="M3 26 C14 26 12 16 29 16" />
</svg>`;

function foot({ leftOut, made }: LakeView, live: boolean): Html {
  return html`<footer>
      ${
        leftOut.length > 0 &&
        html`<details>
          <summary>What is not in this page</summary>
          <ul>
            ${leftOut.map((each) => html`<li>${each}</li>`)}
          </ul>
        </details>`
      }
      <p class="muted">
        Made by Tributary ${live && "and kept up to date, "}${moment(made)}. It asks no server for
        anything${live && " but this one"}.
      </p>
    </footer>
    ${
      live &&
      html`<dialog id="act" aria-labelledby="act-title">
        <h2 id="act-title">What it will do</h2>
        <div id="act-body"></div>
        <p>
          <button type="button" id="act-do" class="primary">Do it</button>
          <button type="button" id="act-cancel">Cancel</button>
        </p>
      </dialog>`
    }`;
}
