/** An administrator's window on the console of a factory of its own, for tests of a page that follow one another in it. */
import { readFile } from "node:fs/promises";
import { type RunningFactory, startFactory } from "../factory.ts";
import { buildConsole, type Locator, type Page, signIn, startBrowser } from "./chromium.ts";

export type Visit = {
  readonly factory: RunningFactory;
  readonly page: Page;
  readonly go: (path: string) => Promise<unknown>;
  readonly tile: (name: string) => Locator;
  /** What a click saves, and the name that it is given. */
  readonly saved: (click: () => Promise<unknown>) => Promise<{ name: string; bytes: Buffer }>;
  /** What was asked for elsewhere than of the console. */
  readonly foreign: () => readonly string[];
  /** What the page complained of, but for what a test provokes; that nobody is signed in yet, it always says. */
  readonly complaints: (provoked?: RegExp) => readonly string[];
  readonly close: () => Promise<void>;
};

export async function startVisit(): Promise<Visit> {
  buildConsole();
  const [factory, browser] = await Promise.all([startFactory(), startBrowser()]);
  const { page, asked, complaints } = await browser.open({ colorScheme: "light", acceptDownloads: true });
  await signIn(page, factory.consoleUrl, factory.key);
  const isOwn = (url: string) => url.startsWith(`${factory.consoleUrl}/`) || /^(data|blob):/.test(url);
  const isSignedOut = (complaint: string) => /status of 401 .*\/api\/session/.test(complaint);
  return {
    factory,
    page,
    go: (path) => page.goto(`${factory.consoleUrl}${path}`),
    tile: (name) => page.locator(".tile", { has: page.locator("dt", { hasText: name }) }),
    async saved(click) {
      const [download] = await Promise.all([page.waitForEvent("download"), click()]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    },
    foreign: () => asked.filter((url) => !isOwn(url)),
    complaints: (provoked) =>
      complaints.filter((complaint) => !isSignedOut(complaint) && provoked?.test(complaint) !== true),
    async close() {
      await browser.close();
      await factory.dispose();
    },
  };
}
