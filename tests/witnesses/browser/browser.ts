/** A browser to look at pages with: Debian's Chromium, installed where that may be done, driven by Playwright. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/** Folder of screenshots; Git ignores it. */
export const SCREENSHOTS = resolve(__dirname, "../../../.tributary/screenshots");

/** The rules of accessibility that pages are held against. It is under MPL-2.0, so it is fetched for tests, not depended on. */
const AXE = "axe-core@4.11.0";

/** How a page is looked at. */
export const LOOKS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, hasTouch: true },
} as const;

/** Path of a Chromium; installed with apt if there is none and that may be done here. */
function findChromium(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const find = (): string | undefined =>
    (process.env.PATH ?? "")
      .split(delimiter)
      .flatMap((folder) => names.map((name) => join(folder, name)))
      .find((path) => existsSync(path));
  const found = find();
  if (found !== undefined || process.getuid?.() !== 0) return found;
  const install =
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-inter fonts-sil-charis";
  spawnSync("sh", ["-c", install], { stdio: "ignore" });
  return find();
}

/** Starts a browser; undefined where there is none and none can be installed. */
export async function launchBrowser(): Promise<Browser | undefined> {
  const executablePath = findChromium();
  return executablePath === undefined ? undefined : chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** The browser, for a `before` hook. Where it cannot be had the suite is skipped, and says why. */
export async function requireBrowser(context: Mocha.Context): Promise<Browser> {
  const browser = await launchBrowser();
  if (browser) return browser;
  process.stdout.write(
    "\n    SKIPPED: there is no Chromium here, and it cannot be installed. `apt-get install chromium` gives one.\n\n",
  );
  return context.skip();
}

/** A page that tells of each error of a script and of its policy. */
export async function openPage(
  browser: Browser,
  address: string,
  options: Parameters<Browser["newContext"]>[0] = LOOKS.light,
): Promise<{ readonly page: Page; readonly errors: string[]; readonly context: BrowserContext }> {
  const context = await browser.newContext({ timezoneId: "Europe/Berlin", locale: "en-GB", ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("dialog", (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return { page, errors, context };
}

/** Path of axe's script; undefined where it cannot be fetched. */
export function findAxe(): string | undefined {
  const folder = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "tributary",
    "witnesses",
    AXE.replace("@", "-"),
  );
  const script = join(folder, "node_modules/axe-core/axe.min.js");
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  spawnSync("npm", ["install", "--silent", "--no-save", "--prefix", folder, AXE], { stdio: "ignore" });
  return existsSync(script) ? script : undefined;
}
