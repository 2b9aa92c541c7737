/**
 * Takes the pictures of the docs: `node test/browser/screenshots.ts [minutes]`, from a real factory that serves real
 * requests of a few tenants for so long (three minutes unless it says otherwise) before it is photographed.
 */
import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startFactory } from "../factory.ts";
import { browserMissing, buildConsole, type Page, signIn, startBrowser } from "./chromium.ts";

const folder = fileURLToPath(new URL("../../docs/images", import.meta.url));
const minutes = Number(process.argv[2] ?? 3);
const missing = browserMissing();
if (missing !== false) {
  console.error(`No pictures: ${missing}.`);
  process.exit(1);
}

const tenants = [
  { name: "acme", displayName: "Acme Robotics", project: "support-bot", budget: "0.001", period: "month", weight: 5 },
  { name: "formosa-tel", displayName: "Formosa Telecom", project: "care", budget: "0.0005", period: "day", weight: 3 },
  { name: "northwind", displayName: "Northwind Traders", project: "search", budget: "5", period: "month", weight: 2 },
] as const;

const questions = [
  "What is a token factory?",
  "What is PUE?",
  "Why does idle capacity cost money?",
  "What is a price book?",
  "How is a token billed?",
  "What is TTFT?",
];

/** Shows the whole table of the layers. */
const tall = { width: 1440, height: 1170 };

buildConsole();
mkdirSync(folder, { recursive: true });
const factory = await startFactory();
const browser = await startBrowser();
try {
  const buyers = await declareTenants();
  console.log(`Serving for ${minutes} minutes …`);
  await serve(buyers, performance.now() + minutes * 60_000);
  await photograph();
} finally {
  await browser.close();
  await factory.dispose();
}

type Buyer = { readonly secret: string; readonly weight: number };

async function api<Answer>(method: string, path: string, body: object): Promise<Answer> {
  const response = await fetch(`${factory.consoleUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${factory.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

async function declareTenants(): Promise<Buyer[]> {
  const buyers: Buyer[] = [];
  for (const { name, displayName, project, budget, period, weight } of tenants) {
    const projects = [{ name: project, limits: { requestsPerMinute: 600, budget: { amountUsd: budget, period } } }];
    await api("POST", "/api/tenants", { name, displayName, projects });
    const key = { tenant: name, project, name: `${project} production`, limits: { concurrency: 8 } };
    buyers.push({ ...(await api<{ secret: string }>("POST", "/api/keys", key)), weight });
  }
  const viewer = { tenant: "default", project: "default", name: "finance dashboard", role: "viewer" };
  await api("POST", "/api/keys", viewer);
  // A new key is known to every worker within a second.
  await sleep(1_500);
  return buyers;
}

/** A load that comes and goes, as days do. */
async function serve(buyers: readonly Buyer[], untilMs: number): Promise<void> {
  const lots = buyers.flatMap((buyer) => Array.from({ length: buyer.weight }, () => buyer));
  const pending = new Set<Promise<void>>();
  for (let turn = 0; performance.now() < untilMs; turn += 1) {
    const busy = 0.55 + 0.45 * Math.sin(turn / 40);
    const buyer = lots[turn % lots.length];
    if (buyer !== undefined) {
      const asked = ask(buyer.secret, turn).finally(() => pending.delete(asked));
      pending.add(asked);
    }
    await sleep(350 / Math.max(busy, 0.12));
  }
  await Promise.all(pending);
}

/** One in eight streams is left early, as people do. */
async function ask(secret: string, turn: number): Promise<void> {
  const leaves = new AbortController();
  const body = {
    model: "tokenworks-tiny",
    messages: [{ role: "user", content: questions[turn % questions.length] }],
    stream: turn % 3 !== 0,
    max_tokens: 96,
  };
  try {
    const response = await fetch(`${factory.apiUrl}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: leaves.signal,
    });
    let chunks = 0;
    for await (const _ of response.body ?? []) {
      chunks += 1;
      if (body.stream && turn % 8 === 1 && chunks > 6) leaves.abort();
    }
  } catch (error) {
    if (!leaves.signal.aborted) throw error;
  }
}

async function photograph(): Promise<void> {
  const { page } = await browser.open({ viewport: tall, timezoneId: "Asia/Taipei" });
  await signIn(page, factory.consoleUrl, factory.key);
  await page.getByText("15 min").click();
  await settled(page);
  await take(page, "stack");

  await page.goto(`${factory.consoleUrl}/playground`);
  await page.getByLabel("Message", { exact: true }).fill("What is a token factory?");
  await page.keyboard.press("Enter");
  await page.getByText("Price, settled").waitFor();
  await page.getByLabel("Message", { exact: true }).fill("Why does idle capacity cost money?");
  await page.keyboard.press("Enter");
  await page.getByText("Price, settled").nth(1).waitFor();
  await page.setViewportSize({ width: 1440, height: 800 });
  await take(page, "playground");

  await page.setViewportSize({ width: 1440, height: 1010 });
  await page.goto(`${factory.consoleUrl}/requests?outcome=partial`);
  const partial = page.locator(".row-link").first();
  await partial.or(page.getByText("No request matches")).waitFor();
  if ((await partial.count()) === 0) await page.goto(`${factory.consoleUrl}/requests`);
  await page.locator(".row-link").first().click();
  await page.getByRole("heading", { name: "Through the layers" }).waitFor();
  await take(page, "requests");

  await page.goto(`${factory.consoleUrl}/tenants`);
  await page.getByRole("meter").first().waitFor();
  await page.setViewportSize({ width: 1440, height: 860 });
  await take(page, "keys");

  await page.goto(`${factory.consoleUrl}/economics`);
  await page.setViewportSize({ width: 1440, height: 900 });
  await settled(page);
  await take(page, "economics");

  await page.goto(`${factory.consoleUrl}/chips/predictions?model=llama-3.1-70b&chips=h100,h200,b200,mi355x`);
  await page
    .getByRole("region", { name: "Pareto front", exact: true })
    .locator("svg path")
    .nth(4)
    .waitFor({ state: "attached" });
  await sleep(1_000);
  await page.setViewportSize({ width: 1440, height: 1820 });
  await take(page, "predictions");
  await page.setViewportSize({ width: 1440, height: 1560 });
  const front = (await page.getByRole("region", { name: "Pareto front", exact: true }).boundingBox())?.y ?? 0;
  await page.mouse.wheel(0, front - 70);
  await take(page, "predictions-charts");

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${factory.consoleUrl}/chips`);
  await page.locator(".chart svg").first().waitFor();
  await take(page, "chips");

  await page.goto(`${factory.consoleUrl}/deals/iren-microsoft`);
  await settled(page);
  await take(page, "deals");

  await page.goto(`${factory.consoleUrl}/plan`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const result = page.getByRole("region", { name: "Result" });
  await result.waitFor({ timeout: 90_000 });
  const top = (await result.boundingBox())?.y ?? 0;
  await page.mouse.wheel(0, top - 70);
  await settled(page);
  await take(page, "plan");

  await page.setViewportSize(tall);
  await page.goto(factory.consoleUrl);
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitem", { name: "繁體中文" }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByText("15 分").click();
  await settled(page);
  await take(page, "stack-zh-dark");
}

/** Until the figures and the charts stand still. */
async function settled(page: Page): Promise<void> {
  await page.locator(".tile-value").first().waitFor();
  await page.locator(".chart svg").first().waitFor();
  await page.locator(".sections.stale").waitFor({ state: "detached" });
  await page.mouse.move(0, 0);
  await sleep(1_000);
}

async function take(page: Page, name: string): Promise<void> {
  await sleep(500);
  await page.screenshot({ path: `${folder}/${name}.png` });
  console.log(`docs/images/${name}.png`);
}
