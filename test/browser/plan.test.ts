/** The Plan page in a real browser, over a real factory: a scenario is run, watched, read, compared, and taken away as files. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { smallDocument } from "../../src/planner/capacity/fixture.ts";
import { browserMissing, type Page } from "./chromium.ts";
import { startVisit, type Visit } from "./visit.ts";

const skip = browserMissing();

describe("the console's plans", { skip }, () => {
  let visit: Visit;
  let page: Page;

  before(async () => {
    visit = await startVisit();
    ({ page } = visit);
  });

  after(() => visit?.close());

  const scenario = () => page.getByRole("textbox", { name: "Scenario" });
  const runs = () => page.getByRole("region", { name: "Runs" }).first();
  const result = () => page.getByRole("region", { name: "Result" });

  test("the example is worked out while one watches, and says what to decide, what binds and what a token costs", async () => {
    await page.getByRole("link", { name: "Plan", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Plan" }).waitFor();
    assert.match(await scenario().inputValue(), /A token factory with two sites/);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("heading", { name: "Under way" }).waitFor();
    await result().waitFor({ timeout: 90_000 });
    assert.match((await result().locator(".tile").first().textContent()) ?? "", /Present value\$1\.\d\dB/);
    await result()
      .getByRole("row", { name: /2027Q1 Decide Accept lab-anchor/ })
      .waitFor();
    await result().getByRole("img", { name: "Capacity by source over 16 quarters" }).waitFor();
    await result().getByText("Cost of one more million tokens").first().waitFor();
    await result()
      .getByRole("row", { name: /Infrastructure/ })
      .waitFor();
  });

  test("a plan is taken away as a table, a picture and a report", async () => {
    const csv = await visit.saved(() => result().getByRole("button", { name: "CSV" }).first().click());
    assert.match(csv.bytes.toString(), /^future,probability,quarter,measure/);
    const pdf = await visit.saved(() => result().getByRole("button", { name: "PDF" }).click());
    assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
    const png = await visit.saved(() => result().getByRole("button", { name: "PNG" }).first().click());
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  });

  test("a mistake is told with its line, and a scenario of one's own runs and is kept", async () => {
    const own = stringify(smallDocument);
    await scenario().fill(own.replace("quarters: 4", "quarters: -4"));
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/quarters/)
      .waitFor();
    await scenario().fill(own);
    for (const objective of ["profit", "cost"]) {
      await page.getByLabel("Objective", { exact: true }).selectOption(objective);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await runs()
        .getByRole("row", { name: new RegExp(`small.*${objective}.*Within the gap`, "i") })
        .waitFor({ timeout: 60_000 });
    }
    await page.reload();
    assert.equal(await scenario().inputValue(), own);
  });

  test("runs that are marked stand side by side", async () => {
    await page.getByRole("checkbox", { name: "Compare small, Profit" }).check();
    await page.getByRole("checkbox", { name: "Compare small, Cost" }).check();
    const beside = page.getByRole("region", { name: "Plans side by side" }).first();
    await beside.getByRole("columnheader", { name: "small, Profit" }).waitFor();
    await beside.getByRole("row", { name: /Demand unmet/ }).waitFor();
  });

  test("nothing was fetched from elsewhere, and the browser complained of nothing but what was provoked", () => {
    assert.deepEqual(visit.foreign(), []);
    assert.deepEqual(visit.complaints(/status of 40[01]/), []);
  });
});
