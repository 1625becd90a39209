/** The acceptance story on the live page: the red cell, the total, the row, both files, and a rerun whose cell changes. */
import { expect } from "chai";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { generateSample } from "../../../cli/sample/generate";
import { misreport } from "../../../cli/sample/misreport";
import { sampleFileName } from "../../../cli/sample/schema";
import { ServedLake } from "../../cli/served-lake";
import { openPage, requireBrowser, SCREENSHOTS } from "./browser";

describe("the acceptance story in a browser", function () {
  let browser: Browser;
  let ui: ChildProcess | undefined;
  const lake = new ServedLake();
  const [ohio, indiana, wrong, broken] = [
    lake.file(sampleFileName("OH")),
    lake.file(sampleFileName("IN")),
    lake.file("wrong", sampleFileName("OH")),
    lake.file("broken", sampleFileName("OH")),
  ];
  const land = (...files: string[]): string => lake.run("local", "run", "--land", ...files).stderr;

  before(async function () {
    browser = await requireBrowser(this);
    mkdirSync(SCREENSHOTS, { recursive: true });
    await generateSample({ state: "OH", file: ohio, rows: 96 });
    await generateSample({ state: "IN", file: indiana, rows: 48 });
    await misreport({ from: ohio, to: wrong });
    mkdirSync(dirname(broken), { recursive: true });
    writeFileSync(broken, "no Parquet at all");
    await lake.serve();
    land(`${wrong}@2024-11-08`, `${indiana}@2024-11-08`);
    land(`${ohio}@2024-11-09`, `${indiana}@2024-11-09`);
    land(`${broken}@2024-11-10`, `${indiana}@2024-11-10`);
  });
  after(async () => {
    ui?.kill("SIGKILL");
    await browser?.close();
    lake.close();
  });

  /** Starts the command and reads the address that it prints. */
  const serve = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = lake.start("ui");
      ui = child;
      let text = "";
      child.stdout?.on("data", (part: Buffer) => {
        text += part.toString();
        if (text.includes("\n")) resolve(text.trim());
      });
      child.once("exit", (code) => reject(new Error(`ui ended with ${code}`)));
    });

  it("finds the red cell, follows the total to the row and both files, reruns, and sees the cell change", async () => {
    const address = await serve();
    expect(address).to.match(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{32}$/);
    const { page, errors, context } = await openPage(browser, address);
    const cell = page.locator('[data-cell="state_emission_daily 2024-11-10"]');
    expect(await cell.getAttribute("class")).to.include("bad");
    expect(await cell.innerText()).to.match(/failed|rejected/);
    expect(page.url()).to.not.include("token");
    await page.screenshot({ path: join(SCREENSHOTS, "story-red.png"), fullPage: true });

    await page.locator("a.story").first().click();
    const article = page.locator("article.why:visible");
    const tree = await article.locator(".tree").innerText();
    for (const text of ["co2_ton_total", "co2_ton_oh", "2828 / 1 / 1996-01-01 05:00", "−3,659,634"])
      expect(tree).to.include(text);
    const files = await article.locator(".files").innerText();
    for (const date of ["2024-11-08", "2024-11-09"])
      expect(files).to.include(`incoming/all_ef_files/${date}/epacems-1996-OH.parquet`);

    // The right file arrives by itself; the date is run again from the page.
    await lake.put("incoming/all_ef_files/2024-11-10/epacems-1996-OH.parquet", ohio);
    await page.locator("nav a", { hasText: "Overview" }).click();
    await page.locator('button[data-act="rerun"][data-date="2024-11-10"]:visible').first().click();
    const dialog = page.locator("dialog#act");
    await dialog.getByText("Writes the control file of state_emission_daily 2024-11-10 again").waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, "story-plan.png") });
    await dialog.getByRole("button", { name: "Do it" }).click();
    await page.locator('[data-cell="state_emission_daily 2024-11-10"].good').waitFor({ timeout: 300_000 });
    await page.screenshot({ path: join(SCREENSHOTS, "story-green.png"), fullPage: true });
    expect(errors).to.deep.equal([]);
    await context.close();
  });
});
