/** The Deals page in a real browser, over a real factory: the pipeline, one deal in depth, an edit that is kept, files to take away. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browserMissing, type Page } from "./chromium.ts";
import { startVisit, type Visit } from "./visit.ts";

const skip = browserMissing();

describe("the console's deals", { skip }, () => {
  let visit: Visit;
  let page: Page;

  before(async () => {
    visit = await startVisit();
    ({ page } = visit);
  });

  after(() => visit?.close());

  const result = () => page.getByRole("region", { name: "Result" });

  test("the pipeline shows every example, who it depends on, and what remains by customer", async () => {
    await page.getByRole("link", { name: "Deals", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Deals" }).waitFor();
    await page
      .getByRole("row", { name: /IREN sells Microsoft 200 MW of GB300 sold to Microsoft gb300 \$9\.70B/ })
      .waitFor();
    await page.getByRole("row", { name: /Like Oracle's contracts with OpenAI sold to OpenAI gb300 \$420B/ }).waitFor();
    assert.match((await visit.tile("Largest customer").textContent()) ?? "", /91%OpenAI/);
    await page.getByRole("row", { name: /^OpenAI \$420B 91\.0%$/ }).waitFor();
    const remaining = page.getByRole("region", { name: "Remaining obligations" }).first();
    await remaining.getByRole("img", { name: /Remaining obligations over \d+ quarters/ }).waitFor();
    await remaining.getByText("Table", { exact: true }).click();
    await remaining.getByRole("row", { name: /^2025Q3 \$420B/ }).waitFor();
  });

  test("a contract that the factory signs stands above the pipeline, by month, with what is open of it", async () => {
    const contract = {
      kind: "Contract",
      name: "console-2090",
      role: "seller",
      counterparty: "Acme GmbH",
      tenant: "default",
      from: "2090-01-01",
      to: "2090-12-31",
      totalUsd: "1200",
    };
    const applied = await fetch(`${visit.factory.consoleUrl}/api/resources/apply`, {
      method: "POST",
      headers: { authorization: `Bearer ${visit.factory.key}`, "content-type": "application/json" },
      body: JSON.stringify({ resources: [contract] }),
    });
    assert.equal(applied.status, 200);
    // The shipper signs it within seconds; the page asks again by itself.
    const signed = page.getByRole("row", { name: /^console-2090 sold to Acme GmbH to begin .* \$1,200\.00$/ });
    await signed.waitFor({ timeout: 60_000 });
    const months = page.getByRole("region", { name: "console-2090 by month" }).first();
    await months.getByRole("img", { name: /recognised and open over 1[34] months/ }).waitFor();
    await months.getByText("Table", { exact: true }).click();
    await months.getByRole("row", { name: /\$0 \$1,200\.00 \$0 \$0 \$1,200\.00$/ }).waitFor();
  });

  test("ticked deals stand side by side, the better of each measure marked", async () => {
    for (const deal of ["IREN sells Microsoft 200 MW of GB300", "Nebius sells Microsoft its site at Vineland"]) {
      await page.getByLabel(`Compare ${deal}`).check();
    }
    const compared = page.getByRole("region", { name: "Side by side" }).first();
    await compared.getByRole("row", { name: /^Price per MW of IT and year \$9\.70M \$11\.6M$/ }).waitFor();
    await compared
      .getByRole("row", { name: /^Gross margin 19\.8% 24\.2%$/ })
      .locator("td.good", { hasText: "24.2%" })
      .waitFor();
    await page.getByLabel("Compare IREN sells Microsoft 200 MW of GB300").uncheck();
    await compared.waitFor({ state: "detached" });
  });

  test("a row opens the deal in depth: margin, cost of an hour, what decides, what may come, who says so", async () => {
    await page.getByRole("link", { name: "IREN sells Microsoft 200 MW of GB300" }).click();
    await result().waitFor();
    assert.match((await visit.tile("Contract value").textContent()) ?? "", /\$9\.70B\$2\.181 an accelerator-hour/);
    assert.match((await visit.tile("Gross margin").textContent()) ?? "", /19\.8%EBITDA 88\.8%/);
    await result()
      .getByRole("img", { name: /parts of an hour's cost/ })
      .waitFor();
    const decides = result().getByRole("region", { name: "What decides" }).first();
    assert.match((await decides.locator("tbody tr").first().textContent()) ?? "", /^Price per accelerator-hour/);
    const risk = result().getByRole("region", { name: "What may come" });
    await risk.getByText("Gross margin", { exact: true }).click();
    await risk.getByText("Table", { exact: true }).click();
    await risk.getByRole("row", { name: /^NPV −\$\d+M/ }).waitFor();
    await result()
      .getByRole("row", { name: /^EBITDA margin 85% 89% ours is above/ })
      .waitFor();
    await result()
      .getByRole("row", { name: /^PUE Uptime and Google as relayed/ })
      .waitFor();
  });

  test("a mistake is told at its line; mended it runs, is kept over a reload, and the example comes back", async () => {
    await page.getByRole("button", { name: "Edit the file" }).click();
    const editor = page.getByRole("textbox", { name: "The deal's file" });
    const text = await editor.inputValue();
    await editor.fill(text.replace('from: "2026-03-01"', 'from: "2026-03-01"\nto: "2025-12-31"'));
    await page.getByRole("button", { name: "Run" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("to: The contract ends before it starts on 2026-03-01").waitFor();
    await editor.fill(text.replace('totalUsd: "9700000000"', 'totalUsd: "12000000000"'));
    await page.keyboard.press("Control+Enter");
    await alert.waitFor({ state: "detached" });
    await visit.tile("Contract value").getByText("$12.0B").waitFor();
    await page.reload();
    await visit.tile("Contract value").getByText("$12.0B").waitFor();
    await page.getByRole("button", { name: "Edit the file" }).click();
    await page.getByRole("button", { name: "Back to the example" }).click();
    await page.getByRole("button", { name: "Run" }).click();
    await visit.tile("Contract value").getByText("$9.70B").waitFor();
  });

  test("a copy is a deal of its own, and can be removed again", async () => {
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.waitForURL(/\/deals\/iren-microsoft-2$/);
    await result().waitFor();
    await page.getByRole("button", { name: "Edit the file" }).click();
    assert.match(
      await page.getByRole("textbox", { name: "The deal's file" }).inputValue(),
      /^name: iren-microsoft-2$/m,
    );
    await page.getByRole("button", { name: "Remove" }).click();
    await page.waitForURL(/\/deals$/);
    await page.getByRole("row", { name: /IREN sells/ }).waitFor();
    assert.equal(await page.getByRole("row", { name: /IREN sells/ }).count(), 1);
  });

  test("months leave as CSV, a chart as PNG, the deal and the portfolio as PDF", async () => {
    const all = await visit.saved(() => page.getByRole("button", { name: "PDF report" }).click());
    assert.equal(all.name, "portfolio.pdf");
    assert.equal(all.bytes.subarray(0, 5).toString(), "%PDF-");
    await visit.go("/deals/nebius-microsoft");
    await result().waitFor();
    const csv = await visit.saved(() => page.getByRole("button", { name: "CSV", exact: true }).click());
    assert.match(
      csv.bytes.toString(),
      /^month,revenueUsd,grossProfitUsd,ebitdaUsd,capitalUsd,cashUsd,runningCashUsd\r\n2025-09,/,
    );
    const cash = result().getByRole("region", { name: "Cash" });
    await cash.locator(".chart svg").waitFor();
    const png = await visit.saved(() => cash.getByRole("button", { name: "PNG" }).click());
    assert.equal(png.name, "cash.png");
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
    const pdf = await visit.saved(() => page.getByRole("button", { name: "PDF report" }).click());
    assert.equal(pdf.name, "nebius-microsoft.pdf");
    assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
  });

  test("the page is there in Traditional Chinese and in the dark, and no wider than a telephone", async () => {
    await page.evaluate("localStorage.setItem('tokenworks-language', 'zh-Hant')");
    await page.emulateMedia({ colorScheme: "dark" });
    await visit.go("/deals/oracle-openai");
    await page.getByRole("heading", { name: "可能的結果" }).waitFor();
    await page
      .getByRole("rowheader", { name: /^伺服器，每加速器/ })
      .first()
      .waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/deals", "/deals/oracle-openai"]) {
      await visit.go(path);
      await page.locator(".tiles").waitFor();
      const wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      assert.equal(wide, 0, `${path} is ${wide} px too wide`);
    }
  });

  test("what was asked for came from the console alone, and nothing complained", () => {
    assert.deepEqual(visit.foreign(), []);
    assert.deepEqual(visit.complaints(/status of 400 .*\/api\/deals\/evaluate/), []);
  });
});
