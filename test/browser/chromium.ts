/**
 * A real Chromium for the tests, watched: what it asked for, and what its console complained about.
 *
 * Chromium is Debian's (`apt-get install chromium`) or the one that TOKENWORKS_CHROMIUM names; the library that drives
 * it is among the clients (test/clients), out of the default install.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as Playwright from "../clients/node_modules/playwright-core/index.js";

export type Page = Playwright.Page;
export type Locator = Playwright.Locator;
type ContextOptions = Playwright.BrowserContextOptions;

const clients = new URL("../clients/package.json", import.meta.url);
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function chromiumPath(): string | undefined {
  const named = process.env["TOKENWORKS_CHROMIUM"];
  return named === undefined ? places.find((path) => existsSync(path)) : named;
}

/** Why the browser tests cannot run here; false when they can. */
export function browserMissing(): string | false {
  if (!existsSync(new URL("node_modules/playwright-core", clients))) {
    return "playwright-core is not installed: run `npm install` in test/clients";
  }
  if (chromiumPath() === undefined)
    return "there is no Chromium: run `apt-get install chromium`, or set TOKENWORKS_CHROMIUM";
  return false;
}

/** Builds the console, as npm install does, unless it was built since its sources last changed. */
export function buildConsole(): void {
  const console = fileURLToPath(new URL("../../console", import.meta.url));
  const built = `${console}/dist/index.html`;
  const changedMs = (path: string) => statSync(`${console}/src/${path}`).mtimeMs;
  const sources = readdirSync(`${console}/src`, { recursive: true, encoding: "utf8" });
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...sources.map(changedMs))) return;
  const vite = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [vite, "build", console], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The console does not build: ${stderr}`);
}

export type Watched = {
  readonly page: Page;
  /** Every URL that was asked for. */
  readonly asked: readonly string[];
  /** Errors and warnings of the page's console, and what it threw. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
};

export type RunningBrowser = {
  readonly open: (options?: ContextOptions) => Promise<Watched>;
  readonly close: () => Promise<void>;
};

export async function startBrowser(): Promise<RunningBrowser> {
  // The types are those of the very module that is loaded.
  const { chromium } = createRequire(clients)("playwright-core") as typeof Playwright;
  const browser = await chromium.launch({
    executablePath: chromiumPath() ?? "",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const open = async (options: ContextOptions = {}): Promise<Watched> => {
    const context = await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const asked: string[] = [];
    const complaints: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        complaints.push(`${message.text()} (${message.location().url})`);
      }
    });
    return { page, asked, complaints, close: () => context.close() };
  };
  return { open, close: () => browser.close() };
}

/** Signs in as a person does. */
export async function signIn(page: Page, consoleUrl: string, key: string): Promise<void> {
  await page.goto(consoleUrl);
  await page.getByLabel("API key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Pages" }).first().waitFor({ state: "attached" });
}
