/** The Chips page's predictions in a real browser, over a real factory: chips compared for a model and an objective. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browserMissing, type Page } from "./chromium.ts";
import { startVisit, type Visit } from "./visit.ts";

const skip = browserMissing();

describe("the console's predictions", { skip }, () => {
  let visit: Visit;
  let page: Page;

  before(async () => {
    visit = await startVisit();
    ({ page } = visit);
    page.setDefaultTimeout(60_000);
  });

  after(() => visit?.close());

  const sideBySide = () => page.getByRole("region", { name: "Side by side" }).getByRole("table");
  const row = (name: string) => sideBySide().getByRole("row", { name: new RegExp(`^${name}`) });

  test("chips are compared for the model and the objective in the address, with their fronts, cliffs and costs", async () => {
    await page.goto(
      `${visit.factory.consoleUrl}/chips/predictions?model=llama-3.1-8b&chips=h100,l40s&ttft=800&tpot=40&out=256`,
    );
    await row("Deployment").nth(1).waitFor();
    assert.match((await sideBySide().locator("thead").textContent()) ?? "", /H100 SXM.*L40S/);
    assert.match((await row("Deployment").nth(1).textContent()) ?? "", /× (vllm|sglang|tensorrt-llm).*×/);
    assert.match((await row("TTFT p90").textContent()) ?? "", /ms.*ms/);
    assert.match(
      (await row("\\$/Mtok, rented").textContent()) ?? "",
      /\$0\.\d+.*–.*an accelerator-hour.*no published rent/,
    );
    assert.match((await row("KV room").textContent()) ?? "", /tokens.*such requests at once/);
    assert.match((await row("Bound by").textContent()) ?? "", /prompts: .*%.*decodes: .*%/);
    assert.match((await visit.tile("Cheapest token").textContent()) ?? "", /H100 SXM.*\$0/);
    for (const name of ["Pareto front", "The KV cliff"]) {
      const panel = page.getByRole("region", { name, exact: true });
      await panel.locator("svg path").nth(4).waitFor({ state: "attached" });
      const drawing = await visit.saved(() => panel.getByRole("button", { name: "SVG" }).click());
      assert.match(drawing.bytes.toString(), /^<svg/);
      await panel.getByText("Table", { exact: true }).click();
      assert.ok((await panel.locator("tbody tr").count()) > 4, `${name} has its figures`);
    }
    const losers = page.getByRole("region", { name: "Why others lost" }).first();
    assert.match((await losers.locator("tbody tr").first().textContent()) ?? "", /H100 SXM.*tp\d.*(ms|\$|GB|heads)/);
    const owned = page.getByRole("region", { name: /from the energy up/ }).locator("tbody tr");
    assert.match((await owned.first().textContent()) ?? "", /H100 SXM.*\$.*\d+%.*J/);
  });

  test("a rent that is given prices a chip of which none is published, at once and in the address", async () => {
    await page.getByText("Prices and assumptions").click();
    await page.getByLabel("L40S: Rent of an accelerator-hour").fill("0.9");
    await row("\\$/Mtok, rented").getByText("$0.90 an accelerator-hour").waitFor();
    assert.match(page.url(), /rent=l40s%3A0.9/);
    const table = await visit.saved(() =>
      page.getByRole("region", { name: "Side by side" }).getByRole("button", { name: "CSV" }).click(),
    );
    assert.match(table.bytes.toString(), /^chip,deployment,.*\r\nh100,/);
  });

  test("memory that the engine is given moves what its cache holds", async () => {
    const tokensOf = (text: string | null) => /[\d,]+(?= tokens)/.exec(text ?? "")?.[0] ?? "";
    const before = tokensOf(await row("KV room").textContent());
    await page.getByLabel("H100 SXM: Memory for the engine").fill("60");
    const room = row("KV room").filter({ hasNotText: before });
    await room.waitFor();
    const after = tokensOf(await room.textContent());
    assert.ok(Number(after.replaceAll(",", "")) < Number(before.replaceAll(",", "")), `${before} ${after}`);
    assert.match(page.url(), /memory=h100%3A60/);
  });

  test("a chip is added and one left out; an objective that nobody meets says so, one that cannot be beside its field", async () => {
    await page.getByRole("button", { name: "Leave L40S out" }).click();
    await page.getByLabel("Add a chip …").selectOption("h200");
    await sideBySide().getByText("H200 SXM").waitFor();
    await page.getByLabel("Next tokens within").fill("1");
    await page.getByText("No deployment on this chip meets the objective.").nth(1).waitFor();
    assert.match(page.url(), /chips=h100%2Ch200.*tpot=1&/);
    await page.getByLabel("Tokens of an answer").fill("1");
    await page.getByText("From 2 to 32,768.").waitFor();
  });

  test("the chips that are ticked in the catalog are predicted by one click", async () => {
    await visit.go("/chips?compare=h200,b200");
    await page.getByRole("link", { name: "Predict speed and cost" }).click();
    await sideBySide().getByText("B200").first().waitFor();
    await sideBySide().getByText("H200").first().waitFor();
    // The page spells its address out once it has answered, with the comma encoded.
    const { pathname, searchParams } = new URL(page.url());
    assert.deepEqual([pathname, searchParams.get("chips")], ["/chips/predictions", "h200,b200"]);
  });

  test("nothing was complained about, and the page fits a telephone", async () => {
    assert.deepEqual(visit.complaints(), []);
    await page.setViewportSize({ width: 390, height: 800 });
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.ok(Number(width) <= 392, `${String(width)} px wide`);
    await visit.go("/chips/predictions?model=llama-3.1-8b&chips=h100,h200&ttft=800&tpot=40&out=256");
    await row("Deployment").nth(1).waitFor();
    const below = await page.evaluate(
      "document.documentElement.scrollHeight - document.querySelector('main').getBoundingClientRect().bottom - scrollY",
    );
    assert.ok(Number(below) <= 2, `${String(below)} px of nothing below the page`);
  });
});
