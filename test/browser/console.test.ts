/** The console in a real browser, over a real factory: what a person does in it, with the mouse and without. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type RunningFactory, startFactory } from "../factory.ts";
import {
  browserMissing,
  buildConsole,
  type Page,
  type RunningBrowser,
  signIn,
  startBrowser,
  type Watched,
} from "./chromium.ts";
import { type SlowUpstream, startSlowUpstream } from "./slow-upstream.ts";

const skip = browserMissing();

describe("the console", { skip }, () => {
  let factory: RunningFactory;
  let browser: RunningBrowser;
  let upstream: SlowUpstream;
  /** An administrator, signed in; the tests follow one another in this window. */
  let admin: Watched;
  let page: Page;

  before(async () => {
    buildConsole();
    [factory, browser, upstream] = await Promise.all([startFactory(), startBrowser(), startSlowUpstream(40)]);
    admin = await browser.open({ colorScheme: "light" });
    page = admin.page;
  });

  after(async () => {
    await browser?.close();
    upstream?.close();
    await factory?.dispose();
  });

  const chat = (key: string, body: object) =>
    fetch(`${factory.apiUrl}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: "tokenworks-tiny",
        messages: [{ role: "user", content: "What is PUE?" }],
        ...body,
      }),
    });
  const go = (path: string) => page.goto(`${factory.consoleUrl}${path}`);
  const tile = (name: string) =>
    page.locator(".tile", { has: page.locator("dt", { hasText: new RegExp(`^${name}`) }) });
  const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });

  test("a wrong key is refused in words, and the right one opens the stack", async () => {
    await page.goto(factory.consoleUrl);
    await page.getByLabel("API key", { exact: true }).fill("tw-wrong");
    await page.keyboard.press("Enter");
    await page.getByText("This key is not known here.").waitFor();
    await signIn(page, factory.consoleUrl, factory.key);
    await heading("Stack").waitFor();
  });

  test("before anything was served, the stack says how to serve the first request", async () => {
    await page.getByRole("heading", { name: "Nothing served in this span yet" }).waitFor();
    await page.getByText(`${factory.apiUrl}/chat/completions`).waitFor();
    assert.equal(
      await tile("Energy").locator(".tile-value").textContent(),
      "—",
      "a figure that is unavailable is a dash",
    );
  });

  test("a request that was served shows up on the stack by itself, with revenue, idle capacity and margin", async () => {
    const answer = await chat(factory.key, { max_tokens: 16 });
    assert.equal(answer.status, 200, await answer.text());
    const revenue = tile("Revenue");
    await revenue.getByText("1 request", { exact: true }).waitFor();
    assert.match((await revenue.locator(".tile-value").textContent()) ?? "", /^\$0\.0+\d{3}$/);
    for (const layer of ["Energy", "Chips", "Infrastructure", "Platform", "Models", "Applications"]) {
      await page.getByRole("region", { name: "Layers" }).first().getByRole("rowheader", { name: layer }).waitFor();
    }
    await page.getByRole("rowheader", { name: /^Idle capacity/ }).waitFor();
  });

  test("what a chart shows, a table beside it says", async () => {
    const flow = page.locator("section", { has: page.getByRole("heading", { name: "The flow of value" }) });
    await flow.getByRole("img", { name: /Sankey diagram with \d+ flows/ }).waitFor();
    await flow.getByText("Table", { exact: true }).click();
    await flow.getByRole("row", { name: /Infrastructure Platform/ }).waitFor();
    await flow.getByText("Chart", { exact: true }).click();
  });

  test("the published H200 chain is reproduced, every printed figure to its last digit", async () => {
    await page.getByRole("tab", { name: "Worked example: H200" }).click();
    await page.getByRole("row", { name: /Total cost of ownership \$1\.664 \$1\.66/ }).waitFor();
    assert.equal(await page.getByRole("img", { name: "the same, rounded as printed" }).count(), 11);
    assert.equal(await page.getByRole("img", { name: "differs from what was printed" }).count(), 0);
  });

  test("the playground streams an answer, counts it, and shows what the ledger settled and the way there", async () => {
    await page.getByRole("link", { name: "Playground" }).click();
    await page.getByLabel("Message", { exact: true }).fill("What is a token factory?");
    await page.keyboard.press("Enter");
    const run = page.locator(".turn.assistant .run");
    await run.getByText("Price, settled").waitFor();
    const said = await page.locator(".turn.assistant .turn-text").textContent();
    assert.ok((said ?? "").length > 10, `the model said ${said}`);
    assert.match((await run.textContent()) ?? "", /Output\d+TTFT[\d.]+ m?stoken\/s([\d.]+|—)/);
    await run.getByRole("link", { name: "Through the layers" }).click();
    const detail = page.getByRole("dialog", { name: "Request" });
    await detail.getByText("console / playground").waitFor();
    const platform = detail.locator(".path-step", { hasText: "Platform" });
    assert.match((await platform.textContent()) ?? "", /earned \$0\.0+\d{3}paid \$0\.0+\d{3}/);
    await page.keyboard.press("Escape");
    await detail.waitFor({ state: "detached" });
  });

  test("factory.yaml is edited, compared with prices, and applied", async () => {
    await page.getByRole("link", { name: "Factory", exact: true }).click();
    const editor = page.getByLabel("factory.yaml", { exact: true }).and(page.locator("textarea"));
    const text = await editor.inputValue();
    assert.match(text, /kind: Site/);
    await editor.fill(text.replace("kind: Site", "kind: Sight"));
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText(/factory\.yaml:\d+:\d+/).waitFor();

    const from = "2020-01-01T00:00:00Z";
    const price = `model: slow\n        from: ${from}\n        inputUsdPerMillion: "1"\n        outputUsdPerMillion: "2"`;
    const added = [
      "  - kind: Source\n    type: upstream\n    name: slow\n    prices:",
      `      - ${price.replaceAll("\n  ", "\n  ")}`,
      "  - kind: Model\n    name: slow",
      `  - kind: Deployment\n    name: slow\n    model: slow\n    source: slow\n    engine:\n      type: openai\n      url: ${upstream.url}`,
    ].join("\n");
    const withPrice = text.replace(/(kind: PriceBook\n    name: list\n    prices:\n)/, `$1      - ${price}\n`);
    assert.notEqual(withPrice, text);
    await editor.fill(`${withPrice.trimEnd()}\n${added}\n`);
    await page.getByRole("button", { name: "Compare" }).click();
    const difference = page.getByRole("list", { name: "Difference" });
    await difference.getByText("Deployment/slow").waitFor();
    await difference.getByText("slow output").first().waitFor();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("4 changes applied.").waitFor();
  });

  test("an answer that is stopped is cut, billed for what was relayed, and says so", async () => {
    await page.getByRole("link", { name: "Playground" }).click();
    await page.getByLabel("Model", { exact: true }).selectOption("slow");
    await page.getByLabel("Message", { exact: true }).fill("Count.");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("word5").waitFor();
    await page.getByText("Price so far").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The client left before the answer was whole. What had been relayed was billed.").waitFor();
    await page.getByText("Price, settled").waitFor();
  });

  test("requests are filtered by outcome, and the filter is in the address", async () => {
    await page.getByRole("link", { name: "Requests", exact: true }).click();
    const rows = page.locator("tbody tr");
    await rows.nth(2).waitFor();
    await page.getByLabel("Outcome").selectOption("partial");
    await assert.doesNotReject(rows.nth(1).waitFor({ state: "detached" }));
    assert.match((await rows.first().textContent()) ?? "", /Partial/);
    assert.match(page.url(), /outcome=partial/);
  });

  test("a key is made, its secret shown once, works at once, and is refused after it is revoked", async () => {
    await page.getByRole("link", { name: "Keys & tenants" }).click();
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog", { name: "New key" });
    await dialog.getByRole("button", { name: "Make the key" }).click();
    await dialog.getByText("Give the key a name.").waitFor();
    await dialog.getByLabel("Name").fill("from the browser");
    await dialog.getByLabel("Requests per minute").fill("many");
    await dialog.getByText("A whole number above zero, or empty.").waitFor();
    await dialog.getByLabel("Requests per minute").fill("1,000");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const secret = (await dialog.getByLabel("The new key").textContent())?.trim() ?? "";
    assert.match(secret, /^tw-[\w-]{43}$/);
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    await dialog.waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /from the browser/ });
    await row.getByText("1,000 req/min").waitFor();
    assert.equal((await page.content()).includes(secret), false, "the secret is shown once only");
    assert.equal(await status(() => chat(secret, { max_tokens: 2 }), 200), 200);

    await row.getByRole("button", { name: "Revoke the key from the browser" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await row.waitFor({ state: "detached" });
    assert.equal(await status(() => chat(secret, { max_tokens: 2 }), 401), 401);
    await page.getByLabel(/Show revoked and expired keys/).check();
    await page
      .getByRole("row", { name: /from the browser/ })
      .getByText("revoked")
      .waitFor();
  });

  test("limits and budgets are checked as they are typed, kept, and shown with what is spent of them", async () => {
    await page.getByRole("tab", { name: "Tenants & limits" }).click();
    await page.getByRole("button", { name: "Edit default" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit default" });
    const project = dialog.locator(".project-fields");
    await project.getByLabel("Budget in US dollars").fill("ten");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("An amount such as 25 or 0.50, or empty.").waitFor();
    await project.getByLabel("Budget in US dollars").fill("0.50");
    await project.getByLabel("Budget counts per").selectOption("day");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "detached" });
    const panel = page.getByRole("region", { name: "default", exact: true });
    await panel.getByText("$0.500 a day").first().waitFor();
    await panel.getByRole("meter", { name: "Budget of default" }).first().waitFor();
  });

  test("every language and scheme is there: the console speaks Traditional Chinese, in the dark, and still does when it is loaded again", async () => {
    await go("/");
    await page.getByRole("button", { name: "Language" }).click();
    await page.getByRole("menuitem", { name: "繁體中文" }).click();
    await heading("堆疊").waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hant");
    const light = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    await page.getByRole("button", { name: "外觀" }).click();
    await page.getByRole("menuitem", { name: "深色" }).click();
    assert.notEqual(await page.evaluate("getComputedStyle(document.body).backgroundColor"), light);
    await page.reload();
    await heading("堆疊").waitFor();
    assert.equal(await page.locator("html").getAttribute("data-mantine-color-scheme"), "dark");
    await page.getByRole("button", { name: "外觀" }).click();
    await page.getByRole("menuitem", { name: "依系統設定" }).click();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: "attached" });
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator('html[data-mantine-color-scheme="light"]').waitFor({ state: "attached" });
    await page.getByRole("button", { name: "語言" }).click();
    await page.getByRole("menuitem", { name: "English" }).click();
    await heading("Stack").waitFor();
  });

  test("a write without the session's token is refused, and one with it is not", async () => {
    const write = (headers: Record<string, string>) =>
      page.evaluate(async (sent) => {
        const response = await fetch("/api/tenants", {
          method: "POST",
          headers: { "content-type": "application/json", ...sent },
          body: JSON.stringify({ name: "forged" }),
        });
        return [response.status, ((await response.json()) as { error?: { code: string } }).error?.code];
      }, headers);
    assert.deepEqual(await write({}), [403, "csrf_failed"]);
    assert.deepEqual(await write({ "x-csrf-token": "guess" }), [403, "csrf_failed"]);
    const token = await page.evaluate(async () => {
      const session = (await (await fetch("/api/session")).json()) as { csrfToken: string };
      return session.csrfToken;
    });
    assert.deepEqual(await write({ "x-csrf-token": token }), [201, undefined]);
  });

  test("no page is wider than a telephone, and each has one heading and a name for every field", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of [
      "/",
      "/example",
      "/requests",
      "/playground",
      "/keys",
      "/tenants",
      "/prices",
      "/factory",
      "/factory/processes",
      "/factory/audit",
    ]) {
      await go(path);
      await page.locator("h1").waitFor();
      await page.waitForLoadState("load");
      await page.locator(".waiting").waitFor({ state: "detached" });
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      assert.equal(wide, 0, `${path} is ${wide} px too wide`);
      assert.equal(await page.locator("h1").count(), 1);
      assert.deepEqual(await page.evaluate(namelessFields), [], path);
    }
    await page.getByRole("button", { name: "Menu" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Prices" }).click();
    await heading("Prices").waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("what was asked for came from the console alone, and nothing complained", () => {
    const foreign = admin.asked.filter((url) => !url.startsWith(`${factory.consoleUrl}/`) && !url.startsWith("data:"));
    assert.deepEqual(foreign, []);
    // A browser reports every answer of 400 and up; these are the ones that the tests above provoke. The playground asks
    // for its request until the ledger has it.
    const provoked =
      /status of (401|403) .*\/api\/(session|tenants)|status of 400 .*\/api\/resources\/diff|status of 404 .*\/api\/requests\/[\da-f-]{36}\b/;
    assert.deepEqual(
      admin.complaints.filter((complaint) => !provoked.test(complaint)),
      [],
    );
  });

  test("the pages allow no script but their own, no evaluation and no frame", async () => {
    const policy = (await fetch(factory.consoleUrl)).headers.get("content-security-policy") ?? "";
    const rules = new Map(policy.split(";").map((rule) => [rule.trim().split(" ")[0], rule.trim()]));
    assert.equal(rules.get("default-src"), "default-src 'self'");
    assert.doesNotMatch(rules.get("script-src") ?? "", /unsafe/);
    assert.equal(rules.get("frame-ancestors"), "frame-ancestors 'none'");
  });

  test("everything can be reached by keyboard alone, from signing in to a request's layers and out again", async () => {
    const { page: keys, close } = await browser.open();
    await keys.goto(factory.consoleUrl);
    await keys.getByLabel("API key", { exact: true }).waitFor();
    await keys.keyboard.type(factory.key);
    await keys.keyboard.press("Enter");
    await keys.getByRole("heading", { level: 1, name: "Stack" }).waitFor();

    await keys.reload();
    await keys.getByRole("heading", { level: 1, name: "Stack" }).waitFor();
    await keys.keyboard.press("Tab");
    assert.equal(await keys.evaluate("document.activeElement.textContent"), "Skip to the content");
    await keys.keyboard.press("Enter");
    assert.equal(await keys.evaluate("document.activeElement.id"), "main");

    await keys.keyboard.press("Shift+Tab");
    await tabTo(keys, "Requests", "Shift+Tab");
    const outline = await keys.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    assert.equal(outline, "solid", "the focus is visible");
    await keys.keyboard.press("Enter");
    await keys.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
    await keys.locator(".row-link").first().waitFor();
    await tabTo(keys, /^\d\d:\d\d:\d\d$/, "Tab");
    await keys.keyboard.press("Enter");
    const detail = keys.getByRole("dialog", { name: "Request" });
    await detail.getByRole("heading", { name: "Through the layers" }).waitFor();
    await keys.keyboard.press("Escape");
    await detail.waitFor({ state: "detached" });

    await keys.getByRole("button", { name: "Who is signed in" }).focus();
    await keys.keyboard.press("Enter");
    await keys.getByRole("menuitem", { name: "Sign out" }).waitFor();
    await keys.keyboard.press("ArrowDown");
    await keys.keyboard.press("Enter");
    await keys.getByRole("button", { name: "Sign in" }).waitFor();
    assert.equal(await keys.evaluate("fetch('/api/session').then(({ status }) => status)"), 401);
    await close();
  });

  test("a developer's key opens the pages of its own project and no others", async () => {
    const token = await page.evaluate(
      "fetch('/api/session').then((answer) => answer.json()).then((is) => is.csrfToken)",
    );
    const secret = await page.evaluate(async (csrf) => {
      const response = await fetch("/api/keys", {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": String(csrf) },
        body: JSON.stringify({ tenant: "default", project: "default", name: "dev", role: "developer" }),
      });
      return ((await response.json()) as { secret: string }).secret;
    }, token);
    const { page: theirs, complaints, close } = await browser.open();
    await signIn(theirs, factory.consoleUrl, secret);
    const ways = theirs.getByRole("navigation", { name: "Pages" }).first().getByRole("link");
    assert.deepEqual(await ways.allTextContents(), [
      "Requests",
      "Playground",
      "Keys & tenants",
      "Prices",
      "Chips",
      "Deals",
    ]);
    await theirs.goto(`${factory.consoleUrl}/factory`);
    await theirs.getByRole("heading", { level: 1, name: "Requests" }).waitFor();
    await theirs.locator("tbody tr").first().waitFor();
    assert.equal(await theirs.getByText("console", { exact: true }).count(), 0, "no request of another tenant");
    assert.deepEqual(
      complaints.filter((complaint) => !/status of 401 .*\/api\/session/.test(complaint)),
      [],
    );
    await close();
  });

  test("when the control API dies, the console says so, and comes back by itself with who was signed in", async () => {
    await go("/requests");
    const live = page.locator(".live");
    await live.getByText("Live", { exact: true }).waitFor();
    const pid = await page.evaluate(
      "fetch('/api/status').then((answer) => answer.json()).then((is) => is.processes.find(({ name }) => name === 'control API').pid)",
    );
    process.kill(Number(pid), "SIGKILL");
    await live.getByText("Reconnecting").waitFor();
    await live.getByText("Live", { exact: true }).waitFor();
    const before = await page.locator(".row-link").count();
    assert.equal((await chat(factory.key, { max_tokens: 2 })).status, 200);
    await page.locator(".row-link").nth(before).waitFor();
  });
});

/** In the page: fields and buttons that nothing names, of those that are not hidden from who cannot see. */
const namelessFields = `[...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
  .filter((field) => {
    if (field.closest("[aria-hidden=true]") !== null) return false;
    const name = field.getAttribute("aria-label") ?? field.getAttribute("aria-labelledby") ?? field.textContent;
    return name.trim() === "" && (field.labels?.length ?? 0) === 0;
  })
  .map((field) => field.outerHTML.slice(0, 120))`;

/** Asks until the answer is as expected, since a change takes up to a second to reach every worker. */
async function status(asks: () => Promise<Response>, expected: number): Promise<number> {
  let last = 0;
  for (let tries = 0; tries < 50 && last !== expected; tries += 1) {
    const response = await asks();
    await response.text();
    last = response.status;
    if (last !== expected) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return last;
}

/** Presses the key until what has the focus says so. */
async function tabTo(page: Page, text: string | RegExp, key: "Tab" | "Shift+Tab"): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    const focused = String(await page.evaluate("document.activeElement.textContent.trim()"));
    if (typeof text === "string" ? focused === text : text.test(focused)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The keyboard does not reach ${String(text)}.`);
}
