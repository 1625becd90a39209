import { expect } from "chai";
import { createHash } from "node:crypto";
import { renderPage } from "../../report/page";
import { KEPT } from "../../report/changes";
import { lakeView, largeView, why, withHostileNames, explained, total } from "./views";

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\u202e`;

/** The markup of a page without its own style and scripts. */
function body(page: string): string {
  return page.slice(page.indexOf("<body"), page.lastIndexOf("<script>"));
}

describe("the page of a lake", () => {
  it("tells the story: what failed and what to do, what moved, down to the row and both files", () => {
    const page = body(renderPage(lakeView()));
    for (const text of [
      "ParquetInvalid",
      "npx tributary rerun --pipeline state_emission_daily --date 2024-11-09",
      "For 1996-01 co2_ton_total fell by 3,659,634.",
      "2828 / 1 / 1996-01-01 05:00",
      "incoming/all_ef_files/2024-11-08/epacems-1996-OH.parquet",
      "incoming/all_ef_files/2024-11-09/epacems-1996-OH.parquet",
      "state_emission_daily.completed",
      "2 violate it",
    ])
      expect(page).to.include(text);
  });

  it("lets nothing in: its policy names its own style and script by their hashes, and no element has a style or a handler", () => {
    const page = renderPage(lakeView());
    const [, policy = ""] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
    const hash = (text: string) => createHash("sha256").update(text).digest("base64");
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const script = page.slice(page.lastIndexOf("<script>") + "<script>".length, page.lastIndexOf("</script>"));
    expect(policy.replace(/&#39;/g, "'")).to.equal(
      `default-src 'none'; style-src 'sha256-${hash(style)}'; script-src 'sha256-${hash(script)}'; base-uri 'none'; form-action 'none'`,
    );
    expect(body(page)).to.not.match(/ (style|on[a-z]+)="/);
    expect(page).to.not.match(/(src|href)="https?:/);
  });

  it("keeps strangers' names, values and errors text", () => {
    const page = body(renderPage(withHostileNames(lakeView(), hostile)));
    // Its own data is the one script element, and in it `<` is an escape.
    expect(page.match(/<script[^>]*>/g)).to.deep.equal(['<script type="application/json" id="change-data">']);
    expect(page).to.not.include("<img");
    expect(page).to.not.include("\u202e");
    expect(page).to.include("&lt;script&gt;alert(1)");
  });

  it("leads each of its links to a place that is there, and no two places have one name", () => {
    for (const view of [
      lakeView(),
      withHostileNames(lakeView(), hostile),
      largeView({ dates: 130, tables: 40, changes: 100 }),
    ]) {
      const page = body(renderPage(view));
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(ids.length).to.equal(new Set(ids).size);
      const links = [...page.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
      expect(links.filter((id) => !ids.includes(id))).to.deep.equal([]);
    }
  });

  it("states what it leaves out, of 5,000 runs, 500 tables and 100,000 changes as well", () => {
    const page = renderPage(largeView());
    expect(page.length).to.be.lessThan(2_000_000);
    expect(page).to.include("All but the largest changes.");
    expect(page).to.include("377 earlier dates are not drawn");
    expect(page).to.include("of 100,000");
    const [, data = "[]"] = /id="change-data">([\s\S]*?)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(data)).to.have.length(KEPT);
  });

  it("says that a date is about to begin whose inputs are all there", () => {
    const cells = lakeView().cells.map((cell) => (cell.state === "waiting" ? { ...cell, waitsFor: [] } : cell));
    expect(renderPage(lakeView({ cells })))
      .to.include("it is about to begin")
      .and.to.not.include("It waits for");
  });

  it("asks its own server only, where there is one", () => {
    expect(renderPage(lakeView(), { live: true })).to.include("connect-src &#39;self&#39;");
  });

  it("is drawn of a lake in which nothing has happened", () => {
    const page = renderPage(
      lakeView({
        dates: [],
        cells: [],
        runs: [],
        tables: [],
        files: [],
        links: [],
        whys: [],
        backfills: [],
        changes: { counts: [], largest: [] },
      }),
    );
    expect(page).to.include("Nothing has arrived yet.");
  });

  it("states the rest of a change that its causes do not reach", () => {
    const partly = explained({
      ...total,
      causes: total.causes.map((cause) => ({ ...cause, contribution: -3_000_000, share: 0.82 })),
      unexplained: -500_000,
      further: { rows: 12, contribution: -159_634 },
    });
    const page = body(renderPage(lakeView({ whys: [why(partly)] }))).replace(/\s+/g, " ");
    expect(page)
      .to.include("unexplained")
      .and.to.include("−500,000")
      .and.to.include("12 more rows")
      .and.to.include("−159,634");
  });
});
