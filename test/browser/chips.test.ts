/** The Chips page in a real browser, over a real factory: the catalog, its sources, the comparison, and make or buy. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chips } from "../../src/catalog/chips.ts";
import { browserMissing, type Page } from "./chromium.ts";
import { startVisit, type Visit } from "./visit.ts";

/** Of a text field; the tests have no types of a browser. */
type Selected = { readonly value: string; readonly selectionStart: number; readonly selectionEnd: number };

const skip = browserMissing();

describe("the console's chips", { skip }, () => {
  let visit: Visit;
  let page: Page;

  before(async () => {
    visit = await startVisit();
    ({ page } = visit);
  });

  after(() => visit?.close());

  const catalog = () => page.getByRole("region", { name: "Catalog" });
  const names = () => catalog().locator("tbody .row-link").allTextContents();

  test("every chip of the catalog is in the table, estimates marked and what nobody published a dash", async () => {
    await page.getByRole("link", { name: "Chips", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Chips" }).waitFor();
    await catalog().waitFor();
    assert.deepEqual(
      await names(),
      chips.map(({ title }) => title),
    );
    const h200 = catalog().getByRole("row", { name: /H200 SXM/ });
    assert.match((await h200.textContent()) ?? "", /1,979.*—.*140.*4,800.*450 × 8.*700~1,730~34,698~1\.60/);
  });

  test("a column's heading sorts, largest first and then smallest, and the order is in the address", async () => {
    const heading = catalog().getByRole("columnheader", { name: "GB/s", exact: true });
    const sorted = (way: string) => catalog().locator(`th[aria-sort="${way}"]`, { hasText: /^GB/ }).first().waitFor();
    await heading.getByRole("button").click();
    await sorted("descending");
    assert.match(page.url(), /sort=-bandwidth/);
    assert.equal((await names())[0], "Vera Rubin NVL72, as announced");
    await heading.getByRole("button").click();
    await sorted("ascending");
    assert.equal((await names())[0], "TPU v5e");
    await heading.getByRole("button").click();
    await sorted("none");
  });

  test("the catalog is narrowed by name, maker and precision", async () => {
    await page.getByLabel("Maker").selectOption("AMD");
    await page.getByText("3 chips", { exact: true }).waitFor();
    await page.getByLabel("Computes in").selectOption("fp4");
    await page.getByText("1 chip", { exact: true }).waitFor();
    assert.deepEqual(await names(), ["Instinct MI355X"]);
    await page.getByLabel("Name").focus();
    await page.keyboard.type("trillium");
    assert.equal(await page.getByLabel("Name").inputValue(), "trillium", "no letter is lost");
    await page.getByRole("heading", { name: "No chip matches" }).waitFor();
    await visit.go("/chips?text=trillium");
    await page.getByText("1 chip", { exact: true }).waitFor();
    assert.deepEqual(await names(), ["TPU v6e (Trillium)"]);
  });

  test("a row opens to the source, the date and the confidence of each figure", async () => {
    await visit.go("/chips");
    await catalog()
      .getByRole("row", { name: /GB300 NVL72/ })
      .click();
    const drawer = page.getByRole("dialog", { name: "GB300 NVL72" });
    const price = drawer.getByRole("row", { name: /^Price / });
    assert.match((await price.textContent()) ?? "", /~\$48,611.*estimate2025-09\[\d\]/);
    await drawer.getByRole("row", { name: /Peak, FP4 15,000 TFLOP\/s reported 2025-08/ }).waitFor();
    const source = drawer.getByRole("link", {
      name: "https://resources.nvidia.com/en-us-blackwell-architecture/blackwell-ultra-datasheet",
    });
    assert.equal(await source.getAttribute("rel"), "noreferrer");
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await catalog()
      .getByRole("row", { name: /Vera Rubin NVL72/ })
      .click();
    const announced = page.getByRole("dialog", { name: /Vera Rubin NVL72/ });
    await announced.getByText(/Not published, or not found: .*Idle power/).waitFor();
    await page.keyboard.press("Escape");
    await announced.waitFor({ state: "detached" });
    assert.match(page.url(), /\/chips$/);
  });

  test("two to four chips are compared, by bars that say their figures and by rooflines with a table", async () => {
    await visit.go("/chips?compare=h200,b200");
    const bars = page.getByRole("region", { name: "Side by side" });
    await bars.getByRole("row", { name: /Memory bandwidth GB\/s H200 SXM 4,800/ }).waitFor();
    const roofline = page.getByRole("region", { name: "Roofline" });
    await roofline.getByRole("img", { name: /Rooflines of 2 chips/ }).waitFor();
    await roofline.getByText("H200 SXM · ridge 412 FLOP/byte").waitFor();
    await roofline.getByText("Table", { exact: true }).click();
    await roofline.getByRole("row", { name: /H200 SXM 412\.\d 4\.8 48 480 1,979/ }).waitFor();
    for (const chip of ["Gaudi 3 OAM", "Trainium2"]) await page.getByLabel(`Compare ${chip}`).check();
    assert.match(decodeURIComponent(page.url()), /compare=h200,b200,gaudi3,trainium2/);
    assert.equal(await page.getByLabel("Compare L40S").isDisabled(), true);
    await page.getByLabel("Compare H200 SXM").uncheck();
    assert.equal(await page.getByLabel("Compare L40S").isDisabled(), false);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("Tick at least two chips in the table above.").waitFor();
  });

  test("the example is worked out at once: worth, break-even, delay, tokens, unit cost and what decides", async () => {
    await page.getByRole("tab", { name: "Make or buy" }).click();
    const result = page.getByRole("region", { name: "Result" });
    const tile = (name: string) => result.locator(".tile", { has: page.locator("dt", { hasText: name }) });
    await tile("Making it is worth").waitFor();
    assert.match((await tile("Making it is worth").textContent()) ?? "", /−\$\d+M/);
    assert.match((await tile("Breaks even at").textContent()) ?? "", /[\d,]+ chips530,000 are planned/);
    assert.match((await tile("A year's delay").textContent()) ?? "", /−\$\d\.\d\dB/);
    await result.getByRole("row", { name: "gb300 $0.316", exact: true }).waitFor();
    await result.getByRole("row", { name: /Server \$12,000 \d+%/ }).waitFor();
    const decides = result.getByRole("region", { name: "What decides" });
    assert.match((await decides.locator("tbody tr").first().textContent()) ?? "", /^Own software−\$/);
    await result.getByRole("region", { name: "What tokens cost" }).getByText("Table", { exact: true }).click();
    await result.getByRole("row", { name: /own-n3, mature \$19,709 1,350/ }).waitFor();
  });

  test("a mistake is told at its line, which is marked and can be gone to; mended, the scenario runs", async () => {
    const editor = page.getByRole("textbox", { name: "Scenario" });
    const text = await editor.inputValue();
    await editor.fill(text.replace("widthMillimetres: 26", "widthMillimetres: 40"));
    await page.getByText("The scenario was edited since").waitFor();
    await page.getByRole("button", { name: "Run" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("own.die.widthMillimetres: A scanner exposes no more than").waitFor();
    const line = text.split("\n").findIndex((one) => one.includes("widthMillimetres")) + 1;
    assert.equal(await page.locator(".editor .wrong").textContent(), String(line));
    await alert.getByRole("button", { name: `Line ${line}` }).click();
    const selected = await editor.evaluate((area) => {
      const { value, selectionStart, selectionEnd } = area as unknown as Selected;
      return value.slice(selectionStart, selectionEnd);
    });
    assert.match(selected, /^ +widthMillimetres: 40$/);

    await editor.fill(text.replace("softwareEfficiency: [0.55, 0.75, 0.85]", "softwareEfficiency: [0.8, 0.9, 0.95]"));
    await page.keyboard.press("Control+Enter");
    await alert.waitFor({ state: "detached" });
    await page.locator(".tile-value.good").first().waitFor();
    assert.match((await page.locator(".tile-value").first().textContent()) ?? "", /^\$\d/);
    await page.getByRole("tab", { name: "Catalog" }).click();
    await page.getByRole("tab", { name: "Make or buy" }).click();
    assert.match(await editor.inputValue(), /\[0\.8, 0\.9, 0\.95\]/, "an edit outlives a look at the catalog");
    await page.getByRole("button", { name: "Back to the example" }).click();
    assert.equal(await editor.inputValue(), text);
  });

  test("the page is there in Traditional Chinese and in the dark, and no wider than a telephone", async () => {
    await page.evaluate("localStorage.setItem('tokenworks-language', 'zh-Hant')");
    await page.emulateMedia({ colorScheme: "dark" });
    await visit.go("/chips/make-or-buy");
    await page.getByRole("heading", { name: "關鍵假設" }).waitFor();
    await page.getByRole("rowheader", { name: "市售晶片價格" }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/chips", "/chips/make-or-buy", "/chips/gb300"]) {
      await visit.go(path);
      await page.locator(path === "/chips/make-or-buy" ? ".tornado" : ".chip-table").waitFor();
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      assert.equal(wide, 0, `${path} is ${wide} px too wide`);
    }
  });

  test("what was asked for came from the console alone, and nothing complained", () => {
    assert.deepEqual(visit.foreign(), []);
    assert.deepEqual(visit.complaints(/status of 400 .*\/api\/chips\/make-or-buy/), []);
  });
});
