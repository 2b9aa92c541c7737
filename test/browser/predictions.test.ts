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

  const verdict = () => page.getByRole("region", { name: "Within the objective" }).locator("tbody tr");

  test("chips are compared for the model and the objective in the address, with their fronts, cliffs and costs", async () => {
    await page.goto(
      `${visit.factory.consoleUrl}/chips/predictions?model=llama-3.1-8b&chips=h100,l40s&ttft=800&tpot=40&out=256`,
    );
    await verdict().first().waitFor();
    const rows = await verdict().allTextContents();
    assert.equal(rows.length, 2);
    assert.match(rows[0] ?? "", /H100 SXM.*×.*(vllm|sglang|tensorrt-llm).*ms.*\$0\.\d+.*J/);
    assert.match(rows[1] ?? "", /L40S/);
    for (const name of ["Pareto front", "The KV cliff"]) {
      const panel = page.getByRole("region", { name, exact: true });
      await panel.locator("svg path").nth(4).waitFor({ state: "attached" });
      await panel.getByText("Table", { exact: true }).click();
      assert.ok((await panel.locator("tbody tr").count()) > 4, `${name} has its figures`);
    }
    const owned = page.getByRole("region", { name: /from the energy up/ }).locator("tbody tr");
    assert.match((await owned.first().textContent()) ?? "", /H100 SXM.*\$.*\d+%.*J/);
  });

  test("a chip is added and one left out; an objective that nobody meets says so", async () => {
    await page.getByRole("button", { name: "Leave L40S out" }).click();
    await page.getByLabel("Add a chip …").selectOption("h200");
    await page.getByText("The question was changed since").waitFor();
    await page.getByLabel("Next tokens within").fill("1");
    await page.getByRole("button", { name: "Predict" }).click();
    await page.getByText("No deployment of it meets the objective.").first().waitFor();
    assert.match(page.url(), /chips=h100%2Ch200.*tpot=1&/);
    assert.equal(await verdict().count(), 2);
  });

  test("nothing was complained about, and the page fits a telephone", async () => {
    assert.deepEqual(visit.complaints(), []);
    await page.setViewportSize({ width: 390, height: 800 });
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.ok(Number(width) <= 392, `${String(width)} px wide`);
  });
});
