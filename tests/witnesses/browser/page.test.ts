/** The page of a lake in a browser: read, chosen, with and without scripts, by rules of accessibility, in sizes that few have. */
import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { renderPage } from "../../../report/page";
import type { LakeView } from "../../../report/view";
import { explained, largeView, lakeView, total, why, withHostileNames } from "../../report/views";
import { findAxe, LOOKS, openPage, requireBrowser, SCREENSHOTS } from "./browser";

describe("the page of a lake in a browser", function () {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "tributary-page-"));
  const fileOf = (name: string, view: LakeView): string => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, renderPage(view));
    return pathToFileURL(file).href;
  };
  /** A change with several causes, one of which works against it, a model that changed, and a rest. */
  const mixed = why(
    explained({
      ...{
        ...total,
        grain: ["199602"],
        current: "700",
        prior: "1000",
        change: -300,
        unexplained: -20,
        further: { rows: 14, contribution: -30 },
      },
      causes: [
        {
          source: explained({
            table: "orders",
            attribute: "amount",
            grain: ["17"],
            current: "10",
            prior: "310",
            change: -300,
          }),
          contribution: -300,
          share: 1,
          method: "sum",
          note: null,
        },
        {
          source: explained({
            table: "orders",
            attribute: "*",
            grain: ["18"],
            became: "added",
            current: "90",
            change: 90,
          }),
          contribution: 90,
          share: -0.3,
          method: "sum",
          note: "it is joined now",
        },
      ],
      model: { contribution: -40, difference: "where status = 'paid' became where status in ('paid', 'sent')" },
    }),
    {
      models: [
        {
          table: "orders_daily",
          prior: "select sum(amount) as a\nfrom orders\nwhere status = 'paid'\n",
          current: "select sum(amount) as a\nfrom orders\nwhere status in ('paid', 'sent')\n",
        },
      ],
      history: ["2024-11-03", "2024-11-05", "2024-11-06", "2024-11-08", "2024-11-09"].map((date, index) => ({
        date,
        value: [820, 940, 870, 1000, 700][index] ?? null,
      })),
    },
  );
  const story = lakeView({
    whys: [why(total), mixed],
    dates: [
      "2024-11-09",
      "2024-11-08",
      ...Array.from({ length: 60 }, (_, index) =>
        new Date(Date.UTC(2024, 10, 7) - index * 86_400_000).toISOString().slice(0, 10),
      ),
    ],
  });

  before(async function () {
    browser = await requireBrowser(this);
    mkdirSync(SCREENSHOTS, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const goTo = async (page: Page, start: string): Promise<void> => {
    const id = (await page.locator(`.view[id^="${start}"]`).first().getAttribute("id")) ?? "";
    await page.evaluate(`location.hash = ${JSON.stringify(id)}`);
    await page.locator(`[id="${id}"]`).waitFor();
  };

  it("leads from the failure and the total to the row and both files", async () => {
    const { page, errors, context } = await openPage(browser, fileOf("story", story));
    await page.locator("td.cell.bad", { hasText: "failed" }).waitFor();
    await page.getByText("is no Parquet file").first().waitFor();
    await page.getByText("Follow it down").first().click();
    const article = page.locator("article.why:visible");
    expect(await article.locator(".tree").innerText())
      .to.include("2828 / 1 / 1996-01-01 05:00")
      .and.to.include("−3,659,634");
    await article.locator("a.file").first().click();
    expect(await page.evaluate<string>(`document.activeElement.textContent.replace(/\\s+/g, " ")`))
      .to.include("epacems-1996-OH.parquet")
      .and.to.include("ETag aa");
    // Folded and unfolded by keyboard.
    await article.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    expect(await article.getByText("co2_ton_oh").first().isVisible()).to.equal(false);
    // The address stays good.
    await page.reload();
    expect(await page.locator("article.why:visible h1").innerText()).to.include("fell by 3,659,634");
    expect(errors).to.deep.equal([]);
    await context.close();
  });

  it("lights what is behind a chosen column and what it feeds, by keyboard too", async () => {
    const { page, errors, context } = await openPage(browser, `${fileOf("story", story)}#lineage`);
    const column = page.locator('[data-column$="co2_mass_tons"]');
    await column.focus();
    await page.keyboard.press("Enter");
    expect(await page.locator(".column.lit").count()).to.equal(2);
    expect(await page.locator("#lineage-chosen").innerText()).to.include(
      "It feeds: utility_emissions_monthly.co2_ton_total",
    );
    expect(errors).to.deep.equal([]);
    await context.close();
  });

  it("tells times of the reader's zone, with UTC beside", async () => {
    const { page, context } = await openPage(browser, fileOf("story", story));
    expect(await page.locator(".made").innerText()).to.match(/28 Nov 2026, 01:30\s+2026-11-28 00:30:00 UTC/);
    await context.close();
  });

  it("reads without scripts", async () => {
    const address = fileOf("story", story);
    const { page, context } = await openPage(browser, address, { ...LOOKS.light, javaScriptEnabled: false });
    expect(await page.locator("#overview").isVisible()).to.equal(true);
    await page.getByText("Follow it down").first().click();
    expect(await page.locator("article.why .tree").first().isVisible()).to.equal(true);
    expect(await page.locator("#overview").isVisible()).to.equal(false);
    await page.locator("nav a", { hasText: "Lineage" }).click();
    expect(await page.locator("#lineage-drawing").isVisible()).to.equal(true);
    await context.close();
  });

  it("keeps hostile names text, also where its script writes them", async () => {
    const { changes } = largeView({ dates: 5, pipelines: 2, tables: 5, changes: 60 });
    const view = withHostileNames(lakeView({ changes }), `"><img src=x onerror=alert(1)><script>alert(1)</script>`);
    const { page, errors, context } = await openPage(browser, `${fileOf("hostile", view)}#changes`);
    await page.getByRole("button", { name: "Smaller" }).click();
    expect(await page.locator("#change-table tbody tr").count()).to.equal(25);
    expect(await page.locator("main img").count()).to.equal(0);
    await goTo(page, "why/");
    await goTo(page, "lineage");
    await page.locator("[data-column]").first().click();
    expect(errors).to.deep.equal([]);
    await context.close();
  });

  it("opens within a second with 5,000 runs, 500 tables and 100,000 changes", async () => {
    const address = fileOf("large", largeView());
    const { page, errors, context } = await openPage(browser, "about:blank");
    const times: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await page.goto(address, { waitUntil: "load" });
      times.push(await page.evaluate<number>("performance.timing.loadEventEnd - performance.timing.navigationStart"));
    }
    const best = Math.min(...times);
    process.stdout.write(
      `      ${Math.round(readFileSync(join(folder, "large.html")).length / 1000)} kB, opened in ${times.join(", ")} ms\n`,
    );
    await page.locator("nav a", { hasText: "Changes" }).click();
    await page.locator("#find-change").fill("plant 1999");
    expect(await page.locator("#change-table tbody tr").count()).to.equal(1);
    expect(best).to.be.lessThan(1000);
    expect(errors).to.deep.equal([]);
    await context.close();
  });

  it("adds bars up, and states what works against and what they do not reach", async () => {
    const { page, errors, context } = await openPage(browser, fileOf("story", story));
    await goTo(page, "why/utility_emissions_monthly/2024-11-09/co2_ton_total/199602");
    const article = page.locator("article.why:visible");
    const bars = await article
      .locator(".tree .bar .part")
      .evaluateAll((parts) =>
        parts.slice(1).map((part) => [Number(part.getAttribute("x")), Number(part.getAttribute("width"))] as const),
      );
    // From where the first begins the last ends at the whole: −40 −300 +90 −30 −20 of −300, of 1000 units for −340.
    expect(bars).to.have.length(5);
    const [x, width] = bars.at(-1) ?? [0, 0];
    expect(x + width).to.be.closeTo((300 / 340) * 1000, 1);
    expect(await article.locator(".difference .new").innerText()).to.include("in ('paid', 'sent')");
    await article.screenshot({ path: join(SCREENSHOTS, "light-why-mixed.png") });
    expect(errors).to.deep.equal([]);
    await context.close();
  });

  const places = ["overview", "changes", "why/", "lineage", "runs", "run/", "tables", "table/processed", "backfills"];
  for (const look of Object.keys(LOOKS) as (keyof typeof LOOKS)[]) {
    it(`has nothing for axe to find, and looks right: ${look}`, async function () {
      const { page, errors, context } = await openPage(browser, fileOf("story", story), {
        ...LOOKS[look],
        bypassCSP: true,
      });
      const axe = findAxe();
      if (axe !== undefined) await page.addScriptTag({ path: axe });
      const found: string[] = [];
      for (const place of places) {
        await goTo(page, place);
        expect(
          await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth"),
          `${place} is too wide`,
        ).to.be.at.most(0);
        await page.screenshot({
          path: join(SCREENSHOTS, `${look}-${place.replace(/\W+/g, "-").replace(/-$/, "")}.png`),
          fullPage: true,
        });
        if (axe === undefined) continue;
        const violations = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
          "axe.run().then(({ violations }) => violations)",
        );
        found.push(
          ...violations.map(
            ({ id, nodes }) =>
              `${place} ${id}: ${nodes.length} × ${nodes[0]?.html ?? ""} ${nodes[0]?.failureSummary ?? ""}`,
          ),
        );
      }
      expect(found).to.deep.equal([]);
      expect(errors).to.deep.equal([]);
      await context.close();
      if (axe === undefined) {
        process.stdout.write(
          "\n      SKIPPED: axe-core cannot be fetched here; screenshots are made, its rules are not asked.\n\n",
        );
        this.skip();
      }
    });
  }
});
