/**
 * Makes the pictures of docs/ from the page that `npm start` ends with:
 * `node -r ./local/evaluate/register-typescript.js tests/witnesses/browser/picture.ts`.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LOOKS, launchBrowser, openPage } from "./browser";

const root = resolve(__dirname, "../../..");

async function main(): Promise<void> {
  const browser = await launchBrowser();
  if (!browser) throw new Error("There is no Chromium here: `apt-get install chromium` gives one.");
  const address = pathToFileURL(join(root, ".tributary/dev/lake.html")).href;
  const { page } = await openPage(browser, address, { ...LOOKS.light, timezoneId: "UTC", deviceScaleFactor: 1.5 });
  await page.setViewportSize({ width: 1180, height: 760 });
  await page.screenshot({ path: join(root, "docs/lake.png") });
  await page.getByText("Follow it down").first().click();
  await page.setViewportSize({ width: 1180, height: 1010 });
  await page.locator("article.why:visible").waitFor();
  await page.screenshot({ path: join(root, "docs/why.png") });
  await browser.close();
}

void main();
