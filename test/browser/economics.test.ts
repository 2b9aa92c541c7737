/** The Stack economics page in a real browser, over a real factory: strategies, competitors, the chain and the layers. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browserMissing, type Page } from "./chromium.ts";
import { startVisit, type Visit } from "./visit.ts";

const skip = browserMissing();

describe("the console's stack economics", { skip }, () => {
  let visit: Visit;
  let page: Page;

  before(async () => {
    visit = await startVisit();
    ({ page } = visit);
  });

  after(() => visit?.close());

  const panel = (name: string) => page.getByRole("region", { name, exact: true }).first();

  test("what the pause cost is told with its range, and the strategies stand side by side", async () => {
    await page.getByRole("link", { name: "Stack economics", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Stack economics" }).waitFor();
    await visit.tile("Gross profit forgone").waitFor();
    assert.match(
      (await visit.tile("Gross profit forgone").textContent()) ?? "",
      /\$154B\$\d+.*B to \$\d+B in 8 of 10 draws/,
    );
    assert.match((await visit.tile("Power frozen").textContent()) ?? "", /3\.50 GWNo pause less As it happened/);
    await panel("Strategies side by side")
      .getByRole("row", { name: /Contracts signed \$602B \$280B \$330B/ })
      .waitFor();
    const contract = page.getByRole("row", { name: /OpenAI’s contracts of the twelve months/ }).first();
    assert.match((await contract.textContent()) ?? "", /4\.56.*36%.*\$322B.*declined.*declined/);
  });

  test("power by source is drawn for each strategy, and its table says the same", async () => {
    for (const strategy of ["No pause", "As it happened", "Comeback"]) {
      await page.getByRole("img", { name: `Power by source over time, ${strategy}; the table lists it.` }).waitFor();
    }
    await panel("Power by source").getByText("Table", { exact: true }).click();
    await page.getByRole("row", { name: "No pause 2028Q4 3.50 2.35 1.09 0.00" }).waitFor();
    await panel("Power by source").getByText("Chart", { exact: true }).click();
  });

  test("every input has its source as a link, and those on which sources disagree can be seen alone", async () => {
    const inputs = panel("Inputs and their sources");
    await inputs.getByRole("link", { name: "app.aidatacenterguide.com" }).first().waitFor();
    const all = await inputs.locator("tbody tr").count();
    await inputs.getByText("Disagreeing", { exact: true }).click();
    await inputs.getByText("Capital of IT per MW").waitFor();
    assert.ok((await inputs.locator("tbody tr").count()) < all);
  });

  test("quarters are saved as CSV, a picture as PNG and the whole as a PDF report", async () => {
    const csv = await visit.saved(() => page.getByRole("button", { name: "CSV" }).first().click());
    assert.equal(csv.name, "microsoft-2023-2025.csv");
    assert.equal(csv.bytes.toString().trimEnd().split("\r\n").length, 1 + 3 * 48);
    const png = await visit.saved(() => panel("Power by source").getByRole("button", { name: "PNG" }).first().click());
    assert.equal(png.name, "microsoft-2023-2025-no-pause.png");
    assert.deepEqual([...png.bytes.subarray(1, 4)], [...Buffer.from("PNG")]);
    const pdf = await visit.saved(() => page.getByRole("button", { name: "PDF report" }).click());
    assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
  });

  test("another company is worked out when it is chosen", async () => {
    await page.getByText("Oracle", { exact: true }).first().click();
    await page.getByRole("heading", { name: "Oracle: OpenAI’s contracts" }).waitFor();
    await panel("Strategies side by side").getByRole("columnheader", { name: "Paused like Microsoft" }).waitFor();
  });

  test("a case is changed by its reader: a mistake is told at its line, and mended it runs", async () => {
    await page.getByRole("button", { name: "Change it" }).click();
    const editor = page.getByRole("textbox", { name: "Your own" });
    const text = await editor.inputValue();
    assert.match(text, /^extends: oracle$/m);
    await editor.fill(text.replace("USD/MW", "EUR/MW"));
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/Currencies are mixed: the scenario counts in USD, this is in EUR/)
      .waitFor();
    assert.equal(await page.locator(".editor .wrong").textContent(), "8");
    await editor.fill(text);
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { name: "With dearer equipment" }).waitFor();
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("heading", { name: "Oracle: OpenAI’s contracts" }).waitFor();
  });

  test("competitors stand side by side, with shares of backlogs and the published figures", async () => {
    await page.getByRole("tab", { name: "Competitors" }).click();
    await page.getByRole("row", { name: /^Oracle .*5\.54 GW \$485B/ }).waitFor();
    await page.getByRole("img", { name: /Shares of backlogs by quarter, as reported/ }).waitFor();
    await page.getByRole("row", { name: /^IREN 2025-11 Microsoft .*\$9\.70B 5 0\.20 GW ?of IT \$9\.70M/ }).waitFor();
    await page.getByRole("row", { name: /^Google 2026 180 … 190/ }).waitFor();
    const contract = page.getByRole("row", { name: /OpenAI's contracts, gross profit/ });
    assert.match((await contract.textContent()) ?? "", /152\.5 USD bn150\.0 USD bn/);
  });

  test("the chain follows what is moved, beside what it was", async () => {
    await page.getByRole("tab", { name: "Chain" }).click();
    const platform = panel("An hour of one accelerator").getByRole("row", { name: /^Platform/ });
    await platform.getByText("16.2 %").first().waitFor();
    const use = page.getByRole("textbox", { name: "Utilisation", exact: true });
    await use.fill("0.6");
    await platform.getByText("−4.7 %").waitFor();
    await page.getByRole("slider", { name: "Lease, slider" }).fill("260");
    const infrastructure = panel("An hour of one accelerator").getByRole("row", { name: /^Infrastructure/ });
    await infrastructure.getByText("4.3 %").waitFor();
    await page.getByRole("button", { name: "Reset" }).click();
    await infrastructure.getByText("16.8 %").first().waitFor();
    await page.getByText("GB300", { exact: true }).click();
    await page.getByRole("row", { name: /Rental price \$3\.96/ }).waitFor();
  });

  test("margins of the industry stand by layer beside this factory's own, each with its sources", async () => {
    await page.getByRole("tab", { name: "Layers" }).click();
    const oracle = page.getByRole("row", { name: /^Oracle \[/ });
    await oracle.waitFor();
    assert.match((await oracle.textContent()) ?? "", /36%.*7%.*36%/);
    assert.match((await oracle.getAttribute("title")) ?? "", /▸ 0\.357 ratio .*^· 0\.14 ratio /ms);
    assert.equal(await page.getByRole("rowheader", { name: "This factory" }).count(), 6);
  });

  test("the page is there in Traditional Chinese and in the dark, and no wider than a telephone", async () => {
    await page.evaluate("localStorage.setItem('tokenworks-language', 'zh-Hant')");
    await page.emulateMedia({ colorScheme: "dark" });
    await visit.go("/economics");
    await page.getByRole("heading", { name: "Microsoft，2023 至 2025：暫停與回歸" }).waitFor();
    await page.getByRole("rowheader", { name: "每 MW 的 IT 資本" }).first().waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [view, mark] of [
      ["strategies", ".pause-swings"],
      ["competitors", ".power-track"],
      ["chain", ".chain-picture"],
      ["layers", ".margins"],
    ] as const) {
      await visit.go(`/economics/${view}`);
      await page.locator(mark).first().waitFor();
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      assert.equal(wide, 0, `${view} is ${wide} px too wide`);
    }
  });

  test("what was asked for came from the console alone, and nothing complained", () => {
    assert.deepEqual(visit.foreign(), []);
    assert.deepEqual(visit.complaints(/status of 400 .*\/api\/scenarios\/run/), []);
  });
});
